import type { Register } from '../core/modbus/decode.ts';
import type { ReadLimits } from '../core/modbus/plan.ts';
import type { QuantityId } from '../core/quantities.ts';

/** What every profile says of the meter it stands for. `id` is what settings name it by. */
interface ProfileBase {
  readonly id: string;
  readonly manufacturer: string;
  readonly model: string;
}

/**
 * A register of a profile. `everyMs` is the least time between two reads of it, for what changes slowly or
 * matters less than power; without it the register is read at each sample of its meter.
 */
export interface ModbusRegister extends Register {
  readonly everyMs?: number;
}

/** How a Modbus meter leaves its factory: what a person tries first. */
export interface ModbusDefaults {
  readonly baud: number;
  readonly parity: 'none' | 'even' | 'odd';
  readonly stopBits: 1 | 2;
  readonly address: number;
}

export interface ModbusProfile extends ProfileBase {
  readonly kind: 'modbus';
  readonly defaults: ModbusDefaults;
  readonly limits: ReadLimits;
  readonly registers: readonly ModbusRegister[];
}

/** A meter that sends SML telegrams by itself; each quantity is found by its OBIS code (`core/quantities.ts`). */
export interface SmlProfile extends ProfileBase {
  readonly kind: 'sml';
  readonly defaults: { readonly baud: number; readonly parity: 'none'; readonly stopBits: 1 };
  readonly quantities: readonly QuantityId[];
}

/** A DC sensor on I2C. The counters are integrated from its power by the gateway. */
export interface Ina219Profile extends ProfileBase {
  readonly kind: 'ina219';
  readonly defaults: { readonly address: number; readonly shuntOhm: number; readonly maxCurrentA: number };
  readonly quantities: readonly QuantityId[];
}

export type MeterProfile = ModbusProfile | SmlProfile | Ina219Profile;

/** The quantities that a meter of this profile can give, in the profile's order. */
export function profileQuantities(profile: MeterProfile): readonly QuantityId[] {
  return profile.kind === 'modbus' ? profile.registers.map(({ quantity }) => quantity) : profile.quantities;
}
