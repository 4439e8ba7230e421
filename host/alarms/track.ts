import { randomUUID } from 'node:crypto';
import type { AlarmEvent } from './alarm-table.ts';
import type { Point } from './conditions.ts';
import { type Episode, type KeptEpisode, mend } from './episodes.ts';
import { type Change, evaluate, quiet, type State, type Terms, tick } from './judge.ts';
import type { Place } from './places.ts';
import { conditionText, type Rule, subjectOf } from './rule.ts';
import { isWithin } from './schedule.ts';

/** What is found out later than this after it began is kept, and nobody is woken for it. */
export const toldWithinMs = 86_400_000;
/** A window that ends further ahead is of a clock that is wrong: all that came after it would be late. */
export const aheadMs = 3_600_000;

const hourMs = 3_600_000;

/** What a track is made of; `terms` are those of its rule. */
export interface TrackParts {
  readonly rule: Rule;
  readonly place: Place;
  readonly terms: Terms;
  readonly onEvent: (event: AlarmEvent) => void;
}

/** A rule's judgement of one place as windows come: its state, and the event that lasts. */
export class Track {
  /** Another one after it was snoozed. */
  rule: Rule;
  place: Place;
  readonly terms: Terms;
  state: State;
  open: AlarmEvent | undefined;
  /** Begin of the oldest window that came behind what was judged, or while it was behind. */
  lateMs: number | undefined;
  /** Whether stored windows are still to be judged: until then those that come wait on the disk with them. */
  isBehind = false;
  /** Nobody is called silent before this: whoever sends what was measured long ago is on the way. */
  silentFromMs = 0;
  /** When its place came to the rule from another site: what it measured before is none of the rule's. 0: it was there from the first. */
  cameMs = 0;
  /** As it was given to the disk last. */
  keptState: State | undefined;
  /** Whether its past is about to be judged again. */
  isWaiting = false;
  /** Windows ahead of the host's clock, which are left out. */
  ahead = 0;
  readonly #onEvent: (event: AlarmEvent) => void;

  constructor(
    { rule, place, terms, onEvent }: TrackParts,
    state: State = quiet,
    open: AlarmEvent | undefined = undefined,
  ) {
    this.rule = rule;
    this.place = place;
    this.terms = terms;
    this.state = state;
    this.open = open && { ...open, toTell: [] };
    this.#onEvent = onEvent;
  }

  /** Windows that begin earlier are not judged. */
  get sinceMs(): number {
    return Math.max(this.rule.sinceMs, this.cameMs);
  }

  /** Windows have come. */
  take(points: readonly Point[], nowMs: number): void {
    const { condition } = this.terms;
    if (condition.kind === 'silence' && points.length > 0)
      this.silentFromMs = Math.max(this.silentFromMs, nowMs + condition.forS * 1000);
    this.judge(points, nowMs);
  }

  /** Judges windows, in the order of their times; those that are late are left to `correct`. */
  judge(points: readonly Point[], nowMs: number): void {
    for (const point of points) {
      if (point.endMs > nowMs + aheadMs) this.ahead++;
      if (point.startMs < this.sinceMs || point.endMs > nowMs + aheadMs) continue;
      if (this.isBehind || (this.state.judgedMs !== null && point.startMs < this.state.judgedMs)) {
        this.lateMs = Math.min(this.lateMs ?? point.startMs, point.startMs);
        continue;
      }
      const { state, changes } = evaluate(this.terms, this.state, point, nowMs);
      this.state = state;
      for (const change of changes) this.#apply(change, nowMs);
    }
  }

  /** Judges what waited on the disk; what comes until all of that is judged waits with it. */
  judgeStored(points: readonly Point[], nowMs: number): void {
    this.isBehind = false;
    this.judge(points, nowMs);
    this.isBehind = true;
  }

  /** Time has gone on. */
  tick(nowMs: number): void {
    if (this.isBehind || nowMs < this.silentFromMs) return;
    const { state, changes } = tick(this.terms, this.state, nowMs);
    this.state = state;
    for (const change of changes) this.#apply(change, nowMs);
  }

  /** Tells people again of what lasts, and of what nobody looks after; and for the first time of what began while they were not to be told. */
  remind(nowMs: number): void {
    const { open, state } = this;
    const { reminderHours } = this.rule;
    const snoozedUntilMs = this.rule.snoozedUntilMs ?? 0;
    if (this.isBehind || open === undefined || open.acknowledged !== null || nowMs < snoozedUntilMs) return;
    const isFirst = !open.isTold;
    // What was found out too late to be told is not of the snooze.
    if (isFirst && open.firedMs >= snoozedUntilMs) return;
    const count = reminderHours == null ? 0 : Math.floor((nowMs - open.firedMs) / (reminderHours * hourMs));
    if (!isFirst && count <= (open.reminders?.count ?? 0)) return;
    // Silence lasts beyond its rule's hours, and nobody is reminded of it outside of them.
    const { schedule, clock } = this.terms;
    if (!isFirst && schedule != null && !isWithin(schedule, clock, nowMs)) return;
    const worst = state.name === 'on' ? state.worst : open.worst;
    const told: AlarmEvent = {
      ...open,
      worst,
      isTold: true,
      ...(count > 0 && { reminders: { count, atMs: nowMs } }),
      toTell: [isFirst ? 'began' : 'reminder'],
    };
    this.#onEvent(told);
    this.open = { ...told, toTell: [] };
  }

  /** Makes what is kept what all windows of a stretch of time come to. */
  correct(kept: readonly AlarmEvent[], truth: readonly Episode[], state: State, nowMs: number): void {
    const byId = new Map(kept.map(event => [event.id, event]));
    const { changed, added, openId } = mend(kept, truth, nowMs);
    this.state = state;
    this.open = openId === undefined ? undefined : byId.get(openId);
    for (const episode of changed) {
      const before = byId.get(episode.id);
      if (before === undefined) continue;
      // What was to be told of it is with the writer.
      const after = this.#put(before, { ...before, ...episode, toTell: [] }, nowMs);
      if (after.id === openId) this.open = after;
    }
    for (const episode of added) {
      const event = this.#put(undefined, this.#made(episode, nowMs), nowMs);
      if (event.endedMs === null) this.open = event;
    }
  }

  /** The rule is no more what it was: what lasts ends now. */
  end(nowMs: number): void {
    if (this.open === undefined) return;
    this.#put(this.open, { ...this.open, endedMs: Math.max(nowMs, this.open.firedMs) }, nowMs);
    this.open = undefined;
  }

  #apply(change: Change, nowMs: number): void {
    if (change.is === 'began') {
      const { beganMs, firedMs, value } = change;
      const episode = { beganMs, firedMs, endedMs: null, value, worst: value, endValue: null };
      this.open = this.#put(undefined, this.#made(episode, nowMs), nowMs);
      return;
    }
    const { open } = this;
    if (open === undefined) return;
    if (change.is === 'moved') {
      this.open = this.#put(open, { ...open, beganMs: change.beganMs, firedMs: change.beganMs }, nowMs);
      return;
    }
    this.open = undefined;
    const end =
      change.is === 'ended'
        ? { endedMs: change.endedMs, endValue: change.value, worst: change.worst }
        : { endedMs: open.firedMs, withdrawnMs: nowMs };
    this.#put(open, { ...open, ...end }, nowMs);
  }

  #made(episode: Episode, nowMs: number): AlarmEvent {
    const { id: rule, name, severity, condition, channels, snoozedUntilMs } = this.rule;
    const isTold = episode.firedMs >= nowMs - toldWithinMs && nowMs >= (snoozedUntilMs ?? 0);
    const kept: KeptEpisode = { ...episode, id: randomUUID(), withdrawnMs: null };
    return {
      ...kept,
      rule,
      ruleName: name,
      severity,
      meter: this.place.meter,
      ...(this.place.meters.length > 1 && { meters: this.place.meters }),
      ...subjectOf(condition),
      condition: conditionText(condition),
      channels,
      isTold,
      toTell: isTold ? ['began'] : [],
      acknowledged: null,
      comments: [],
    };
  }

  /** Decides what people are to hear of a change: of each event its begin and its end, once. */
  #put(before: AlarmEvent | undefined, after: AlarmEvent, nowMs: number): AlarmEvent {
    const isOver = after.endedMs !== null && (before?.endedMs ?? null) === null;
    const told: AlarmEvent =
      isOver && after.isTold && nowMs >= (this.rule.snoozedUntilMs ?? 0)
        ? { ...after, toTell: [...after.toTell, 'ended'] }
        : after;
    this.#onEvent(told);
    // The writer has that; what comes of the event later does not tell it again.
    return { ...told, toTell: [] };
  }
}
