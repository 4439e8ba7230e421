import { homeSite, type Sites } from '../site/sites.ts';
import type { StoredWindow } from '../store/committed-windows.ts';
import type { Store } from '../store/store.ts';
import type { AlarmEvent, KeptState } from './alarm-table.ts';
import { silentFrom } from './begin.ts';
import { civilClock } from './civil-clock.ts';
import { quiet, type State, type Terms } from './judge.ts';
import { isOfOldForm } from './kept-state.ts';
import { alarmLimits } from './limits.ts';
import {
  gatewayOf,
  gatewayPlace,
  hostPlace,
  isOfTarget,
  type Measuring,
  measuringOf,
  meterPlace,
  metersOf,
  type Place,
  storedPlaces,
  sumKey,
  summed,
  sumPlace,
} from './places.ts';
import { quantitiesOf, type Rule, type RuleBody } from './rule.ts';
import { RulesOfMeters } from './rules-of-meters.ts';
import { SumWindows } from './sum-windows.ts';
import { Track } from './track.ts';

export interface RuleTracksOptions {
  readonly store: Pick<Store, 'series' | 'seriesOfMeter' | 'newest' | 'largestOf' | 'zone'>;
  readonly sites: Pick<Sites, 'siteOf' | 'state' | 'placed'>;
  readonly nowMs: () => number;
  /** `alarmLimits.tracks`, but for tests. */
  readonly tracksMost?: number | undefined;
  readonly onEvent: (event: AlarmEvent, track: Track) => void;
  /** A place of a rule is judged no more, though the rule stays. */
  readonly onLeft: (rule: string, key: string) => void;
}

/** All rules, and of each the places that it judges. */
export class RuleTracks {
  readonly #options: RuleTracksOptions;
  readonly #clock: Terms['clock'];
  readonly #rules = new Map<string, Rule>();
  /** By rule, then by the key of their place. */
  readonly #tracks = new Map<string, Map<string, Track>>();
  /** Of rules that judge a sum. */
  readonly #sums = new Map<string, SumWindows>();
  readonly #ofMeters: RulesOfMeters;
  /** Windows ahead of the clock at tracks that ended. */
  #endedAhead = 0;
  #trackCount = 0;
  /** Windows that were not judged, for there were as many tracks as there may be. */
  #leftOut = 0;
  /** Rules that do not judge all their places, for that reason. */
  readonly #leavingOut = new Set<string>();
  /** Where gateways were at the last look. */
  #placed: ReadonlyMap<string, string>;

  constructor(options: RuleTracksOptions) {
    this.#options = options;
    this.#clock = civilClock(options.store.zone);
    this.#placed = new Map(options.sites.placed);
    this.#ofMeters = new RulesOfMeters({
      siteOf: gateway => options.sites.siteOf(gateway),
      rules: () => this.#rules.values(),
      summed: rule => this.#sums.get(rule)?.meters,
    });
  }

  list(): readonly Rule[] {
    return [...this.#rules.values()];
  }

  rule(id: string): Rule | undefined {
    return this.#rules.get(id);
  }

  get size(): number {
    return this.#rules.size;
  }

  /** What a rule is judged by at a place. */
  termsOf({ condition, schedule }: Pick<RuleBody, 'condition' | 'schedule'>, place: Place): Terms {
    const { store } = this.#options;
    return { condition, schedule, clock: this.#clock, largestW: () => store.largestOf(place.meter) };
  }

  get #most(): number {
    return this.#options.tracksMost ?? alarmLimits.tracks;
  }

  *all(): Iterable<Track> {
    for (const tracks of this.#tracks.values()) yield* tracks.values();
  }

  of(rule: string): Iterable<Track> {
    return this.#tracks.get(rule)?.values() ?? [];
  }

  /**
   * The one of a place, made where there is none; undefined, and counted, where there are as many as there may be. `atMs`: begin of the
   * first window that it is to judge; a meter that was heard before has come from another site.
   */
  at(rule: Rule, place: Place, atMs = 0): Track | undefined {
    const known = this.#tracks.get(rule.id)?.get(place.key);
    if (known !== undefined) return known;
    if (this.#trackCount >= this.#most) {
      this.#leftOut++;
      this.#leavingOut.add(rule.id);
      return undefined;
    }
    const track = this.#track(rule, place);
    if (this.#wasHeard(rule, place, atMs)) track.cameMs = Math.min(atMs, this.#options.nowMs());
    this.#keep(track);
    return track;
  }

  /** Whether anything that the rule judges was measured there before an instant. */
  #wasHeard({ condition }: Rule, { meter }: Place, atMs: number): boolean {
    const judged: readonly string[] = quantitiesOf(condition);
    return this.#options.store
      .seriesOfMeter(meter)
      .some(({ quantity, firstMs }) => firstMs < atMs && (judged.length === 0 || judged.includes(quantity)));
  }

  /**
   * How many more places a rule would judge than there is room for, beside those of the rule that it is in place of. None where it is to
   * judge no more than that one, which may leave some out itself.
   */
  beyondRoom(rule: Pick<RuleBody, 'target' | 'condition' | 'isOn'>, id: string | undefined): number {
    const wanted = this.#wantedBy(rule);
    const before = id === undefined ? undefined : this.#rules.get(id);
    if (before !== undefined && wanted <= this.#wantedBy(before)) return 0;
    const own = (id === undefined ? undefined : this.#tracks.get(id)?.size) ?? 0;
    return Math.max(wanted - (this.#most - this.#trackCount + own), 0);
  }

  /** Places that a rule would judge if there were room for all. */
  #wantedBy(rule: Pick<RuleBody, 'target' | 'condition' | 'isOn'>): number {
    return !rule.isOn || rule.condition.kind === 'health' ? 0 : storedPlaces(rule, this.#options).length;
  }

  /** Whether some of a rule's places are not judged, for there were as many as there may be when they came. */
  isLeavingOut(rule: string): boolean {
    return this.#leavingOut.has(rule);
  }

  /** How many such rules there are. */
  get leavingOut(): number {
    return this.#leavingOut.size;
  }

  /** Whether it has not ended. */
  has(track: Track): boolean {
    return this.#tracks.get(track.rule.id)?.get(track.place.key) === track;
  }

  sumOf(rule: string): SumWindows | undefined {
    return this.#sums.get(rule);
  }

  /** Whether rules judge what a meter measures, for itself or in a sum. */
  isJudged(meter: string): boolean {
    return this.#ofMeters.has(meter);
  }

  /** Those that have anything to judge in windows of a meter. */
  rulesOf(meter: string, windows: readonly StoredWindow[]): Iterable<Rule> {
    return this.#ofMeters.of(meter, windows);
  }

  /** End of the newest window that a place may have; of a sum that of the meter that is furthest behind. */
  newestMs(place: Place): number | undefined {
    const ends = place.meters.flatMap(meter => this.#options.store.newest(meter)?.atMs ?? []);
    return ends.length === 0 ? undefined : Math.min(...ends);
  }

  /** End of the newest window of any of these meters, but for what a clock has dated ahead. */
  #storedUntilMs(meters: readonly string[]): number {
    const { store, nowMs } = this.#options;
    return Math.min(Math.max(0, ...meters.map(meter => store.newest(meter)?.atMs ?? 0)), nowMs());
  }

  /** A rule, or what is to judge in place of one: what lasted by the one before ends. Begins with it. */
  set(rule: Rule): void {
    this.end(rule.id);
    this.#rules.set(rule.id, rule);
    this.begin(rule);
  }

  /** Without beginning to judge. */
  add(rule: Rule): void {
    this.#rules.set(rule.id, rule);
  }

  /** One that judges as it did before. */
  change(rule: Rule): void {
    this.#rules.set(rule.id, rule);
    this.#ofMeters.forget();
    for (const track of this.of(rule.id)) track.rule = rule;
  }

  remove(id: string): void {
    this.end(id);
    this.#rules.delete(id);
  }

  /** All that lasts by a rule. */
  end(id: string): void {
    for (const track of this.of(id)) this.#ended(track);
    this.#trackCount -= this.#tracks.get(id)?.size ?? 0;
    this.#tracks.delete(id);
    this.#sums.delete(id);
    this.#leavingOut.delete(id);
    this.#ofMeters.forget();
  }

  /** Goes on where states were written, and gives what does; then begins with what rules do not judge yet. */
  resume(states: readonly KeptState[], lasting: readonly AlarmEvent[]): Track[] {
    const measuring = measuringOf(this.#options.store);
    const byPlace = new Map(lasting.map(event => [placeIdOf(event), event]));
    const goneOn = states.flatMap(kept => this.#goOn(kept, byPlace, measuring) ?? []);
    for (const rule of this.#rules.values()) this.begin(rule, measuring);
    return goneOn;
  }

  /** Undefined where the rule is not of it any more, or of other meters together. */
  #goOn(
    { rule: id, version, meter: key, meters, state, cameMs = 0 }: KeptState,
    lasting: ReadonlyMap<string, AlarmEvent>,
    measuring: Measuring,
  ): Track | undefined {
    const rule = this.#rules.get(id);
    if (rule === undefined || rule.version !== version || !rule.isOn || state.judgedMs === null)
      return undefined;
    const place = this.#placeOf(rule, key, measuring);
    if (place === undefined || isOfOldForm(rule, state)) return undefined;
    if (meters !== undefined && meters.join() !== place.meters.join()) {
      // What other meters came to together stays as it was judged.
      const anew = this.#track(rule, place);
      anew.cameMs = state.judgedMs;
      this.#keep(anew);
      return undefined;
    }
    const open = lasting.get(placeIdOf({ rule: id, meter: place.meter }));
    const track = this.#track(rule, place, state, open);
    track.keptState = state;
    track.cameMs = cameMs;
    return this.#keep(track) ? track : undefined;
  }

  /**
   * Begins with what a rule does not judge yet: silence of what never comes is to be seen, too, and what looks back is to know
   * the past. `measuring`: one look at what is stored, for many rules.
   */
  begin(rule: Rule, measuring: Measuring = measuringOf(this.#options.store)): void {
    const { condition, sinceMs, isOn, id } = rule;
    if (!isOn || condition.kind === 'health') return;
    const parts = { ...this.#options, measuring };
    const tracks = this.#tracksOf(id);
    const meters = summed(rule, parts);
    if (meters.length > 0) {
      const [quantity] = quantitiesOf(condition);
      const knownFromMs = this.#storedUntilMs(meters);
      if (quantity !== undefined) this.#sums.set(id, new SumWindows(quantity, meters, { knownFromMs }));
      if (!tracks.has(sumKey)) this.at(rule, sumPlace(meters));
      return;
    }
    for (const meter of metersOf(rule, parts)) {
      if (tracks.has(meter)) continue;
      const newestMs = this.#options.store.newest(meter)?.atMs ?? 0;
      const { store } = this.#options;
      const state =
        condition.kind === 'silence' ? silentFrom(store, meter, Math.max(newestMs, sinceMs)) : quiet;
      if (!this.#keep(this.#track(rule, meterPlace(meter), state))) return;
    }
  }

  /** Gateways may have moved: what lasts at a meter that is a rule's no more ends, and sums are of other meters. */
  sitesChanged(): void {
    this.#ofMeters.forget();
    const measuring = measuringOf(this.#options.store);
    const came = this.#came(measuring);
    for (const rule of this.#rules.values()) {
      const sum = this.#sums.get(rule.id);
      const meters = summed(rule, { ...this.#options, measuring });
      if ((sum?.meters.join() ?? '') !== meters.join()) {
        this.#leave(rule.id, sumKey);
        this.#sums.delete(rule.id);
        this.begin(rule, measuring);
        // What other meters came to together, or these at several sites, is none of the rule's.
        const track = this.#tracks.get(rule.id)?.get(sumKey);
        if (track !== undefined && (sum !== undefined || 'sum' in rule.target))
          track.cameMs = this.#options.nowMs();
      }
      if (sum !== undefined || 'host' in rule.target) continue;
      for (const { place } of this.of(rule.id))
        if (!isOfTarget(rule.target, place.meter, this.#options)) this.#leave(rule.id, place.key);
      this.#expectCame(rule, came);
    }
    this.#takeIn(measuring);
  }

  /** Meters whose gateway is at another site than at the last look. What a file brought since then has not moved, and never speaks. */
  #came(measuring: Measuring): readonly string[] {
    const [before, placed] = [this.#placed, new Map(this.#options.sites.placed)];
    this.#placed = placed;
    const hasMoved = (gateway: string) =>
      (before.get(gateway) ?? homeSite) !== (placed.get(gateway) ?? homeSite);
    const moved = new Set([...before.keys(), ...placed.keys()].filter(hasMoved));
    return moved.size === 0 ? [] : measuring([], 'heard').filter(meter => moved.has(gatewayOf(meter)));
  }

  /** A meter that came to a rule of silence may never say anything there: it is silent from when it came. */
  #expectCame(rule: Rule, came: readonly string[]): void {
    if (rule.condition.kind !== 'silence' || !rule.isOn || this.#leavingOut.has(rule.id)) return;
    const { store, nowMs } = this.#options;
    const tracks = this.#tracksOf(rule.id);
    for (const meter of came) {
      if (tracks.has(meter) || !isOfTarget(rule.target, meter, this.#options)) continue;
      const track = this.#track(rule, meterPlace(meter), silentFrom(store, meter, nowMs()));
      track.cameMs = nowMs();
      if (!this.#keep(track)) return;
    }
  }

  /** Where there is room again: what was left out of rules. What does not fit now is noted again. */
  #takeIn(measuring: Measuring): void {
    for (const id of [...this.#leavingOut]) {
      if (this.#trackCount >= this.#most) return;
      this.#leavingOut.delete(id);
      const rule = this.#rules.get(id);
      if (rule !== undefined) this.begin(rule, measuring);
    }
  }

  counters(): Readonly<Record<'tracks' | 'lasting' | 'ahead' | 'leftOut', number>> {
    let lasting = 0;
    let ahead = this.#endedAhead;
    for (const track of this.all()) {
      lasting += Number(track.open !== undefined);
      ahead += track.ahead;
    }
    return { tracks: this.#trackCount, lasting, ahead, leftOut: this.#leftOut };
  }

  #leave(rule: string, key: string): void {
    const track = this.#tracks.get(rule)?.get(key);
    if (track === undefined) return;
    this.#ended(track);
    this.#tracks.get(rule)?.delete(key);
    this.#trackCount--;
    this.#options.onLeft(rule, key);
  }

  #ended(track: Track): void {
    this.#endedAhead += track.ahead;
    track.end(this.#options.nowMs());
  }

  #track(rule: Rule, place: Place, state: State = quiet, open: AlarmEvent | undefined = undefined): Track {
    const onEvent = (event: AlarmEvent) => this.#options.onEvent(event, track);
    const terms = { ...this.termsOf(rule, place), fromMs: rule.sinceMs };
    const track: Track = new Track({ rule, place, terms, onEvent }, state, open);
    return track;
  }

  /** False where there are as many as there may be. */
  #keep(track: Track): boolean {
    const tracks = this.#tracksOf(track.rule.id);
    const isOther = !tracks.has(track.place.key);
    if (isOther && this.#trackCount >= this.#most) {
      this.#leavingOut.add(track.rule.id);
      return false;
    }
    tracks.set(track.place.key, track);
    this.#trackCount += Number(isOther);
    return true;
  }

  #tracksOf(rule: string): Map<string, Track> {
    const tracks = this.#tracks.get(rule) ?? new Map<string, Track>();
    this.#tracks.set(rule, tracks);
    return tracks;
  }

  /** The place of a key that was kept; undefined where the rule is not of it any more. */
  #placeOf({ target, condition }: Rule, key: string, measuring: Measuring): Place | undefined {
    if (condition.kind === 'health') return 'host' in target ? hostPlace : gatewayPlace(key);
    if (key !== sumKey)
      return isOfTarget(target, key, this.#options) && this.#isExpected(condition, key)
        ? meterPlace(key)
        : undefined;
    const meters = summed({ target, condition }, { ...this.#options, measuring });
    return meters.length === 0 ? undefined : sumPlace(meters);
  }

  /** Whether a condition is judged at a meter: silence of what files alone brought, which hosts before kept, is none. */
  #isExpected({ kind }: Rule['condition'], meter: string): boolean {
    return kind !== 'silence' || this.#options.store.seriesOfMeter(meter).some(({ isHeard }) => isHeard);
  }
}

const placeIdOf = ({ rule, meter }: Pick<AlarmEvent, 'rule' | 'meter'>): string => `${rule} ${meter}`;
