import { type Options, parseOptions, UsageError, wordsApart } from '../arguments.ts';
import type { Command } from '../command.ts';
import { progress } from '../progress.ts';
import { stopSignal, type Terminal } from '../terminal.ts';
import type { Fault, FaultSize } from './fault.ts';
import { listOfFaults } from './list-of-faults.ts';
import { beWritable, mergedReport, readReport, writeReport } from './report-file.ts';
import type { FaultReport } from './result.ts';
import { resultLine } from './result-line.ts';
import { runFaults } from './run-faults.ts';
import { faults } from './table.ts';
import { writeTable } from './table-text.ts';
import { countText } from './text.ts';

const options = {
  list: { takes: 'nothing', help: 'prints the faults, what must hold, and about how long each takes' },
  quick: { takes: 'nothing', help: 'a few times each: all of them in less than three minutes' },
  times: {
    takes: 'integer',
    min: 1,
    max: 1_000_000,
    unless: null,
    help: 'how often each happens, instead of what the table has',
  },
  seed: {
    takes: 'integer',
    min: 0,
    max: 4_294_967_295,
    unless: null,
    help: 'what everything random comes from (each time another)',
  },
  json: {
    takes: 'text',
    called: 'a FILE',
    unless: null,
    help: 'writes what was counted there; faults that are not run now stay in it as they are',
  },
  table: { takes: 'text', called: 'a FILE', unless: null, help: 'writes the table as Markdown there' },
} as const satisfies Options;

/** `joulegate-sim faults [ID…]`: breaks real hosts, brokers and gateways and counts. */
export const faultsCommand: Command = {
  name: 'faults',
  about:
    'Runs the faults of these IDs, or all, one after the other against real processes, each in a folder of its own, and\n' +
    'prints a line each. Ends with 1 where one has not passed or was not run. Ctrl-C ends the one that runs and tells what was done.',
  options,
  run: (args, terminal) => {
    const { words, rest } = wordsApart(options, args);
    const values = parseOptions('faults', options, rest);
    const chosen = words.length === 0 ? faults : words.map(faultOf);
    if (values.list) {
      terminal.out(listOfFaults(chosen));
      return Promise.resolve();
    }
    return run(chosen, { ...values, size: values.quick ? 'quick' : 'full' }, terminal);
  },
};

interface Wanted {
  readonly size: FaultSize;
  readonly times: number | null;
  readonly seed: number | null;
  readonly json: string | null;
  readonly table: string | null;
}

async function run(chosen: readonly Fault[], wanted: Wanted, terminal: Terminal): Promise<void> {
  const { size, times, json, table } = wanted;
  const seed = wanted.seed ?? Math.floor(Math.random() * 2 ** 32);
  // A file that cannot be read or written is told before hours of work, not after.
  for (const file of [json, table]) if (file !== null) await beWritable(file);
  let report: FaultReport = json === null ? { results: [] } : await readReport(json);
  terminal.out(`${chosen.length} of ${faults.length} faults, ${size}, seed ${seed}`);
  const signal = stopSignal(terminal);
  // A log of some hours has a line for each fault, and no more.
  const bar = terminal.rewrite === undefined ? undefined : progress(terminal);
  const results = await runFaults(chosen, {
    size,
    seed,
    ...(times !== null && { times }),
    signal,
    progress: ({ id }, done, of) => bar?.at(done / of, `${id}: ${countText(done)} of ${countText(of)}`),
    async onResult(result) {
      bar?.end();
      terminal.out(resultLine(result));
      // Another run may have written to it meanwhile.
      report = mergedReport(faults, json === null ? report : await readReport(json), [result]);
      if (json !== null) await writeReport(json, report);
    },
  });
  if (table !== null) await writeTable(table, faults, report);
  const idsOf = (outcome: string) =>
    results.flatMap(result => (result.outcome === outcome ? [result.id] : []));
  const [failed, notRun] = [idsOf('failed'), idsOf('not run')];
  terminal.out(`${idsOf('passed').length} passed, ${failed.length} failed, ${notRun.length} not run`);
  if (failed.length > 0) throw new Error(`not passed: ${failed.join(', ')}; the same again: --seed ${seed}`);
  if (signal.aborted) throw new Error('ended before all were run');
  if (notRun.length > 0) throw new Error(`not run, and so not proved: ${notRun.join(', ')}`);
}

function faultOf(id: string): Fault {
  const found = faults.find(fault => fault.id === id);
  if (found !== undefined) return found;
  const known = faults.map(fault => fault.id).join(', ');
  throw new UsageError(`${JSON.stringify(id)} is no fault; ${known} are allowed`);
}
