import { type Fault, FaultError, otherFault } from '../faults/fault.ts';

interface Details {
  /** Trying again would help nobody: the receiver is gone, or refuses what is in the message. */
  readonly isFinal?: boolean;
  /** Asked for by the server. */
  readonly retryAfterMs?: number;
  /** Of the server's answer by HTTP. */
  readonly status?: number;
}

/** A message did not arrive, and why: a fault of the table, or what was said in English; never a secret. */
export class DeliveryError extends FaultError {
  readonly isFinal: boolean;
  readonly retryAfterMs: number | undefined;
  readonly status: number | undefined;

  constructor(told: Fault | string, { isFinal = false, retryAfterMs, status }: Details = {}) {
    super(typeof told === 'string' ? otherFault(told) : told);
    this.name = 'DeliveryError';
    this.isFinal = isFinal;
    this.retryAfterMs = retryAfterMs;
    this.status = status;
  }
}
