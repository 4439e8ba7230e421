import { statfs } from 'node:fs/promises';
import type { Log } from '../engine.ts';
import { CommitWatch } from './commits.ts';
import { DiskWatch, type ReadDisk } from './disk.ts';
import { type HealthSource, type HealthState, healthCounters, healthOf } from './health.ts';
import type { Histogram } from './histogram.ts';
import { LoopWatch } from './loop.ts';
import { processCounters } from './process.ts';

/** What the host observes of itself. */
export interface Watch {
  readonly disk: DiskWatch;
  readonly loop: LoopWatch;
  readonly commits: CommitWatch;
  /** One more who may know why the host is not well, until the function given back is called. */
  addSource(source: HealthSource): () => void;
  health(): HealthState;
  counters(): Record<string, number>;
  histograms(): Readonly<Record<'commitS' | 'loopDelayS', Histogram>>;
  close(): void;
}

export interface WatchOptions {
  /** On whose disk the database is. */
  readonly dataDir: string;
  readonly log: Log;
  /** Instead of asking the system. */
  readonly readDisk?: ReadDisk;
}

/** Begins to watch; the disk has been looked at once when this resolves. */
export async function startWatch({ dataDir, log, readDisk }: WatchOptions): Promise<Watch> {
  const disk = new DiskWatch({
    read: readDisk ?? diskOf(dataDir),
    onChange: isFull =>
      isFull
        ? log('error', `the disk of ${dataDir} is full: the intake pauses until there is room`)
        : log('info', `the disk of ${dataDir} has room again: the intake goes on`),
  });
  const loop = new LoopWatch();
  const commits = new CommitWatch();
  const sources = new Set<HealthSource>([
    () => commits.reasons(),
    () => disk.reasons(),
    () => loop.reasons(),
  ]);
  loop.start();
  await disk.start();
  return {
    disk,
    loop,
    commits,
    addSource(source) {
      sources.add(source);
      return () => sources.delete(source);
    },
    health: () => healthOf(sources),
    counters: () => ({
      ...healthCounters(healthOf(sources)),
      ...disk.counters(),
      ...loop.counters(),
      ...processCounters(),
    }),
    histograms: () => ({ commitS: commits.timesS, loopDelayS: loop.delaysS }),
    close() {
      loop.close();
      disk.close();
    },
  };
}

/** `bavail`: what is kept for root is of no use to a host. */
const diskOf =
  (dir: string): ReadDisk =>
  async () => {
    const { bsize, blocks, bavail } = await statfs(dir);
    return { sizeBytes: bsize * blocks, freeBytes: bsize * bavail };
  };
