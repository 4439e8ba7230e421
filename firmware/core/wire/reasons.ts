import { deepFreeze } from '../freeze.ts';

/**
 * Why a value that was due is absent. The position is the number on the wire: append only.
 * timeout: no answer. crc: damaged bytes. exception: the meter refused. foreign: another slave's answer.
 * malformed: an answer that breaks its protocol. implausible: outside the quantity's range. overflow: the
 * sensor was driven past its range. offline: not asked, because it is known to be silent. notConfigured:
 * the line or chip could not be opened. clock: measured before the wall clock was known, and not datable. busLost: nothing
 * on an I2C bus answers, or it hangs.
 */
export const reasons = deepFreeze([
  'timeout',
  'crc',
  'exception',
  'foreign',
  'malformed',
  'implausible',
  'overflow',
  'offline',
  'notConfigured',
  'clock',
  'busLost',
] as const);

export type Reason = (typeof reasons)[number];
