import type { Log } from '../logging/host-log.ts';
import { messageOf } from '../message-of.ts';
import type { AlarmTable } from './alarm-table.ts';
import type { AlarmWriter } from './alarm-writer.ts';
import { judgeLate } from './late.ts';
import type { PastStore } from './past.ts';
import type { RuleTracks } from './rule-tracks.ts';
import type { Track } from './track.ts';

interface CorrectionsOptions {
  readonly store: PastStore;
  readonly table: Pick<AlarmTable, 'since'>;
  readonly writer: Pick<AlarmWriter, 'flush' | 'newest'>;
  readonly tracks: Pick<RuleTracks, 'has' | 'newestMs'>;
  readonly log: Log;
  readonly nowMs: () => number;
}

/** What asks the store before it judges, one after the other: what comes late is rare, or much at once. */
export class Corrections {
  readonly counts = { corrected: 0, tooLate: 0, failed: 0 };
  readonly #options: CorrectionsOptions;
  #work: Promise<void> = Promise.resolve();

  constructor(options: CorrectionsOptions) {
    this.#options = options;
  }

  /** When all of it is done. Never rejects. */
  get done(): Promise<void> {
    return this.#work;
  }

  /** Has the past of a track judged again, once for all that came behind since it was asked first. */
  soon(track: Track, lateMs: number): void {
    track.lateMs = Math.min(track.lateMs ?? lateMs, lateMs);
    if (track.isWaiting) return;
    track.isWaiting = true;
    this.do(async () => {
      track.isWaiting = false;
      // Another run has done it meanwhile, or the rule is gone.
      if (track.lateMs === undefined || !this.#options.tracks.has(track)) return;
      const isJudged = await judgeLate(this.#options, track, track.lateMs);
      this.counts[isJudged ? 'corrected' : 'tooLate']++;
    });
  }

  /** Does something when what was asked before is done; one that fails is counted and told. */
  do(work: () => Promise<void>): void {
    this.#work = this.#work.then(work).catch(error => {
      this.counts.failed++;
      this.#options.log('error', `alarms: ${messageOf(error)}`, 'alarms.failed');
    });
  }
}
