import type { Log } from '../logging/host-log.ts';
import { messageOf } from '../message-of.ts';
import type { AlarmTable } from './alarm-table.ts';
import type { AlarmWriter } from './alarm-writer.ts';
import { judgeLate } from './late.ts';
import { alarmLimits } from './limits.ts';
import { type PastStore, pastsInPieces, usualWindowMs } from './past.ts';
import type { RuleTracks } from './rule-tracks.ts';
import type { Track } from './track.ts';

/** So often what came while a track was caught up is judged, too. */
const turnsMost = 5;
/** What is read together begins so far apart at most: as fine as if it were read for each. */
const sharedMs = 3_600_000;
/** Tracks, and their windows, about, that are caught up together. */
const groupMost = 500;
const windowsMost = 200_000;

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
  #isEnding = false;
  #isLeft = false;

  constructor(options: CorrectionsOptions) {
    this.#options = options;
  }

  /** When all of it is done. Never rejects. */
  get done(): Promise<void> {
    return this.#work;
  }

  /** Ends soon: what the next start does anew is left to it. Resolves when all else is done. */
  end(): Promise<void> {
    this.#isEnding = true;
    return this.#work;
  }

  /** Whether anything was left to the next start. */
  get isLeft(): boolean {
    return this.#isLeft;
  }

  /**
   * Has the past of a track judged again, once for all that came behind since it was asked first. `isAnew`: the next start does it where
   * this one ends before.
   */
  soon(track: Track, lateMs: number, { isAnew = false } = {}): void {
    track.lateMs = Math.min(track.lateMs ?? lateMs, lateMs);
    if (track.isWaiting) return;
    track.isWaiting = true;
    this.do(async () => {
      track.isWaiting = false;
      if (isAnew && this.#isEnding) this.#isLeft = true;
      else await this.#correct(track);
    });
  }

  /**
   * Judges what is stored and was not judged, of many tracks together; what comes meanwhile waits for that. `lateMs` of a track says
   * from where on, where that is before what it judged last.
   */
  catchUp(tracks: Iterable<Track>): void {
    const behind = [...tracks].filter(
      track => track.lateMs !== undefined || this.#behindOf(track) !== undefined,
    );
    for (const track of behind) track.isBehind = true;
    const ofTrack = (track: Track) => this.#behindOf(track) ?? { fromMs: 0, toMs: 0 };
    for (const group of groupsOf(behind, ofTrack)) this.do(() => this.#catchUp(group));
  }

  async #catchUp(group: readonly Track[]): Promise<void> {
    let left = group;
    try {
      for (let turn = 0; turn < turnsMost && left.length > 0; turn++) left = await this.#turn(left);
    } finally {
      // Where the store fails: a rule that waits for ever would be worse.
      for (const track of group) track.isBehind = false;
    }
  }

  /** Gives those for which more came meanwhile. */
  async #turn(tracks: readonly Track[]): Promise<Track[]> {
    const unread: Track[] = [];
    for (const track of tracks) {
      const isLate =
        track.lateMs !== undefined && track.lateMs < (track.state.judgedMs ?? Number.POSITIVE_INFINITY);
      if (!isLate || !(await this.#correct(track))) unread.push(track);
    }
    await this.#judgeStored(unread);
    for (const track of tracks) track.isBehind = track.lateMs !== undefined;
    return tracks.filter(({ isBehind }) => isBehind);
  }

  /** False where nothing was judged: another run has done it meanwhile, it is too old, or the rule is gone. */
  async #correct(track: Track): Promise<boolean> {
    if (track.lateMs === undefined || !this.#options.tracks.has(track)) return false;
    const isJudged = await judgeLate(this.#options, track, track.lateMs);
    if (isJudged) this.counts.corrected++;
    else if (this.#options.tracks.has(track)) this.counts.tooLate++;
    return isJudged;
  }

  /** From where the tracks stand. */
  async #judgeStored(tracks: readonly Track[]): Promise<void> {
    const { store, tracks: all, nowMs } = this.#options;
    const asks = tracks.flatMap(track => {
      // Of what came while it waited nothing is late: it is read with the rest.
      if ((track.lateMs ?? 0) >= (track.state.judgedMs ?? 0)) track.lateMs = undefined;
      const behind = this.#behindOf(track);
      const { place, terms } = track;
      return behind === undefined ? [] : [{ track, condition: terms.condition, place, ...behind }];
    });
    for await (const { index, points } of pastsInPieces(store, asks)) {
      const track = asks[index]?.track;
      if (track !== undefined && all.has(track)) track.judgeStored(points, nowMs());
    }
  }

  /** What is stored and not judged of a track; undefined where nothing is. */
  #behindOf(track: Track): Stretch | undefined {
    const { tracks, nowMs } = this.#options;
    const { judgedMs } = track.state;
    if (judgedMs === null || !tracks.has(track)) return undefined;
    const fromMs = Math.max(judgedMs, nowMs() - alarmLimits.lateMs);
    const toMs = tracks.newestMs(track.place);
    return toMs === undefined || toMs <= fromMs ? undefined : { fromMs, toMs };
  }

  /** Does something when what was asked before is done; one that fails is counted and told. */
  do(work: () => Promise<void>): void {
    this.#work = this.#work.then(work).catch(error => {
      this.counts.failed++;
      this.#options.log('error', `alarms: ${messageOf(error)}`, 'alarms.failed');
    });
  }
}

interface Stretch {
  readonly fromMs: number;
  readonly toMs: number;
}

/** Those whose stretches begin at about the same time, as many as are judged in one go. */
function groupsOf(tracks: readonly Track[], stretchOf: (track: Track) => Stretch): Track[][] {
  const groups: Track[][] = [];
  let [firstMs, windows] = [Number.NEGATIVE_INFINITY, 0];
  const known = tracks.map(track => ({ track, ...stretchOf(track) })).sort((a, b) => a.fromMs - b.fromMs);
  for (const { track, fromMs, toMs } of known) {
    const own = ((toMs - fromMs) / usualWindowMs) * Math.max(track.place.meters.length, 1);
    const group = groups.at(-1);
    windows += own;
    if (
      group !== undefined &&
      group.length < groupMost &&
      fromMs - firstMs <= sharedMs &&
      windows <= windowsMost
    ) {
      group.push(track);
      continue;
    }
    groups.push([track]);
    [firstMs, windows] = [fromMs, own];
  }
  return groups;
}
