import { randomUUID } from 'node:crypto';
import type { TransactionTables } from '../auth/tables.ts';
import type { Events } from '../events.ts';
import type { Log } from '../logging/host-log.ts';
import { messageOf } from '../message-of.ts';
import type { Notify } from '../notify/notice.ts';
import type { Sites } from '../site/sites.ts';
import type { LookAtWindows } from '../store/committed-windows.ts';
import type { Store } from '../store/store.ts';
import { type AlarmEvent, AlarmTable, type KeptState } from './alarm-table.ts';
import { AlarmWriter } from './alarm-writer.ts';
import { memoryMs, type Recent, remembered } from './conditions.ts';
import { judgeAll } from './episodes.ts';
import { quiet } from './judge.ts';
import { pastOf } from './past.ts';
import type { Rule, RuleBody, Target } from './rule.ts';
import { Track, toldWithinMs } from './track.ts';

export const rulesMost = 500;
/** What comes later than this is not judged any more. */
const lateMost = 7 * 86_400_000;
/** So much of the past before a late window is judged again, where no event ended in it. */
const lookBackMs = 86_400_000;
/** How far all has been judged is written that often; what came since is judged again after a restart. */
const statesEveryMs = 60_000;
/** So often the past is read again where more comes meanwhile. */
const turnsMost = 5;

export interface AlarmsOptions {
  readonly store: TransactionTables &
    Pick<Store, 'onWindows' | 'readings' | 'seriesOfMeter' | 'series' | 'newest'>;
  readonly sites: Pick<Sites, 'siteOf'>;
  readonly events: Events;
  /** Undefined: nobody is told. */
  readonly notify?: Notify | undefined;
  readonly log: Log;
  readonly nowMs: () => number;
  /** How often silence is looked for; 0: only when `tick` is called. */
  readonly tickMs?: number;
}

/** Alarm rules, judged as windows are committed: every event is on disk before anybody is told of it, and told once. */
export class Alarms {
  readonly #options: AlarmsOptions;
  readonly #table: AlarmTable;
  readonly #writer: AlarmWriter;
  readonly #rules = new Map<string, Rule>();
  /** By rule, then by meter. */
  readonly #tracks = new Map<string, Map<string, Track>>();
  /** Rules of a meter, until a rule or site changes. */
  readonly #ofMeter = new Map<string, readonly Rule[]>();
  readonly #counts = { windows: 0, corrected: 0, tooLate: 0, failed: 0 };
  #work: Promise<void> = Promise.resolve();
  #statesMs: number;
  #stop: () => void = () => {};

  private constructor(options: AlarmsOptions, table: AlarmTable) {
    this.#options = options;
    this.#table = table;
    this.#writer = new AlarmWriter({ ...options, table, siteOf: gateway => options.sites.siteOf(gateway) });
    this.#statesMs = options.nowMs();
  }

  /** Goes on where the host ended. @throws Error of the store */
  static async open(options: AlarmsOptions): Promise<Alarms> {
    const alarms = new Alarms(options, await AlarmTable.open(options.store));
    await alarms.#load();
    const { store, events, tickMs = 1000 } = options;
    const ends = [
      store.onWindows(look => alarms.#committed(look)),
      events.on(({ type }) => {
        if (type === 'site') alarms.#ofMeter.clear();
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
    return alarms;
  }

  rules(): readonly Rule[] {
    return [...this.#rules.values()];
  }

  rule(id: string): Rule | undefined {
    return this.#rules.get(id);
  }

  /** Meters of a target that have any of these quantities stored, or anything where none are given; by name. */
  metersOf(target: Target, quantities: readonly string[]): string[] {
    const meters = this.#options.store
      .series()
      .filter(({ quantity }) => quantities.length === 0 || quantities.includes(quantity))
      .map(({ meterKey }) => meterKey);
    return [...new Set(meters)].filter(meter => this.#isOf({ target }, meter)).sort();
  }

  /** Makes a rule, or changes one: what lasted by the old one ends. @throws Error of the store */
  async set(body: RuleBody, id: string = randomUUID()): Promise<Rule> {
    const before = this.#rules.get(id);
    const version = (before?.version ?? 0) + 1;
    const rule = { ...body, id, version, sinceMs: this.#options.nowMs(), snoozedUntilMs: null };
    await this.#table.saveRule(rule);
    await this.#forget(id);
    this.#rules.set(id, rule);
    this.#begin(rule);
    await this.settled();
    return rule;
  }

  /** What came of it stays. @throws Error of the store */
  async remove(id: string): Promise<void> {
    await this.#table.removeRule(id);
    await this.#forget(id);
    this.#rules.delete(id);
    await this.settled();
  }

  /** Nobody is told of the rule until then; null: people are again. @throws Error of the store */
  async snooze(id: string, untilMs: number | null): Promise<Rule | undefined> {
    const before = this.#rules.get(id);
    if (before === undefined) return undefined;
    const rule = { ...before, snoozedUntilMs: untilMs };
    await this.#table.saveRule(rule);
    this.#rules.set(id, rule);
    this.#ofMeter.clear();
    const tracks = [...(this.#tracks.get(id) ?? [])].map(
      ([meter, { state, open }]) => [meter, this.#track(rule, meter, state, open)] as const,
    );
    this.#tracks.set(id, new Map(tracks));
    return rule;
  }

  /** Events, the newest first. */
  list(beforeMs: number, limit: number, isSeen: (event: AlarmEvent) => boolean): Promise<AlarmEvent[]> {
    return this.#table.list(beforeMs, limit, isSeen);
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
    const event = await this.#table.event(id);
    if (event === undefined) return undefined;
    const noted = { ...event, ...note(event) };
    const track = this.#tracks.get(event.rule)?.get(event.meter);
    if (track?.open?.id === id) track.open = noted;
    this.#writer.put(noted);
    await this.#writer.flush();
    return noted;
  }

  /** Looks for silence, and writes now and then how far all is judged. */
  tick(): void {
    const nowMs = this.#options.nowMs();
    for (const track of this.#all()) track.tick(nowMs);
    if (nowMs - this.#statesMs >= statesEveryMs) {
      this.#statesMs = nowMs;
      for (const track of this.#all()) this.#writer.putState(keptState(track));
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
    for (const { open } of this.#all()) lasting += Number(open !== undefined);
    return {
      'alarms.rules': this.#rules.size,
      'alarms.lasting': lasting,
      'alarms.windows': this.#counts.windows,
      'alarms.corrected': this.#counts.corrected,
      'alarms.tooLate': this.#counts.tooLate,
      'alarms.failed': this.#counts.failed + this.#writer.failures,
    };
  }

  async close(): Promise<void> {
    this.#stop();
    await this.#work;
    for (const track of this.#all()) this.#writer.putState(keptState(track));
    await this.#writer.flush();
  }

  async #load(): Promise<void> {
    for (const rule of await this.#table.rules()) this.#rules.set(rule.id, rule);
    const lasting = await this.#table.lasting();
    for (const { rule: id, version, meter, state } of await this.#table.states()) {
      const rule = this.#rules.get(id);
      if (rule === undefined || rule.version !== version || !rule.isOn) continue;
      const open = lasting.find(event => event.rule === id && event.meter === meter);
      this.#tracksOf(id).set(meter, this.#track(rule, meter, state, open));
    }
    for (const event of await this.#table.newest(this.#options.nowMs() - toldWithinMs))
      if (event.toTell.length > 0) this.#writer.put(event);
  }

  /** Silence of what never comes is to be seen, too. */
  #begin(rule: Rule): void {
    if (!rule.isOn || rule.condition.kind !== 'silence') return;
    for (const meter of this.metersOf(rule.target, [])) {
      const judgedMs = Math.max(this.#options.store.newest(meter)?.atMs ?? 0, rule.sinceMs);
      this.#tracksOf(rule.id).set(meter, this.#track(rule, meter, { ...quiet, judgedMs }));
    }
  }

  #committed(look: LookAtWindows): void {
    if (this.#rules.size === 0) return;
    const nowMs = this.#options.nowMs();
    for (const [meter, points] of look(key => this.#rulesOf(key).length > 0)) {
      this.#counts.windows += points.length;
      for (const rule of this.#rulesOf(meter)) {
        const tracks = this.#tracksOf(rule.id);
        const track = tracks.get(meter) ?? this.#track(rule, meter);
        tracks.set(meter, track);
        track.take(points, nowMs);
        if (track.lateMs !== undefined) this.#correctSoon(track);
      }
    }
    void this.#writer.flush();
  }

  /** One after the other: what comes late is rare, or much at once. */
  #correctSoon(track: Track): void {
    const late = track.lateMs;
    this.#do(async () => {
      // Another run has done it meanwhile.
      if (track.lateMs === undefined) return;
      await this.#correct(track, Math.min(track.lateMs, late ?? track.lateMs));
    });
  }

  async #correct(track: Track, lateMs: number, turn = 1): Promise<void> {
    const { rule, meter } = track;
    track.lateMs = undefined;
    if (lateMs < this.#options.nowMs() - lateMost) {
      this.#counts.tooLate++;
      return;
    }
    this.#counts.corrected++;
    await this.#writer.flush();
    const kept = await this.#table.since(rule.id, meter, Math.max(lateMs - lookBackMs, rule.sinceMs));
    const before = kept.filter(
      ({ endedMs, withdrawnMs }) => withdrawnMs === null && (endedMs ?? lateMs + 1) <= lateMs,
    );
    const fromMs = Math.max(before.at(-1)?.endedMs ?? 0, lateMs - lookBackMs, rule.sinceMs);
    const toMs = this.#options.store.newest(meter)?.atMs ?? lateMs;
    const leadMs = memoryMs(rule.condition);
    const read = await pastOf(this.#options.store, rule.condition, meter, fromMs - leadMs, toMs);
    const points = read.filter(({ startMs }) => startMs >= fromMs);
    // What lies before is only looked back at.
    const recent = read
      .filter(({ startMs }) => startMs < fromMs)
      .reduce<Recent>((known, point) => remembered(rule.condition, point, known), []);
    // What was written while the past was read is to be held against it, too.
    const written = await this.#table.since(rule.id, meter, fromMs);
    const all = this.#writer
      .newest(written, rule.id, meter)
      .filter(({ endedMs }) => endedMs === null || endedMs > fromMs);
    const nowMs = this.#options.nowMs();
    const held = all.find(({ beganMs, withdrawnMs }) => withdrawnMs === null && beganMs < fromMs);
    const state =
      held === undefined
        ? { ...quiet, recent }
        : ({ name: 'on', beganMs: held.beganMs, worst: held.worst, judgedMs: fromMs, recent } as const);
    const judged = judgeAll(
      rule.condition,
      state,
      held && { ...held, endedMs: null, endValue: null },
      points,
      nowMs,
    );
    // Something was judged after what was read: that is for the next turn.
    if (turn < turnsMost && (judged.state.judgedMs ?? 0) < (track.state.judgedMs ?? 0)) {
      await this.#correct(track, lateMs, turn + 1);
      return;
    }
    track.correct(all, judged.episodes, judged.state, nowMs);
  }

  /** What was committed since it was last written down how far all is judged. */
  #catchUp(track: Track): void {
    const { state, meter, rule } = track;
    const newest = this.#options.store.newest(meter);
    if (state.judgedMs === null || newest === undefined || newest.atMs <= state.judgedMs) return;
    const fromMs = state.judgedMs;
    this.#do(async () => {
      const points = await pastOf(this.#options.store, rule.condition, meter, fromMs, newest.atMs);
      track.take(points, this.#options.nowMs());
      if (track.lateMs !== undefined) await this.#correct(track, track.lateMs);
    });
  }

  #do(work: () => Promise<void>): void {
    this.#work = this.#work.then(work).catch(error => {
      this.#counts.failed++;
      this.#options.log('error', `alarms: ${messageOf(error)}`, 'alarms.failed');
    });
  }

  async #forget(id: string): Promise<void> {
    await this.#work;
    for (const track of this.#tracks.get(id)?.values() ?? []) track.end(this.#options.nowMs());
    this.#tracks.delete(id);
    this.#ofMeter.clear();
    await this.#table.removeStates(id);
  }

  #track(rule: Rule, meter: string, state = quiet, open: AlarmEvent | undefined = undefined): Track {
    const track: Track = new Track(
      rule,
      meter,
      event => {
        this.#writer.put(event);
        this.#writer.putState(keptState(track));
      },
      state,
      open,
    );
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
    let found = this.#ofMeter.get(meter);
    if (found === undefined) {
      found = [...this.#rules.values()].filter(rule => rule.isOn && this.#isOf(rule, meter));
      this.#ofMeter.set(meter, found);
    }
    return found;
  }

  #isOf({ target }: Pick<Rule, 'target'>, meter: string): boolean {
    if ('meter' in target) return target.meter === meter;
    const gateway = meter.slice(0, meter.indexOf('.'));
    return 'gateway' in target
      ? target.gateway === gateway
      : target.site === this.#options.sites.siteOf(gateway);
  }
}

const keptState = ({ rule, meter, state }: Track): KeptState => ({
  rule: rule.id,
  version: rule.version,
  meter,
  state,
});
