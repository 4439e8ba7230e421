import type { RandomPort, TimePort } from '#ports';
import type { Tables } from '../auth/tables.ts';
import { machineRandom, machineTime } from '../connectors/node-ports.ts';
import { type Fault, fault } from '../faults/fault.ts';
import type { Secrets } from '../secrets/secrets.ts';
import { SealedTable, type SetUp } from '../set-up/sealed-table.ts';
import { mistakesOf, SettingsMistakes } from '../set-up/settings-mistakes.ts';
import { Bridge, type BridgeOptions } from './bridge.ts';
import { homeAssistantLimits } from './limits.ts';
import { probe } from './probe.ts';
import { type HomeAssistantSettings, homeAssistantKind, wishesOf } from './settings.ts';

export interface HomeAssistantOptions
  extends Omit<BridgeOptions, 'setUp' | 'site' | 'wishes' | 'time' | 'random'> {
  readonly tables: Tables;
  readonly secrets: Pick<Secrets, 'seal' | 'open'>;
  readonly time?: Pick<TimePort, 'after'>;
  readonly random?: Pick<RandomPort, 'unit'>;
  /** 0: only when `tick` is called. */
  readonly tickMs?: number;
  /** For a command: nothing is told. */
  readonly isStill?: boolean;
}

/** As it was set up; one without a site is of all. */
export type SavedHomeAssistant = Omit<SetUp, 'kind'>;

export interface HomeAssistantState extends SavedHomeAssistant {
  /** Why nothing is told, or not all; undefined where it is off, or all is well. */
  readonly fault: Fault | undefined;
  readonly meters: number;
}

interface Entry {
  saved: SavedHomeAssistant;
  bridge: Bridge | undefined;
}

/** The Home Assistants that are told of meters: kept in a table, told while they are on. */
export class HomeAssistants {
  readonly #options: HomeAssistantOptions;
  readonly #table: SealedTable;
  readonly #entries = new Map<string, Entry>();
  #timer: NodeJS.Timeout | undefined;
  /** Messages of those that ended since. */
  #publishedBefore = 0;
  #last: Promise<unknown> = Promise.resolve();

  private constructor(options: HomeAssistantOptions, table: SealedTable) {
    this.#options = options;
    this.#table = table;
  }

  /** Begins to tell where that is on. @throws Error of the store */
  static async open(options: HomeAssistantOptions): Promise<HomeAssistants> {
    const { tables, secrets, tickMs = homeAssistantLimits.tickMs, isStill = false } = options;
    const all = new HomeAssistants(options, await SealedTable.open('home_assistant', tables, secrets));
    for (const { kind: _kind, ...saved } of await all.#table.all()) {
      const entry: Entry = { saved, bridge: undefined };
      all.#entries.set(saved.id, entry);
      if (!isStill) all.#begin(entry);
    }
    if (tickMs > 0 && !isStill) all.#timer = setInterval(() => void all.tick(), tickMs).unref();
    return all;
  }

  list(): HomeAssistantState[] {
    return [...this.#entries.values()].map(stateOf).sort((a, b) => (a.id < b.id ? -1 : 1));
  }

  get(id: string): HomeAssistantState | undefined {
    const entry = this.#entries.get(id);
    return entry && stateOf(entry);
  }

  /** Adds one, or changes it: it ends and begins anew. @throws SettingsMistakes, Error of the store */
  save(wanted: Omit<SavedHomeAssistant, 'createdMs'>): Promise<HomeAssistantState> {
    return this.#inTurn(async () => {
      this.#check(wanted);
      const entry = this.#entries.get(wanted.id);
      const saved = { ...wanted, createdMs: entry?.saved.createdMs ?? this.#options.nowMs() };
      await this.#table.save({ ...saved, kind: 'home-assistant' });
      const made = entry ?? { saved, bridge: undefined };
      // Devices that go on to be told stay as people arranged them: only what is gone is taken back.
      await this.#end(made, !wanted.isOn || placeOf(made.saved) !== placeOf(saved));
      made.saved = saved;
      this.#entries.set(saved.id, made);
      this.#begin(made);
      return stateOf(made);
    });
  }

  /** Home Assistant forgets the meters. Harmless where there is none. @throws Error of the store */
  remove(id: string): Promise<void> {
    return this.#inTurn(async () => {
      await this.#table.remove(id);
      const entry = this.#entries.get(id);
      this.#entries.delete(id);
      if (entry !== undefined) await this.#end(entry, true);
    });
  }

  /** Those of a site that is gone go, too. @throws Error of the store */
  async leaveSite(site: string): Promise<void> {
    for (const { saved } of [...this.#entries.values()]) if (saved.site === site) await this.remove(saved.id);
  }

  /** Why nothing would be told by these settings; undefined where all is well. @throws SettingsMistakes */
  async probe(settings: unknown, signal: AbortSignal): Promise<Fault | undefined> {
    const mistakes = mistakesOf(homeAssistantKind, settings);
    if (mistakes.length > 0) throw new SettingsMistakes(mistakes);
    return probe(this.#options.openOutlet, wishesOf(settings as HomeAssistantSettings), signal);
  }

  /** Tells what there is to tell. */
  async tick(): Promise<void> {
    await Promise.all([...this.#entries.values()].map(({ bridge }) => bridge?.tick()));
  }

  /** By name, for metrics. */
  counters(): Record<string, number> {
    let [meters, leftOut, published] = [0, 0, this.#publishedBefore];
    for (const { bridge } of this.#entries.values()) {
      meters += bridge?.counts.meters ?? 0;
      leftOut += bridge?.counts.leftOut ?? 0;
      published += bridge?.counts.published ?? 0;
    }
    return {
      'homeAssistant.meters': meters,
      'homeAssistant.metersLeftOut': leftOut,
      'homeAssistant.messages': published,
    };
  }

  async close(): Promise<void> {
    clearInterval(this.#timer);
    await this.#last;
    for (const entry of this.#entries.values()) await this.#end(entry, false);
  }

  /** @throws SettingsMistakes */
  #check({ id, settings, isOn, site }: Omit<SavedHomeAssistant, 'createdMs'>): void {
    const mistakes = mistakesOf(homeAssistantKind, settings);
    if (mistakes.length > 0) throw new SettingsMistakes(mistakes);
    const place = placeOf({ settings, site });
    const other = [...this.#entries.values()].find(
      ({ saved }) => saved.id !== id && saved.isOn && placeOf(saved) === place,
    );
    if (isOn && other !== undefined)
      throw new SettingsMistakes([
        {
          field: 'base',
          message: `${other.saved.id} tells the same broker under the same name; give another`,
        },
      ]);
  }

  #begin(entry: Entry): void {
    const { id, site, isOn, settings } = entry.saved;
    if (!isOn || settings === undefined) return;
    const { time = machineTime, random = machineRandom } = this.#options;
    // Checked before it was kept.
    const wishes = wishesOf(settings as HomeAssistantSettings);
    entry.bridge = new Bridge({ ...this.#options, time, random, setUp: id, site, wishes });
  }

  async #end(entry: Entry, isForGood: boolean): Promise<void> {
    const { bridge } = entry;
    entry.bridge = undefined;
    await bridge?.close(isForGood);
    this.#publishedBefore += bridge?.counts.published ?? 0;
  }

  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const done = this.#last.then(work);
    this.#last = done.catch(() => {});
    return done;
  }
}

/** Whom it tells, and under which name. */
function placeOf({ settings }: Pick<SavedHomeAssistant, 'settings' | 'site'>): string {
  if (settings === undefined) return '';
  const { broker, prefix, base } = wishesOf(settings as HomeAssistantSettings);
  return JSON.stringify([broker.url ?? '', prefix, base]);
}

const stateOf = ({ saved, bridge }: Entry): HomeAssistantState => ({
  ...saved,
  fault: saved.settings === undefined ? fault('settings.lost', {}) : bridge?.fault,
  meters: bridge?.counts.meters ?? 0,
});
