import { crc16Modbus } from '#core/crc.ts';
import type { ReadFunction } from '#core/modbus/register.ts';
import type { QuantityId } from '#core/quantities.ts';
import type { TimePort } from '#ports';
import type { ModbusIdentity, ModbusProfile, ModbusRegister } from '#profiles/profile.ts';
import { Answering } from '../line/answering.ts';
import type { SerialLine } from '../line/serial-line.ts';
import { type Exception, illegalFunction } from './slave-exceptions.ts';
import { addressOf } from './slave-parameters.ts';
import { readOf } from './slave-reads.ts';
import { writeTo } from './slave-writes.ts';

/** The address that all slaves obey and none answers. */
const broadcast = 0;

/**
 * A meter on a line: its address, its registers, and where its values come from, in their quantities' units. `words`
 * and `coils` hold what was written to it by its profile's commands, and what else it has in holding registers.
 */
export interface ModbusSlave {
  readonly address: number;
  readonly profile: ModbusProfile;
  readonly read: (quantity: QuantityId, register: ModbusRegister) => number | undefined;
  /** Who it says it is, where its profile knows the registers for it. */
  readonly identity?: Readonly<Partial<Record<keyof ModbusIdentity, string>>>;
  /** What its parameters stand at before anybody writes them, by the ids of its profile's commands. */
  readonly parameters?: Readonly<Record<string, number>>;
  /** Holding registers and coils beside those of its profile, and where what is written is kept. */
  readonly words?: Map<number, number>;
  readonly coils?: Map<number, boolean>;
  /** Input registers that are no measurement, such as an alarm: others' programs read them in one go with those that are. */
  readonly stateWords?: ReadonlyMap<number, number>;
  /** Whether it answers reads of holding registers that it does not have with zeros, as an SDM630 does (mbmd#63). */
  readonly hasZerosForUnknown?: boolean;
}

/**
 * What a slave does with a frame it heard: an answer, an exception, or nothing where the frame is damaged, not for
 * it, or a broadcast, which it obeys. Refuses functions that it does not have, reads past its limits, of unknown
 * registers, and of a part of a value, and writes of what no command of its profile names.
 */
export function answerOf(slave: ModbusSlave, frame: Uint8Array): Uint8Array | undefined {
  const [address, fc] = frame;
  if (frame.length < 4 || address === undefined || fc === undefined || !hasGoodCrc(frame)) return undefined;
  const isBroadcast = address === broadcast;
  if (!isBroadcast && address !== addressOf(slave)) return undefined;
  const answer = pduOf(slave, fc, frame.subarray(2, -2));
  if (answer === undefined || isBroadcast) return undefined;
  return typeof answer === 'number'
    ? withCrc([address, fc | 0x80, answer], new Uint8Array(0))
    : withCrc([address, fc], answer);
}

/** What follows address and function in the answer, or the code of an exception; undefined of what is no request. */
function pduOf(slave: ModbusSlave, fc: number, data: Uint8Array): Uint8Array | Exception | undefined {
  if (isRead(fc)) {
    if (data.length !== 4) return undefined;
    const view = new DataView(data.buffer, data.byteOffset, data.length);
    const told = readOf(slave, fc, view.getUint16(0), view.getUint16(2));
    return typeof told === 'number' ? told : new Uint8Array([told.length, ...told]);
  }
  if (fc !== 5 && fc !== 6 && fc !== 15 && fc !== 16) return illegalFunction;
  const outcome = writeTo(slave, fc, data);
  return outcome === 'written' ? data.slice(0, 4) : outcome;
}

const isRead = (fc: number): fc is ReadFunction => fc >= 1 && fc <= 4;

/** Puts a slave on a line. It answers `turnaroundMs` after a request's last byte, but never before the line is silent. */
export function attachSlave(
  line: SerialLine,
  slave: ModbusSlave,
  time: TimePort,
  turnaroundMs: number,
): void {
  // Another meter of the kind, on another load.
  const twin: ModbusSlave = {
    ...slave,
    read: (quantity, register) => (slave.read(quantity, register) ?? 0) * 0.93,
  };
  const port = line.connect({
    get address() {
      return addressOf(slave);
    },
    onFrame: (frame, endTicks, hasErrors) => {
      const { deadAddresses, twinAddresses } = line.faults;
      if (hasErrors || deadAddresses.includes(addressOf(slave))) return;
      const answer = answerOf(slave, frame);
      if (answer === undefined) return;
      const other = twinAddresses.includes(addressOf(slave)) ? answerOf(twin, frame) : undefined;
      answering.say(answer, endTicks + turnaroundMs, other);
    },
  });
  const answering = new Answering(line, time, port, slave.address);
}

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
