import type { AlarmTable } from './alarm-table.ts';
import type { AlarmWriter } from './alarm-writer.ts';
import type { Corrections } from './corrections.ts';
import { lateMost } from './late.ts';
import { type PastStore, pastOf } from './past.ts';
import { isSum } from './places.ts';
import type { RuleTracks } from './rule-tracks.ts';
import { type Track, toldWithinMs } from './track.ts';

/** What came so shortly before the host was killed may not be judged, where nothing was written of it. */
const unwrittenMs = 600_000;
/** After a kill so many rules at their meters judge so much of the past again. */
const againMost = 1000;
const againMs = 86_400_000;

interface ResumptionParts {
  readonly store: PastStore;
  readonly table: AlarmTable;
  readonly writer: Pick<AlarmWriter, 'put'>;
  readonly tracks: RuleTracks;
  readonly corrections: Corrections;
  readonly nowMs: () => number;
}

/** Goes on where the host ended, or was killed. */
export class Resumption {
  readonly #parts: ResumptionParts;
  /** Sums that went on after the start: how far they were judged. */
  readonly #sums = new Map<Track, number>();

  constructor(parts: ResumptionParts) {
    this.#parts = parts;
  }

  /** Rules, how far they have judged, and what is still to be told. @throws Error of the store */
  async load(): Promise<void> {
    const { table, tracks, writer, nowMs } = this.#parts;
    for (const rule of await table.rules()) tracks.add(rule);
    const lasting = await table.lasting();
    for (const kept of await table.states()) {
      const track = tracks.goOn(kept, lasting);
      // Parts of a sum's windows that were on disk before the start are only there.
      if (track !== undefined && isSum(track.place)) this.#sums.set(track, track.state.judgedMs ?? 0);
    }
    for (const rule of tracks.list())
      for (const track of tracks.begin(rule, { isHeard: false })) this.#begun(track);
    for (const event of await table.newest(nowMs() - toldWithinMs))
      if (event.toTell.length > 0) writer.put(event);
  }

  /** Judges what was committed since it was last written how far all is judged. @throws Error of the store */
  async catchUp(): Promise<void> {
    const { table, tracks } = this.#parts;
    for (const track of tracks.all()) this.#catchUp(track);
    if (await table.began()) this.#judgeAgain();
  }

  /** When all are back who were just coming back: sums whose parts came from before and after the start. */
  correctSums(): void {
    const { tracks, corrections } = this.#parts;
    for (const [track, judgedMs] of this.#sums) if (tracks.has(track)) corrections.soon(track, judgedMs);
    this.#sums.clear();
  }

  /** Killed before anything was written of it. */
  #begun(track: Track): void {
    const { tracks, corrections } = this.#parts;
    const { rule, place } = track;
    const newestMs = tracks.newestMs(place) ?? 0;
    if (newestMs <= rule.sinceMs) return;
    const fromMs = Math.max(rule.sinceMs, newestMs - unwrittenMs);
    if (isSum(place)) this.#sums.set(track, fromMs);
    else if (rule.condition.kind !== 'silence') corrections.soon(track, fromMs);
  }

  #catchUp(track: Track): void {
    const { store, tracks, corrections, nowMs } = this.#parts;
    const { state, place, terms } = track;
    const newestMs = tracks.newestMs(place);
    if (state.judgedMs === null || newestMs === undefined || newestMs <= state.judgedMs) return;
    const fromMs = Math.max(state.judgedMs, nowMs() - lateMost);
    corrections.do(async () => {
      const points = await pastOf(store, terms.condition, place, fromMs, newestMs);
      track.take(points, nowMs());
      if (track.lateMs !== undefined) corrections.soon(track, track.lateMs);
    });
  }

  /** Killed, the host may have stored late windows that it had not judged; nobody knows which. */
  #judgeAgain(): void {
    const { tracks, corrections } = this.#parts;
    for (const track of [...tracks.all()].slice(0, againMost)) {
      const newestMs = track.state.judgedMs ?? tracks.newestMs(track.place);
      if (newestMs !== undefined && track.place.meters.length > 0)
        corrections.soon(track, Math.max(newestMs - againMs, track.rule.sinceMs));
    }
  }
}
