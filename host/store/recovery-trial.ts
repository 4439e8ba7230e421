import { copyFile, mkdir, rm, truncate } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import { failureOf, openError } from './recovery-errors.ts';
import { alsoAt, sync } from './recovery-files.ts';
import type { LogCandidate, LogPart } from './recovery-plan.ts';

export interface Trial {
  /** Logs that open, cut and on disk in the folder of trials; to be moved into place. */
  readonly log: string | undefined;
  readonly checkpointLog: string | undefined;
  readonly candidate: LogCandidate;
}

/**
 * The first of the candidates that the database opens with. Tried read-only on a second name of the file, so that
 * neither the file nor its logs change. Where a log with right checksums refuses all the same, the longest shorter
 * one is searched by halving.
 *
 * @returns undefined where the file opens with none of them
 * @throws Error that is no damage: disk full, no permission, in use
 */
export async function firstThatOpens(
  dir: string,
  database: string,
  candidates: readonly LogCandidate[],
  config: Readonly<Record<string, string>>,
): Promise<Trial | undefined> {
  for (const candidate of candidates) {
    const trial = await attempt(dir, database, candidate, config);
    if (trial !== undefined) return trial;
    let low = 0;
    let high = candidate.earlierEnds.length;
    let best: Trial | undefined;
    while (low < high) {
      const middle = (low + high) >> 1;
      const shorter = shortened(candidate, middle);
      const found = await attempt(dir, database, shorter, config);
      if (found === undefined) high = middle;
      else {
        best = found;
        low = middle + 1;
      }
    }
    // The folder holds the last one tried, which need not be the best.
    if (best !== undefined) return attempt(dir, database, best.candidate, config);
  }
  return undefined;
}

function shortened(candidate: LogCandidate, index: number): LogCandidate {
  const bytes = candidate.earlierEnds[index] ?? 0;
  const log = candidate.log === undefined ? undefined : { path: candidate.log.path, bytes };
  const commits = index + 1;
  return { ...candidate, log, commits, what: `the first ${commits} commits of its log`, earlierEnds: [] };
}

async function attempt(
  dir: string,
  database: string,
  candidate: LogCandidate,
  config: Readonly<Record<string, string>>,
): Promise<Trial | undefined> {
  await rm(dir, { recursive: true, force: true });
  await mkdir(dir);
  const path = join(dir, basename(database));
  await alsoAt(database, path);
  const log = await cutTo(candidate.log, `${path}.wal`);
  const checkpointLog = await cutTo(candidate.checkpointLog, `${path}.wal.checkpoint`);
  try {
    const instance = await DuckDBInstance.create(path, { ...config, access_mode: 'READ_ONLY' });
    instance.closeSync();
  } catch (error) {
    if (failureOf(error) === 'damaged') return undefined;
    throw openError(database, error);
  }
  return { log, checkpointLog, candidate };
}

async function cutTo(part: LogPart | undefined, to: string): Promise<string | undefined> {
  if (part === undefined) return undefined;
  await copyFile(part.path, to);
  await truncate(to, part.bytes);
  await sync(to);
  return to;
}

/** Whether another process has the file open. Not for one that this process has open: closing it releases its lock. */
export async function isInUse(path: string): Promise<boolean> {
  try {
    (await DuckDBInstance.create(path, { access_mode: 'READ_ONLY' })).closeSync();
    return false;
  } catch (error) {
    return failureOf(error) === 'inUse';
  }
}
