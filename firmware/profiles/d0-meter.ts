import { deepFreeze } from '../core/freeze.ts';
import type { HeadProfile } from './profile.ts';
import { smlMeter } from './sml-meter.ts';

/** Heat meters speak D0, too. */
const d0Quantities = deepFreeze([...smlMeter.quantities, 'heatEnergyJ'] as const);

/**
 * A meter that sends D0 telegrams (IEC 62056-21) on its infrared port by itself: mode D, in Germany mostly at 9600
 * baud. Its 7E1 is read as 8N1, with the parity bits checked.
 */
export const d0Meter: HeadProfile = deepFreeze({
  kind: 'head',
  id: 'd0-meter',
  manufacturer: 'any',
  model: 'Smart meter that pushes D0 (IEC 62056-21) on its infrared port',
  defaults: { baud: 9600, parity: 'none', stopBits: 1 },
  quantities: d0Quantities,
});

/**
 * A meter that sends its D0 telegram when it is asked: modes A, B and C, begun at 300 baud. The head needs a sending
 * diode. One readout takes 2 to 30 s, so it is asked every 10 s unless `sampleMs` says another time.
 * A heat meter on a battery should be asked each quarter of an hour at most: a readout takes some of it.
 */
export const d0MeterAsked: HeadProfile = deepFreeze({
  kind: 'head',
  id: 'd0-meter-asked',
  manufacturer: 'any',
  model: 'Meter that answers D0 (IEC 62056-21, modes A to C) on its infrared port',
  defaults: { baud: 300, parity: 'none', stopBits: 1 },
  quantities: d0Quantities,
  signOnEveryMs: 10_000,
});
