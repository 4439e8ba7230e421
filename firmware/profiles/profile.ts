import type { ReadLimits } from '../core/modbus/plan.ts';
import type { ByteOrder, Register, RegisterType, WriteFunction } from '../core/modbus/register.ts';
import type { QuantityId } from '../core/quantities.ts';

/** What every profile says of the meter it stands for. `id` is what settings name it by. */
interface ProfileBase {
  readonly id: string;
  readonly manufacturer: string;
  readonly model: string;
}

/**
 * A register of a profile. `everyMs` is the least time between two reads of it, for what changes slowly or
 * matters less than power; without it the register is read at each sample of its meter. `isDoubtful` marks a
 * register on which sources disagree, or that nobody has confirmed: it is told of and not read, for a wrong value is
 * worse than none. Who has compared it with a meter's display reads it by a profile of their own.
 */
export interface ModbusRegister extends Register {
  readonly everyMs?: number;
  readonly isDoubtful?: true;
}

/** How a Modbus meter leaves its factory, as far as it is known: what a person tries first. */
export interface ModbusDefaults {
  readonly baud?: number;
  readonly parity?: 'none' | 'even' | 'odd';
  readonly stopBits?: 1 | 2;
  readonly address?: number;
}

/** A part of who a meter is: `text` is two characters a register, `bcd` four digits, `uint` a number in decimal. */
export interface IdentityField {
  readonly fc: 3 | 4;
  readonly address: number;
  readonly words: number;
  readonly type: 'text' | 'bcd' | 'uint';
  readonly order: ByteOrder;
}

export interface ModbusIdentity {
  readonly serial?: IdentityField;
  readonly model?: IdentityField;
  readonly firmware?: IdentityField;
}

/** What an operator may write to a meter, by name and inside a range. raw = value / scale, in the meter's own type. */
export interface ModbusCommand {
  readonly id: string;
  readonly name: string;
  readonly fc: WriteFunction;
  readonly address: number;
  readonly type: RegisterType;
  readonly order: ByteOrder;
  readonly scale: number;
  readonly min: number;
  readonly max: number;
  readonly unit?: string;
}

/** Which part of a SunSpec device is read: an inverter has, say, a meter behind it under the same address. */
export type SunspecPart = 'first' | 'inverter' | 'meter';

/**
 * `source` says where the registers come from: a manual and its edition, or a project and its commit. `note` is what
 * a person has to know before choosing the profile. With `sunspec` the gateway looks for the registers itself
 * (`sunspec.ts`), and `quantities` are those that may come of it.
 */
export interface ModbusProfile extends ProfileBase {
  readonly kind: 'modbus';
  readonly defaults: ModbusDefaults;
  readonly limits: ReadLimits;
  readonly registers: readonly ModbusRegister[];
  readonly identity?: ModbusIdentity;
  readonly commands?: readonly ModbusCommand[];
  readonly source?: string;
  readonly note?: string;
  readonly sunspec?: { readonly part: SunspecPart; readonly quantities: readonly QuantityId[] };
}

/**
 * A meter with an optical head or a P1 socket: SML, D0 (IEC 62056-21) or DSMR P1, whichever its bytes are. Each quantity
 * is found by its OBIS code (`core/quantities.ts`); a line of 7E1 is read as 8N1, and the reader knows its parity bits.
 */
export interface HeadProfile extends ProfileBase {
  readonly kind: 'head';
  readonly defaults: { readonly baud: number; readonly parity: 'none'; readonly stopBits: 1 };
  readonly quantities: readonly QuantityId[];
  /** The meter's power has no sign of its own (EMH ED300L, Holley DTZ251): its status word says whether it is fed in. */
  readonly signFromStatus?: boolean;
  /** Modes A to C of IEC 62056-21: the meter sends when asked, beginning at `defaults.baud`, at most this often. */
  readonly signOnEveryMs?: number;
}

/** A DC sensor on I2C. The counters are integrated from its power by the gateway. */
export interface Ina219Profile extends ProfileBase {
  readonly kind: 'ina219';
  readonly defaults: { readonly address: number; readonly shuntOhm: number; readonly maxCurrentA: number };
  readonly quantities: readonly QuantityId[];
}

export type MeterProfile = ModbusProfile | HeadProfile | Ina219Profile;

/** The registers of a profile that are read. */
export const trustedRegisters = (profile: ModbusProfile): readonly ModbusRegister[] =>
  profile.registers.filter(({ isDoubtful }) => isDoubtful !== true);

/** The quantities that a meter of this profile can give, in the profile's order. */
export function profileQuantities(profile: MeterProfile): readonly QuantityId[] {
  if (profile.kind !== 'modbus') return profile.quantities;
  return profile.sunspec?.quantities ?? trustedRegisters(profile).map(({ quantity }) => quantity);
}
