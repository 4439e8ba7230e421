import { randomUUID } from 'node:crypto';
import type { TransactionTables } from '../auth/tables.ts';
import type { Events } from '../events.ts';
import type { Log } from '../logging/host-log.ts';
import { messageOf } from '../message-of.ts';
import type { Notify } from '../notify/notice.ts';
import type { Sites } from '../site/sites.ts';
import type { LookAtWindows } from '../store/committed-windows.ts';
import type { Store } from '../store/store.ts';
import { type AlarmEvent, AlarmTable, type EventFilter, type KeptState } from './alarm-table.ts';
import { AlarmWriter } from './alarm-writer.ts';
import { civilClock } from './civil-clock.ts';
import { graceMs, type HealthPort, lookEveryMs, looksOf } from './figure-looks.ts';
import { quiet, type State, type Terms } from './judge.ts';
import { judgeLate, lateMost } from './late.ts';
import { alarmLimits } from './limits.ts';
import { type PastStore, pastOf } from './past.ts';
import {
  gatewayOf,
  gatewayPlace,
  hostPlace,
  isOfTarget,
  isSum,
  meterPlace,
  metersOf,
  type Place,
  sumKey,
  summed,
  sumPlace,
} from './places.ts';
import { quantitiesOf, type Rule, type RuleBody } from './rule.ts';
import { SumWindows } from './sum-windows.ts';
import { Track, toldWithinMs } from './track.ts';

/** How far all has been judged is written that often; what came since is judged again after a restart. */
const statesEveryMs = 60_000;
/** Quiet ones without a memory are written one in so many times: windows since then tell the same again after a kill. */
const quietEach = 10;
/** What came so shortly before the host was killed may not be judged, where nothing was written of it. */
const unwrittenMs = 10 * statesEveryMs;
/** After a kill so many rules at their meters judge so much of the past again. */
const againMost = 1000;
const againMs = 86_400_000;
/** No window is longer. */
const longestMs = 900_000;
/** A tick that comes so late after the one before: the machine slept, or its clock was put on. */
const leapMs = 60_000;

export interface AlarmsOptions {
  readonly store: TransactionTables &
    PastStore &
    Pick<Store, 'onWindows' | 'series' | 'newest' | 'largestOf' | 'zone'>;
  readonly sites: Pick<Sites, 'siteOf' | 'state'>;
  readonly events: Events;
  /** How host and gateways are; undefined: rules of that are not judged. */
  readonly health?: HealthPort | undefined;
  /** Undefined: nobody is told. */
  readonly notify?: Notify | undefined;
  readonly log: Log;
  readonly nowMs: () => number;
  /** How often silence is looked for; 0: only when `tick` is called. */
  readonly tickMs?: number;
}

/** Rules of a meter, as long as it stays at its site. */
interface RulesOfMeter {
  readonly site: string;
  readonly rules: readonly Rule[];
}

/** Alarm rules, judged as windows are committed: every event is on disk before anybody is told of it, and told once. */
export class Alarms {
  readonly #options: AlarmsOptions;
  readonly #table: AlarmTable;
  readonly #writer: AlarmWriter;
  readonly #clock: Terms['clock'];
  readonly #rules = new Map<string, Rule>();
  /** By rule, then by the key of their place. */
  readonly #tracks = new Map<string, Map<string, Track>>();
  /** Of rules that judge a sum. */
  readonly #sums = new Map<string, SumWindows>();
  /** Until a rule or site changes. */
  readonly #ofMeter = new Map<string, RulesOfMeter>();
  readonly #counts = { windows: 0, corrected: 0, tooLate: 0, failed: 0, forgotten: 0, ended: 0 };
  /** Sums that went on after the start: how far they were judged. */
  readonly #resumed = new Map<string, number>();
  #work: Promise<void> = Promise.resolve();
  #statesMs: number;
  #statesTurn = 0;
  #looksMs = 0;
  #tickedMs: number;
  /** Nobody is called silent before this who was heard before the host began. */
  #earlyUntilMs: number;
  #stop: () => void = () => {};

  private constructor(options: AlarmsOptions, table: AlarmTable) {
    this.#options = options;
    this.#table = table;
    this.#clock = civilClock(options.store.zone);
    this.#writer = new AlarmWriter({ ...options, table, siteOf: gateway => options.sites.siteOf(gateway) });
    const nowMs = options.nowMs();
    this.#statesMs = nowMs;
    this.#tickedMs = nowMs;
    this.#earlyUntilMs = nowMs + graceMs;
  }

  /** Goes on where the host ended. @throws Error of the store */
  static async open(options: AlarmsOptions): Promise<Alarms> {
    const alarms = new Alarms(options, await AlarmTable.open(options.store));
    await alarms.#load();
    const { store, events, tickMs = 1000 } = options;
    const ends = [
      store.onWindows(look => alarms.#committed(look)),
      events.on(({ type }) => {
        if (type === 'site') alarms.#sitesChanged();
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
    for (const track of alarms.#all()) alarms.#catchUp(track);
    if (await alarms.#table.began()) alarms.#judgeAgain();
    return alarms;
  }

  rules(): readonly Rule[] {
    return [...this.#rules.values()];
  }

  rule(id: string): Rule | undefined {
    return this.#rules.get(id);
  }

  /** What a rule is judged by at a place. */
  termsOf({ condition, schedule }: Pick<RuleBody, 'condition' | 'schedule'>, place: Place): Terms {
    const { store } = this.#options;
    return { condition, schedule, clock: this.#clock, largestW: () => store.largestOf(place.meter) };
  }

  /** Makes a rule, or changes one: what lasted by the old one ends. @throws Error of the store */
  async set(body: RuleBody, id: string = randomUUID()): Promise<Rule> {
    const before = this.#rules.get(id);
    const version = (before?.version ?? 0) + 1;
    const rule = { ...body, id, version, sinceMs: this.#options.nowMs(), snoozedUntilMs: null };
    await this.#table.saveRule(rule);
    await this.#work;
    await this.#table.removeStates(id);
    // At once: a commit in between would have the old rule judge on.
    this.#end(id);
    this.#rules.set(id, rule);
    this.#begin(rule);
    await this.settled();
    return rule;
  }

  /** What came of it stays. @throws Error of the store */
  async remove(id: string): Promise<void> {
    await this.#table.removeRule(id);
    await this.#work;
    this.#end(id);
    this.#rules.delete(id);
    await this.settled();
    await this.#table.removeStates(id);
  }

  /** All of a site that is gone: the same id, given anew later, is nobody's of before. @throws Error of the store */
  async removeOfSite(site: string): Promise<void> {
    for (const { id, target } of this.rules())
      if (('site' in target && target.site === site) || ('sumOfSite' in target && target.sumOfSite === site))
        await this.remove(id);
  }

  /** Nobody is told of the rule until then; null: people are again. @throws Error of the store */
  async snooze(id: string, untilMs: number | null): Promise<Rule | undefined> {
    const before = this.#rules.get(id);
    if (before === undefined) return undefined;
    await this.#table.saveRule({ ...before, snoozedUntilMs: untilMs });
    const now = this.#rules.get(id);
    // Somebody changed it meanwhile, and what was changed is not undone.
    if (now !== before) return now === undefined ? undefined : this.snooze(id, untilMs);
    const rule = { ...before, snoozedUntilMs: untilMs };
    this.#rules.set(id, rule);
    this.#ofMeter.clear();
    for (const track of this.#tracks.get(id)?.values() ?? []) track.rule = rule;
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
    await this.settled();
    const kept = await this.#table.event(id);
    if (kept === undefined) return undefined;
    // It may have ended while it was read.
    const event = this.#writer.pending(id) ?? kept;
    const noted = { ...event, ...note(event) };
    for (const track of this.#tracks.get(event.rule)?.values() ?? [])
      if (track.open?.id === id) track.open = { ...noted, toTell: [] };
    this.#writer.put(noted);
    await this.#writer.flush();
    return noted;
  }

  /** Looks for silence, at figures of health and for reminders, and writes now and then how far all is judged. */
  tick(): void {
    const nowMs = this.#options.nowMs();
    if (nowMs - this.#tickedMs > leapMs) {
      this.#earlyUntilMs = nowMs + graceMs;
      for (const track of this.#all()) track.isHeard = false;
    }
    if (nowMs < this.#tickedMs - leapMs) this.#clockWentBack(nowMs);
    this.#tickedMs = nowMs;
    this.#lookAtFigures(nowMs);
    const isEarly = nowMs < this.#earlyUntilMs;
    if (!isEarly) {
      for (const [id, judgedMs] of this.#resumed) {
        const track = this.#tracks.get(id)?.get(sumKey);
        if (track !== undefined) this.#correctSoon(track, judgedMs);
      }
      this.#resumed.clear();
    }
    for (const track of this.#all()) {
      if (track.isHeard || !isEarly) track.tick(nowMs);
      track.remind(nowMs);
    }
    if (Math.abs(nowMs - this.#statesMs) >= statesEveryMs) {
      this.#statesMs = nowMs;
      this.#sitesChanged();
      this.#putStates();
      this.#do(async () => {
        this.#counts.forgotten += await this.#table.forgetBeyond(alarmLimits.events);
      });
    }
    void this.#writer.flush();
  }

  /** Until all that came is judged and written. */
  async settled(): Promise<void> {
    await this.#work;
    await this.#writer.flush();
  }

  counters(): Record<string, number> {
    let lasting = 0;
    let ahead = this.#counts.ended;
    for (const track of this.#all()) {
      lasting += Number(track.open !== undefined);
      ahead += track.ahead;
    }
    return {
      'alarms.rules': this.#rules.size,
      'alarms.lasting': lasting,
      'alarms.windows': this.#counts.windows,
      'alarms.corrected': this.#counts.corrected,
      'alarms.tooLate': this.#counts.tooLate,
      'alarms.ahead': ahead,
      'alarms.forgotten': this.#counts.forgotten,
      'alarms.failed': this.#counts.failed + this.#writer.failures,
    };
  }

  async close(): Promise<void> {
    this.#stop();
    await this.#work;
    for (const track of this.#all())
      if (track.keptState !== track.state) this.#writer.putLater(keptState(track));
    await this.#writer.flush();
    if (this.#writer.isWritten) await this.#table.ended();
  }

  /** How far all is judged. Of many thousand quiet tracks a part each time: else they would keep the disk from events. */
  #putStates(): void {
    this.#statesTurn++;
    let at = this.#statesTurn;
    for (const track of this.#all()) {
      const isTurn = at++ % quietEach === 0 || track.keptState === undefined || !isPlain(track);
      if (isTurn && track.keptState !== track.state) this.#writer.putLater(keptState(track));
    }
  }

  async #load(): Promise<void> {
    for (const rule of await this.#table.rules()) this.#rules.set(rule.id, rule);
    const lasting = await this.#table.lasting();
    for (const { rule: id, version, meter: key, state } of await this.#table.states()) {
      const rule = this.#rules.get(id);
      if (rule === undefined || rule.version !== version || !rule.isOn || state.judgedMs === null) continue;
      const place = this.#placeOf(rule, key);
      if (place === undefined || isOfOldForm(rule, state)) continue;
      const open = lasting.find(event => event.rule === id && event.meter === place.meter);
      const track = this.#track(rule, place, state, open);
      track.keptState = state;
      this.#tracksOf(id).set(key, track);
      // Parts of a sum's windows that were on disk before the start are only there.
      if (isSum(place)) this.#resumed.set(id, state.judgedMs);
    }
    for (const rule of this.#rules.values()) this.#begin(rule, { isAtStart: true });
    for (const event of await this.#table.newest(this.#options.nowMs() - toldWithinMs))
      if (event.toTell.length > 0) this.#writer.put(event);
  }

  /** The place of a key that was kept; undefined where the rule is not of it any more. */
  #placeOf({ target, condition }: Rule, key: string): Place | undefined {
    if (condition.kind === 'health') return 'host' in target ? hostPlace : gatewayPlace(key);
    if (key !== sumKey) return isOfTarget(target, key, this.#options) ? meterPlace(key) : undefined;
    const meters = summed({ target, condition }, this.#options);
    return meters.length === 0 ? undefined : sumPlace(meters);
  }

  /**
   * Begins with what is not judged yet: silence of what never comes is to be seen, too, and what looks back is to know
   * the past.
   */
  #begin(rule: Rule, { isAtStart = false } = {}): void {
    const { condition, sinceMs, isOn, id } = rule;
    if (!isOn || condition.kind === 'health') return;
    const tracks = this.#tracksOf(id);
    const meters = summed(rule, this.#options);
    if (meters.length > 0) {
      const [quantity] = quantitiesOf(condition);
      if (quantity !== undefined) this.#sums.set(id, new SumWindows(quantity, meters));
      if (tracks.has(sumKey)) return;
      const track = this.#track(rule, sumPlace(meters));
      tracks.set(sumKey, track);
      const newestMs = this.#newestMs(track.place) ?? 0;
      if (isAtStart && newestMs > sinceMs) this.#resumed.set(id, Math.max(sinceMs, newestMs - unwrittenMs));
      return;
    }
    for (const meter of metersOf(rule, this.#options)) {
      if (tracks.has(meter)) continue;
      const newestMs = this.#options.store.newest(meter)?.atMs ?? 0;
      const judgedMs = condition.kind === 'silence' ? Math.max(newestMs, sinceMs) : null;
      const track = this.#track(rule, meterPlace(meter), { ...quiet, judgedMs });
      track.isHeard = !isAtStart;
      tracks.set(meter, track);
      // Killed before anything was written of it.
      if (isAtStart && condition.kind !== 'silence' && newestMs > sinceMs)
        this.#correctSoon(track, Math.max(sinceMs, newestMs - unwrittenMs));
    }
  }

  #committed(look: LookAtWindows): void {
    if (this.#rules.size === 0) return;
    const nowMs = this.#options.nowMs();
    for (const [meter, points] of look(key => this.#rulesOf(key).length > 0)) {
      this.#counts.windows += points.length;
      for (const rule of this.#rulesOf(meter)) {
        const sum = this.#sums.get(rule.id);
        const track = this.#trackAt(rule, sum === undefined ? meterPlace(meter) : sumPlace(sum.meters));
        const { judgedMs } = track.state;
        const isFirst = judgedMs === null;
        track.take(sum === undefined ? points : sum.take(meter, points), nowMs);
        // The other parts of a late window of a sum may be on disk alone.
        const late = sum && points.find(({ endMs }) => endMs <= (judgedMs ?? 0));
        if (late !== undefined)
          track.lateMs = Math.min(track.lateMs ?? late.startMs, late.startMs - longestMs);
        // What looks back at more than windows to come begins with what is stored.
        if (isFirst && looksBack(rule) && track.state.judgedMs !== null)
          track.lateMs ??= points[0]?.startMs ?? nowMs;
        if (track.lateMs !== undefined) this.#correctSoon(track, track.lateMs);
      }
    }
    void this.#writer.flush();
  }

  /** A rule that was made while the clock was ahead would wait until it shows that again. */
  #clockWentBack(nowMs: number): void {
    for (const before of this.rules()) {
      if (before.sinceMs <= nowMs) continue;
      const rule = { ...before, sinceMs: nowMs };
      this.#rules.set(rule.id, rule);
      for (const track of this.#tracks.get(rule.id)?.values() ?? []) track.rule = rule;
      this.#do(() => this.#table.saveRule(this.#rules.get(rule.id) ?? rule));
    }
    this.#ofMeter.clear();
  }

  #trackAt(rule: Rule, place: Place): Track {
    const tracks = this.#tracksOf(rule.id);
    const track = tracks.get(place.key) ?? this.#track(rule, place);
    tracks.set(place.key, track);
    return track;
  }

  #lookAtFigures(nowMs: number): void {
    const { health, sites } = this.#options;
    const atMs = Math.floor(nowMs / lookEveryMs) * lookEveryMs;
    if (health === undefined || atMs === this.#looksMs) return;
    this.#looksMs = atMs;
    const isEarly = nowMs < this.#earlyUntilMs;
    for (const [rule, place, point] of looksOf(this.rules(), health, sites, { atMs, isEarly }))
      if (point.startMs >= rule.sinceMs - lookEveryMs) this.#trackAt(rule, place).take([point], nowMs);
  }

  /** One after the other: what comes late is rare, or much at once. */
  #correctSoon(track: Track, lateMs: number): void {
    track.lateMs = Math.min(track.lateMs ?? lateMs, lateMs);
    if (track.isWaiting) return;
    track.isWaiting = true;
    this.#do(async () => {
      track.isWaiting = false;
      // Another run has done it meanwhile, or the rule is gone.
      if (track.lateMs === undefined || this.#tracks.get(track.rule.id)?.get(track.place.key) !== track)
        return;
      const { store, nowMs } = this.#options;
      const newestMs = (place: Place) => this.#newestMs(place);
      const parts = { store, table: this.#table, writer: this.#writer, newestMs, nowMs };
      const isJudged = await judgeLate(parts, track, track.lateMs);
      this.#counts[isJudged ? 'corrected' : 'tooLate']++;
    });
  }

  /** End of the newest window that a place may have; of a sum that of the meter that is furthest behind. */
  #newestMs(place: Place): number | undefined {
    const ends = place.meters.flatMap(meter => this.#options.store.newest(meter)?.atMs ?? []);
    return ends.length === 0 ? undefined : Math.min(...ends);
  }

  /** What was committed since it was last written down how far all is judged. */
  #catchUp(track: Track): void {
    const { state, place, terms } = track;
    const newestMs = this.#newestMs(place);
    if (state.judgedMs === null || newestMs === undefined || newestMs <= state.judgedMs) return;
    const fromMs = Math.max(state.judgedMs, this.#options.nowMs() - lateMost);
    this.#do(async () => {
      const points = await pastOf(this.#options.store, terms.condition, place, fromMs, newestMs);
      track.take(points, this.#options.nowMs());
      if (track.lateMs !== undefined) this.#correctSoon(track, track.lateMs);
    });
  }

  /** Killed, the host may have stored late windows that it had not judged; nobody knows which. */
  #judgeAgain(): void {
    for (const track of [...this.#all()].slice(0, againMost)) {
      const newestMs = track.state.judgedMs ?? this.#newestMs(track.place);
      if (newestMs !== undefined && track.place.meters.length > 0)
        this.#correctSoon(track, Math.max(newestMs - againMs, track.rule.sinceMs));
    }
  }

  #do(work: () => Promise<void>): void {
    this.#work = this.#work.then(work).catch(error => {
      this.#counts.failed++;
      this.#options.log('error', `alarms: ${messageOf(error)}`, 'alarms.failed');
    });
  }

  /** Gateways may have moved: what lasts at a meter that is a rule's no more ends, and sums are of other meters. */
  #sitesChanged(): void {
    this.#ofMeter.clear();
    for (const rule of this.#rules.values()) {
      const sum = this.#sums.get(rule.id);
      const meters = summed(rule, this.#options);
      if ((sum?.meters.join() ?? '') !== meters.join()) {
        this.#endTrack(rule.id, sumKey);
        this.#sums.delete(rule.id);
        this.#begin(rule);
      }
      if (sum !== undefined || 'host' in rule.target) continue;
      for (const { place } of this.#tracks.get(rule.id)?.values() ?? [])
        if (!isOfTarget(rule.target, place.meter, this.#options)) this.#endTrack(rule.id, place.key);
    }
  }

  #endTrack(rule: string, key: string): void {
    const track = this.#tracks.get(rule)?.get(key);
    if (track === undefined) return;
    this.#counts.ended += track.ahead;
    track.end(this.#options.nowMs());
    this.#tracks.get(rule)?.delete(key);
    this.#do(async () => {
      await this.#writer.flush();
      await this.#table.removeState(rule, key);
    });
  }

  #end(id: string): void {
    for (const track of this.#tracks.get(id)?.values() ?? []) {
      this.#counts.ended += track.ahead;
      track.end(this.#options.nowMs());
    }
    this.#tracks.delete(id);
    this.#sums.delete(id);
    this.#ofMeter.clear();
  }

  #track(rule: Rule, place: Place, state: State = quiet, open: AlarmEvent | undefined = undefined): Track {
    const onEvent = (event: AlarmEvent) => {
      this.#writer.put(event);
      this.#writer.putState(keptState(track));
    };
    const track: Track = new Track({ rule, place, terms: this.termsOf(rule, place), onEvent }, state, open);
    return track;
  }

  #tracksOf(rule: string): Map<string, Track> {
    const tracks = this.#tracks.get(rule) ?? new Map<string, Track>();
    this.#tracks.set(rule, tracks);
    return tracks;
  }

  *#all(): Iterable<Track> {
    for (const tracks of this.#tracks.values()) yield* tracks.values();
  }

  #rulesOf(meter: string): readonly Rule[] {
    const site = this.#options.sites.siteOf(gatewayOf(meter));
    const known = this.#ofMeter.get(meter);
    if (known?.site === site) return known.rules;
    const rules = [...this.#rules.values()].filter(rule => {
      if (!rule.isOn || rule.condition.kind === 'health') return false;
      const sum = this.#sums.get(rule.id);
      return sum === undefined ? isOfTarget(rule.target, meter, this.#options) : sum.meters.includes(meter);
    });
    this.#ofMeter.set(meter, { site, rules });
    return rules;
  }
}

/** Whether what a rule of energy looks back at are readings, as hosts before kept them, and not what the counter grew. */
const isOfOldForm = ({ condition: { kind } }: Rule, { recent, counter }: State): boolean =>
  kind === 'energy' && recent.length > 0 && counter === undefined;

/** Whether a rule's first window says nothing without those before it. */
const looksBack = ({ condition: { kind } }: Rule): boolean =>
  kind === 'energy' || kind === 'budget' || kind === 'quality';

/** Whether stored windows alone tell what became of a track since its state was written, whenever that was. */
const isPlain = ({ place, state, terms: { condition } }: Track): boolean =>
  state.name === 'quiet' &&
  state.recent.length === 0 &&
  state.counter === undefined &&
  condition.kind !== 'silence' &&
  place.meters.length === 1 &&
  !isSum(place);

/** As it is given to the disk. */
function keptState(track: Track): KeptState {
  const { rule, place, state } = track;
  track.keptState = state;
  return {
    rule: rule.id,
    version: rule.version,
    meter: place.key,
    ...(isSum(place) && { gateway: gatewayOf(place.meter) }),
    state,
  };
}
