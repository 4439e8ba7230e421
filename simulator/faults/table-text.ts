import type { Fault } from './fault.ts';
import { writeWhole } from './report-file.ts';
import type { FaultReport, FaultResult } from './result.ts';
import { countText, durationText, figureText } from './text.ts';

/** Writes the table of faults for the docs. */
export const writeTable = (file: string, faults: readonly Fault[], report: FaultReport): Promise<void> =>
  writeWhole(file, tableText(faults, report));

/** Every fault as a row: what was counted in its newest run, or that it was not run; and on what, when, by which seed. */
export function tableText(faults: readonly Fault[], report: FaultReport): string {
  const rows = faults.map(fault =>
    rowOf(
      fault,
      report.results.find(({ id }) => id === fault.id),
    ),
  );
  const failed = report.results.filter(({ outcome }) => outcome === 'failed');
  const machines = new Map<string, FaultResult[]>();
  for (const result of report.results) {
    if (result.counts === null) continue;
    const key = `${machineText(result)}; ${result.size}, seed ${result.seed}`;
    machines.set(key, [...(machines.get(key) ?? []), result]);
  }
  const ran = [...machines].map(([key, results]) => {
    const dates = results.map(({ at }) => at.slice(0, 10)).sort();
    const [first, last] = [dates[0], dates.at(-1)];
    const loads = results.map(({ machine }) => machine.loadBefore);
    const load = `load before each ${Math.min(...loads)} to ${Math.max(...loads)}`;
    const ids = results.map(({ id }) => `\`${id}\``).join(', ');
    return `- ${first === last ? first : `${first} to ${last}`}, ${ids}: ${key}; ${load}`;
  });
  return `${[
    '# Proof by faults',
    '',
    'Written by `joulegate-sim faults --table docs/faults.md`: each fault is made against real processes and what comes of it is',
    'counted. *Lost* was acknowledged and is not stored, or was measured and is neither stored nor counted as dropped; *doubled* is',
    'stored twice; *wrong* has another value. *Ready* is from the start of a process until it listens. A figure that has one *by the',
    'clock* beside it is without the time in which others had the processor. `npm run faults` runs all of them and keeps what was counted in',
    '[faults.json](faults.json), so that one that is run again alone takes its place among the others; `joulegate-sim faults --list`',
    'tells how long that takes, and [one page](extending.md#a-fault) how to add one. A `quick` run has a fault a few times, a `full`',
    'one as often as the last column but one says.',
    '',
    '| fault | must hold | how often | watched | lost | doubled | wrong | well again in | figures | of a full run | |',
    '|---|---|---|---|---|---|---|---|---|---|---|',
    ...rows,
    '',
    'What ran when, and on what:',
    '',
    ...(ran.length === 0 ? ['- nothing was run'] : ran),
    ...failed.flatMap(({ id, why, counts }) => [
      '',
      `\`${id}\` has not passed: ${[...why, ...(counts?.notes ?? [])].map(cell).join('; ')}.`,
    ]),
  ].join('\n')}\n`;
}

function rowOf(fault: Fault, result: FaultResult | undefined): string {
  const { id, times } = fault;
  // What had to hold when it was counted, for it may have to hold otherwise since.
  const { what, pass } = result ?? fault;
  const head = `| \`${id}\`: ${cell(what)} | ${cell(pass)} |`;
  const counts = result?.counts;
  if (result === undefined || counts === null || counts === undefined) {
    const why = result === undefined ? 'not run' : [result.outcome, ...result.why].join(': ');
    return `${head} | | | | | | | ${countText(times.full)} | ${cell(why)} |`;
  }
  const cells = [
    countText(counts.times),
    `${countText(counts.watched)} ${result.watched}`,
    ...[counts.lost, counts.doubled, counts.wrong].map(countText),
    counts.healMs === null ? '' : durationText(counts.healMs),
    counts.figures.map(figureText).join('; '),
    countText(times.full),
    result.outcome === 'passed' ? 'passed' : `**${result.outcome}**`,
  ];
  return `${head} ${cells.map(cell).join(' | ')} |`;
}

const machineText = ({ machine: { cpu, cores, memoryGb, node, platform } }: FaultResult): string =>
  `${cores} cores of ${cpu}, ${memoryGb} GiB, ${platform}, Node ${node}`;

/** A text as a cell of Markdown. */
const cell = (text: string): string => text.replaceAll('|', '\\|').replaceAll('\n', ' ');
