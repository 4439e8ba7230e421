import { FlashJournal } from '#app/flash-journal.ts';
import { createGateway, type Gateway } from '#app/gateway.ts';
import type { QuantityId } from '#core/quantities.ts';
import { settingsDefaults } from '#core/wire/settings.ts';
import { DirectLines } from '../../gateway/direct-lines.ts';
import { nodePorts } from '../../gateway/node-ports.ts';
import { NorFlash } from '../../gateway/nor-flash.ts';
import { seededRandom } from '../../gateway/random.ts';
import { VirtualTime } from '../../gateway/virtual-time.ts';
import { Lab } from '../../lab/lab.ts';
import { SmlHead } from '../../meters/sml-head.ts';
import { TcpProxy } from '../../network/tcp-proxy.ts';
import type { Fault, FaultRun } from '../fault.ts';
import { atS, type CounterEdge, counterEdges, edgeProfile, endS, replacingS } from './counter-edges.ts';
import { firmwareMqtt } from './firmware-mqtt.ts';
import { TrueRecords } from './flat-records.ts';
import { rest } from './turn.ts';

const minuteMs = 60_000;
const windowMs = settingsDefaults.windowS * 1000;
/** At the start and the end, and while a meter is replaced. */
const doubtfulWindows = 6;
/** More than the host lets pass between two times of keeping order. */
const upkeepMs = 25_000;

/** What happens to the counters of meters, while the host hears of it and while it is away. */
export const counterCases: Fault = {
  id: 'counter-cases',
  what: 'counters are told wrong, begin anew, run out of digits; meters are replaced: 8 cases',
  pass: '0 lost, 0 doubled; energy is right to the last digit and never negative, each event is told once',
  watched: 'readings',
  times: { quick: counterEdges.length, full: 10 * counterEdges.length },
  minutes: { quick: 0.12, full: 1.5 },
  run: async run => {
    const lab = await Lab.start({ folder: run.folder });
    const network = await TcpProxy.start({ target: lab.mqttPort });
    const truth = new TrueRecords();
    const notes: string[] = [];
    let [done, readings] = [0, 0];
    const sites: EdgeSite[] = [];
    const look = async (site: EdgeSite): Promise<void> => {
      for (const edge of counterEdges) {
        const found = await site.look(edge);
        readings += found.readings;
        notes.push(...found.faults);
      }
    };
    try {
      for (let round = 0; done < run.times; round++) {
        const site = await EdgeSite.start(`gw${round + 1}`, lab, network, truth, run, round);
        try {
          // Every other time the host is away while it happens.
          await site.live(network, round % 2 === 1);
          await look(site);
          sites.push(site);
        } finally {
          site.gateway.stop();
        }
        done += counterEdges.length;
        run.progress(Math.min(done, run.times));
      }
      if (run.size === 'full') {
        // By then the host has made its tiers of all, and tells the same from them.
        await rest(upkeepMs);
        for (const site of sites) await look(site);
      }
      const stored = await lab.stored(truth);
      return {
        times: done,
        watched: readings,
        lost: stored.lost,
        doubled: stored.doubled,
        wrong: notes.length + stored.wrong,
        healMs: null,
        figures: [],
        notes: [...notes, ...stored.notes].slice(0, 5),
      };
    } finally {
      await network.close();
      await lab.close();
    }
  },
};

/** One gateway with a meter for each case. */
class EdgeSite {
  readonly gateway: Gateway;
  readonly time: VirtualTime;
  /** What the gateway had counted in the end. */
  #counted: ReturnType<Gateway['health']>['meters'] = {};
  readonly #id: string;
  readonly #lab: Lab;
  readonly #startMs: number;
  readonly #signal: AbortSignal;

  private constructor(
    id: string,
    password: string,
    lab: Lab,
    network: TcpProxy,
    truth: TrueRecords,
    { seed, signal }: FaultRun,
    round: number,
  ) {
    this.#id = id;
    this.#lab = lab;
    this.#signal = signal;
    // What happens meets another second of a window each time.
    this.#startMs = (Math.floor(Date.now() / minuteMs) - 60) * minuteMs + ((seed + round) % 10) * 1000;
    const time = new VirtualTime({ wallMs: this.#startMs });
    this.time = time;
    const second = () => Math.floor(time.ticksMs() / 1000);
    const slaves = counterEdges.map((edge, index) => ({
      get address() {
        const isAway = edge.serial !== undefined && second() >= atS && second() < atS + replacingS;
        return isAway ? 0xff : index + 1;
      },
      profile: edgeProfile,
      read: (quantity: QuantityId) => (quantity === 'powerW' ? 3600 : edge.shown(second())),
      get identity() {
        return { serial: edge.serial?.(second()) ?? edge.id };
      },
    }));
    const { openSerial } = new DirectLines({
      time,
      rs485: { port: 'bus', slaves },
      ir: { port: 'none', head: new SmlHead({ read: () => 0 }), everyMs: minuteMs },
    });
    this.gateway = createGateway({
      id,
      ports: {
        ...nodePorts({
          broker: { host: '127.0.0.1', port: 0, username: id, password },
          time,
          random: seededRandom(seed + round),
          openSerial,
          flash: new NorFlash({ blocks: 160 }),
        }),
        mqtt: firmwareMqtt({ time, user: id, password, port: () => network.port }),
      },
      settings: {
        version: 1,
        lines: [{ id: 'bus', kind: 'rs485', port: 'bus', baud: 9600 }],
        meters: counterEdges.map((edge, index) => ({
          id: edge.id,
          name: edge.name,
          profile: edgeProfile.id,
          line: 'bus',
          address: index + 1,
        })),
        profiles: [edgeProfile],
      },
    });
    const { journal } = this.gateway;
    if (!(journal instanceof FlashJournal)) throw new Error('the journal is not in flash');
    const append = journal.append.bind(journal);
    journal.append = record => {
      truth.append(id, record);
      return append(record);
    };
    this.gateway.start();
  }

  static async start(
    id: string,
    lab: Lab,
    network: TcpProxy,
    truth: TrueRecords,
    run: FaultRun,
    round: number,
  ): Promise<EdgeSite> {
    const password = (await lab.addGateways([id])).get(id) ?? '';
    return new EdgeSite(id, password, lab, network, truth, run, round);
  }

  /** Measures until its end and lets the host have all. */
  async live(network: TcpProxy, isAway: boolean): Promise<void> {
    const { journal } = this.gateway;
    await this.#until(() => journal.oldest > 1);
    if (isAway) network.setFaults({ passage: 'refused' });
    await this.#until(() => this.time.ticksMs() >= (atS + 2 * replacingS) * 1000);
    network.setFaults({ passage: 'open' });
    await this.#until(() => this.time.ticksMs() >= endS * 1000);
    await this.#until(() => journal.oldest === journal.next);
    this.#counted = this.gateway.health().meters;
  }

  /** What the host says of a case, by its API, and what is not right with it. */
  async look(edge: CounterEdge): Promise<{ readings: number; faults: string[] }> {
    const { api } = this.#lab;
    const meter = `${this.#id}.${edge.id}`;
    // A window that began before the end and is longer is whole in readings, and in totals as far as the end.
    const to = Math.floor((this.#startMs + endS * 1000) / windowMs) * windowMs;
    const range = { from: this.#startMs - minuteMs, to };
    const all = await api.get<readonly CounterEvent[]>('/api/v1/counter-events', { meter, ...range });
    const { periods } = await api.get<Totals>('/api/v1/totals', { meter, ...range, period: 'all' });
    const series = await api.get<Readings>('/api/v1/readings', {
      series: `${meter}.energyImportWh`,
      ...range,
      points: 5000,
    });
    const faults: string[] = [];
    const holds = (what: string, isSo: boolean): void => {
      if (!isSo) faults.push(`${this.#id}, ${edge.name}: ${what}`);
    };
    const events = all.filter(({ kind, quantity }) => kind !== 'gap' && quantity === 'energyImportWh');
    const kinds = events.map(({ kind }) => kind);
    holds(`events ${kinds.join(', ') || 'none'}`, String(kinds) === String(edge.kinds));
    const mostWh = series.bucketMs / 1000 + (edge.stepWh ?? 10);
    for (const delta of series.delta)
      holds(`a growth of ${delta} Wh`, (delta ?? 0) >= 0 && (delta ?? 0) <= mostWh);
    const shown = series.last.filter(value => value !== null);
    const [first = 0, last = 0] = [shown[0], shown.at(-1)];
    // But for those in which a meter is replaced or what it says is in doubt, each window has a reading.
    const windows = Math.floor((endS * 1000) / windowMs);
    holds(`${shown.length} readings of ${windows} windows`, shown.length >= windows - doubtfulWindows);
    const [event] = events;
    const countedWh =
      event?.kind === 'swap'
        ? event.before - first + last - event.after
        : event?.kind === 'rollover'
          ? last + (edge.size ?? 0) - first
          : event?.kind === 'reset'
            ? event.before - first + last
            : last - first;
    const [total] = periods;
    holds(`${total?.importWh} Wh instead of ${countedWh}`, total?.importWh === countedWh);
    const spanWh = ((series.startMs.at(-1) ?? 0) - (series.startMs[0] ?? 0)) / 1000;
    const offWh = Math.abs((total?.importWh ?? 0) - spanWh);
    holds(`${total?.importWh} Wh of ${spanWh} Wh that flowed`, offWh <= edge.unknownWh);
    const isEstimated = (total?.importEstimatedWh ?? 0) > 0;
    holds('what is estimated is not told right', isEstimated === (edge.isEstimated === true));
    if (edge.serial !== undefined) {
      const { before, after } = event?.serials ?? {};
      holds(`serial numbers ${before} and ${after}`, before === 'A100' && after === 'B200');
    }
    const happened = this.#counted[edge.id]?.counterEvents ?? {};
    const isCounted = JSON.stringify(happened) === JSON.stringify(edge.happened);
    holds(`the gateway counts ${JSON.stringify(happened)}`, isCounted);
    return { readings: shown.length, faults };
  }

  async #until(isSo: () => boolean): Promise<void> {
    const endMs = performance.now() + 60_000;
    while (!isSo()) {
      this.#signal.throwIfAborted();
      if (performance.now() > endMs) throw new Error('the gateway waits for the host in vain');
      this.time.advance(400);
      await rest(2);
    }
  }
}

interface CounterEvent {
  readonly kind: string;
  readonly quantity: string;
  readonly before: number;
  readonly after: number;
  readonly serials?: { readonly before: string; readonly after: string };
}

interface Totals {
  readonly periods: readonly {
    readonly importWh: number | null;
    readonly importEstimatedWh: number | null;
  }[];
}

interface Readings {
  readonly bucketMs: number;
  readonly startMs: readonly number[];
  readonly last: readonly (number | null)[];
  readonly delta: readonly (number | null)[];
}
