import { decodeRecord, type WindowRecord } from '#core/wire/records.ts';
import { NorFlash } from '../../gateway/nor-flash.ts';
import { VirtualTime } from '../../gateway/virtual-time.ts';
import type { HostApi } from '../../lab/host-api.ts';
import { Lab } from '../../lab/lab.ts';
import { TcpProxy } from '../../network/tcp-proxy.ts';
import type { Fault, FaultRun } from '../fault.ts';
import { type ClockCase, clockCases } from './clock-cases.ts';
import { firmwareMqtt } from './firmware-mqtt.ts';
import { TrueRecords } from './flat-records.ts';
import { ReferenceGateway } from './reference-gateway.ts';
import { rest, turn } from './turn.ts';

const minuteMs = 60_000;
const windowS = 10;
const sampleMs = 1000;
/** As a device has it; an hour of one meter is little. */
const blocks = 160;
const latestMs = 4_294_967_295_000;

/** Clocks that jump, each at a gateway of its own, and all at one host. */
export const clockJumps: Fault = {
  id: 'clock-jumps',
  what: `clocks of gateways jump, are not known, wrong by years, or ahead of the host’s: ${clockCases.length} cases`,
  pass: '0 lost, 0 doubled; no time has two names, no counter steps back, no energy is negative or more than there was',
  watched: 'values',
  times: { quick: clockCases.length, full: 8 * clockCases.length },
  minutes: { quick: 0.09, full: 1.5 },
  run: async run => {
    const lab = await Lab.start({ folder: run.folder });
    const truth = new TrueRecords();
    const notes: string[] = [];
    const wrong = (what: string): void => void notes.push(what);
    let done = 0;
    try {
      for (; done < run.times; done += clockCases.length) {
        const cases = clockCases.slice(0, run.times - done);
        const ids = cases.map((_, index) => `gw${done + index + 1}`);
        const passwords = await lab.addGateways(ids);
        const sites = await Promise.all(
          cases.map((each, index) =>
            JumpingSite.start(each, ids[index] ?? '', passwords, lab, truth, run, done + index),
          ),
        );
        try {
          for (const site of sites) await site.live();
          await drained(sites, run.signal);
          for (const site of sites) for (const what of await site.faultsIn(lab)) wrong(what);
        } finally {
          for (const site of sites) await site.close();
        }
        run.progress(Math.min(done + cases.length, run.times));
      }
      const stored = await lab.stored(truth);
      return {
        times: done,
        watched: stored.values,
        lost: stored.lost,
        doubled: stored.doubled,
        wrong: stored.wrong + notes.length,
        healMs: null,
        figures: [],
        notes: [...notes, ...stored.notes].slice(0, 5),
      };
    } finally {
      await lab.close();
    }
  },
};

/** A case at its gateway. */
class JumpingSite {
  readonly time: VirtualTime;
  readonly gateway: ReferenceGateway;
  readonly #case: ClockCase;
  readonly #network: TcpProxy;
  readonly #truth: TrueRecords;
  readonly #rightMs: number;
  readonly #signal: AbortSignal;

  private constructor(
    each: ClockCase,
    id: string,
    password: string,
    network: TcpProxy,
    truth: TrueRecords,
    { seed, signal }: FaultRun,
    index: number,
  ) {
    this.#case = each;
    this.#network = network;
    this.#truth = truth;
    this.#signal = signal;
    // Another part of a window at each round.
    this.#rightMs =
      Math.floor(Date.now() / minuteMs) * minuteMs - 180 * minuteMs + ((seed + index) % 10) * 1000;
    const wallMs = each.wallMs === undefined ? this.#rightMs : each.wallMs(this.#rightMs);
    this.time = new VirtualTime(wallMs === undefined ? {} : { wallMs });
    this.gateway = new ReferenceGateway({
      id,
      unit: index,
      meters: 1,
      time: this.time,
      windowS,
      sampleMs,
      truth,
      flash: new NorFlash({ blocks }),
      seed: seed + index,
      isClockWrong: true,
      mqtt: firmwareMqtt({ time: this.time, user: id, password, port: () => network.port }),
    });
  }

  static async start(
    each: ClockCase,
    id: string,
    passwords: ReadonlyMap<string, string>,
    lab: Lab,
    truth: TrueRecords,
    run: FaultRun,
    index: number,
  ): Promise<JumpingSite> {
    const network = await TcpProxy.start({ target: lab.mqttPort });
    return new JumpingSite(each, id, passwords.get(id) ?? '', network, truth, run, index);
  }

  /** All of the case, and half a minute for what it leaves. */
  async live(): Promise<void> {
    const site = {
      time: this.time,
      run: (durationMs: number) => this.#run(durationMs),
      setAway: (isAway: boolean) => this.#network.setFaults({ passage: isAway ? 'refused' : 'open' }),
    };
    await this.#case.run(site, this.#rightMs);
    await this.#run(30_000);
  }

  async close(): Promise<void> {
    this.gateway.gateway.stop();
    await this.#network.close();
  }

  /** What is not right, in words. */
  async faultsIn({ api }: Lab): Promise<string[]> {
    const { name, jumps, isOrdered = true, isLeapTold = false } = this.#case;
    const { id, gateway } = this.gateway;
    const faults: string[] = this.gateway.notes.map(note => `${name}: ${note}`);
    const holds = (what: string, isSo: boolean): void => {
      if (!isSo) faults.push(`${name}: ${what}`);
    };
    const health = gateway.health();
    holds(`${health.clockJumps} jumps counted instead of ${jumps}`, health.clockJumps === jumps);
    holds(`${health.undatedDropped} windows dropped`, health.undatedDropped + health.journal.dropped === 0);
    const windows = [...this.#truth.records(id)].map(windowOf);
    const byTime = windows.toSorted((one, other) => one.startMs - other.startMs);
    for (const [index, { startMs }] of byTime.entries()) {
      const before = byTime[index - 1];
      if (before === undefined) continue;
      holds(`${new Date(startMs).toISOString()} has two names`, before.startMs + windowS * 1000 <= startMs);
    }
    holds('windows are not in order', !isOrdered || windows.every((window, at) => window === byTime[at]));
    holds('samples are missing', this.#isWhole(windows, jumps));
    // What the host makes of it.
    const series = `${id}.m1.energyImportWh`;
    for (const era of erasOf(byTime))
      for (const what of await mistakesIn(api, series, era, isLeapTold)) holds(what, false);
    const { periods } = await api.get<Totals>('/api/v1/totals', {
      meter: `${id}.m1`,
      from: 0,
      to: latestMs,
      period: 'all',
    });
    const importWh = periods[0]?.importWh ?? Number.NaN;
    const ranWh = this.time.ticksMs() / 1000;
    holds(`${importWh} Wh of ${ranWh} Wh`, importWh > 0 && importWh <= ranWh);
    return faults;
  }

  /**
   * Each second's sample is in a window, or counted as one that had no time to be told of. A window that has no reading, as
   * its date is in doubt, counts that, too.
   */
  #isWhole(windows: readonly WindowRecord[], jumps: number): boolean {
    let told = 0;
    for (const window of windows) {
      const { values, failures } = window;
      told += values.find(({ quantity }) => quantity === 'powerW')?.samples ?? 0;
      for (const { reason, count } of failures) if (reason === 'clock') told += count;
      if (energyWh(window) === undefined) told--;
    }
    const notTold = Math.floor(this.time.ticksMs() / sampleMs) - told;
    // The window that is open, those that were not dated yet, and half of one at each leap.
    return notTold >= 0 && notTold <= 2 * windowS + jumps;
  }

  async #run(durationMs: number): Promise<void> {
    for (let leftMs = durationMs; leftMs > 0; leftMs -= 5000) {
      this.#signal.throwIfAborted();
      this.time.advance(Math.min(leftMs, 5000));
      await turn();
    }
  }
}

/** Windows apart by more than this are those of a clock that was wrong by years. */
const apartMs = 180 * 86_400_000;

/** In the order of their times, those that belong together. */
function erasOf(byTime: readonly WindowRecord[]): WindowRecord[][] {
  const eras: WindowRecord[][] = [];
  for (const window of byTime) {
    const era = eras.at(-1);
    if (era !== undefined && window.startMs - (era.at(-1)?.startMs ?? 0) < apartMs) era.push(window);
    else eras.push([window]);
  }
  return eras;
}

const energyWh = ({ values }: WindowRecord): number | undefined =>
  values.find(({ quantity }) => quantity === 'energyImportWh')?.last;

/** What the host shows of the counter in a time, window by window, that is not what was measured in it. */
async function mistakesIn(
  api: HostApi,
  series: string,
  era: readonly WindowRecord[],
  isLeapTold: boolean,
): Promise<string[]> {
  const read = era.flatMap(window => {
    const wh = energyWh(window);
    return wh === undefined ? [] : [{ startMs: window.startMs, wh }];
  });
  const [first, last] = [read[0], read.at(-1)];
  const isInDoubt = ({ failures }: WindowRecord) => failures.some(({ reason }) => reason === 'clock');
  if (first === undefined || last === undefined) return era.every(isInDoubt) ? [] : ['no energy is told'];
  const mistakes: string[] = [];
  const holds = (what: string, isSo: boolean): void => {
    if (!isSo) mistakes.push(`${what}, from ${new Date(first.startMs).toISOString()} on`);
  };
  const to = last.startMs + windowS * 1000;
  const shown = await api.get<Readings>('/api/v1/readings', {
    series,
    from: first.startMs,
    to,
    points: Math.max(Math.round((to - first.startMs) / (windowS * 1000)), 1),
  });
  const lasts = shown.last.filter(value => value !== null);
  holds('not every window is shown as it is', String(lasts) === String(read.map(({ wh }) => wh)));
  const isRising = lasts.every((value, at) => value >= (lasts[at - 1] ?? 0));
  holds('a counter steps back', isRising);
  const isNegative = shown.delta.some(value => (value ?? 0) < 0);
  holds('energy is negative', !isNegative);
  const meter = series.slice(0, series.lastIndexOf('.'));
  const all = await api.get<readonly CounterEvent[]>('/api/v1/counter-events', {
    meter,
    from: first.startMs + windowS * 1000,
    to,
  });
  const leaps = all.filter(({ kind, quantity }) => kind !== 'gap' && quantity === 'energyImportWh');
  holds(`${leaps.length} events of the counter`, leaps.length <= (isLeapTold ? 1 : 0));
  const leaptWh = leaps.reduce((sum, { before, after }) => sum + after - before, 0);
  // What flowed before the end of the first window nobody knows.
  const range = { from: first.startMs + windowS * 1000, to };
  if (range.from < range.to) {
    const { periods } = await api.get<Totals>('/api/v1/totals', {
      meter,
      ...range,
      period: 'all',
    });
    const importWh = periods[0]?.importWh ?? Number.NaN;
    const rightWh = last.wh - first.wh - leaptWh;
    holds(`${importWh} Wh instead of ${rightWh} Wh`, Math.abs(importWh - rightWh) < 1e-6);
  }
  return mistakes;
}

interface Readings {
  readonly last: readonly (number | null)[];
  readonly delta: readonly (number | null)[];
}

interface CounterEvent {
  readonly kind: string;
  readonly quantity: string;
  readonly before: number;
  readonly after: number;
}

interface Totals {
  readonly periods: readonly { readonly importWh: number | null }[];
}

function windowOf(bytes: Uint8Array): WindowRecord {
  const record = decodeRecord(bytes);
  if (!record.ok) throw new Error(record.detail);
  return record.value;
}

/** Until the host has all of each. */
async function drained(sites: readonly JumpingSite[], signal: AbortSignal): Promise<void> {
  const endMs = performance.now() + 60_000;
  for (;;) {
    signal.throwIfAborted();
    const left = sites.filter(({ gateway }) => !gateway.isDrained);
    if (left.length === 0) return;
    if (performance.now() > endMs) throw new Error(`${left.length} gateways wait for the host in vain`);
    for (const { time, gateway } of left) time.advance(gateway.isConnecting ? 20 : 100);
    await rest(3);
  }
}
