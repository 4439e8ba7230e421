import { encodeValue } from '../core/modbus/encode.ts';
import type { WriteRequest } from '../core/modbus/frame.ts';
import { wordCount } from '../core/modbus/register.ts';
import type { ModbusCommand } from '../profiles/profile.ts';

/**
 * The write that carries out a command of a meter's profile, or what is wrong with the value, in words. `value` may be
 * left out where only one is allowed.
 */
export function commandRequest(
  command: ModbusCommand,
  address: number,
  value: number | undefined,
): WriteRequest | string {
  const { fc, type, min, max } = command;
  const given = value ?? (min === max ? min : undefined);
  if (given === undefined) return `value: is missing; ${rangeText(command)} is allowed`;
  if (!(given >= min && given <= max)) return `value: ${given} given; ${rangeText(command)} is allowed`;
  const data = encodeValue(given, command);
  if (data === undefined) {
    return `value: ${given} given; the meter holds it as ${type} in steps of ${command.scale}`;
  }
  const count = type === 'bool' ? 1 : wordCount(type);
  // Several coils go eight in a byte, the first in its lowest bit; a single one as ff00 or 0000.
  const isCoils = fc === 15;
  return {
    address,
    fc,
    start: command.address,
    count,
    data: isCoils ? new Uint8Array([data[0] ? 1 : 0]) : data,
  };
}

function rangeText({ min, max, unit }: ModbusCommand): string {
  const range = min === max ? `${min}` : `${min} to ${max}`;
  return unit === undefined ? range : `${range} ${unit}`;
}
