import { command } from '../command.ts';
import { progress } from '../progress.ts';
import { loadScenario } from '../scenario/load.ts';
import { jsonOption, scenarioOption, seedOf, seedOption } from '../scenario/options.ts';
import type { Terminal } from '../terminal.ts';
import { type CircuitYear, daysOfYear } from './year.ts';

const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'] as const;

const sum = (list: readonly number[]): number => list.reduce((total, value) => total + value, 0);

/** A table of kWh: a line for what each circuit took, and one more for those that fed in. */
export function yearText(circuits: readonly CircuitYear[]): string {
  const rows = circuits.flatMap(({ id, takenKwh, fedKwh }) => [
    [id, 'taken', ...[sum(takenKwh), ...takenKwh].map(kwh => kwh.toFixed(0))],
    ...(sum(fedKwh) < 0.5 ? [] : [['', 'fed in', ...[sum(fedKwh), ...fedKwh].map(kwh => kwh.toFixed(0))]]),
  ]);
  const table = [['CIRCUIT', 'kWh', 'YEAR', ...months], ...rows];
  const widths = table[0]?.map((_, column) => Math.max(...table.map(row => row[column]?.length ?? 0))) ?? [];
  const aligned = (cell: string, column: number): string =>
    column < 2 ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0);
  return table.map(row => row.map(aligned).join('  ').trimEnd()).join('\n');
}

/** The year, with others having their turn meanwhile; undefined where the person ends it. */
async function calculated(
  days: ReturnType<typeof daysOfYear>,
  isJson: boolean,
  terminal: Terminal,
): Promise<readonly CircuitYear[] | undefined> {
  const { err, stopped } = terminal;
  // How far it is, is not what came of it.
  const bar = progress(isJson ? { out: () => {}, err, stopped } : { ...terminal, out: err });
  let isOver = false;
  void stopped.then(() => {
    isOver = true;
  });
  try {
    for (;;) {
      const { done, value } = days.next();
      if (done === true) return value;
      bar.at(value);
      await new Promise(resolve => setImmediate(resolve));
      if (isOver) return undefined;
    }
  } finally {
    bar.end();
  }
}

export const year = command({
  name: 'year',
  about:
    'Runs the electricity of a scenario through a year, without meters and gateways, and prints what each circuit took and fed in, kWh.',
  options: {
    scenario: scenarioOption,
    year: { takes: 'integer', min: 1990, max: 2100, unless: 2026, help: 'which year (default 2026)' },
    seed: seedOption,
    json: jsonOption,
  },
  run: async (values, terminal) => {
    const { plant, place, name } = loadScenario(values.scenario);
    const seed = seedOf(values.seed);
    const circuits = await calculated(daysOfYear(plant, place, seed, values.year), values.json, terminal);
    if (circuits === undefined) throw new Error('ended before the year was over');
    const { out } = terminal;
    if (values.json) out(JSON.stringify({ scenario: name, year: values.year, seed, circuits }));
    else out(`${name}, ${values.year}, seed ${seed}\n\n${yearText(circuits)}`);
  },
});
