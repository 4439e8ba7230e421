import type { Log } from '../logging/host-log.ts';
import { messageOf } from '../message-of.ts';
import type { AlarmTable } from './alarm-table.ts';
import type { AlarmWriter } from './alarm-writer.ts';
import type { Point } from './conditions.ts';
import { judgeLate, lateMost } from './late.ts';
import { type PastStore, pastOf } from './past.ts';
import type { Place } from './places.ts';
import { type Condition, quantitiesOf } from './rule.ts';
import type { RuleTracks } from './rule-tracks.ts';
import type { Track } from './track.ts';

/** So often a track that was caught up is judged again for what came meanwhile. */
const turnsMost = 5;
/** What was read for one rule serves another whose range begins so much later at most: as fine as if it were read for it. */
const sharedMs = 3_600_000;

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
  #commits = 0;
  /** What was read last, when so many commits had come. */
  #known:
    | { readonly of: string; readonly commits: number; readonly fromMs: number; readonly points: Point[] }
    | undefined;

  constructor(options: CorrectionsOptions) {
    this.#options = options;
  }

  /** When all of it is done. Never rejects. */
  get done(): Promise<void> {
    return this.#work;
  }

  /** More is stored than what was read. */
  committed(): void {
    this.#commits++;
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
    const { tracks, nowMs } = this.#options;
    const { state, place } = track;
    const newestMs = tracks.newestMs(place);
    if (!tracks.has(track) || state.judgedMs === null || newestMs === undefined) return;
    const points = await this.#stored(track, Math.max(state.judgedMs, nowMs() - lateMost), newestMs);
    if (!tracks.has(track)) return;
    track.isBehind = false;
    track.judge(points, nowMs());
    track.isBehind = track.lateMs !== undefined;
  }

  /** Windows of a track from an instant on. Rules that judge the same of a meter, one after the other, ask the store once. */
  async #stored({ place, terms: { condition } }: Track, fromMs: number, toMs: number): Promise<Point[]> {
    const of = sourceOf(place, condition);
    const commits = this.#commits;
    const known = this.#known;
    if (
      known?.of === of &&
      known.commits === commits &&
      known.fromMs <= fromMs &&
      fromMs - known.fromMs <= sharedMs
    )
      return known.points.filter(({ startMs }) => startMs >= fromMs);
    const points = await pastOf(this.#options.store, condition, place, fromMs, toMs);
    this.#known = { of, commits, fromMs, points };
    return points;
  }

  /** Does something when what was asked before is done; one that fails is counted and told. */
  do(work: () => Promise<void>): void {
    this.#work = this.#work.then(work).catch(error => {
      this.counts.failed++;
      this.#options.log('error', `alarms: ${messageOf(error)}`, 'alarms.failed');
    });
  }
}

/** Those that are judged by the same windows have the same. */
export const sourceOf = ({ meters }: Place, condition: Condition): string =>
  [...meters, ...quantitiesOf(condition)].join(' ');
