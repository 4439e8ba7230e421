import type { AlarmEvent, AlarmTable } from './alarm-table.ts';
import type { AlarmWriter } from './alarm-writer.ts';
import { beginAt, readingBefore } from './begin.ts';
import type { Point } from './conditions.ts';
import { Judging } from './episodes.ts';
import type { State } from './judge.ts';
import { alarmLimits } from './limits.ts';
import { type PastStore, pastInPieces } from './past.ts';
import type { RuleTracks } from './rule-tracks.ts';
import { aheadMs, type Track } from './track.ts';

/** So much of the past before a late window is judged again, where no event ended in it. */
const lookBackMs = 86_400_000;
/** So often the past is read again where more comes meanwhile. */
const turnsMost = 5;

interface LateParts {
  readonly store: PastStore;
  readonly table: Pick<AlarmTable, 'since'>;
  readonly writer: Pick<AlarmWriter, 'flush' | 'newest'>;
  readonly tracks: Pick<RuleTracks, 'has' | 'newestMs'>;
  readonly nowMs: () => number;
}

/**
 * Judges the past of a track again from before a late window on, by all windows that are stored, and holds its events to what
 * comes of that. False where the window is too old, or its rule is gone meanwhile. @throws Error of the store
 */
export async function judgeLate(parts: LateParts, track: Track, lateMs: number, turn = 1): Promise<boolean> {
  const { store, table, writer, tracks, nowMs } = parts;
  const { place, terms, sinceMs } = track;
  const { id } = track.rule;
  track.lateMs = undefined;
  if (lateMs < nowMs() - alarmLimits.lateMs) return false;
  // A late reading shares out anew what a counter grew since the reading before it.
  const reading = await readingBefore(store, terms.condition, place, lateMs);
  const mendMs = Math.max(reading?.endMs ?? lateMs, nowMs() - alarmLimits.lateMs);
  // What the rule told before it was changed ended then, some moments after it began anew.
  const ofRule = (events: readonly AlarmEvent[]) => events.filter(({ beganMs }) => beganMs >= sinceMs);
  await writer.flush();
  const kept = ofRule(await table.since(id, place.meter, Math.max(mendMs - lookBackMs, sinceMs)));
  const before = kept.filter(
    ({ endedMs, withdrawnMs }) => withdrawnMs === null && (endedMs ?? mendMs + 1) <= mendMs,
  );
  const fromMs = Math.max(before.at(-1)?.endedMs ?? 0, mendMs - lookBackMs, sinceMs);
  const begun = await beginAt(store, { ...terms, fromMs: sinceMs }, place, fromMs);
  const standing = (events: readonly AlarmEvent[]) =>
    ofRule(writer.newest(events, id, place.meter)).filter(
      ({ endedMs }) => endedMs === null || endedMs > fromMs,
    );
  const { state, held } = stateAt(fromMs, begun, standing(kept));
  const open = held && { ...held, endedMs: null, endValue: null };
  const judged = new Judging({ ...terms, fromMs }, state, open);
  const isJudged = ({ startMs, endMs }: Point) => startMs >= fromMs && endMs <= nowMs() + aheadMs;
  const isBehind = () => (judged.state.judgedMs ?? 0) < (track.state.readMs ?? track.state.judgedMs ?? 0);
  // What comes meanwhile is read from there on: all of it once more takes as long, in which as much comes.
  for (let [lastMs, atMs] = [-1, fromMs]; atMs > lastMs; ) {
    // Windows of a clock that is ahead are left out, as they are when they come.
    const toMs = Math.min(tracks.newestMs(place) ?? lateMs, nowMs() + aheadMs);
    const stretch = { condition: terms.condition, place, fromMs: atMs, toMs };
    for await (const points of pastInPieces(store, stretch))
      judged.take(points.filter(isJudged), nowMs(), { isOver: false });
    lastMs = atMs;
    if (isBehind()) atMs = Math.max(judged.state.judgedMs ?? fromMs, fromMs);
  }
  // What was written while the past was read is to be held against it, too.
  const written = await table.since(id, place.meter, fromMs);
  if (!tracks.has(track)) return false;
  const all = standing(written);
  // What is silent as yet may still be coming; what was said of it stands.
  judged.take([], nowMs(), { isOver: track.open !== undefined || nowMs() >= track.silentFromMs });
  // Something was judged after what was read: that is for the next turn.
  if (turn < turnsMost && (isBehind() || stateAt(fromMs, begun, all).held?.id !== held?.id))
    return judgeLate(parts, track, lateMs, turn + 1);
  track.correct(all, judged.episodes, judged.state, nowMs());
  return true;
}

function stateAt(
  fromMs: number,
  begun: State,
  events: readonly AlarmEvent[],
): { readonly state: State; readonly held: AlarmEvent | undefined } {
  const held = events.find(({ beganMs, withdrawnMs }) => withdrawnMs === null && beganMs < fromMs);
  if (held !== undefined) {
    const { beganMs, worst } = held;
    return { state: { ...begun, name: 'on', beganMs, worst, judgedMs: fromMs }, held };
  }
  return { state: begun, held: undefined };
}
