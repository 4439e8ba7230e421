import { decodeRegisters } from '../../core/modbus/decode.ts';
import { planReads, type ReadBlock } from '../../core/modbus/plan.ts';
import { isPlausible, type QuantityId } from '../../core/quantities.ts';
import { type ModbusProfile, type ModbusRegister, trustedRegisters } from '../../profiles/profile.ts';

/**
 * What a meter is known by: voltages and frequency are the same everywhere and never zero while it has supply. A
 * meter answers questions about registers that it does not have with zeros, too, so an answer alone says nothing.
 */
const voltages: readonly QuantityId[] = Object.freeze(['voltageV', 'voltageL1V', 'voltageL2V', 'voltageL3V']);

/** `hit`: as it must be. `zero`: as good as nothing. `wrong`: cannot be. */
export type Verdict = 'hit' | 'zero' | 'wrong';

const between = (value: number, min: number, max: number): boolean => value >= min && value <= max;

/** Mains voltages by phase and frequencies; a meter of direct current (it has no frequency) has any voltage. */
export function verdictOf(quantity: QuantityId, value: number, isDc: boolean): Verdict {
  if (value === 0) return 'zero';
  if (quantity === 'frequencyHz') return between(value, 45, 65) ? 'hit' : 'wrong';
  if (voltages.includes(quantity)) return between(value, isDc ? 5 : 80, 300) ? 'hit' : 'wrong';
  return isPlausible(quantity, value) ? 'hit' : 'wrong';
}

export const isDirectCurrent = ({ registers }: ModbusProfile): boolean =>
  !registers.some(({ quantity }) => quantity === 'frequencyHz' || quantity === 'voltageL1V');

export type Block = ReadBlock<ModbusRegister>;

/** The reads for voltages and frequency of a profile; of one that has neither, of all. */
export function markBlocks(profile: ModbusProfile): readonly Block[] {
  const all = trustedRegisters(profile);
  const marks = all.filter(({ quantity }) => quantity === 'frequencyHz' || voltages.includes(quantity));
  return planReads(marks.length > 0 ? marks : all, profile.limits);
}

/** All reads of a profile. */
export const allBlocks = (profile: ModbusProfile): readonly Block[] =>
  planReads(trustedRegisters(profile), profile.limits);

export interface Score {
  hits: number;
  zeros: number;
  wrong: number;
}

/** Judges the registers of a block by the data of an answer that begins at register `start`. */
export function judge(
  { registers }: Block,
  start: number,
  data: Uint8Array,
  isDc: boolean,
  score: Score,
  onValue?: (quantity: QuantityId, value: number) => void,
): void {
  const values = decodeRegisters(registers, start, data);
  // What is not a number or marked as not available is as good as zero.
  score.zeros += registers.length - values.length;
  for (const { quantity, value } of values) {
    const verdict = verdictOf(quantity, value, isDc);
    if (verdict === 'hit') score.hits++;
    else if (verdict === 'zero') score.zeros++;
    else score.wrong++;
    if (verdict !== 'wrong') onValue?.(quantity, value);
  }
}
