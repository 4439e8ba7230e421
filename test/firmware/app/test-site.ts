import { createGateway } from '#app/gateway.ts';
import type { QuantityId } from '#core/quantities.ts';
import { decodeMessage, encodeMessage, type Message } from '#core/wire/messages.ts';
import { decodeRecord, type WindowRecord } from '#core/wire/records.ts';
import type { GatewaySettings } from '#core/wire/settings.ts';
import { topicOf } from '#core/wire/topics.ts';
import type { I2cPort, Ports } from '#ports';
import type { ModbusProfile } from '#profiles/profile.ts';
import { findProfile } from '#profiles/registry.ts';
import { bareBoard, noCrypto } from '../../../simulator/gateway/board.ts';
import { DirectLines } from '../../../simulator/gateway/direct-lines.ts';
import { MemoryBroker } from '../../../simulator/gateway/memory-mqtt.ts';
import { memoryStore } from '../../../simulator/gateway/stores.ts';
import { VirtualTime } from '../../../simulator/gateway/virtual-time.ts';
import { Ina219Chip } from '../../../simulator/meters/ina219-chip.ts';
import { SmlHead } from '../../../simulator/meters/sml-head.ts';
import { HostModel, hear } from './host-model.ts';

/** 2023-11-14 22:13:20 UTC: a multiple of 10 s. */
export const epochMs = 1_700_000_000_000;

export const siteSettings: GatewaySettings = {
  version: 1,
  lines: [
    { id: 'bus', kind: 'rs485', port: 'bus', baud: 9600 },
    { id: 'head', kind: 'ir', port: 'head' },
    { id: 'chips', kind: 'i2c', port: 'chips' },
  ],
  meters: [
    { id: 'kitchen', name: 'Kitchen', profile: 'eastron-sdm120', line: 'bus', address: 1 },
    { id: 'pump', name: 'Heat pump', profile: 'peacefair-pzem-004t-v3', line: 'bus', address: 2 },
    { id: 'utility', name: 'Utility', profile: 'sml-meter', line: 'head' },
    { id: 'battery', name: 'Battery', profile: 'ina219', line: 'chips', address: 0x40 },
  ],
};

export interface TestSiteOptions {
  /** Undefined: the clock is not known yet. */
  readonly wallMs?: number | undefined;
  readonly settings?: GatewaySettings;
  readonly store?: Ports['store'];
  /** For the journal; without it that is in RAM. */
  readonly flash?: Ports['flash'];
  readonly random?: Ports['random'];
  /** The site whose gateway this one follows: its time, broker and host go on. */
  readonly after?: { readonly time: VirtualTime; readonly broker: MemoryBroker; readonly host: HostModel };
  /** What the meters show at this tick. */
  readonly read?: (quantity: QuantityId, ticksMs: number) => number | undefined;
}

const steady: Partial<Record<QuantityId, number>> = {
  voltageV: 230,
  currentA: 2,
  powerW: 460,
  frequencyHz: 50,
  powerFactor: 1,
};

export function modbusProfile(id: string): ModbusProfile {
  const profile = findProfile(id);
  if (profile?.kind !== 'modbus') throw new Error(`no Modbus profile ${id}`);
  return profile;
}

/** A gateway with meters on its lines, a broker and a host, all in virtual time. */
export function testSite(options: TestSiteOptions = {}) {
  const time = options.after?.time ?? new VirtualTime();
  if (options.after === undefined || 'wallMs' in options)
    time.setWall('wallMs' in options ? options.wallMs : epochMs);
  const read = (quantity: QuantityId) => options.read?.(quantity, time.ticksMs()) ?? steady[quantity] ?? 1;
  const broker = options.after?.broker ?? new MemoryBroker(time);
  const host = options.after?.host ?? new HostModel('gw', broker, time);
  const lines = new DirectLines({
    time,
    rs485: {
      port: 'bus',
      slaves: [
        { address: 1, profile: modbusProfile('eastron-sdm120'), read },
        { address: 2, profile: modbusProfile('peacefair-pzem-004t-v3'), read },
      ],
    },
    ir: { port: 'head', head: new SmlHead({ read }), everyMs: 1000 },
  });
  const chip = new Ina219Chip({ shuntOhm: 0.1, voltageV: () => 12, currentA: () => 1.5 });
  const opened: string[] = [];
  let restarts = 0;
  const log: string[] = [];
  const ports: Ports = {
    time,
    random: options.random ?? {
      bytes: count => Uint8Array.from({ length: count }, (_, index) => index + 1),
      unit: () => 0.5,
    },
    ...(options.flash === undefined ? {} : { flash: options.flash }),
    mqtt: broker.port,
    openSerial: (line, handlers) => {
      opened.push(line.id);
      return lines.openSerial(line, handlers);
    },
    openI2c: line => {
      opened.push(line.id);
      if (line.port !== 'chips') throw new Error(`port ${line.port} is not there`);
      return chipPort(chip, time);
    },
    store: options.store ?? memoryStore(),
    crypto: noCrypto,
    board: bareBoard({
      name: 'test board',
      firmware: '1.2.3',
      heapFreeBytes: () => 100_000,
      rssiDbm: () => -60.5,
      restart: () => {
        restarts++;
      },
    }),
    log: (level, text) => log.push(`${level}: ${text}`),
  };
  const gateway = createGateway({ id: 'gw', ports, settings: options.settings ?? siteSettings });
  return {
    time,
    broker,
    host,
    lines,
    chip,
    ports,
    gateway,
    opened,
    log,
    restarts: () => restarts,
    about: hear(broker, topicOf('gw', 'about'), payload => decodeMessage('about', payload)),
    health: hear(broker, topicOf('gw', 'health'), payload => decodeMessage('health', payload)),
    live: hear(broker, topicOf('gw', 'live'), payload => decodeMessage('live', payload)),
    diagnosis: hear(broker, topicOf('gw', 'diagnosis'), payload => decodeMessage('diagnosis', payload)),
    trace: hear(broker, topicOf('gw', 'trace'), payload => decodeMessage('trace', payload)),
    scan: hear(broker, topicOf('gw', 'scan'), payload => decodeMessage('scan', payload)),
    probe: hear(broker, topicOf('gw', 'probe'), payload => decodeMessage('probe', payload)),
    results: hear(broker, topicOf('gw', 'result'), payload => decodeMessage('result', payload)),
    reported: hear(broker, topicOf('gw', 'settings/reported'), payload =>
      decodeMessage('settings/reported', payload),
    ),
    /** What the host has on disk, decoded; of one meter or all. Without what a power cut left unreadable. */
    stored: (meter?: string): WindowRecord[] =>
      (host.stored.get(gateway.journal.epoch) ?? [])
        .filter(({ length }) => length > 0)
        .map(bytes => {
          const decoded = decodeRecord(bytes);
          if (!decoded.ok) throw new Error(decoded.detail);
          return decoded.value;
        })
        .filter(record => meter === undefined || record.meter === meter),
    command: (command: Omit<Message<'command'>, 'v'>) =>
      broker.publish(topicOf('gw', 'command'), encodeMessage('command', { v: 1, ...command })),
    desire: (settings: unknown) =>
      broker.publish(
        topicOf('gw', 'settings/desired'),
        encodeMessage('settings/desired', { v: 1, settings }),
        {
          retain: true,
        },
      ),
  };
}

/** A chip on a bus where each word takes a millisecond. */
function chipPort(chip: Ina219Chip, time: VirtualTime): I2cPort {
  const port = chip.port();
  return {
    readWord: (register, done) => {
      time.after(1, () => port.readWord(register, done));
    },
    writeWord: (register, value, done) => {
      time.after(1, () => port.writeWord(register, value, done));
    },
    close: () => port.close(),
  };
}
