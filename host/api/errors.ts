import type { Mistake } from '#core/rules.ts';
import type { Why } from '../faults/fault.ts';
import type { ApiError } from './contract.ts';
import { type ApiErrorCode, apiErrors } from './error-table.ts';

interface Details {
  /** Instead of the table's text. */
  readonly message?: string;
  readonly field?: string;
  readonly help?: string;
  readonly mistakes?: readonly Mistake[];
  /** What of the message can be told in other languages. */
  readonly why?: Why;
  readonly retryAfterS?: number;
  /** Methods that the address knows. */
  readonly allow?: readonly string[];
}

/** An error of the table, to be thrown in a route. */
export class ApiFailure extends Error {
  readonly code: ApiErrorCode;
  readonly statusCode: number;
  readonly details: Details;

  constructor(code: ApiErrorCode, details: Details = {}) {
    super(details.message ?? apiErrors[code].message);
    this.name = 'ApiFailure';
    this.code = code;
    this.statusCode = apiErrors[code].status;
    this.details = details;
  }

  /** What the client gets. */
  get body(): ApiError {
    const row = apiErrors[this.code];
    const { field, help = 'help' in row ? row.help : undefined, mistakes, why } = this.details;
    return {
      code: this.code,
      message: this.message,
      ...(field !== undefined && { field }),
      ...(help !== undefined && { help }),
      ...(mistakes !== undefined && { mistakes: [...mistakes] }),
      ...(why !== undefined && { why: { code: why.code, facts: { ...why.facts } } }),
    };
  }
}

/** An error about fields: the first one is in the message, all of them in `mistakes`. */
export function mistaken(code: ApiErrorCode, mistakes: readonly Mistake[]): ApiFailure {
  const [first] = mistakes;
  if (first === undefined) return new ApiFailure(code);
  return new ApiFailure(code, { message: `${first.field}: ${first.message}.`, field: first.field, mistakes });
}
