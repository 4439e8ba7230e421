import { deepFreeze } from '#core/freeze.ts';
import { type Quantity, type QuantityId, quantities, quantityIds, type Unit } from '#core/quantities.ts';
import { partsOfQuantity } from '../quantity-words.ts';

export interface ValueMetric {
  readonly quantity: QuantityId;
  readonly name: string;
  readonly type: 'counter' | 'gauge';
  readonly help: string;
  /** What makes the metric's unit of the quantity's. */
  readonly times: number;
}

/**
 * Prometheus' base units, in the plural: energy in joules and not in watt-hours, so that `rate` of it is watts; shares from 0
 * to 1. https://prometheus.io/docs/practices/naming/#base-units
 */
const baseUnits: Readonly<Record<Unit, readonly [suffix: string, times: number]>> = deepFreeze({
  W: ['watts', 1],
  Wh: ['joules', 3600],
  V: ['volts', 1],
  A: ['amperes', 1],
  Ah: ['coulombs', 3600],
  var: ['volt_amperes_reactive', 1],
  varh: ['volt_ampere_reactive_seconds', 3600],
  VA: ['volt_amperes', 1],
  VAh: ['volt_ampere_seconds', 3600],
  Hz: ['hertz', 1],
  '%': ['ratio', 0.01],
  '°': ['degrees', 1],
  '°C': ['celsius', 1],
  'm³': ['cubic_meters', 1],
  J: ['joules', 1],
  '1': ['ratio', 1],
});

function metricOf(quantity: QuantityId): ValueMetric {
  const { unit, kind }: Quantity = quantities[quantity];
  const [suffix, times] = baseUnits[unit];
  const subject = partsOfQuantity(quantity).join('_').toLowerCase();
  return {
    quantity,
    name: `joulegate_meter_${subject}_${suffix}${kind === 'counter' ? '_total' : ''}`,
    type: kind,
    help: `${quantity} of a meter, ${suffix.replaceAll('_', ' ')}.`,
    times,
  };
}

/** One metric for each quantity: to sum one over meters makes sense, to sum phases with their total does not. */
export const valueMetrics: readonly ValueMetric[] = deepFreeze(quantityIds.map(metricOf));
