import type { QuantityId } from '#core/quantities.ts';

/** One value as it was sent. */
export interface Reading {
  readonly meter: string;
  readonly quantity: QuantityId;
  readonly value: number;
  /** UTC, ms; where the sender told none, when it arrived. */
  readonly atMs: number;
}
