import { nodeTime } from '../../gateway/node-time.ts';
import { NorFlash } from '../../gateway/nor-flash.ts';
import { Laboratory, type Wish } from '../../happenings/laboratory.ts';
import { linePart } from '../../happenings/line-part.ts';
import { networkParts } from '../../happenings/network-part.ts';
import { Lab } from '../../lab/lab.ts';
import { seededUnit } from '../../line/bit-noise.ts';
import { SerialLine } from '../../line/serial-line.ts';
import { TcpProxy } from '../../network/tcp-proxy.ts';
import type { Fault, FaultFigure, FaultRun } from '../fault.ts';
import { firmwareMqtt } from './firmware-mqtt.ts';
import { TrueRecords } from './flat-records.ts';
import { floorsOf, slopePerHour } from './memory-slope.ts';
import { ReferenceGateway } from './reference-gateway.ts';
import { rest } from './turn.ts';

const gateways = 10;
const meters = 8;
const addresses = Array.from({ length: meters }, (_, index) => index + 1);
/** Between the ends of what was wrong and the beginning of what is next, at each gateway; and how long it lasts. */
const quietMs = 6000;
const mostForS = 12;
const figuresEveryMs = 1000;
/** Of a full run: what a host takes for good it has taken by then. */
const warmShare = 1 / 3;

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

/** All of the reference load in real time, with something wrong somewhere all the time. */
export const soak: Fault = {
  id: 'soak',
  what: 'the reference load (10 gateways × 8 meters × 12 values every 5 s) with random faults of lines and network',
  pass: '0 lost, 0 doubled; the host’s memory grows by less than 1 MB an hour after its warm-up, its handles stay',
  watched: 'values',
  /** Seconds of it. */
  times: { quick: 12, full: 1800 },
  minutes: { quick: 0.5, full: 31 },
  run: async run => {
    const lab = await Lab.start({ folder: run.folder });
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
      const memory: [hours: number, mb: number][] = [];
      const handles: number[] = [];
      let healMs = 0;
      for (let second = 1; second <= run.times; second++) {
        await rest(Math.max(0, beganMs + second * figuresEveryMs - performance.now()));
        run.signal.throwIfAborted();
        const { rssMb, handles: open } = lab.figures();
        memory.push([second / 3600, rssMb]);
        handles.push(open);
        run.progress(second);
      }
      await Promise.all(sites.map(site => site.mend()));
      const mendedMs = performance.now();
      await until('the host to have all', () => sites.every(({ gateway }) => gateway.isDrained), run.signal);
      healMs = performance.now() - mendedMs;
      const online = sites.filter(({ gateway }) => gateway.isOnline).length;
      const stored = await lab.stored(truth);
      const wrong = sites.reduce((sum, { gateway }) => sum + gateway.wrong, 0);
      const happened = sites.reduce((sum, site) => sum + site.happened, 0);
      return {
        times: memory.length,
        watched: stored.values,
        lost: stored.lost,
        doubled: stored.doubled,
        wrong: stored.wrong + wrong,
        healMs,
        figures: [
          { name: 'faults', value: happened, unit: '', least: run.times / 10 },
          { name: 'gateways online in the end', value: online, unit: '', least: gateways },
          ...hostFigures(run, memory, handles),
        ],
        notes: [...stored.notes, ...sites.flatMap(({ gateway }) => gateway.notes)].slice(0, 5),
      };
    } finally {
      for (const site of sites) await site.close();
      await lab.close();
    }
  },
};

/** Of a short run they are told and not judged: all of it is warm-up. */
function hostFigures(
  { size }: FaultRun,
  memory: readonly (readonly [hours: number, mb: number])[],
  handles: readonly number[],
): FaultFigure[] {
  const from = Math.floor(memory.length * warmShare);
  const [warm, warmHandles] = [floorsOf(memory.slice(from)), handles.slice(from)];
  const isLong = size === 'full' && warm.length >= 4;
  // Connections come and go with the faults: each is one.
  const least = Math.min(...warmHandles);
  const grown = Math.min(...warmHandles.slice(-60)) - Math.min(...warmHandles.slice(0, 60));
  return [
    {
      name: 'memory of the host grows',
      value: isLong ? slopePerHour(warm) : 0,
      unit: 'MB/h',
      ...(isLong && { most: 1 }),
    },
    { name: 'memory of the host after its warm-up', value: warm[0]?.[1] ?? 0, unit: 'MB' },
    { name: 'memory of the host, most', value: Math.max(...memory.map(([, mb]) => mb)), unit: 'MB' },
    { name: 'handles of the host, least', value: least, unit: '' },
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
  #isMended = false;
  readonly #living: Promise<void>;

  private constructor(gateway: ReferenceGateway, line: SerialLine, network: TcpProxy, seed: number) {
    this.gateway = gateway;
    this.#network = network;
    this.#unit = seededUnit(seed);
    const bus = linePart({ id: 'bus', name: 'Bus', about: 'of the soak', line, addresses });
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
    { seed }: FaultRun,
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
      windowS: 5,
      sampleMs: 5000,
      truth,
      line,
      flash: new NorFlash({ blocks: 160 }),
      seed: seed + index,
      mqtt: firmwareMqtt({ time: nodeTime, user: id, password, port: () => network.port }),
    });
    return new SoakSite(gateway, line, network, seed + 100 * index);
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
      const wish = wishes[Math.floor(this.#unit() * wishes.length)];
      const waitMs = this.#unit() * quietMs;
      for (let left = waitMs; left > 0 && !this.#isMended; left -= 200) await rest(Math.min(left, 200));
      if (wish === undefined || this.#isMended) continue;
      await this.#laboratory.begin({ ...wish, forS: 1 + this.#unit() * mostForS }, 'schedule');
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
