import type { QuantityId } from '#core/quantities.ts';

/**
 * What a correction does:
 * - `exclude`: windows that start in the range are as if they had not come.
 * - `scale`: a gauge's windows that start in the range times a factor; of a counter what it grew in the range.
 * - `offset`: something is added to a gauge's windows that start in the range.
 * - `reading`: what somebody read on a counter's display at an instant.
 * - `swap`: at an instant another meter took the place of the old one; the last that the old one showed, and the
 *   first of the new.
 */
export type CorrectionKind = 'exclude' | 'scale' | 'offset' | 'reading' | 'swap';

/** Factors are whole millionths, so that no result depends on how a machine divides. */
export const millionths = 1_000_000;

/** As far as the store counts seconds; a range without an end ends here. */
export const openEndS = 4_294_967_295;

/** One correction that stands, as its rules need it. Amounts are whole numbers of the quantity's last decimal. */
export interface Correction {
  /** Corrections are applied in order of their ids. */
  readonly id: number;
  readonly kind: CorrectionKind;
  readonly meter: number;
  /** Number of the series; 0: all of the meter that the kind is for. */
  readonly series: number;
  readonly fromS: number;
  /** Exclusive; an instant has `fromS` here. */
  readonly toS: number;
  readonly factorMillionths: number;
  readonly offset: number;
  /** What the counter, or the old meter, showed at the instant. */
  readonly before: number;
  /** What the counter, or the new meter, showed at the instant. */
  readonly after: number;
}

/** A series that corrections may be about. */
export interface CorrectedSeries {
  readonly number: number;
  readonly meter: number;
  readonly quantity: QuantityId;
}
