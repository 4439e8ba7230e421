import { type QuantityId, quantities, type Unit } from '#core/quantities.ts';
import type { CorrectedSeries, Correction, CorrectionKind } from './types.ts';

/** Units of what is proportional to the current: a wrong ratio of a current transformer is in all of these. */
const ofCurrent: ReadonlySet<Unit> = new Set<Unit>(['W', 'Wh', 'A', 'Ah', 'var', 'varh', 'VA', 'VAh']);

/** Whether a correction of a whole meter reaches its series of this quantity. */
export const isOfWholeMeter = (kind: CorrectionKind, quantity: QuantityId): boolean =>
  kind === 'exclude' || (kind === 'scale' && ofCurrent.has(quantities[quantity].unit));

/** Whether a correction is about this series. */
export const concerns = (
  { kind, meter, series }: Pick<Correction, 'kind' | 'meter' | 'series'>,
  of: CorrectedSeries,
): boolean => (series === 0 ? meter === of.meter && isOfWholeMeter(kind, of.quantity) : series === of.number);

/**
 * Whether it changes the windows of the series, and with them the tiers. All of a gauge's do; of a counter's only
 * those that take windows away: the others are about its growth, which is told when it is asked for.
 */
export const changesWindows = (kind: CorrectionKind, quantity: QuantityId): boolean =>
  kind === 'exclude' || (quantities[quantity].kind === 'gauge' && (kind === 'scale' || kind === 'offset'));
