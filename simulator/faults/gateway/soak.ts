import { nodeTime } from '../../gateway/node-time.ts';
import { NorFlash } from '../../gateway/nor-flash.ts';
import { catalogue } from '../../happenings/catalogue.ts';
import { Laboratory, type Wish } from '../../happenings/laboratory.ts';
import { linePart } from '../../happenings/line-part.ts';
import { networkParts } from '../../happenings/network-part.ts';
import { CollectedHeap } from '../../lab/collected-heap.ts';
import { Lab } from '../../lab/lab.ts';
import { seededUnit } from '../../line/bit-noise.ts';
import { SerialLine } from '../../line/serial-line.ts';
import { TcpProxy } from '../../network/tcp-proxy.ts';
import type { Fault, FaultFigure, FaultRun } from '../fault.ts';
import { percentile } from '../host/percentile.ts';
import { firmwareMqtt } from './firmware-mqtt.ts';
import { TrueRecords } from './flat-records.ts';
import { floorsOf, slopeOf } from './memory-slope.ts';
import { ReferenceGateway } from './reference-gateway.ts';
import { referenceQuantities } from './reference-meter.ts';
import { rest } from './turn.ts';

const gateways = 10;
const meters = 8;
const windowS = 5;
const addresses = Array.from({ length: meters }, (_, index) => index + 1);
/**
 * At most between the end of what was wrong and the beginning of what is next, at each gateway; and how long it lasts. In a
 * full run most of the load is to be left, and something is wrong somewhere all the time; a quick one has no time for that.
 */
const quietMs = { quick: 6000, full: 60_000 } as const;
const mostForS = 12;
/** The longest a gateway waits between two tries, and the time of one. */
const backWithinMs = 75_000;
const figuresEveryMs = 1000;
const memoryEveryS = 4;
/** In the middle of so many seconds no connection is just being opened or closed. */
const handlesOverS = 300;
/** Of a full run: what a host keeps, such as its newest 2,000 events of two a second, it has by then. */
const warmShare = 0.6;

/** What the load has in so many seconds where nothing is wrong. */
const valuesOf = (seconds: number): number =>
  (seconds / windowS) * gateways * meters * referenceQuantities.length;

/** Of a full run: most of a short one's values come before it and while it heals. */
const loadLeft = (values: number, seconds: number): FaultFigure => ({
  name: 'values that faults left of the load',
  value: (100 * values) / valuesOf(seconds),
  unit: '%',
  least: 66,
});

/** What may go wrong with a gateway's line and its way to the broker. No two slaves say different things at one address. */
const wishes: readonly Wish[] = [
  { what: 'line.noise', values: {} },
  { what: 'line.cut-cable', values: {} },
  { what: 'line.dead', values: { addresses: [3] } },
  { what: 'line.silent', values: {} },
  { what: 'line.late', values: {} },
  { what: 'line.doubled', values: {} },
  { what: 'line.cut-frames', values: {} },
  { what: 'line.joined-frames', values: {} },
  { what: 'line.echo', values: {} },
  { what: 'line.wrong-parity', values: { parity: 'even' } },
  { what: 'line.swapped-wires', values: {} },
  { what: 'network.delay', values: {} },
  { what: 'network.loss', values: {} },
  { what: 'network.bandwidth', values: {} },
  { what: 'network.flap', values: { 'up-s': 3, 'down-s': 1 } },
  { what: 'network.half-open', values: {} },
  { what: 'network.down', values: {} },
  { what: 'broker.stop', values: {} },
  { what: 'broker.kill', values: {} },
  { what: 'broker.half-open', values: {} },
];

/**
 * A gateway finds out within 40 s of real time that its connection is half-open. A quick run would end with waiting for that
 * alone; `half-open` has it in virtual time.
 */
const wishesOf = (size: FaultRun['size']): readonly Wish[] =>
  size === 'full' ? wishes : wishes.filter(({ what }) => !what.endsWith('.half-open'));

const lasting: ReadonlySet<string> = new Set(
  Object.entries(catalogue).flatMap(([id, { lasts }]) => (lasts ? [id] : [])),
);

/** All of the reference load in real time, with something wrong somewhere all the time. */
export const soak: Fault = {
  id: 'soak',
  what: 'the reference load (10 gateways × 8 meters × 12 values every 5 s) with random faults of lines and network',
  pass: '0 lost, 0 doubled; after its warm-up what the host holds when its garbage is collected, but compiled code, grows by less than 1 MB an hour, and all its memory beside its database’s as far as so long a run can tell (95 %); its handles stay',
  watched: 'values',
  /** Seconds of it. */
  times: { quick: 12, full: 1800 },
  minutes: { quick: 0.35, full: 31 },
  run: async run => {
    const heap = new CollectedHeap(run.folder);
    const lab = await Lab.start({ folder: run.folder, env: heap.env });
    const truth = new TrueRecords();
    const sites: SoakSite[] = [];
    try {
      const ids = Array.from({ length: gateways }, (_, index) => `gw${index + 1}`);
      const passwords = await lab.addGateways(ids);
      for (const [index, id] of ids.entries()) {
        sites.push(await SoakSite.start(id, passwords.get(id) ?? '', index, lab, truth, run));
      }
      await until('the first windows', () => sites.every(({ gateway }) => gateway.values > 0), run.signal);
      const beganMs = performance.now();
      const beganAtMs = Date.now();
      const memory = new HostMemory();
      let healMs = 0;
      for (let second = 1; second <= run.times; second++) {
        await rest(Math.max(0, beganMs + second * figuresEveryMs - performance.now()));
        run.signal.throwIfAborted();
        const { rssMb, handles } = lab.figures();
        memory.mostMb = Math.max(memory.mostMb, rssMb);
        if (second % memoryEveryS === 0) memory.add(second / 3600, handles, await lab.counters());
        run.progress(second);
      }
      for (const { atMs, mb, codeMb } of await heap.tell(lab.host.pid)) {
        const hours = (atMs - beganAtMs) / 3_600_000;
        memory.collectedMb.push([hours, mb - codeMb]);
        memory.codeMb.push([hours, codeMb]);
      }
      await Promise.all(sites.map(site => site.mend()));
      const mendedMs = performance.now();
      await until('the host to have all', () => sites.every(({ gateway }) => gateway.isDrained), run.signal);
      healMs = performance.now() - mendedMs;
      // The meters go on, and a window ends every 5 s.
      truth.settle();
      // One that has nothing to send may still wait for its next try to connect: those who do not come back are told.
      const onlineOf = () => sites.filter(({ gateway }) => gateway.isOnline).length;
      // Of half-open connections the host hears nothing, and ends them after a while.
      const connectionsOf = async () => (await lab.counters()).connections ?? Number.NaN;
      while (performance.now() - mendedMs < backWithinMs) {
        if (onlineOf() === gateways && (await connectionsOf()) === gateways) break;
        await rest(100);
      }
      const [online, connections] = [onlineOf(), await connectionsOf()];
      const stored = await lab.stored(truth);
      const wrong = sites.reduce((sum, { gateway }) => sum + gateway.wrong, 0);
      const happened = sites.reduce((sum, site) => sum + site.happened, 0);
      return {
        times: run.times,
        watched: stored.values,
        lost: stored.lost,
        doubled: stored.doubled,
        wrong: stored.wrong + wrong,
        healMs,
        figures: [
          { name: 'faults', value: happened, unit: '', least: run.times / 10 },
          ...(run.size === 'full' ? [loadLeft(stored.values, run.times)] : []),
          { name: 'gateways online in the end', value: online, unit: '', least: gateways },
          { name: 'connections of gateways in the end', value: connections, unit: '', most: gateways },
          ...hostFigures(run, memory),
        ],
        notes: [...stored.notes, ...sites.flatMap(({ gateway }) => gateway.notes)].slice(0, 5),
      };
    } finally {
      for (const site of sites) await site.close();
      await lab.close();
    }
  },
};

/** What the host tells of its memory, over time. */
class HostMemory {
  mostMb = 0;
  databaseMb = 0;
  /** All of it but what its database holds: rows until the next checkpoint, and pages up to a limit. */
  readonly besideMb: [hours: number, mb: number][] = [];
  /** What it has open but the connections of which it knows: those come and go with the faults. */
  readonly handles: number[] = [];
  /** What is left of its threads' heaps when garbage is collected, but compiled code. */
  readonly collectedMb: [hours: number, mb: number][] = [];
  /** V8 compiles what runs often, for hours: no more than there is source for. */
  readonly codeMb: [hours: number, mb: number][] = [];

  add(hours: number, open: number, counters: Readonly<Record<string, number>>): void {
    const { 'process.residentBytes': resident = 0, 'store.memoryBytes': database = 0 } = counters;
    const { connections = Number.NaN, 'http.connections': ofApi = Number.NaN } = counters;
    this.handles.push(open - connections - ofApi);
    this.databaseMb = Math.max(this.databaseMb, database / 2 ** 20);
    this.besideMb.push([hours, (resident - database) / 2 ** 20]);
  }
}

/** How the memory grows is told of a long run alone: all of a short one is warm-up. */
function hostFigures({ size, times }: FaultRun, memory: HostMemory): FaultFigure[] {
  const { besideMb, codeMb, collectedMb, databaseMb, handles, mostMb } = memory;
  const isWarm = ([hours]: readonly [number, number]) => hours * 3600 > times * warmShare;
  const [warm, collected] = [floorsOf(besideMb.filter(isWarm)), collectedMb.filter(isWarm)];
  const warmHandles = handles.slice(Math.floor(handles.length * warmShare));
  const isLong = size === 'full' && warm.length >= 3;
  const slope = slopeOf(warm);
  const some = handlesOverS / memoryEveryS;
  const grown = percentile(warmHandles.slice(-some), 0.5) - percentile(warmHandles.slice(0, some), 0.5);
  const growth: FaultFigure[] = [
    {
      name: 'heap but code after its garbage is collected, readings',
      value: collected.length,
      unit: '',
      least: 40,
    },
    { name: 'it grows', value: slopeOf(collected).perHour, unit: 'MB/h', most: 1 },
    { name: 'it is', value: collected.at(-1)?.[1] ?? Number.NaN, unit: 'MB' },
    { name: 'compiled code besides', value: codeMb.at(-1)?.[1] ?? Number.NaN, unit: 'MB' },
    { name: 'that grows', value: slopeOf(codeMb.filter(isWarm)).perHour, unit: 'MB/h' },
    {
      name: 'memory beside the database grows, at least',
      value: slope.atLeastPerHour,
      unit: 'MB/h',
      most: 1,
    },
    { name: 'in the middle', value: slope.perHour, unit: 'MB/h' },
  ];
  return [
    ...(isLong ? growth : []),
    { name: 'memory beside the database after the warm-up', value: warm[0]?.[1] ?? 0, unit: 'MB' },
    { name: 'memory of the database, most', value: databaseMb, unit: 'MB' },
    { name: 'memory of the host, most', value: mostMb, unit: 'MB' },
    { name: 'handles of the host but connections', value: percentile(warmHandles, 0.5), unit: '' },
    { name: 'handles more at the end', value: grown, unit: '', ...(isLong && { most: 0 }) },
  ];
}

/** A gateway with its line, its way to the broker, and what goes wrong with both. */
class SoakSite {
  readonly gateway: ReferenceGateway;
  happened = 0;
  readonly #laboratory: Laboratory;
  readonly #network: TcpProxy;
  readonly #unit: () => number;
  readonly #wishes: readonly Wish[];
  readonly #quietMs: number;
  #isMended = false;
  readonly #living: Promise<void>;

  private constructor(
    gateway: ReferenceGateway,
    line: SerialLine,
    network: TcpProxy,
    seed: number,
    size: FaultRun['size'],
  ) {
    this.gateway = gateway;
    this.#network = network;
    this.#wishes = wishesOf(size);
    this.#quietMs = quietMs[size];
    this.#unit = seededUnit(seed);
    const bus = linePart({ id: 'bus', name: 'Bus', about: 'of the soak', line, addresses: () => addresses });
    const parts = [bus, ...networkParts({ proxy: network, time: nodeTime })];
    this.#laboratory = new Laboratory({ parts, time: nodeTime });
    this.#living = this.#live();
  }

  static async start(
    id: string,
    password: string,
    index: number,
    lab: Lab,
    truth: TrueRecords,
    { seed, size }: FaultRun,
  ): Promise<SoakSite> {
    const network = await TcpProxy.start({ target: lab.mqttPort, seed: seed + index });
    const line = new SerialLine({
      time: nodeTime,
      baud: 9600,
      parity: 'none',
      stopBits: 1,
      seed: seed + index,
    });
    const gateway = new ReferenceGateway({
      id,
      unit: index * meters,
      meters,
      time: nodeTime,
      windowS,
      sampleMs: windowS * 1000,
      truth,
      line,
      flash: new NorFlash({ blocks: 160 }),
      seed: seed + index,
      mqtt: firmwareMqtt({ time: nodeTime, user: id, password, port: () => network.port }),
    });
    return new SoakSite(gateway, line, network, seed + 100 * index, size);
  }

  /** Ends all that is wrong. */
  async mend(): Promise<void> {
    this.#isMended = true;
    await this.#living;
    await this.#laboratory.endAll();
  }

  async close(): Promise<void> {
    this.#isMended = true;
    this.gateway.gateway.stop();
    await this.#laboratory.close();
    await this.#network.close();
  }

  async #live(): Promise<void> {
    while (!this.#isMended) {
      const wish = this.#wishes[Math.floor(this.#unit() * this.#wishes.length)];
      const waitMs = this.#unit() * this.#quietMs;
      for (let left = waitMs; left > 0 && !this.#isMended; left -= 200) await rest(Math.min(left, 200));
      if (wish === undefined || this.#isMended) continue;
      const forS = 1 + this.#unit() * mostForS;
      // Some are over at once, and take no time to end.
      await this.#laboratory.begin(lasting.has(wish.what) ? { ...wish, forS } : wish, 'schedule');
      this.happened++;
    }
  }
}

async function until(what: string, isSo: () => boolean, signal: AbortSignal): Promise<void> {
  const endMs = performance.now() + 120_000;
  while (!isSo()) {
    signal.throwIfAborted();
    if (performance.now() > endMs) throw new Error(`waited in vain for ${what}`);
    await rest(20);
  }
}
