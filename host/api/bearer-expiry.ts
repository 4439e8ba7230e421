import { bearerMostMs } from '../auth/bearer-secrets.ts';
import { mistaken } from './errors.ts';

/** @throws ApiFailure where the end is not in the future, or more than a year away */
export function assertExpiry(expiresMs: number, nowMs: number): void {
  if (expiresMs > nowMs && expiresMs <= nowMs + bearerMostMs) return;
  const given = expiresMs > nowMs ? 'more than a year away' : 'in the past';
  const message = `${expiresMs} given, which is ${given}; a time within the next 366 days is allowed`;
  throw mistaken('request.invalid', [{ field: 'expiresMs', message }]);
}
