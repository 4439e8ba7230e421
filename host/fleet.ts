import { isDeepStrictEqual } from 'node:util';
import { limits } from '#core/limits.ts';
import { type Mistake, mistakesOf } from '#core/rules.ts';
import type { Message } from '#core/wire/messages.ts';
import { type GatewaySettings, settingsRule } from '#core/wire/settings.ts';
import { Alarms } from './alarms/gateway-alarms.ts';
import type { Problem } from './api/contract.ts';
import type { Events, LiveValues } from './events.ts';
import { type IngestCounters, newIngestCounters } from './ingest/counters.ts';
import { Problems } from './problems.ts';
import { loadGateways, saveGateways } from './store/gateways.ts';
import { GroupedWrites } from './store/grouped-writes.ts';
import type { Store } from './store/store.ts';

/** All that is known of a gateway right now. */
export interface GatewayState {
  readonly id: string;
  /** Its connection stands and it has not said goodbye. */
  readonly online: boolean;
  readonly lastSeenMs: number | null;
  readonly about: Message<'about'> | null;
  readonly health: Message<'health'> | null;
  /** Whether that health came on the connection that stands, and is not of one before. */
  readonly isHealthCurrent: boolean;
  /** What the host wants it to run, with the host's version; null where nothing was ever asked. */
  readonly desired: GatewaySettings | null;
  /** What it says it runs. */
  readonly running: GatewaySettings | null;
  /** Why it refused a newer version. */
  readonly refused: readonly Mistake[];
  /** How its newest update goes; told again by the gateway at each connection. */
  readonly update: Message<'update'> | null;
  readonly ingest: Readonly<IngestCounters>;
  readonly problems: readonly Problem[];
  /** The newest live values by meter id; stays after the last listener left. */
  readonly live: Readonly<Record<string, LiveValues>>;
}

interface Entry {
  id: string;
  online: boolean;
  lastSeenMs: number | null;
  about: Message<'about'> | null;
  health: Message<'health'> | null;
  isHealthCurrent: boolean;
  desired: GatewaySettings | null;
  running: GatewaySettings | null;
  refused: readonly Mistake[];
  update: Message<'update'> | null;
  readonly ingest: IngestCounters;
  readonly problems: Problems;
  live: Record<string, LiveValues>;
  /** When its row was given to the table last. */
  savedMs: number;
}

/** A gateway that tells what it told before is written no more often: whoever comes and goes wears the disk as little as can be. */
const savedAgainMs = 600_000;

type DesiredListener = (gateway: string, settings: GatewaySettings) => void;

/** The gateways this host knows: in memory, with `about` and settings kept in a small table. */
export class Fleet {
  readonly alarms: Alarms;
  readonly #events: Events;
  readonly #nowMs: () => number;
  readonly #entries = new Map<string, Entry>();
  /** However often they speak while one runs, the next tells the newest of each. */
  readonly #saves: GroupedWrites<Entry>;
  #desiredListener: DesiredListener = () => {};

  private constructor(store: Store, events: Events, nowMs: () => number) {
    this.#events = events;
    this.#nowMs = nowMs;
    this.#saves = new GroupedWrites(entries => saveGateways(store, entries));
    this.alarms = new Alarms(events, nowMs);
  }

  static async open(store: Store, events: Events, nowMs: () => number = Date.now): Promise<Fleet> {
    const fleet = new Fleet(store, events, nowMs);
    for (const saved of await loadGateways(store)) Object.assign(fleet.#entry(saved.id), saved);
    return fleet;
  }

  /** All gateways, by id. */
  gateways(): GatewayState[] {
    return [...this.#entries.values()].map(stateOf).sort((a, b) => (a.id < b.id ? -1 : 1));
  }

  has(id: string): boolean {
    return this.#entries.has(id);
  }

  gateway(id: string): GatewayState | undefined {
    const entry = this.#entries.get(id);
    return entry && stateOf(entry);
  }

  /** How many gateways are known and online, and the counters of their ingest together, by name. */
  totals(): Record<string, number> {
    const sums: Record<string, number> = {
      'gateways.known': this.#entries.size,
      'gateways.online': 0,
      ...lifeTotals(this.#entries.values()),
      'alarms.active': this.alarms.active,
      'alarms.taken': this.alarms.counts.taken,
      'alarms.repeated': this.alarms.counts.repeated,
    };
    for (const name of Object.keys(newIngestCounters())) sums[`ingest.${name}`] = 0;
    for (const { online, ingest } of this.#entries.values()) {
      sums['gateways.online'] = (sums['gateways.online'] ?? 0) + Number(online);
      for (const [name, count] of Object.entries(ingest)) {
        sums[`ingest.${name}`] = (sums[`ingest.${name}`] ?? 0) + count;
      }
    }
    return sums;
  }

  /** Makes a gateway known before it ever spoke; harmless where it is known. */
  async register(id: string): Promise<void> {
    await this.#save(this.#entry(id));
    this.#changed(id);
  }

  /**
   * Wants these lines and meters of a gateway: gives them the next version, keeps them and sends them.
   * Gives the mistakes instead where they break the settings' rule.
   */
  async desire(
    id: string,
    wanted: { readonly lines: readonly unknown[]; readonly meters: readonly unknown[] },
  ): Promise<
    | { readonly ok: true; readonly settings: GatewaySettings }
    | { readonly ok: false; readonly mistakes: Mistake[] }
  > {
    const entry = this.#entry(id);
    const newest = Math.max(entry.desired?.version ?? 0, entry.running?.version ?? 0);
    const settings: unknown = { ...wanted, version: newest + 1 };
    const mistakes = mistakesOf(settingsRule, settings);
    if (mistakes.length > 0) return { ok: false, mistakes };
    entry.desired = settings as GatewaySettings;
    entry.refused = [];
    await this.#save(entry);
    this.#desiredListener(id, entry.desired);
    this.#changed(id);
    return { ok: true, settings: entry.desired };
  }

  /** The one who sends desired settings: told of each change, and at once of all that are kept. */
  onDesired(listener: DesiredListener): void {
    this.#desiredListener = listener;
    for (const { id, desired } of this.#entries.values()) if (desired !== null) listener(id, desired);
  }

  /** Its connection came or went. */
  connection(id: string, isConnected: boolean): void {
    const entry = this.#seen(id);
    entry.online = isConnected;
    entry.isHealthCurrent = false;
    this.#changed(id);
  }

  status(id: string, { state }: Message<'status'>): void {
    const entry = this.#seen(id);
    entry.online = state === 'online';
    this.#changed(id);
  }

  about(id: string, about: Message<'about'>): void {
    const entry = this.#seen(id);
    const isKnown = isDeepStrictEqual(entry.about, about);
    entry.about = about;
    void this.#saveSoon(entry, isKnown);
    this.#changed(id);
  }

  /** It announces nothing from now on, whatever was here under its id before. */
  announcesNothing(id: string): void {
    const entry = this.#entry(id);
    if (entry.about === null) return;
    entry.about = null;
    void this.#saveSoon(entry, false);
    this.#changed(id);
  }

  health(id: string, health: Message<'health'>): void {
    const entry = this.#seen(id);
    entry.health = health;
    entry.isHealthCurrent = true;
    this.#changed(id);
  }

  /** New live values, already cleared of what cannot be true. */
  live(id: string, meters: Readonly<Record<string, LiveValues>>): void {
    const entry = this.#seen(id);
    const merged = { ...entry.live, ...meters };
    // Meters come and go by settings; a gateway that invents names must not fill the memory.
    entry.live = Object.keys(merged).length > limits.metersPerGateway ? { ...meters } : merged;
    this.#events.emit({ type: 'live', gateway: id, meters });
  }

  reported(id: string, { running, refused }: Message<'settings/reported'>): void {
    const entry = this.#seen(id);
    const told = [running, refused?.mistakes ?? []] as const;
    const isKnown = isDeepStrictEqual([entry.running, entry.refused], told);
    [entry.running, entry.refused] = told;
    void this.#saveSoon(entry, isKnown);
    this.#changed(id);
  }

  update(id: string, update: Message<'update'>): void {
    this.#seen(id).update = update;
    this.#changed(id);
  }

  /** Counters of the gateway's ingest, to be counted up in place. */
  counters(id: string): IngestCounters {
    return this.#entry(id).ingest;
  }

  /** Keeps for a while what was refused of a gateway, and why. */
  problem(id: string, code: string, detail: string): void {
    this.#entry(id).problems.add(this.#nowMs(), code, detail);
  }

  /** A message of records came: the gateway lives. */
  seen(id: string): void {
    this.#seen(id);
  }

  #entry(id: string): Entry {
    let entry = this.#entries.get(id);
    if (entry === undefined) {
      entry = {
        id,
        online: false,
        lastSeenMs: null,
        about: null,
        health: null,
        isHealthCurrent: false,
        desired: null,
        running: null,
        refused: [],
        update: null,
        ingest: newIngestCounters(),
        problems: new Problems(),
        live: {},
        savedMs: 0,
      };
      this.#entries.set(id, entry);
    }
    return entry;
  }

  #seen(id: string): Entry {
    const entry = this.#entry(id);
    entry.lastSeenMs = this.#nowMs();
    return entry;
  }

  async #saveSoon(entry: Entry, isKnown: boolean): Promise<void> {
    if (isKnown && this.#nowMs() - entry.savedMs < savedAgainMs) return;
    entry.savedMs = this.#nowMs();
    await this.#save(entry).catch(error => this.problem(entry.id, 'store.gateway', String(error)));
  }

  #changed(gateway: string): void {
    this.#events.emit({ type: 'gateway', gateway });
  }

  #save(entry: Entry): Promise<void> {
    return this.#saves.put(entry.id, entry);
  }
}

const stateOf = (entry: Entry): GatewayState => ({ ...entry, problems: entry.problems.list() });

/** What gateways that are online tell of their own life, over all of them. */
function lifeTotals(entries: Iterable<Entry>): Record<string, number> {
  let [safe, journalRecords, alarmsDropped, loopDelayMs] = [0, 0, 0, 0];
  let heapFreeBytes: number | undefined;
  for (const { online, health } of entries) {
    if (!online || health === null) continue;
    if (health.mode === 'safe') safe++;
    journalRecords += health.journal.records;
    alarmsDropped += health.alarmsDropped ?? 0;
    loopDelayMs = Math.max(loopDelayMs, health.loopDelayMs ?? 0);
    if (health.heapFreeBytes !== undefined)
      heapFreeBytes = Math.min(heapFreeBytes ?? health.heapFreeBytes, health.heapFreeBytes);
  }
  return {
    'gateways.safe': safe,
    'gateways.journalRecords': journalRecords,
    'gateways.alarmsDropped': alarmsDropped,
    'gateways.loopDelayMs': loopDelayMs,
    'gateways.heapFreeBytes': heapFreeBytes ?? 0,
  };
}
