import type { Log } from '../logging/host-log.ts';
import { messageOf } from '../message-of.ts';
import type { AlarmTable } from './alarm-table.ts';
import type { AlarmWriter } from './alarm-writer.ts';
import { judgeLate, lateMost } from './late.ts';
import { type PastStore, pastOf } from './past.ts';
import type { RuleTracks } from './rule-tracks.ts';
import type { Track } from './track.ts';

/** So often a track that was caught up is judged again for what came meanwhile. */
const turnsMost = 5;

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
      await this.#correct(track);
    });
  }

  /**
   * Judges what is stored and was not judged; what comes meanwhile waits for that. `lateMs` of the track says from where on, where
   * that is before what it judged last.
   */
  catchUp(track: Track): void {
    track.isBehind = true;
    this.do(async () => {
      try {
        const { judgedMs } = track.state;
        // Of what came while it waited nothing is late: it is read with the rest.
        if (judgedMs !== null && (track.lateMs ?? 0) >= judgedMs) track.lateMs = undefined;
        const isJudged = track.lateMs !== undefined && (await this.#correct(track));
        if (!isJudged) await this.#judgeStored(track);
        for (let turn = 0; turn < turnsMost && track.lateMs !== undefined; turn++) await this.#correct(track);
      } finally {
        // Where the store fails: a rule that waits for ever would be worse.
        track.isBehind = false;
      }
    });
  }

  /** False where nothing was judged: another run has done it meanwhile, it is too old, or the rule is gone. */
  async #correct(track: Track): Promise<boolean> {
    if (track.lateMs === undefined || !this.#options.tracks.has(track)) return false;
    const isJudged = await judgeLate(this.#options, track, track.lateMs);
    if (isJudged) this.counts.corrected++;
    else if (this.#options.tracks.has(track)) this.counts.tooLate++;
    return isJudged;
  }

  /** From where the track stands. */
  async #judgeStored(track: Track): Promise<void> {
    const { store, tracks, nowMs } = this.#options;
    const { state, place, terms } = track;
    const newestMs = tracks.newestMs(place);
    if (!tracks.has(track) || state.judgedMs === null || newestMs === undefined) return;
    const points = await pastOf(
      store,
      terms.condition,
      place,
      Math.max(state.judgedMs, nowMs() - lateMost),
      newestMs,
    );
    if (!tracks.has(track)) return;
    track.isBehind = false;
    track.judge(points, nowMs());
    track.isBehind = track.lateMs !== undefined;
  }

  /** Does something when what was asked before is done; one that fails is counted and told. */
  do(work: () => Promise<void>): void {
    this.#work = this.#work.then(work).catch(error => {
      this.counts.failed++;
      this.#options.log('error', `alarms: ${messageOf(error)}`, 'alarms.failed');
    });
  }
}
