import type { QuantityId } from '../core/quantities.ts';
import type { ModbusRegister } from './profile.ts';

/** Eastron's meters: input registers, IEEE 754 floats of two registers each, most significant word first. */
export const float32 = (quantity: QuantityId, address: number): ModbusRegister => ({
  quantity,
  fc: 4,
  address,
  type: 'float32',
  order: 'big',
  scale: 1,
});

/** A counter in kWh, kvarh or kVAh with three decimals that mean something: 1 Wh, 1 varh, 1 VAh. */
export const counterKilo = (quantity: QuantityId, address: number): ModbusRegister => ({
  ...float32(quantity, address),
  scale: 1000,
  resolution: 1,
});

/** Read at most each 5 s, so that each window of the default 10 s holds one and power has the line. */
export const slowly = (register: ModbusRegister): ModbusRegister => ({ ...register, everyMs: 5000 });
