import type { ReadLimits } from '../core/modbus/plan.ts';
import { type QuantityId, quantities } from '../core/quantities.ts';
import type { ModbusRegister } from './profile.ts';

/** Read at most each 5 s: each window of the default 10 s holds one, and power has the line. */
export const eachWindow = Object.freeze({ everyMs: 5000 });

/** Read at most once a minute: counters of a phase or tariff, distortion, demand. */
export const eachMinute = Object.freeze({ everyMs: 60_000 });

/**
 * Of a meter whose limits no source tells: no register is read that is not known, and no more at once than the
 * 40 (20 floats) of the tightest meters that have many registers (RISH and SIFAM).
 */
export const unstatedLimits: ReadLimits = Object.freeze({ maxRegistersPerRead: 40, maxHoleRegisters: 0 });

/** What the registers of a group have in common: most significant byte first and scale 1, where nothing else is said. */
type Form = Pick<ModbusRegister, 'fc' | 'type'> &
  Partial<Pick<ModbusRegister, 'order' | 'scale' | 'resolution' | 'absentRaw' | 'everyMs' | 'isDoubtful'>>;

/**
 * Registers of one form, by quantity and address. A counter counts in its register's own step, and as a float in
 * whole units where no `resolution` is given: what a float has below 1 Wh is noise.
 */
export function registersOf(
  form: Form,
  addresses: Readonly<Partial<Record<QuantityId, number>>>,
): ModbusRegister[] {
  const { order = 'big', scale = 1 } = form;
  const resolution = form.resolution ?? (form.type.startsWith('float') ? 1 : Math.abs(scale));
  return (Object.keys(addresses) as QuantityId[]).map(quantity => ({
    ...form,
    quantity,
    address: addresses[quantity] as number,
    order,
    scale,
    ...(quantities[quantity].kind === 'counter' ? { resolution } : {}),
  }));
}
