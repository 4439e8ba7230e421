import type { ApiError } from '../host/api/contract.ts';

/** An answer that is no success. `code` is the host's, or one of this page: `unreachable`, `badAnswer`. */
export class RequestError extends Error {
  override readonly name = 'RequestError';
  readonly code: string;
  readonly status: number;
  readonly details: ApiError | null;
  /** Seconds until another try makes sense, where the host said so. */
  readonly retryAfterS: number | null;

  constructor(code: string, status: number, details: ApiError | null, retryAfterS: number | null = null) {
    super(details?.message ?? code);
    this.code = code;
    this.status = status;
    this.details = details;
    this.retryAfterS = retryAfterS;
  }
}
