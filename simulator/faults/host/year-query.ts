import type { QuantityId } from '#core/quantities.ts';
import { decodeRecord } from '#core/wire/records.ts';
import { AppendedRecords } from '../../lab/appended.ts';
import { Lab } from '../../lab/lab.ts';
import type { Took } from '../../lab/process-figures.ts';
import type { Fault, FaultCounts, FaultRun } from '../fault.ts';
import { chanceOf } from './chance.ts';
import { besideDisk, DiskBeside } from './disk-beside.ts';
import { Sender } from './sender.ts';
import { timeFigure, timeFigures } from './time-figures.ts';
import { pause, waitUntil } from './wait.ts';
import { meterName, recordAt } from './windows.ts';

const dayMs = 86_400_000;
const days = 365;
const points = 2000;
const withinMs = 3_600_000;
/** Of what comes in now as many rows at most wait for the next build. */
const usualRowsWaiting = 50_000;

interface Size {
  /** How long a window of the year is, and of how many meters there is one. */
  readonly windowS: number;
  readonly meters: number;
  /** In the quick form there are so few messages that the slowest of all is what counts. */
  readonly ackMostMs: number;
}

const sizes: Readonly<Record<FaultRun['size'], Size>> = {
  quick: { windowS: 900, meters: 1, ackMostMs: 1000 },
  full: { windowS: 60, meters: 8, ackMostMs: 250 },
};

/** The reference load: 10 gateways with 8 meters, each meter's window every 5 s. */
const gateways = 10;
const metersEach = 8;
const everyMs = 5000;

export const yearQuery: Fault = {
  id: 'year-query',
  what: 'charts of a whole year are asked for while the reference load comes in (quick: a year of 15-minute windows)',
  pass: 'charts of a year that is built within 500 ms (95 %), acknowledged within 250 ms (99 %; quick: all within 1 s); every chart true, also while it is being built; 0 lost, 0 doubled',
  watched: 'charts',
  isTimed: true,
  times: { quick: 15, full: 1000 },
  minutes: { quick: 0.33, full: 20 },
  run: async run => {
    const lab = await Lab.start({ folder: run.folder });
    try {
      return await askAndCount(run, lab);
    } finally {
      await lab.close();
    }
  },
};

async function askAndCount(run: FaultRun, lab: Lab): Promise<FaultCounts> {
  const { size, times, seed, signal, progress } = run;
  const { windowS, meters, ackMostMs } = sizes[size];
  const chance = chanceOf(seed, 16);
  const untilMs = Math.floor(Date.now() / dayMs) * dayMs;
  const fromMs = untilMs - days * dayMs;
  const names = Array.from({ length: gateways }, (_, index) => `gateway-${index + 1}`);
  const passwords = await lab.addGateways(['year', ...names]);
  const fedS = await feedYear(run, lab, passwords.get('year') ?? '', fromMs);

  const senders = names.map(
    gateway =>
      new Sender({
        gateway,
        password: passwords.get(gateway) ?? '',
        port: lab.mqttPort,
        epoch: '00000000000000bb',
        perMessage: metersEach,
        inFlight: 4,
        stopwatch: () => lab.stopwatch(),
      }),
  );
  const appended = new AppendedRecords();
  const intake = feedNow(senders, appended);
  const [beforeBuilt, charts]: [Took[], Took[]] = [[], []];
  const notes: string[] = [];
  let wrong = 0;
  const askOne = async (): Promise<Took> => {
    // Each from another minute of the first week and of another series: no answer is one that was given before.
    const beginMs = fromMs + chance(7 * 1440) * 60_000;
    const meter = chance(meters);
    const quantity = chance(3) === 0 ? 'energyImportWh' : (gauges[chance(gauges.length)] ?? 'powerW');
    const since = lab.stopwatch();
    const readings = await lab.api.get<Readings>('/api/v1/readings', {
      series: `year.${meterName(meter)}.${quantity}`,
      from: beginMs,
      to: untilMs,
      points: points - chance(500),
    });
    const took = since();
    const mistake = mistakeIn(readings, { fromMs, beginMs, untilMs, windowS, meter, quantity });
    if (mistake !== undefined) {
      wrong++;
      notes.push(`chart of ${readings.series} from ${new Date(beginMs).toISOString()}: ${mistake}`);
    }
    // As people ask: one after the other, not as fast as a machine can.
    await pause(200, signal);
    return took;
  };
  try {
    await pause(everyMs, signal);
    // A year that came in minutes is built in minutes: charts are as true meanwhile, and slower.
    const buildFromMs = performance.now();
    // A store that is busy tells nothing at once: it is not done.
    const rowsWaiting = async () =>
      (await lab.counters())['store.tierRowsWaiting'] ?? Number.POSITIVE_INFINITY;
    while ((await rowsWaiting()) > usualRowsWaiting) {
      beforeBuilt.push(await askOne());
    }
    const builtS = (performance.now() - buildFromMs) / 1000;
    const ackedBefore = senders.map(({ took }) => took.length);
    const disk = new DiskBeside(run.folder);
    await disk.during(async () => {
      for (let time = 1; time <= times; time++) {
        charts.push(await askOne());
        progress(time);
      }
    });
    intake.stop();
    const isSettled = () => senders.every(({ acked, size: given }) => acked === given);
    await waitUntil('acknowledgement of all records', isSettled, 60_000, signal);
    const took = senders.flatMap((sender, index) => sender.took.slice(ackedBefore[index]));
    const tookBefore = senders.flatMap((sender, index) => sender.took.slice(0, ackedBefore[index]));
    const acknowledged = besideDisk(timeFigures('acknowledged', 0.99, took, ackMostMs, size), disk.p99Ms);
    const stored = await lab.stored(appended, { ofGateway: gateway => gateway !== 'year' });
    notes.push(...stored.notes);
    return {
      times,
      watched: charts.length + beforeBuilt.length,
      lost: stored.lost,
      doubled: stored.doubled,
      wrong: wrong + stored.wrong,
      healMs: null,
      figures: [
        ...timeFigures('chart', 0.95, charts, 500, size),
        timeFigure('chart', 0.5, charts, 'ownMs'),
        ...acknowledged.figures,
        { name: 'messages acknowledged meanwhile', value: took.length, unit: '', least: times / 5 },
        { name: 'values of the year', value: windowsOf(windowS) * meters * 12, unit: '' },
        { name: 'they came in', value: fedS, unit: 's' },
        { name: 'and were built for charts', value: builtS, unit: 's' },
        { name: 'charts meanwhile', value: beforeBuilt.length, unit: '' },
        ...(beforeBuilt.length === 0 ? [] : [timeFigure('chart meanwhile', 0.95, beforeBuilt, 'clockMs')]),
        ...(tookBefore.length === 0
          ? []
          : [timeFigure('acknowledged meanwhile', 0.99, tookBefore, 'clockMs')]),
      ],
      notes: [...acknowledged.notes, ...notes].slice(0, 10),
    };
  } finally {
    intake.stop();
    await Promise.all(senders.map(sender => sender.close()));
  }
}

const windowsOf = (windowS: number): number => (days * dayMs) / 1000 / windowS;
const gauges: readonly QuantityId[] = ['powerW', 'powerL2W', 'voltageL1V', 'currentL3A'];

/** Brings the year in as a gateway with a long journal would, some of it in memory at a time; how long that took, s. */
async function feedYear(
  { size, signal }: FaultRun,
  lab: Lab,
  password: string,
  fromMs: number,
): Promise<number> {
  const { windowS, meters } = sizes[size];
  const begunMs = performance.now();
  const atOnce = 1000;
  for (let from = 0, journal = 0; from < windowsOf(windowS); journal++) {
    const epoch = (0x1000 + journal).toString(16).padStart(16, '0');
    const sender = new Sender({
      gateway: 'year',
      password,
      port: lab.mqttPort,
      epoch,
      perMessage: 200,
      inFlight: 24,
      resendMs: 30_000,
    });
    try {
      // A journal of so many, and then a new one: what is acknowledged need not be kept here.
      const journalEnd = Math.min(from + 20 * atOnce, windowsOf(windowS));
      while (from < journalEnd) {
        const until = Math.min(from + atOnce, journalEnd);
        for (; from < until; from++) {
          const records = Array.from({ length: meters }, (_, meter) =>
            recordAt(meter, from, windowS, fromMs),
          );
          sender.add(...records);
        }
        await waitUntil(
          'acknowledgement of the year',
          () => sender.size - sender.acked < 10_000,
          withinMs,
          signal,
        );
      }
      await waitUntil('acknowledgement of the year', () => sender.acked === sender.size, withinMs, signal);
    } finally {
      await sender.close();
    }
  }
  return (performance.now() - begunMs) / 1000;
}

/** What the gateways measure now, one after the other in each five seconds. */
function feedNow(senders: readonly Sender[], appended: AppendedRecords): { readonly stop: () => void } {
  let next = 0;
  const windowS = everyMs / 1000;
  const fromMs = Math.floor(Date.now() / everyMs) * everyMs;
  const timer = setInterval(() => {
    const sender = senders[next % senders.length];
    const window = Math.floor(next++ / senders.length);
    if (sender === undefined) return;
    const records = Array.from({ length: metersEach }, (_, meter) =>
      recordAt(meter, window, windowS, fromMs),
    );
    appended.append(sender.gateway, ...records);
    sender.add(...records);
  }, everyMs / senders.length);
  return { stop: () => clearInterval(timer) };
}

interface Readings {
  readonly series: string;
  readonly kind: 'gauge' | 'counter';
  readonly bucketMs: number;
  readonly startMs: readonly number[];
  readonly mean: readonly (number | null)[];
  readonly min: readonly (number | null)[];
  readonly max: readonly (number | null)[];
  readonly delta: readonly (number | null)[];
  readonly coverage: readonly number[];
}

interface Asked {
  /** Where the year begins, and where the chart. */
  readonly fromMs: number;
  readonly beginMs: number;
  readonly untilMs: number;
  readonly windowS: number;
  readonly meter: number;
  readonly quantity: QuantityId;
}

/** Points of a chart of a gauge that are held against the windows in them. */
const looked = [0.1, 0.35, 0.6, 0.85];
/** Values have a decimal at least. */
const rounding = 0.051;
const none = { mean: Number.NaN, min: Number.NaN, max: Number.NaN };

/** Mean, least and most of a gauge's windows in a bucket, as they were sent. */
function gaugeOf({ fromMs, windowS, meter, quantity }: Asked, startMs: number, bucketMs: number): number[] {
  const first = (startMs - fromMs) / 1000 / windowS;
  const windows = bucketMs / 1000 / windowS;
  let [sum, least, most] = [0, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (let window = first; window < first + windows; window++) {
    const record = decodeRecord(recordAt(meter, window, windowS, fromMs));
    const values = record.ok ? record.value.values : [];
    const value = values.find(one => one.quantity === quantity);
    const { mean, min, max } = value !== undefined && 'mean' in value ? value : none;
    [sum, least, most] = [sum + mean, Math.min(least, min), Math.max(most, max)];
  }
  return [sum / windows, least, most];
}

/** What cannot be true in a chart; undefined where it is. */
function mistakeIn(
  { kind, bucketMs, startMs, mean, min, max, delta, coverage }: Readings,
  asked: Asked,
): string | undefined {
  const { beginMs, untilMs, windowS, meter } = asked;
  const wanted = Math.floor((untilMs - beginMs) / bucketMs);
  if (startMs.length < wanted) return `${startMs.length} points of ${wanted}`;
  const holes = coverage.slice(1, -1).filter(share => share < 1).length;
  if (holes > 0) return `${holes} points are not whole, though all was measured`;
  if (kind === 'gauge') {
    const absent = mean.filter(value => value === null).length;
    if (absent > 0) return `${absent} points without a mean`;
    const at = looked.map(share => Math.floor(share * startMs.length));
    const untrue = at.find(point => {
      const sent = gaugeOf(asked, startMs[point] ?? 0, bucketMs);
      const shown = [mean[point], min[point], max[point]];
      return sent.some((value, index) => !(Math.abs((shown[index] ?? Number.NaN) - value) <= rounding));
    });
    return untrue === undefined
      ? undefined
      : `point ${untrue} has another mean, least or most than its windows`;
  }
  // The counter grows by as much in each window.
  const grown = (3 + meter) * (bucketMs / 1000 / windowS);
  const unlike = delta.slice(1, -1).filter(value => Math.abs((value ?? 0) - grown) > 1e-6).length;
  return unlike > 0 ? `${unlike} points have not grown by ${grown} Wh` : undefined;
}
