import type { AlarmEvent, AlarmTable } from './alarm-table.ts';
import type { AlarmWriter } from './alarm-writer.ts';
import type { Corrections } from './corrections.ts';
import { isSum } from './places.ts';
import type { RuleTracks } from './rule-tracks.ts';
import { type Track, toldWithinMs } from './track.ts';

/** What came so shortly before the host was killed may not be judged, where nothing was written of it. */
const unwrittenMs = 600_000;
/** After a kill so many rules at their meters judge so much of the past again. */
const againMost = 1000;
const againMs = 86_400_000;

interface ResumptionParts {
  readonly table: AlarmTable;
  readonly writer: Pick<AlarmWriter, 'put'>;
  readonly tracks: RuleTracks;
  readonly corrections: Corrections;
  readonly nowMs: () => number;
}

/** Goes on where the host ended, or was killed. */
export class Resumption {
  readonly #parts: ResumptionParts;
  /** Sums that went on after the start: from when on parts of their windows may be on disk alone. */
  readonly #sums = new Map<Track, number>();
  #wasKilled = false;

  constructor(parts: ResumptionParts) {
    this.#parts = parts;
  }

  /** Rules, how far they have judged, and what is still to be told. @throws Error of the store */
  async load(): Promise<void> {
    const { table, tracks, writer, nowMs } = this.#parts;
    for (const rule of await table.rules()) tracks.add(rule);
    const lasting = await table.lasting();
    const goneOn = tracks.resume(await table.states(), lasting);
    // Parts of a sum's windows that were on disk before the start are only there.
    for (const track of goneOn) if (isSum(track.place)) this.partedSum(track, track.state.judgedMs ?? 0);
    for (const event of await table.newest(nowMs() - toldWithinMs))
      if (event.toTell.length > 0) writer.put(event);
    const held = new Set(goneOn.map(({ open }) => open?.id));
    for (const event of lasting) if (!held.has(event.id)) this.#end(event);
    this.#wasKilled = await table.began();
  }

  /** Judges what is stored and was not judged. Windows that come from here on wait for that. */
  catchUp(): void {
    const { tracks, corrections } = this.#parts;
    const all = [...tracks.all()].filter(({ place }) => place.meters.length > 0);
    for (const track of all) if (track.state.judgedMs === null) this.#unwritten(track);
    corrections.catchUp(all);
    // Late windows may be stored that were not judged; nobody knows which. When all have caught up, for it takes longer.
    if (this.#wasKilled) corrections.do(async () => all.slice(0, againMost).forEach(this.#judgeAgain, this));
  }

  /** Parts of its windows from an instant on may have come before the start, and others come after it. */
  partedSum(track: Track, fromMs: number): void {
    this.#sums.set(track, Math.min(this.#sums.get(track) ?? fromMs, fromMs));
  }

  /** When all are back who were just coming back: sums whose parts came from before and after the start. */
  correctSums(): void {
    const { tracks, corrections } = this.#parts;
    for (const [track, fromMs] of this.#sums) if (tracks.has(track)) corrections.soon(track, fromMs);
    this.#sums.clear();
  }

  /** The host was killed while the rule of an event was changed or removed, or its place left: it ends as it would have. */
  #end(event: AlarmEvent): void {
    const { writer, tracks, nowMs } = this.#parts;
    const atMs = nowMs();
    const isToTell = event.isTold && atMs >= (tracks.rule(event.rule)?.snoozedUntilMs ?? 0);
    const toTell = isToTell ? [...event.toTell, 'ended' as const] : event.toTell;
    writer.put({ ...event, endedMs: Math.max(atMs, event.firedMs), toTell });
  }

  #judgeAgain(track: Track): void {
    const { tracks, corrections } = this.#parts;
    const newestMs = track.state.judgedMs ?? tracks.newestMs(track.place);
    if (newestMs !== undefined)
      corrections.soon(track, Math.max(newestMs - againMs, track.sinceMs), { isAnew: true });
  }

  /** The host was killed before it wrote how far this one had judged. */
  #unwritten(track: Track): void {
    const { rule, place } = track;
    const newestMs = this.#parts.tracks.newestMs(place) ?? 0;
    if (newestMs <= rule.sinceMs) return;
    track.lateMs = Math.max(rule.sinceMs, newestMs - unwrittenMs);
    if (isSum(place)) this.partedSum(track, track.lateMs);
  }
}
