import { crc16Modbus } from '#core/crc.ts';
import { wordCount } from '#core/modbus/register.ts';
import type { QuantityId } from '#core/quantities.ts';
import type { TimePort } from '#ports';
import type { ModbusProfile } from '#profiles/profile.ts';
import { Answering } from '../line/answering.ts';
import type { SerialLine } from '../line/serial-line.ts';
import { rawValue, writeRegister } from './register-memory.ts';

/** A meter on a line: its address, its registers, and where its values come from, in their quantities' units. */
export interface ModbusSlave {
  readonly address: number;
  readonly profile: ModbusProfile;
  readonly read: (quantity: QuantityId) => number | undefined;
}

/** Exception codes (Modbus protocol V1.1b3, 7). */
const illegalFunction = 1;
const illegalAddress = 2;
const illegalValue = 3;
const deviceFailure = 4;

/**
 * What a slave does with a frame it heard: an answer, an exception, or nothing where the frame is damaged, not for
 * it, or a broadcast. Refuses reads past its limits, of unknown registers, and of a part of a value.
 */
export function answerOf(slave: ModbusSlave, frame: Uint8Array): Uint8Array | undefined {
  if (frame.length < 4 || frame[0] !== slave.address || !hasGoodCrc(frame)) return undefined;
  const fc = frame[1] as number;
  if (fc !== 3 && fc !== 4) return exception(slave, fc, illegalFunction);
  if (frame.length !== 8) return undefined;
  const word = (offset: number) => ((frame[offset] as number) << 8) | (frame[offset + 1] as number);
  const data = readRegisters(slave, fc, word(2), word(4));
  return typeof data === 'number'
    ? exception(slave, fc, data)
    : withCrc([slave.address, fc, data.length], data);
}

/** The registers' bytes, or the code of an exception. */
function readRegisters(slave: ModbusSlave, fc: number, start: number, count: number): Uint8Array | number {
  const { registers, limits } = slave.profile;
  const known = registers.filter(register => register.fc === fc);
  if (known.length === 0) return illegalFunction;
  if (count < 1 || count > limits.maxRegistersPerRead) return illegalValue;
  const data = new Uint8Array(count * 2);
  let covered = 0;
  for (const register of known) {
    const words = wordCount(register.type);
    const inside = Math.min(register.address + words, start + count) - Math.max(register.address, start);
    if (inside <= 0) continue;
    if (inside < words) return illegalAddress;
    const raw = rawValue(register, slave.read(register.quantity));
    if (raw === undefined) return deviceFailure;
    writeRegister(data, (register.address - start) * 2, register, raw);
    covered += words;
  }
  const end = Math.max(...known.map(register => register.address + wordCount(register.type)));
  const hasHoles = covered < count;
  return start + count > end || (hasHoles && limits.maxHoleRegisters === 0) ? illegalAddress : data;
}

/** Puts a slave on a line. It answers `turnaroundMs` after a request's last byte, but never before the line is silent. */
export function attachSlave(
  line: SerialLine,
  slave: ModbusSlave,
  time: TimePort,
  turnaroundMs: number,
): void {
  // Another meter of the kind, on another load.
  const twin = { ...slave, read: (quantity: QuantityId) => (slave.read(quantity) ?? 0) * 0.93 };
  const port = line.connect({
    onFrame: (frame, endTicks, hasErrors) => {
      const { deadAddresses, delayMs, twinAddresses } = line.faults;
      if (hasErrors || deadAddresses.includes(slave.address)) return;
      const answer = answerOf(slave, frame);
      if (answer === undefined) return;
      const other = twinAddresses.includes(slave.address) ? answerOf(twin, frame) : undefined;
      answering.say(answer, endTicks + turnaroundMs + delayMs, other);
    },
  });
  const answering = new Answering(line, time, port, slave.address);
}

const exception = (slave: ModbusSlave, fc: number, code: number): Uint8Array =>
  withCrc([slave.address, fc | 0x80, code], new Uint8Array(0));

function withCrc(head: readonly number[], data: Uint8Array): Uint8Array {
  const frame = new Uint8Array(head.length + data.length + 2);
  frame.set(head);
  frame.set(data, head.length);
  const crc = crc16Modbus(frame, 0, frame.length - 2);
  frame[frame.length - 2] = crc & 0xff;
  frame[frame.length - 1] = crc >> 8;
  return frame;
}

const hasGoodCrc = (frame: Uint8Array): boolean =>
  crc16Modbus(frame, 0, frame.length - 2) ===
  ((frame[frame.length - 2] as number) | ((frame[frame.length - 1] as number) << 8));
