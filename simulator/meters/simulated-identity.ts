import type { ModbusProfile } from '#profiles/profile.ts';
import type { ModbusSlave } from './modbus-slave.ts';

/** Who a simulated meter says it is, in the fields that its profile has: a number of its own for each address. */
export function simulatedIdentity(
  { identity = {} }: ModbusProfile,
  address: number,
): NonNullable<ModbusSlave['identity']> {
  const texts = {
    serial: String(26_000_000 + address),
    model: 'SIM',
    firmware: '1.0',
  } as const;
  const shown = (field: keyof typeof texts): object => {
    const type = identity[field]?.type;
    if (type === undefined) return {};
    // Of a text that is no number, fields of digits have none.
    return { [field]: type === 'text' || field === 'serial' ? texts[field] : String(address) };
  };
  return { ...shown('serial'), ...shown('model'), ...shown('firmware') };
}
