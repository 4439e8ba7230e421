import { Doctor, type DoctorChannel } from '#app/doctor/doctor.ts';
import type { VisitedLine } from '#app/doctor/visit.ts';
import { createBusSource } from '#app/poller.ts';
import { type QuantityId, quantities } from '#core/quantities.ts';
import { decodeMessage, encodeMessage, type Message } from '#core/wire/messages.ts';
import type { LineSettings } from '#core/wire/settings.ts';
import type { Ports } from '#ports';
import type { ModbusProfile } from '#profiles/profile.ts';
import { findProfile, profiles } from '#profiles/registry.ts';
import { bareBoard, noCrypto } from '../../../../simulator/gateway/board.ts';
import { memoryStore } from '../../../../simulator/gateway/stores.ts';
import { VirtualTime } from '../../../../simulator/gateway/virtual-time.ts';
import { SerialLine } from '../../../../simulator/line/serial-line.ts';
import type { UartSettings } from '../../../../simulator/line/uart.ts';
import { attachSlave, type ModbusSlave } from '../../../../simulator/meters/modbus-slave.ts';
import { meterSettings, recordingSink } from '../line-rig.ts';
import { jitteryPort, lateTimers } from './jittery.ts';

export function modbusProfile(id: string): ModbusProfile {
  const profile = findProfile(id);
  if (profile?.kind !== 'modbus') throw new Error(`no Modbus profile ${id}`);
  return profile;
}

/** A house under load, on three phases. */
const steady: Partial<Record<QuantityId, number>> = {
  voltageV: 231,
  voltageL1V: 231,
  voltageL2V: 229,
  voltageL3V: 232,
  currentA: 2,
  powerW: 460,
  frequencyHz: 50.02,
  powerFactor: 0.98,
};

export interface RigSlave {
  readonly address: number;
  readonly profile: string;
}

export interface RigOptions {
  /** Who hangs on the line. */
  readonly slaves: readonly RigSlave[];
  /** Others on the line, who are not polled. */
  readonly strangers?: readonly ModbusSlave[];
  /** Who is polled; left out: all of them. */
  readonly polled?: readonly RigSlave[];
  /** How the line is; the gateway is set as `settings` say. */
  readonly uart?: Partial<UartSettings>;
  readonly settings?: Partial<LineSettings>;
  readonly turnaroundMs?: number;
  /** Bytes are held back for so long at most, and the gateway's timers are so late at most. */
  readonly jitterMs?: number;
  readonly lateMs?: number;
  /** Of all that is random on the line. */
  readonly seed?: number;
  readonly read?: (quantity: QuantityId) => number | undefined;
}

/** A doctor, a polled line with slaves, and all that the doctor told, which has gone through the wire's own rules. */
export function doctorRig(options: RigOptions) {
  const { slaves, polled = slaves, turnaroundMs = 15, seed = 7, jitterMs = 0, lateMs = 0 } = options;
  const time = new VirtualTime({ ticksMs: 1000 });
  const uart: UartSettings = { baud: 9600, parity: 'none', stopBits: 1, ...options.uart };
  const line = new SerialLine({ time, ...uart, seed });
  const read =
    options.read ??
    ((quantity: QuantityId) => steady[quantity] ?? (quantities[quantity].kind === 'counter' ? 123_456 : 0.9));
  for (const { address, profile } of slaves) {
    attachSlave(line, { address, profile: modbusProfile(profile), read }, time, turnaroundMs);
  }
  for (const stranger of options.strangers ?? []) attachSlave(line, stranger, time, turnaroundMs);
  const settings: LineSettings = {
    id: 'bus',
    kind: 'rs485',
    port: 'simulated',
    baud: 9600,
    ...options.settings,
  };
  const openings: string[] = [];
  const port = { isThere: true, open: 0 };
  const gatewayTime = lateMs === 0 ? time : lateTimers(time, seed + 1, lateMs);
  const openLine: Ports['openSerial'] = (opened, handlers) => {
    const { baud = 9600, parity = 'none', stopBits = 1 } = opened;
    openings.push(`${baud} ${parity}`);
    if (!port.isThere) throw new Error('no such device');
    if (port.open > 0) throw new Error('the port is open already');
    port.open++;
    const connected = line.connect(
      { onBytes: handlers.onBytes },
      { baud, parity, stopBits: stopBits === 2 ? 2 : 1 },
    );
    return {
      write: bytes => connected.write(bytes),
      close: () => {
        port.open--;
        connected.close();
      },
    };
  };
  const openSerial = jitterMs === 0 ? openLine : jitteryPort(openLine, time, seed + 2, jitterMs);
  const log: string[] = [];
  const ports: Ports = {
    time: gatewayTime,
    random: { bytes: count => new Uint8Array(count), unit: () => 0.5 },
    mqtt: { connect: () => ({ subscribe: () => {}, publish: () => {}, close: () => {} }) },
    openSerial,
    openI2c: () => {
      throw new Error('no I2C');
    },
    store: memoryStore(),
    crypto: noCrypto,
    board: bareBoard(),
    log: (level, text) => log.push(`${level}: ${text}`),
  };
  const meters = polled.map(({ address, profile: id }) => ({
    settings: meterSettings(`m${address}`, address, { profile: id }),
    profile: modbusProfile(id),
    ...recordingSink(),
  }));
  const source = createBusSource({ time: gatewayTime, line: settings, openSerial, meters, log: ports.log });
  const visited: VisitedLine = { settings, source, meters, fault: undefined };
  const told: { [C in DoctorChannel]: { ticksMs: number; message: Message<C> }[] } = {
    diagnosis: [],
    trace: [],
    scan: [],
    probe: [],
  };
  let published = 0;
  const doctor = new Doctor({
    ports,
    line: id => (id === 'bus' ? visited : undefined),
    lineIds: () => ['bus'],
    profiles: () => profiles,
    publish: (channel, message) => {
      published++;
      const decoded = decodeMessage(channel, encodeMessage(channel, message));
      if (!decoded.ok) throw new Error(decoded.detail);
      told[channel].push({ ticksMs: time.ticksMs(), message: decoded.value });
    },
  });
  source.start();
  return {
    time,
    line,
    doctor,
    source,
    meters,
    told,
    port,
    openings,
    log,
    profiles,
    published: () => published,
    command: (command: Omit<Message<'command'>, 'v' | 'id'>): Message<'command'> => ({
      v: 1,
      id: 'c1',
      line: 'bus',
      ...command,
    }),
    samplesAfter: (ticksMs: number) =>
      meters.map(({ samples }) => samples.filter(sample => sample.ticksMs > ticksMs).length),
  };
}

export type DoctorRig = ReturnType<typeof doctorRig>;
