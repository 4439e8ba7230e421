import { join } from 'node:path';
import { NamedWindows } from '#app/named-windows.ts';
import type { Message } from '#core/wire/messages.ts';
import type { UpChannel } from '#core/wire/topics.ts';
import type { RandomPort, TimePort } from '#ports';
import type { Tables } from '../auth/tables.ts';
import { type Fault, fault, faultOf } from '../faults/fault.ts';
import type { Log } from '../logging/host-log.ts';
import type { Secrets } from '../secrets/secrets.ts';
import { SealedTable, type SetUp } from '../set-up/sealed-table.ts';
import { kindNamed, mistakesOf, SettingsMistakes } from '../set-up/settings-mistakes.ts';
import type { Store } from '../store/store.ts';
import type { Connector, Proposal } from './connector.ts';
import { machineRandom, machineTime } from './node-ports.ts';
import { type Probe, probe } from './probe.ts';
import { Station } from './station.ts';
import { storedUntilMs } from './stored-until.ts';
import type { Topics } from './topics.ts';

/** More than any home has; each has a journal of some megabytes. */
export const connectorsMost = 64;
/** Ids whose windows are remembered, those included that were removed; of older ones the disk knows. */
const namedMost = 4 * connectorsMost;
const probeMs = 12_000;
const discoverMs = 12_000;

export interface ConnectorsOptions {
  readonly tables: Tables & Pick<Store, 'seriesOfMeter'>;
  readonly secrets: Pick<Secrets, 'seal' | 'open'>;
  readonly kinds: ReadonlyMap<string, Connector>;
  readonly topics: Topics;
  /** Each kind has a folder of its own in it, where it needs one. */
  readonly dataDir: string;
  readonly log: Log;
  /** Takes what a gateway would send. */
  readonly deliver: (id: string, channel: UpChannel, payload: Uint8Array) => void;
  readonly onConnection: (id: string, isConnected: boolean) => void;
  /** Which meters it has only what comes will tell: what was announced under its id before is another's. */
  readonly announcesNothing: (id: string) => void;
  readonly version: string;
  readonly nowMs: () => number;
  readonly time?: TimePort;
  readonly random?: RandomPort;
}

/** A connector as it was set up. Its id is that of a gateway: it names whatever it measures, and belongs to the site that does. */
export type SavedConnector = Omit<SetUp, 'site'>;

/** A connector as it is now. */
export interface ConnectorState extends SavedConnector {
  /** Why nothing is heard of it; undefined where it is on and well, or off. */
  readonly fault: Fault | undefined;
}

interface Entry {
  saved: SavedConnector;
  readonly station: Station;
}

/** The connectors that are set up: kept in a table, running while they are on. */
export class Connectors {
  readonly #options: ConnectorsOptions;
  readonly #table: SealedTable;
  readonly #entries = new Map<string, Entry>();
  /** Of those that were removed, too: one that is set up again under the same id does not name a window twice. */
  readonly #named = new Map<string, NamedWindows>();
  readonly #time: TimePort;
  readonly #random: RandomPort;

  private constructor(options: ConnectorsOptions, table: SealedTable) {
    this.#options = options;
    this.#table = table;
    this.#time = options.time ?? machineTime;
    this.#random = options.random ?? machineRandom;
  }

  /** Starts those that are on. @throws Error of the store */
  static async open(options: ConnectorsOptions): Promise<Connectors> {
    const connectors = new Connectors(
      options,
      await SealedTable.open('connector', options.tables, options.secrets),
    );
    for (const saved of await connectors.#table.all()) connectors.#begin(saved);
    return connectors;
  }

  get kinds(): ReadonlyMap<string, Connector> {
    return this.#options.kinds;
  }

  list(): ConnectorState[] {
    return [...this.#entries.values()].map(stateOf).sort((a, b) => (a.id < b.id ? -1 : 1));
  }

  get(id: string): ConnectorState | undefined {
    const entry = this.#entries.get(id);
    return entry && stateOf(entry);
  }

  has(id: string): boolean {
    return this.#entries.has(id);
  }

  /** Adds one, or changes it. Whoever calls has looked whether the id is free. @throws SettingsMistakes, Error of the store */
  async save(wanted: Omit<SavedConnector, 'createdMs'>): Promise<ConnectorState> {
    this.check(wanted.kind, wanted.settings);
    const before = this.#entries.get(wanted.id);
    const saved = { ...wanted, createdMs: before?.saved.createdMs ?? this.#options.nowMs() };
    await this.#table.save({ ...saved, site: null });
    // Meanwhile it may have been removed: it is on disk again.
    const entry = this.#entries.get(wanted.id) ?? this.#begin({ ...saved, isOn: false });
    entry.saved = saved;
    this.#apply(entry);
    return stateOf(entry);
  }

  /** What it stored stays. Harmless where there is none. @throws Error of the store */
  async remove(id: string): Promise<void> {
    await this.#table.remove(id);
    const entry = this.#entries.get(id);
    this.#entries.delete(id);
    if (entry !== undefined) this.#end(entry);
  }

  /** @throws SettingsMistakes where the kind is unknown or the settings are not what it wants */
  check(kind: string, settings: unknown): Connector {
    const connector = kindNamed(this.#options.kinds, kind);
    const mistakes = mistakesOf(connector, settings);
    if (mistakes.length > 0) throw new SettingsMistakes(mistakes);
    return connector;
  }

  /** Live values by these settings; nothing is saved. @throws SettingsMistakes, Error in words for people */
  async probe(kind: string, settings: unknown, signal: AbortSignal): Promise<Probe> {
    const connector = this.check(kind, settings);
    return probe(connector, { ...this.#given(kind), settings }, probeMs, signal);
  }

  /** What could be read. @throws SettingsMistakes where the kind does not look around, Error in words for people */
  async discover(kind: string, settings: unknown, signal: AbortSignal): Promise<readonly Proposal[]> {
    const { topics, log, kinds } = this.#options;
    const discover = kinds.get(kind)?.discover;
    if (discover === undefined)
      throw new SettingsMistakes([{ field: 'kind', message: `${kind} cannot look around; fill it in` }]);
    const limited = AbortSignal.any([signal, AbortSignal.timeout(discoverMs)]);
    return discover({ settings, topics, folder: this.#folder(kind), log, signal: limited });
  }

  /** Whether it was for a connector. */
  acknowledge(id: string, ack: Message<'ack'>): boolean {
    const entry = this.#entries.get(id);
    entry?.station.acknowledge(ack);
    return entry !== undefined;
  }

  /** Whether it was for a connector. */
  live(id: string, seconds: number): boolean {
    const entry = this.#entries.get(id);
    entry?.station.live(seconds);
    return entry !== undefined;
  }

  /** The station of one that is on: for routes of its own. */
  station(id: string): Station | undefined {
    const entry = this.#entries.get(id);
    return entry?.saved.isOn ? entry.station : undefined;
  }

  /** By name, for metrics. */
  counters(): Record<string, number> {
    let [running, recordsWaiting] = [0, 0];
    for (const { saved, station } of this.#entries.values()) {
      running += Number(saved.isOn);
      recordsWaiting += station.recordsWaiting;
    }
    return { 'connectors.running': running, 'connectors.recordsWaiting': recordsWaiting };
  }

  close(): void {
    for (const entry of this.#entries.values()) this.#end(entry);
    this.#entries.clear();
  }

  #given(kind: string) {
    const { topics, log } = this.#options;
    return { time: this.#time, random: this.#random, topics, folder: this.#folder(kind), log };
  }

  #folder(kind: string): string {
    return join(this.#options.dataDir, kind);
  }

  #begin(saved: SavedConnector): Entry {
    const { deliver, version, tables } = this.#options;
    const station = new Station({
      id: saved.id,
      kind: saved.kind,
      firmware: version,
      time: this.#time,
      random: this.#random,
      deliver: (channel, payload) => deliver(saved.id, channel, payload),
      named: this.#namedOf(saved.id),
      storedUntilMs: meter => storedUntilMs(tables, saved.id, meter),
    });
    const entry: Entry = { saved, station };
    this.#entries.set(saved.id, entry);
    this.#apply(entry);
    return entry;
  }

  #namedOf(id: string): NamedWindows {
    const named = this.#named.get(id) ?? new NamedWindows();
    this.#named.set(id, named);
    for (const known of this.#named.keys())
      if (this.#named.size > namedMost && !this.#entries.has(known) && known !== id)
        this.#named.delete(known);
    return named;
  }

  /** Makes it run as it is saved. */
  #apply(entry: Entry): void {
    const { saved, station } = entry;
    const lost = lostOf(saved);
    const { onConnection, announcesNothing, log, kinds } = this.#options;
    if (!saved.isOn) {
      this.#end(entry);
      return;
    }
    if (!station.isOnline) {
      onConnection(saved.id, true);
      station.start();
    }
    station.leave(lost);
    const connector = kinds.get(saved.kind);
    if (connector === undefined)
      station.leave(
        fault(
          'kind.gone',
          { kind: saved.kind },
          `this host has no connector ${saved.kind} any more: bring its folder back, or take this source away`,
        ),
      );
    if (connector?.announcesNone) announcesNothing(saved.id);
    if (connector === undefined || lost !== undefined) return;
    try {
      this.check(saved.kind, saved.settings);
      const sinks = connector.announcesNone ? new Map() : station.measure(connector.meters(saved.settings));
      station.run(
        connector.open({ ...this.#given(saved.kind), settings: saved.settings, sinks, store: station }),
      );
    } catch (error) {
      const why = faultOf(error);
      log('warn', `connector ${saved.id} does not run: ${why.message}`, 'connector.broken');
      station.leave(why);
    }
  }

  #end({ saved, station }: Entry): void {
    if (!station.isOnline) return;
    station.stop();
    this.#options.onConnection(saved.id, false);
  }
}

const lostOf = ({ settings }: SavedConnector): Fault | undefined =>
  settings === undefined ? fault('settings.lost', {}) : undefined;

const stateOf = ({ saved, station }: Entry): ConnectorState => ({
  ...saved,
  fault: lostOf(saved) ?? (saved.isOn ? station.fault : undefined),
});
