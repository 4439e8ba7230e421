import { deepFreeze } from '#core/freeze.ts';
import type { QuantityId } from '#core/quantities.ts';
import type { ModbusProfile, ModbusRegister } from '#profiles/profile.ts';
import type { ModbusSlave } from '../../meters/modbus-slave.ts';

/** Twelve values, as the reference load has them; the last two are counters. */
export const referenceQuantities = deepFreeze([
  'powerW',
  'powerL1W',
  'powerL2W',
  'powerL3W',
  'reactivePowerVar',
  'reactivePowerL1Var',
  'reactivePowerL2Var',
  'reactivePowerL3Var',
  'apparentPowerVA',
  'apparentPowerL1VA',
  'energyImportWh',
  'energyExportWh',
] as const satisfies readonly QuantityId[]);

const isCounter = (index: number): boolean => index >= 10;

const registers: readonly ModbusRegister[] = referenceQuantities.map((quantity, index) => ({
  quantity,
  fc: 4,
  address: 2 * index,
  type: 'uint32',
  order: 'big',
  scale: 1,
}));

/** So many registers at a time: 24 are one read of all, 8 are three reads whose answers look alike. */
export const referenceProfile = (registersPerRead: 8 | 24): ModbusProfile =>
  deepFreeze({
    kind: 'modbus',
    id: `reference-${registersPerRead}`,
    manufacturer: 'Nobody',
    model: 'Reference',
    defaults: { baud: 9600, parity: 'none', stopBits: 1, address: 1 },
    limits: { maxRegistersPerRead: registersPerRead, maxHoleRegisters: 0 },
    registers,
  });

/** The seconds of a gauge after which it shows the same again. */
const lapS = 1000;

/**
 * What meter `unit` (0 to 99) shows in a second. A gauge's number says by itself which quantity of which meter it is and
 * when it was so; its counters grow by 1 and by 2 Wh a second.
 */
export function shownBy(unit: number, quantity: QuantityId, second: number): number {
  const index = (referenceQuantities as readonly string[]).indexOf(quantity);
  const base = unit * 16 + index;
  return isCounter(index) ? base * 1_000_000 + (index - 9) * second : base * 10_000 + (second % lapS);
}

/** Whether meter `unit` showed this at some second from `fromS` to `toS`, both included. */
export function wasShown(
  unit: number,
  quantity: QuantityId,
  value: number,
  fromS: number,
  toS: number,
): boolean {
  const index = (referenceQuantities as readonly string[]).indexOf(quantity);
  const beyond = value - shownBy(unit, quantity, 0);
  const first = Math.max(fromS, 0);
  if (isCounter(index)) {
    const second = beyond / (index - 9);
    return Number.isInteger(second) && second >= first && second <= toS;
  }
  if (!Number.isInteger(beyond) || beyond < 0 || beyond >= lapS) return false;
  // The first second from then on that shows it.
  return first + ((((beyond - first) % lapS) + lapS) % lapS) <= toS;
}

/** A meter that shows what `shownBy` says. */
export const referenceSlave = (
  profile: ModbusProfile,
  address: number,
  unit: number,
  second: () => number,
): ModbusSlave => ({ address, profile, read: quantity => shownBy(unit, quantity, second()) });
