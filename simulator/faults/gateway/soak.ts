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
import { firmwareMqtt } from './firmware-mqtt.ts';
import { TrueRecords } from './flat-records.ts';
import { HostMemory, hostFigures, memoryEveryS } from './host-memory.ts';
import { compareMissing } from './missing-windows.ts';
import { ReferenceGateway } from './reference-gateway.ts';
import { referenceQuantities } from './reference-meter.ts';
import { rest } from './turn.ts';
import { WatchingPage } from './watching-page.ts';

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
  what: 'the reference load (10 gateways × 8 meters × 12 values every 5 s) with random faults of lines and network, while somebody looks at charts',
  pass: '0 lost, 0 doubled; after its warm-up what the host holds when its garbage is collected, but compiled code, grows by less than 1 MB an hour; what is neither heap nor database by no more than DuckDB’s own queues do in their first hours, as far as so long a run can tell (95 %); its handles stay',
  watched: 'values',
  /** Seconds of it. */
  times: { quick: 12, full: 1800 },
  minutes: { quick: 0.48, full: 31 },
  run: async run => {
    const heap = new CollectedHeap(run.folder);
    const lab = await Lab.start({ folder: run.folder, env: heap.env });
    const truth = new TrueRecords();
    const sites: SoakSite[] = [];
    let page: WatchingPage | undefined;
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
      page = new WatchingPage(lab, run.seed);
      let healMs = 0;
      for (let second = 1; second <= run.times; second++) {
        await rest(Math.max(0, beganMs + second * figuresEveryMs - performance.now()));
        run.signal.throwIfAborted();
        const { rssMb, handles } = lab.figures();
        memory.mostMb = Math.max(memory.mostMb, rssMb);
        if (second % memoryEveryS === 0) memory.add(second / 3600, handles, await lab.counters());
        run.progress(second);
      }
      for (const held of await heap.tell(lab.host.pid))
        memory.collected((held.atMs - beganAtMs) / 3_600_000, held);
      await page.close();
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
      const nowMs = Date.now();
      const unmeasured = sites.reduce(
        (sum, { gateway }) => sum + gateway.unmeasured + gateway.behind(nowMs, windowS * 1000),
        0,
      );
      const stored = await lab.stored(truth);
      const missing = await compareMissing(lab.api, truth);
      const wrong = sites.reduce((sum, { gateway }) => sum + gateway.wrong, missing.wrong);
      const happened = sites.reduce((sum, site) => sum + site.happened, 0);
      return {
        times: run.times,
        watched: stored.values,
        lost: stored.lost + unmeasured,
        doubled: stored.doubled,
        wrong: stored.wrong + wrong,
        healMs,
        figures: [
          { name: 'faults', value: happened, unit: '', least: run.times / 10 },
          ...(run.size === 'full' ? [loadLeft(stored.values, run.times)] : []),
          { name: 'charts looked at meanwhile', value: page.charts, unit: '', least: run.times },
          { name: 'charts that came empty', value: page.empty, unit: '', most: 0 },
          {
            name: 'windows without a value, told with their reason',
            value: missing.windows,
            unit: '',
            ...(run.size === 'full' && { least: 1 }),
          },
          { name: 'gateways online in the end', value: online, unit: '', least: gateways },
          { name: 'connections of gateways in the end', value: connections, unit: '', most: gateways },
          ...hostFigures(run, memory),
        ],
        notes: [...stored.notes, ...missing.notes, ...sites.flatMap(({ gateway }) => gateway.notes)].slice(
          0,
          5,
        ),
      };
    } finally {
      // Why it failed has been told already.
      await page?.close().catch(() => {});
      for (const site of sites) await site.close();
      await lab.close();
    }
  },
};

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
