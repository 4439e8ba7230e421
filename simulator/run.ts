import { profileQuantities } from '#profiles/profile.ts';
import { findProfile } from '#profiles/registry.ts';
import { type Options, UsageError, type Values } from './arguments.ts';
import { command } from './command.ts';
import { createPlant } from './plant/plant.ts';
import { progress } from './progress.ts';
import { jsonRows, textRows } from './run-rows.ts';
import { loadScenario } from './scenario/load.ts';
import { pointReader } from './scenario/meter-reading.ts';
import { jsonOption, scenarioOption, seedOf, seedOption } from './scenario/options.ts';
import type { RunningPlant, Scenario } from './scenario/scenario.ts';
import type { Terminal } from './terminal.ts';

export const runOptions = {
  scenario: scenarioOption,
  from: {
    takes: 'text',
    called: 'a TIME',
    unless: null,
    help: 'when it begins, UTC, such as 2026-06-21 or 2026-06-21T04:00:00Z (default: so that it ends now)',
  },
  hours: {
    takes: 'number',
    min: 0.001,
    max: 87_840,
    unless: 24,
    help: 'how much of its time runs (default 24)',
  },
  every: {
    takes: 'integer',
    min: 1,
    max: 86_400,
    unless: 60,
    help: 'seconds between two readings of each meter (default 60)',
  },
  speed: {
    takes: 'number',
    min: 0.01,
    max: 1_000_000,
    unless: null,
    help: 'how much faster than the clock its time goes, 1: in real time (default: as fast as possible)',
  },
  seed: seedOption,
  json: jsonOption,
} as const satisfies Options;

type RunValues = Values<typeof runOptions>;

const hourMs = 3_600_000;
/** A long stretch goes on in pieces, and others, such as Ctrl-C, get their turn between them. */
const pieceMs = 15 * 60_000;
const turnMs = 50;

/** Runs a scenario without ports, gateways and host, and prints what its meters have. @throws UsageError */
export async function runScenario(values: RunValues, terminal: Terminal): Promise<void> {
  const scenario = loadScenario(values.scenario);
  const seed = seedOf(values.seed);
  const lastsMs = Math.round(values.hours * hourMs);
  const fromMs = values.from === null ? usualStartMs(values, lastsMs) : timeOf(values.from);
  if (values.every * 1000 > lastsMs) {
    throw new UsageError(
      `--every ${values.every}: nothing is read within ${values.hours} hours; give fewer seconds or more hours`,
    );
  }
  const plant = createPlant(scenario.plant, scenario.place, { seed, startMs: fromMs });
  const meters = metersOf(scenario, plant);
  const say = values.json ? jsonRows(terminal) : textRows(terminal);
  say.begin(scenario, { seed, fromMs, lastsMs, everyS: values.every });
  // Rows that a person sees show how far it is; where they go to a file it is told beside them.
  const isSeen = terminal.rewrite !== undefined || values.json;
  const { err, stopped } = terminal;
  const bar = progress({ out: isSeen ? () => {} : err, err, stopped });
  const pace = paceOf(values.speed, fromMs, terminal);
  const stepMs = values.every * 1000;
  let isOver = false;
  void stopped.then(() => {
    isOver = true;
  });
  let readings = 0;
  for (let atMs = fromMs + stepMs; atMs <= fromMs + lastsMs && !isOver; atMs += stepMs) {
    for (let pieceEndMs = atMs - stepMs; pieceEndMs < atMs && !isOver; ) {
      pieceEndMs = Math.min(pieceEndMs + pieceMs, atMs);
      await pace(pieceEndMs);
      if (!isOver) plant.advanceTo(pieceEndMs);
    }
    if (isOver) break;
    for (const { id, read } of meters) say.reading(atMs, id, read());
    readings += meters.length;
    bar.at((atMs - fromMs) / lastsMs);
  }
  bar.end();
  say.end(readings, isOver);
}

/** At whole minutes, as windows are. */
function usualStartMs({ speed }: RunValues, lastsMs: number): number {
  // What goes by the clock begins now.
  const startMs = speed === null ? Date.now() - lastsMs : Date.now();
  return Math.floor(startMs / 60_000) * 60_000;
}

function timeOf(text: string): number {
  const isForm = /^\d{4}-\d{2}-\d{2}(T\d{2}:\d{2}(:\d{2})?Z)?$/.test(text);
  const ms = isForm ? Date.parse(text) : Number.NaN;
  // The 31st of February is taken by some for the 3rd of March.
  const isDay = Number.isFinite(ms) && new Date(ms).toISOString().startsWith(text.slice(0, 10));
  if (isDay && ms >= Date.UTC(1990, 0) && ms < Date.UTC(2101, 0)) return ms;
  throw new UsageError(
    `--from ${JSON.stringify(text)}: a day such as 2026-06-21 or a time such as 2026-06-21T04:00:00Z is allowed, from 1990 to 2100`,
  );
}

interface MeterToRead {
  readonly id: string;
  readonly read: () => readonly (readonly [quantity: string, value: number])[];
}

/** Each meter with what its profile reads and its circuit has. */
const metersOf = ({ meters }: Scenario, plant: RunningPlant): readonly MeterToRead[] =>
  meters.map(meter => {
    const profile = findProfile(meter.profile);
    const quantities = profile === undefined ? [] : profileQuantities(profile);
    const read = pointReader(plant, meter, () => plant.atMs);
    return {
      id: meter.id,
      read: () =>
        quantities.flatMap(quantity => {
          const value = read(quantity);
          return value === undefined ? [] : [[quantity, rounded(value)] as const];
        }),
    };
  });

/** Digits behind the twelfth are those of a computer, and of no meter. */
const rounded = (value: number): number => Number(value.toPrecision(12));

/** Waits until the clock has come there; as fast as possible, others get their turn now and then. */
function paceOf(
  speed: number | null,
  fromMs: number,
  { stopped }: Terminal,
): (atMs: number) => Promise<void> {
  const beganMs = performance.now();
  let turnedMs = beganMs;
  return async atMs => {
    const waitMs = speed === null ? 0 : beganMs + (atMs - fromMs) / speed - performance.now();
    if (waitMs > 0) {
      let timer: NodeJS.Timeout | undefined;
      await Promise.race([
        stopped,
        new Promise(resolve => {
          timer = setTimeout(resolve, waitMs);
        }),
      ]);
      clearTimeout(timer);
    } else if (performance.now() - turnedMs > turnMs) await new Promise(resolve => setImmediate(resolve));
    else return;
    turnedMs = performance.now();
  };
}

export const run = command({
  name: 'run',
  about:
    'Runs the electricity of a scenario, without ports, gateways and host, as fast as possible (or by the clock, with\n' +
    '--speed), and prints what each of its meters has: rows of CSV, or lines of JSON. Faults of wires and meters are not in it.\n' +
    'The same scenario, seed and --from give the same rows.',
  options: runOptions,
  run: runScenario,
});
