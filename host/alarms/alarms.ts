import { randomUUID } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import type { TransactionTables } from '../auth/tables.ts';
import type { Events } from '../events.ts';
import type { Log } from '../logging/host-log.ts';
import type { Notify } from '../notify/notice.ts';
import type { Sites } from '../site/sites.ts';
import type { LookAtWindows } from '../store/committed-windows.ts';
import type { Store } from '../store/store.ts';
import type { HealthReason } from '../watch/health.ts';
import { type AlarmEvent, AlarmTable, type EventFilter } from './alarm-table.ts';
import { AlarmWriter } from './alarm-writer.ts';
import { memoryMs } from './conditions.ts';
import { Corrections } from './corrections.ts';
import { graceMs, type HealthPort, lookEveryMs, looksOf } from './figure-looks.ts';
import type { Terms } from './judge.ts';
import { isPlain, keptState } from './kept-state.ts';
import { alarmLimits } from './limits.ts';
import { asItCame, type PastStore } from './past.ts';
import { meterPlace, type Place, sumPlace } from './places.ts';
import { Resumption } from './resume.ts';
import type { Rule, RuleBody } from './rule.ts';
import { RuleTracks } from './rule-tracks.ts';
import type { Track } from './track.ts';

/** How far all has been judged is written that often; what came since is judged again after a restart. */
const statesEveryMs = 60_000;
/** Quiet ones without a memory are written one in so many times: windows since then tell the same again after a kill. */
const quietEach = 10;
/** A tick that comes so late after the one before: the machine slept, or its clock was put on. */
const leapMs = 60_000;

export interface AlarmsOptions {
  readonly store: TransactionTables &
    PastStore &
    Pick<Store, 'onWindows' | 'series' | 'newest' | 'largestOf' | 'zone'>;
  readonly sites: Pick<Sites, 'siteOf' | 'state' | 'placed'>;
  readonly events: Events;
  /** How host and gateways are; undefined: rules of that are not judged. */
  readonly health?: HealthPort | undefined;
  /** Undefined: nobody is told. */
  readonly notify?: Notify | undefined;
  readonly log: Log;
  readonly nowMs: () => number;
  /** How often silence is looked for; 0: only when `tick` is called. */
  readonly tickMs?: number;
  /** `alarmLimits.tracks`, but for tests. */
  readonly tracksMost?: number | undefined;
}

/** Alarm rules, judged as windows are committed: every event is on disk before anybody is told of it, and told once. */
export class Alarms {
  readonly #options: AlarmsOptions;
  readonly #table: AlarmTable;
  readonly #writer: AlarmWriter;
  readonly #tracks: RuleTracks;
  readonly #corrections: Corrections;
  readonly #resumption: Resumption;
  readonly #counts = { windows: 0, forgotten: 0 };
  #statesMs: number;
  #statesTurn = 0;
  #looksMs = 0;
  #tickedMs: number;
  /** Nobody is called away or silent before this who may just be coming back. */
  #earlyUntilMs: number;
  #stop: () => void = () => {};

  private constructor(options: AlarmsOptions, table: AlarmTable) {
    this.#options = options;
    this.#table = table;
    const { sites, nowMs } = options;
    const writer = new AlarmWriter({ ...options, table, siteOf: gateway => sites.siteOf(gateway) });
    const tracks = new RuleTracks({
      ...options,
      onEvent: (event, track) => {
        writer.put(event);
        writer.putState(keptState(track));
      },
      onLeft: (rule, key) =>
        this.#corrections.do(async () => {
          await writer.flush();
          await table.removeState(rule, key);
        }),
    });
    this.#writer = writer;
    this.#tracks = tracks;
    const store = asItCame(options.store);
    this.#corrections = new Corrections({ ...options, store, table, writer, tracks });
    this.#resumption = new Resumption({ ...options, table, writer, tracks, corrections: this.#corrections });
    const atMs = nowMs();
    this.#statesMs = atMs;
    this.#tickedMs = atMs;
    this.#earlyUntilMs = atMs + graceMs;
  }

  /** Goes on where the host ended. @throws Error of the store */
  static async open(options: AlarmsOptions): Promise<Alarms> {
    const alarms = new Alarms(options, await AlarmTable.open(options.store));
    await alarms.#resumption.load();
    alarms.#expectAll(options.nowMs());
    // In one go: no window comes in between.
    alarms.#resumption.catchUp();
    const { store, events, tickMs = 1000 } = options;
    const ends = [
      store.onWindows(look => alarms.#committed(look)),
      events.on(({ type }) => {
        if (type === 'site') alarms.#tracks.sitesChanged();
      }),
    ];
    if (tickMs > 0) {
      const timer = setInterval(() => alarms.tick(), tickMs);
      timer.unref();
      ends.push(() => clearInterval(timer));
    }
    alarms.#stop = () => {
      for (const end of ends) end();
    };
    return alarms;
  }

  rules(): readonly Rule[] {
    return this.#tracks.list();
  }

  rule(id: string): Rule | undefined {
    return this.#tracks.rule(id);
  }

  /** What a rule is judged by at a place. */
  termsOf(rule: Pick<RuleBody, 'condition' | 'schedule'>, place: Place): Terms {
    return this.#tracks.termsOf(rule, place);
  }

  /** How many more places a rule would judge than all of them together may; `id`: of one that it is in place of, and may judge as many as. */
  beyondRoom(body: RuleBody, id?: string): number {
    return this.#tracks.beyondRoom(body, id);
  }

  /** Whether a rule does not judge all its meters, for rules judged as many as they may when these came. */
  isLeavingOut(id: string): boolean {
    return this.#tracks.isLeavingOut(id);
  }

  /** Makes a rule, or changes one: what lasted by the old one ends, and its snooze where something else is judged. @throws Error of the store */
  async set(body: RuleBody, id: string = randomUUID()): Promise<Rule> {
    const before = this.rule(id);
    const isSame = (name: 'condition' | 'target') => isDeepStrictEqual(body[name], before?.[name]);
    const snoozedUntilMs = isSame('condition') && isSame('target') ? (before?.snoozedUntilMs ?? null) : null;
    const version = (before?.version ?? 0) + 1;
    const rule = { ...body, id, version, sinceMs: this.#options.nowMs(), snoozedUntilMs };
    await this.#table.saveRule(rule);
    await this.#table.removeStates(id);
    // At once: a commit in between would have the old rule judge on.
    this.#tracks.set(rule);
    await this.#writer.flush();
    return rule;
  }

  /** What came of it stays. @throws Error of the store */
  async remove(id: string): Promise<void> {
    await this.#table.removeRule(id);
    this.#tracks.remove(id);
    await this.#writer.flush();
    await this.#table.removeStates(id);
  }

  /** All of a site that is gone: the same id, given anew later, is nobody's of before. @throws Error of the store */
  async removeOfSite(site: string): Promise<void> {
    for (const { id, target } of this.rules())
      if (('site' in target && target.site === site) || ('sumOfSite' in target && target.sumOfSite === site))
        await this.remove(id);
  }

  /** Nobody is told of the rule until then; null: people are again, of what lasts, too. @throws Error of the store */
  async snooze(id: string, untilMs: number | null): Promise<Rule | undefined> {
    const before = this.rule(id);
    if (before === undefined) return undefined;
    const { snoozedUntilMs } = before;
    // One that is ended by hand is over as one is whose time has come: what lasts is still to be told.
    const overMs = snoozedUntilMs === null ? null : Math.min(snoozedUntilMs, this.#options.nowMs());
    const rule = { ...before, snoozedUntilMs: untilMs ?? overMs };
    await this.#table.saveRule(rule);
    const now = this.rule(id);
    // Somebody changed it meanwhile, and what was changed is not undone.
    if (now !== before) return now === undefined ? undefined : this.snooze(id, untilMs);
    this.#tracks.change(rule);
    return rule;
  }

  /** Events, the newest first. */
  list(
    beforeMs: number,
    limit: number,
    isSeen: (event: AlarmEvent) => boolean,
    filter: EventFilter = {},
  ): Promise<AlarmEvent[]> {
    return this.#table.list(beforeMs, limit, isSeen, filter);
  }

  event(id: string): Promise<AlarmEvent | undefined> {
    return this.#table.event(id);
  }

  /** Changes what people made of an event. @throws Error of the store */
  async note(
    id: string,
    note: (event: AlarmEvent) => Pick<AlarmEvent, 'acknowledged' | 'comments'>,
  ): Promise<AlarmEvent | undefined> {
    // What judges its past again, which may take long after a start, reads what is written here.
    await this.#writer.flush();
    const kept = await this.#table.event(id);
    if (kept === undefined) return undefined;
    // It may have ended while it was read.
    const event = this.#writer.pending(id) ?? kept;
    const noted = { ...event, ...note(event) };
    for (const track of this.#tracks.of(event.rule))
      if (track.open?.id === id) track.open = { ...noted, toTell: [] };
    this.#writer.put(noted);
    await this.#writer.flush();
    return noted;
  }

  /** Looks for silence, at figures of health and for reminders, and writes now and then how far all is judged. */
  tick(): void {
    const nowMs = this.#options.nowMs();
    if (Math.abs(nowMs - this.#tickedMs) > leapMs) this.#expectAll(nowMs);
    if (nowMs < this.#tickedMs - leapMs) this.#clockWentBack(nowMs);
    this.#tickedMs = nowMs;
    this.#lookAtFigures(nowMs);
    if (nowMs >= this.#earlyUntilMs) this.#resumption.correctSums();
    for (const track of this.#tracks.all()) {
      track.tick(nowMs);
      track.remind(nowMs);
    }
    if (Math.abs(nowMs - this.#statesMs) >= statesEveryMs) {
      this.#statesMs = nowMs;
      this.#tracks.sitesChanged();
      this.#putStates();
      this.#corrections.do(async () => {
        this.#counts.forgotten += await this.#table.forgetBeyond(alarmLimits.events);
      });
    }
    void this.#writer.flush();
  }

  /** Until all that came is judged and written. */
  async settled(): Promise<void> {
    await this.#corrections.done;
    await this.#writer.flush();
  }

  counters(): Record<string, number> {
    const { tracks, lasting, ahead, leftOut } = this.#tracks.counters();
    const { corrected, tooLate, failed } = this.#corrections.counts;
    return {
      'alarms.rules': this.#tracks.size,
      'alarms.tracks': tracks,
      'alarms.leftOut': leftOut,
      'alarms.lasting': lasting,
      'alarms.windows': this.#counts.windows,
      'alarms.corrected': corrected,
      'alarms.tooLate': tooLate,
      'alarms.ahead': ahead,
      'alarms.forgotten': this.#counts.forgotten,
      'alarms.failed': failed + this.#writer.failures,
    };
  }

  reasons(): readonly HealthReason[] {
    const { leavingOut } = this.#tracks;
    const most = this.#options.tracksMost ?? alarmLimits.tracks;
    return leavingOut === 0
      ? []
      : [
          {
            code: 'alarms.leftOut',
            level: 'degraded',
            detail: `alarm rules that do not judge all their meters: ${leavingOut}. Rules judge ${most} meters together, each counted for each rule: let some of them watch a gateway or a meter, or take rules away`,
            facts: { rules: leavingOut, mostMeters: most },
          },
        ];
  }

  async close(): Promise<void> {
    this.#stop();
    await this.#corrections.end();
    for (const track of this.#tracks.all())
      if (track.keptState !== track.state) this.#writer.putLater(keptState(track));
    await this.#writer.flush();
    if (this.#writer.isWritten && !this.#corrections.isLeft) await this.#table.ended();
  }

  /** How far all is judged. Of many thousand quiet tracks a part each time: else they would keep the disk from events. */
  #putStates(): void {
    this.#statesTurn++;
    let at = this.#statesTurn;
    for (const track of this.#tracks.all()) {
      const isTurn = at++ % quietEach === 0 || track.keptState === undefined || !isPlain(track);
      if (isTurn && track.keptState !== track.state) this.#writer.putLater(keptState(track));
    }
  }

  #committed(look: LookAtWindows): void {
    const tracks = this.#tracks;
    if (tracks.size === 0) return;
    const nowMs = this.#options.nowMs();
    for (const [meter, points] of look(key => tracks.isJudged(key))) {
      this.#counts.windows += points.length;
      const place = meterPlace(meter);
      for (const rule of tracks.rulesOf(meter, points)) {
        const sum = tracks.sumOf(rule.id);
        const track =
          sum === undefined
            ? tracks.at(rule, place, points[0]?.startMs)
            : tracks.at(rule, sumPlace(sum.meters));
        if (track === undefined) continue;
        const { judgedMs } = track.state;
        const isFirst = judgedMs === null;
        track.take(sum === undefined ? points : sum.take(meter, points), nowMs);
        if (isFirst && track.cameMs > 0) this.#writer.putState(keptState(track));
        // The other parts of a late window of a sum may be on disk alone.
        const late = sum && points.find(({ endMs }) => endMs <= (judgedMs ?? 0));
        if (late !== undefined)
          track.lateMs = Math.min(track.lateMs ?? late.startMs, late.startMs - alarmLimits.windowMs);
        const parted = sum && points.find(({ startMs }) => startMs < sum.knownFromMs);
        if (parted !== undefined) this.#partedSum(track, parted.startMs - alarmLimits.windowMs, nowMs);
        // What looks back at more than windows to come begins with what is stored.
        if (isFirst && looksBack(rule) && track.state.judgedMs !== null)
          track.lateMs ??= points[0]?.startMs ?? nowMs;
        if (track.lateMs !== undefined && !track.isBehind) this.#corrections.soon(track, track.lateMs);
      }
    }
    void this.#writer.flush();
  }

  /** Parts of a sum's windows from an instant on may be on disk alone. After a start it is judged when all are back, once. */
  #partedSum(track: Track, fromMs: number, nowMs: number): void {
    if (nowMs < this.#earlyUntilMs) this.#resumption.partedSum(track, fromMs);
    else track.lateMs = Math.min(track.lateMs ?? fromMs, fromMs);
  }

  #expectAll(nowMs: number): void {
    this.#earlyUntilMs = nowMs + graceMs;
    for (const track of this.#tracks.all()) track.silentFromMs = this.#earlyUntilMs;
  }

  /** A rule that was made while the clock was ahead would wait until it shows that again. */
  #clockWentBack(nowMs: number): void {
    for (const before of this.rules()) {
      if (before.sinceMs <= nowMs) continue;
      const rule = { ...before, sinceMs: nowMs };
      this.#tracks.change(rule);
      this.#corrections.do(() => this.#table.saveRule(this.rule(rule.id) ?? rule));
    }
  }

  #lookAtFigures(nowMs: number): void {
    const { health, sites } = this.#options;
    const atMs = Math.floor(nowMs / lookEveryMs) * lookEveryMs;
    if (health === undefined || atMs === this.#looksMs) return;
    this.#looksMs = atMs;
    const isEarly = nowMs < this.#earlyUntilMs;
    for (const [rule, place, point] of looksOf(this.rules(), health, sites, { atMs, isEarly }))
      if (point.startMs >= rule.sinceMs - lookEveryMs) this.#tracks.at(rule, place)?.take([point], nowMs);
  }
}

/** Whether a rule's first window says nothing without those before it. */
const looksBack = ({ condition }: Rule): boolean =>
  condition.kind === 'budget' || (condition.kind !== 'silence' && memoryMs(condition) > 0);
