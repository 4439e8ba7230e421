import { setMaxListeners } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import type { Fault, FaultCounts, FaultSize } from './fault.ts';
import { thisMachine } from './machine.ts';
import type { FaultResult } from './result.ts';
import { failingsOf } from './verdict.ts';

export interface RunOptions {
  readonly size: FaultSize;
  readonly seed: number;
  /** Instead of what the fault has for this size. */
  readonly times?: number;
  readonly progress: (done: number, times: number) => void;
  readonly signal: AbortSignal;
}

/** A fault that is not over after this has hung: the others have their turn. */
const longestMs: Readonly<Record<FaultSize, number>> = { quick: 200_000, full: 4 * 3_600_000 };
/** From being told to end to being given up. */
const graceMs = 20_000;

/** Runs a fault in a folder of its own and judges it. Never throws: an error is a result, too. */
export async function runFault(fault: Fault, options: RunOptions): Promise<FaultResult> {
  const { size, seed, progress } = options;
  const times = options.times ?? fault.times[size];
  const begunMs = performance.now();
  const ended = (outcome: FaultResult['outcome'], why: readonly string[], counts: FaultCounts | null) => ({
    id: fault.id,
    what: fault.what,
    pass: fault.pass,
    watched: fault.watched,
    outcome,
    why,
    counts,
    size,
    seed,
    at,
    seconds: Math.round((performance.now() - begunMs) / 100) / 10,
    machine,
  });
  const [at, machine] = [new Date().toISOString(), thisMachine()];
  const missing = (fault.needs ?? []).filter(program => !isInstalled(program));
  if (missing.length > 0) return ended('not run', [`needs ${missing.join(', ')}, not installed here`], null);
  if (options.signal.aborted) return ended('not run', ['ended before its turn'], null);
  const folder = await mkdtemp(join(tmpdir(), `joulegate-fault-${fault.id}-`));
  const limit = AbortSignal.timeout(longestMs[size]);
  const signal = AbortSignal.any([options.signal, limit]);
  // Many wait for it at once in a fault.
  setMaxListeners(0, signal);
  const run = { size, times, seed, folder, signal, progress: (done: number) => progress(done, times) };
  try {
    const counts = await Promise.race([fault.run(run), givenUp(signal)]);
    const why = failingsOf(counts, times);
    if (options.signal.aborted) return ended('not run', ['ended before it was over'], counts);
    if (limit.aborted) why.push(`not over after ${longestMs[size] / 60_000} minutes`);
    return ended(why.length === 0 ? 'passed' : 'failed', why, counts);
  } catch (error) {
    if (options.signal.aborted) return ended('not run', ['ended before it was over'], null);
    const text = error instanceof Error ? error.message : String(error);
    return ended('failed', [limit.aborted ? `hung: ${text}` : text], null);
  } finally {
    await rm(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 }).catch(() => {});
  }
}

/** Rejects a while after a fault was told to end. */
const givenUp = (signal: AbortSignal): Promise<never> =>
  new Promise((_resolve, reject) => {
    const giveUp = () =>
      setTimeout(
        () => reject(new Error(`did not end within ${graceMs / 1000} s of being told`)),
        graceMs,
      ).unref();
    signal.addEventListener('abort', giveUp, { once: true });
  });

/** Servers are often where only root's PATH leads. */
const isInstalled = (program: string): boolean =>
  [...(process.env.PATH ?? '').split(delimiter), '/usr/sbin', '/usr/local/sbin'].some(folder =>
    existsSync(join(folder, program)),
  );
