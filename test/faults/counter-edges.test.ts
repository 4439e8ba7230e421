import { afterEach, expect, test } from 'vitest';
import { createGateway } from '#app/gateway.ts';
import type { QuantityId } from '#core/quantities.ts';
import { encodeMessage } from '#core/wire/messages.ts';
import { topicOf, upChannels } from '#core/wire/topics.ts';
import type { ModbusProfile } from '#profiles/profile.ts';
import { Events } from '../../host/events.ts';
import { Fleet } from '../../host/fleet.ts';
import { Ingest } from '../../host/ingest/ingest.ts';
import { Store } from '../../host/store/store.ts';
import { CommitWatch } from '../../host/watch/commits.ts';
import { DiskWatch } from '../../host/watch/disk.ts';
import { bareBoard } from '../../simulator/gateway/board.ts';
import { DirectLines } from '../../simulator/gateway/direct-lines.ts';
import { MemoryBroker } from '../../simulator/gateway/memory-mqtt.ts';
import { nodeCrypto } from '../../simulator/gateway/node-crypto.ts';
import { seededRandom } from '../../simulator/gateway/random.ts';
import { memoryStore } from '../../simulator/gateway/stores.ts';
import { VirtualTime } from '../../simulator/gateway/virtual-time.ts';
import { SmlHead } from '../../simulator/meters/sml-head.ts';

const startMs = Date.UTC(2026, 4, 5, 10);
/** When it happens, s after the start; how long is measured. */
const [atS, endS] = [300, 1200];

/** A meter with whole Wh in 64 bits and a serial number, as a user would describe it. */
const profile: ModbusProfile = {
  kind: 'modbus',
  id: 'edge-meter',
  manufacturer: 'Nobody',
  model: 'Edge',
  defaults: { baud: 9600, parity: 'none', stopBits: 1, address: 1 },
  limits: { maxRegistersPerRead: 40, maxHoleRegisters: 20 },
  identity: { serial: { fc: 3, address: 100, words: 4, type: 'text', order: 'big' } },
  registers: [
    { quantity: 'powerW', fc: 3, address: 0, type: 'int32', order: 'big', scale: 1 },
    { quantity: 'energyImportWh', fc: 3, address: 2, type: 'uint64', order: 'big', scale: 1 },
  ],
};

/** A counter of 3600 W, by the second; what is counted of it between the first and the last window, in Wh. */
interface Edge {
  readonly id: string;
  readonly shown: (atS: number) => number;
  readonly serial?: (atS: number) => string;
  /** Kinds of its events. */
  readonly kinds: readonly string[];
  readonly isEstimated?: true;
  readonly happened: Readonly<Record<string, number>>;
}

const from = (start: number, size: number) => (s: number) => (start + s) % size;
const edges: readonly Edge[] = [
  {
    id: 'glitch',
    shown: s => [0, 99_999_999, 1_049_376][[300, 303, 306].indexOf(s)] ?? 800 + s,
    kinds: [],
    happened: { glitch: 3 },
  },
  {
    id: 'reset',
    shown: s => (s < atS ? 7_000_000 + s : s - atS),
    kinds: ['reset'],
    isEstimated: true,
    happened: { reset: 1 },
  },
  { id: 'bits16', shown: from(2 ** 16 - atS - 5, 2 ** 16), kinds: ['rollover'], happened: { rollover: 1 } },
  { id: 'bits32', shown: from(2 ** 32 - atS - 5, 2 ** 32), kinds: ['rollover'], happened: { rollover: 1 } },
  // 99999.9 kWh, as its display shows it.
  {
    id: 'digits',
    shown: s => Math.floor(from(1e8 - atS - 5, 1e8)(s) / 100) * 100,
    kinds: ['rollover'],
    happened: { rollover: 1 },
  },
  ...[
    { id: 'lower', first: 20 },
    { id: 'higher', first: 5_000_000 },
    // As if it had counted on.
    { id: 'alike', first: 700_000 + atS + 20 },
  ].map(
    ({ id, first }): Edge => ({
      id,
      shown: s => (s < atS ? 700_000 + s : first + s - atS),
      serial: s => (s < atS ? 'A100' : 'B200'),
      kinds: ['swap'],
      happened: { replaced: 1 },
    }),
  ),
];

/** Meters that nobody can reach for half a minute while they are changed. */
const isAway = ({ serial }: Edge, s: number): boolean => serial !== undefined && s >= atS && s < atS + 30;

const opened: Store[] = [];
afterEach(() => Promise.all(opened.splice(0).map(store => store.close())));

/** The gateway's own code against the host's own intake and store, in virtual time but for the commits. */
async function site() {
  const time = new VirtualTime({ wallMs: startMs });
  const nowS = () => Math.floor(((time.wallMs() ?? 0) - startMs) / 1000);
  const broker = new MemoryBroker(time);
  const store = await Store.open({ zone: 'UTC', upkeepMs: 0, nowMs: () => time.wallMs() ?? 0 });
  opened.push(store);
  const events = new Events();
  const fleet = await Fleet.open(store, events, () => time.wallMs() ?? 0);
  const ingest = new Ingest({
    store,
    fleet,
    events,
    watch: {
      commits: new CommitWatch(),
      disk: new DiskWatch({
        read: () => Promise.resolve({ freeBytes: 1e12, sizeBytes: 2e12 }),
        onChange: () => {},
      }),
    },
    acknowledge: (gateway, ack) =>
      broker.publish(topicOf(gateway, 'ack'), encodeMessage('ack', ack), { qos: 1 }),
    log: () => {},
    nowMs: () => time.wallMs() ?? 0,
  });
  for (const channel of upChannels) {
    broker.on(topicOf('gw', channel), ({ payload }) => ingest.receive('gw', channel, payload));
  }
  const slaves = edges.map((edge, index) => ({
    get address() {
      return isAway(edge, nowS()) ? 0xff : index + 1;
    },
    profile,
    read: (quantity: QuantityId) => (quantity === 'powerW' ? 3600 : edge.shown(nowS())),
    get identity() {
      return { serial: edge.serial?.(nowS()) ?? edge.id };
    },
  }));
  const lines = new DirectLines({
    time,
    rs485: { port: 'bus', slaves },
    ir: { port: 'none', head: new SmlHead({ read: () => 0 }), everyMs: 60_000 },
  });
  const gateway = createGateway({
    id: 'gw',
    ports: {
      time,
      random: seededRandom(1),
      mqtt: broker.port,
      openSerial: lines.openSerial,
      openI2c: () => {
        throw new Error('there is none');
      },
      store: memoryStore(),
      crypto: nodeCrypto,
      board: bareBoard(),
      log: () => {},
    },
    settings: {
      version: 1,
      lines: [{ id: 'bus', kind: 'rs485', port: 'bus', baud: 9600 }],
      meters: edges.map(({ id }, index) => ({
        id,
        name: id,
        profile: profile.id,
        line: 'bus',
        address: index + 1,
      })),
      profiles: [profile],
    },
  });
  gateway.start();
  /** After each virtual quarter of a minute the database has its turn. */
  const run = async (seconds: number) => {
    for (let left = seconds; left > 0; left -= 15) {
      time.advance(Math.min(left, 15) * 1000);
      await new Promise(resolve => setTimeout(resolve, 5));
    }
  };
  const drained = async () => {
    const endMs = Date.now() + 20_000;
    while (gateway.journal.oldest !== gateway.journal.next) {
      if (Date.now() > endMs) throw new Error('the journal was not taken');
      time.advance(100);
      await new Promise(resolve => setTimeout(resolve, 10));
    }
  };
  return { broker, store, fleet, gateway, run, drained };
}

test.each([
  ['while all runs', false],
  ['during an outage of the host', true],
])(
  'glitch, reset, roll-overs and replaced meters %s: energy right to the last digit, each event once',
  async (_name, isOut) => {
    const { broker, store, fleet, gateway, run, drained } = await site();
    await run(240);
    if (isOut) broker.shut();
    await run(240);
    if (isOut) broker.open();
    await run(endS - 480 + 5);
    await drained();
    const health = gateway.health();
    gateway.stop();
    for (const isBuilt of [false, true]) {
      if (isBuilt) await store.upkeep();
      for (const edge of edges) {
        const meter = `gw.${edge.id}`;
        const range = { meter, fromMs: startMs - 60_000, toMs: startMs + endS * 1000 };
        const events = await store.counterEvents(range);
        const { periods } = await store.totals({ ...range, period: 'all' });
        const total = periods[0];
        const told = events.filter(({ kind }) => kind !== 'gap');
        expect([edge.id, told.map(({ kind }) => kind)]).toEqual([edge.id, edge.kinds]);
        const readings = await store.readings({
          series: `${meter}.energyImportWh`,
          fromMs: range.fromMs,
          toMs: range.toMs,
          points: 5000,
        });
        // Never negative, never more than 3600 W can give in the time that passed.
        for (const delta of readings.delta) {
          expect(delta ?? 0).toBeGreaterThanOrEqual(0);
          expect(delta ?? 0).toBeLessThanOrEqual(
            readings.bucketMs / 1000 + (edge.id === 'digits' ? 100 : 10),
          );
        }
        const first = readings.last.find(value => value !== null) ?? 0;
        const last = readings.last.findLast(value => value !== null) ?? 0;
        const [swap] = told;
        const counted =
          edge.kinds[0] === 'swap'
            ? (swap?.before ?? 0) - first + last - (swap?.after ?? 0)
            : edge.kinds[0] === 'rollover'
              ? last + sizeOf(edge.id) - first
              : edge.kinds[0] === 'reset'
                ? (swap?.before ?? 0) - first + last
                : last - first;
        expect([edge.id, total?.importWh]).toEqual([edge.id, counted]);
        expect([edge.id, (total?.importEstimatedWh ?? 0) > 0]).toEqual([edge.id, edge.isEstimated === true]);
        // All but what is unknown: 1 Wh a second.
        const spanS = (readings.startMs.at(-1) ?? 0) / 1000 - (readings.startMs[0] ?? 0) / 1000;
        const unknownWh =
          edge.serial !== undefined ? 80 : edge.id === 'digits' ? 100 : edge.id === 'reset' ? 1 : 0;
        expect([edge.id, Math.abs((total?.importWh ?? 0) - spanS) <= unknownWh]).toEqual([edge.id, true]);
        if (edge.serial !== undefined) {
          expect(swap?.serials).toEqual({ before: 'A100', after: 'B200' });
        }
        expect([edge.id, health.meters[edge.id]?.counterEvents]).toEqual([edge.id, edge.happened]);
      }
    }
    expect(health.meters.glitch?.failures).toMatchObject({ implausible: 3 });
    const [kept] = await store.all(
      `SELECT sum(samples)::INTEGER AS count FROM missing JOIN meter ON number = meter WHERE id = 'glitch' AND reason = 5`,
    );
    expect(kept?.count).toBe(3);
    const identities = fleet.gateway('gw')?.about?.meters.map(({ identity }) => identity?.serial);
    expect(identities).toEqual(edges.map(({ id, serial }) => serial?.(endS) ?? id));
  },
);

const sizeOf = (id: string): number => ({ bits16: 2 ** 16, bits32: 2 ** 32, digits: 1e8 })[id] ?? 0;
