import type { RegisterValue } from '#core/modbus/decode.ts';
import { encodeValue } from '#core/modbus/encode.ts';
import { wordCount } from '#core/modbus/register.ts';
import type { QuantityId } from '#core/quantities.ts';
import type { ModbusProfile } from '#profiles/profile.ts';
import { trustedRegisters } from '#profiles/profile.ts';

/** Input registers that hold one value together. */
export interface PresentedRegister {
  readonly quantity: QuantityId;
  readonly address: number;
  readonly words: number;
  /** How often gateways read it where they read it seldom, ms: so much older than others it may be. */
  readonly paceMs: number;
  /** The bytes of a value in the quantity's unit, as they go over the wire. */
  encode(value: RegisterValue['value']): Uint8Array | undefined;
}

/** Holding registers that say what the meter is, by their first address. */
export interface FixedRegister {
  readonly address: number;
  readonly data: Uint8Array;
}

export interface RegisterMap {
  /** By address, none over another. */
  readonly inputs: readonly PresentedRegister[];
  readonly holdings: readonly FixedRegister[];
  /** The address behind the last input register. */
  readonly inputsEnd: number;
}

/**
 * The input registers of a profile the other way round: the same table, types, orders and scales by which gateways read
 * such a meter, so its signs too (positive power is taken from the grid, energies of both directions are positive).
 */
export function inputsOf(profile: ModbusProfile): Pick<RegisterMap, 'inputs' | 'inputsEnd'> {
  const inputs = trustedRegisters(profile)
    .filter(({ fc }) => fc === 4)
    .map(register => {
      const { quantity, address, type, everyMs = 0 } = register;
      const encode = (value: number) => encodeValue(value, register);
      return { quantity, address, words: wordCount(type), paceMs: everyMs, encode };
    })
    .sort((a, b) => a.address - b.address);
  const last = inputs.at(-1);
  return { inputs, inputsEnd: last === undefined ? 0 : last.address + last.words };
}
