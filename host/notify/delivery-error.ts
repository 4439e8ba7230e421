interface Details {
  /** Trying again would help nobody: the receiver is gone, or refuses what is in the message. */
  readonly isFinal?: boolean;
  /** Asked for by the server. */
  readonly retryAfterMs?: number;
  /** Of the server's answer by HTTP. */
  readonly status?: number;
}

/** A message did not arrive; the text says in words for people what the server said, never a secret. */
export class DeliveryError extends Error {
  readonly isFinal: boolean;
  readonly retryAfterMs: number | undefined;
  readonly status: number | undefined;

  constructor(message: string, { isFinal = false, retryAfterMs, status }: Details = {}) {
    super(message);
    this.name = 'DeliveryError';
    this.isFinal = isFinal;
    this.retryAfterMs = retryAfterMs;
    this.status = status;
  }
}
