import type { RandomPort, TimePort } from '#ports';
import type { TransactionTables } from '../auth/tables.ts';
import type { ProgramDesk } from '../broker/postings.ts';
import { machineRandom, machineTime } from '../connectors/node-ports.ts';
import { FaultError, fault } from '../faults/fault.ts';
import type { Log } from '../logging/host-log.ts';
import type { Secrets } from '../secrets/secrets.ts';
import { SealedTable } from '../set-up/sealed-table.ts';
import { kindNamed, mistakesOf, SettingsMistakes } from '../set-up/settings-mistakes.ts';
import type { Sites } from '../site/sites.ts';
import type { Store } from '../store/store.ts';
import type { HealthReason } from '../watch/health.ts';
import { choiceMistakes } from './choice.ts';
import { Forward } from './forward.ts';
import { forwardHealth } from './forward-health.ts';
import type { ForwardKind } from './forward-kind.ts';
import { withoutRecords } from './journal.ts';
import { forwardKinds } from './kinds.ts';
import { forwardLimits } from './limits.ts';
import { OwnCommits } from './own-commits.ts';
import { noCounts, PlaceTable, type Standing } from './place-table.ts';
import {
  type ForwardDetails,
  type ForwardManner,
  type ForwardState,
  faultOfSaved,
  type SavedForward,
} from './saved-forward.ts';
import { tryForward } from './trial.ts';
import { wayOf } from './way-of.ts';

export interface ForwardsOptions {
  readonly store: TransactionTables & Pick<Store, 'commits' | 'onWindows' | 'series' | 'all'>;
  readonly sites: Pick<Sites, 'siteOf' | 'revision'>;
  readonly secrets: Pick<Secrets, 'seal' | 'open'>;
  /** Of the host's own broker. */
  readonly programs?: ProgramDesk | undefined;
  readonly log: Log;
  readonly nowMs: () => number;
  readonly time?: Pick<TimePort, 'after'>;
  readonly random?: Pick<RandomPort, 'unit'>;
  /** For a command: nothing goes out. */
  readonly isStill?: boolean | undefined;
}

interface Entry {
  readonly saved: SavedForward;
  readonly commits: OwnCommits;
  standing: Standing;
  running: Forward | undefined;
}

/** Ways on which what was committed is handed on to others. */
export class Forwards {
  readonly #options: ForwardsOptions;
  readonly #table: SealedTable<ForwardManner>;
  readonly #places: PlaceTable;
  readonly #entries = new Map<string, Entry>();
  /** One change after the other. */
  #last: Promise<unknown> = Promise.resolve();
  #stop: () => void = () => {};

  private constructor(options: ForwardsOptions, table: SealedTable<ForwardManner>, places: PlaceTable) {
    this.#options = options;
    this.#table = table;
    this.#places = places;
  }

  /** Each goes on where the other side was. @throws Error of the store */
  static async open(options: ForwardsOptions): Promise<Forwards> {
    const { store, secrets } = options;
    const table = await SealedTable.open<ForwardManner>('forward', store, secrets);
    const places = await PlaceTable.open(store);
    const forwards = new Forwards(options, table, places);
    const standings = await places.all();
    for (const saved of await table.all()) {
      const standing = standings.get(saved.id) ?? (await forwards.#newStanding(saved.id));
      standings.delete(saved.id);
      forwards.#entries.set(saved.id, forwards.#entryOf(saved, standing));
    }
    // What is left of one that was not saved, or was erased with its site, would keep the store from sorting.
    for (const id of standings.keys()) await places.remove(id);
    if (options.isStill) return forwards;
    for (const entry of forwards.#entries.values()) forwards.#begin(entry);
    forwards.#stop = store.onWindows(() => {
      for (const { running } of forwards.#entries.values()) running?.wake();
    });
    return forwards;
  }

  get kinds(): ReadonlyMap<string, ForwardKind> {
    return forwardKinds;
  }

  list(): ForwardState[] {
    return [...this.#entries.values()].map(stateOf).sort((a, b) => (a.id < b.id ? -1 : 1));
  }

  get(id: string): ForwardState | undefined {
    const entry = this.#entries.get(id);
    return entry && stateOf(entry);
  }

  /** @throws Error of the store */
  async details(id: string): Promise<ForwardDetails | undefined> {
    const entry = this.#entries.get(id);
    if (entry === undefined) return undefined;
    const { place } = standingOf(entry);
    const { windows: waiting, isAll: isAllCounted } = await entry.commits.countToShow(place);
    const deliveries = entry.running?.outcomes.deliveries ?? [];
    return { ...stateOf(entry), waiting, isAllCounted, deliveries };
  }

  /**
   * Adds one, which begins with what is committed from now on, or changes one, which goes on where it is.
   * @throws SettingsMistakes, Error of the store
   */
  save(wanted: Omit<SavedForward, 'createdMs'>): Promise<ForwardState> {
    return this.#inTurn(async () => {
      this.check(wanted);
      const before = this.#entries.get(wanted.id);
      const saved = { ...wanted, createdMs: before?.saved.createdMs ?? this.#options.nowMs() };
      // Where it begins is on disk before it: it never begins later than it says.
      if (before === undefined) await this.#places.remove(saved.id);
      const standing = before === undefined ? await this.#newStanding(saved.id) : await this.#end(before);
      await this.#orGoOn(before, this.#table.save(saved));
      const entry = this.#entryOf(saved, standing);
      this.#entries.set(saved.id, entry);
      this.#begin(entry);
      return stateOf(entry);
    });
  }

  /**
   * Gives up what waits, which is counted as dropped: it goes on with what is committed from now on.
   * @returns how many windows; undefined where there is no such forward
   * @throws Error of the store
   */
  skip(id: string): Promise<number | undefined> {
    return this.#inTurn(async () => {
      const entry = this.#entries.get(id);
      if (entry === undefined) return undefined;
      const { place: before, counts, journal } = await this.#end(entry);
      try {
        const place = await this.#options.store.commits.end();
        const skipped = (await entry.commits.count(before)) - (await entry.commits.count(place));
        const standing = {
          place,
          counts: { ...counts, dropped: counts.dropped + skipped },
          journal: journal && withoutRecords(journal, skipped),
        };
        await this.#places.save(id, standing);
        entry.standing = standing;
        return skipped;
      } finally {
        this.#begin(entry);
      }
    });
  }

  /** What waits for it is never sent. Harmless where there is none. @throws Error of the store */
  remove(id: string): Promise<void> {
    return this.#inTurn(async () => {
      const entry = this.#entries.get(id);
      if (entry !== undefined) await this.#end(entry);
      await this.#orGoOn(entry, this.#table.remove(id));
      this.#entries.delete(id);
      await this.#places.remove(id);
    });
  }

  /** The site is gone: so is what was handed on of it. @throws Error of the store */
  async removeOfSite(site: string): Promise<void> {
    for (const { saved } of [...this.#entries.values()]) if (saved.site === site) await this.remove(saved.id);
  }

  /** @throws SettingsMistakes */
  check({ kind: id, settings, site, choice, keepDays }: Omit<SavedForward, 'createdMs'>): ForwardKind {
    const kind = kindNamed(forwardKinds, id);
    const mistakes = [...choiceMistakes(choice)];
    if (kind.isForHostOnly === true && site !== null)
      mistakes.push({
        field: 'site',
        message: `a forward of the kind ${id} is of the host alone; leave the site out`,
      });
    const { keepDaysMost } = forwardLimits;
    if (!(keepDays >= 1 && keepDays <= keepDaysMost))
      mistakes.push({ field: 'keepDays', message: `${keepDays} given; 1 to ${keepDaysMost} is allowed` });
    mistakes.push(...mistakesOf(kind, settings));
    if (mistakes.length > 0) throw new SettingsMistakes(mistakes);
    return kind;
  }

  /**
   * Sends the newest window that it would, once more, or where windows are accounted for asks what is there; gives what the other
   * side said.
   * @throws DeliveryError, Error in words for people
   */
  async test(id: string, signal: AbortSignal): Promise<string> {
    const entry = this.#entries.get(id);
    if (entry === undefined) throw new FaultError(fault('forward.removed', {}));
    return tryForward(entry.saved, standingOf(entry).journal, this.#options, signal);
  }

  counters(): Record<string, number> {
    const all = [...this.#entries.values()];
    const sums: Record<string, number> = Object.fromEntries(
      Object.keys(noCounts).map(name => [`forwards.${name}`, 0]),
    );
    let lagMs = 0;
    for (const entry of all) {
      for (const [name, count] of Object.entries(standingOf(entry).counts))
        sums[`forwards.${name}`] = (sums[`forwards.${name}`] ?? 0) + count;
      lagMs = Math.max(lagMs, entry.running?.lagMs ?? 0);
    }
    return {
      'forwards.running': all.filter(({ saved }) => saved.isOn).length,
      'forwards.lagMs': lagMs,
      ...sums,
    };
  }

  health(): HealthReason[] {
    const nowMs = this.#options.nowMs();
    return [...this.#entries.values()].flatMap(({ saved, commits, running }) =>
      running === undefined ? [] : forwardHealth(saved.id, running.outcomes, commits.fault, nowMs),
    );
  }

  /** Ends what is on its way; it goes on after the next start. */
  async close(): Promise<void> {
    this.#stop();
    await this.#last.catch(() => {});
    await Promise.all([...this.#entries.values()].map(entry => this.#end(entry)));
  }

  async #newStanding(id: string): Promise<Standing> {
    const standing = { place: await this.#options.store.commits.end(), counts: noCounts };
    await this.#places.save(id, standing);
    return standing;
  }

  #entryOf(saved: SavedForward, standing: Standing): Entry {
    const { store, sites } = this.#options;
    const commits = new OwnCommits(store.commits, sites, saved);
    return { saved, commits, standing, running: undefined };
  }

  #begin(entry: Entry): void {
    const {
      sites,
      programs,
      nowMs,
      log,
      time = machineTime,
      random = machineRandom,
      isStill,
    } = this.#options;
    const { saved, standing } = entry;
    if (isStill) return;
    // Of a kind that is not known nothing goes out; what waits too long goes all the same, or the store would never sort it.
    const kind = forwardKinds.get(saved.kind) ?? {};
    entry.running = new Forward({
      id: saved.id,
      kind,
      way: saved.isOn && faultOfSaved(saved) === undefined ? wayOf(saved, programs) : undefined,
      keepMs: saved.keepDays * 86_400_000,
      standing,
      read: (place, most) => entry.commits.read(place, most),
      save: now => this.#places.save(saved.id, now),
      siteOf: gateway => sites.siteOf(gateway),
      // A gateway that was moved meanwhile is no business of this site any more.
      isOwn: gateway => saved.site === null || sites.siteOf(gateway) === saved.site,
      nowMs,
      time,
      random,
      log,
    });
  }

  async #end(entry: Entry): Promise<Standing> {
    await entry.running?.close();
    entry.standing = entry.running?.standing ?? entry.standing;
    entry.running = undefined;
    return entry.standing;
  }

  /** Where one that was ended cannot be changed, it goes on as it was. @throws Error of the change */
  async #orGoOn(entry: Entry | undefined, change: Promise<void>): Promise<void> {
    try {
      await change;
    } catch (error) {
      if (entry !== undefined) this.#begin(entry);
      throw error;
    }
  }

  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const done = this.#last.then(work);
    this.#last = done.catch(() => {});
    return done;
  }
}

const standingOf = ({ running, standing }: Entry): Standing => running?.standing ?? standing;

const stateOf = (entry: Entry): ForwardState => {
  const { saved, commits, running } = entry;
  return {
    ...saved,
    lagS: Math.round((running?.lagMs ?? 0) / 1000),
    fault: faultOfSaved(saved) ?? running?.outcomes.fault ?? commits.fault ?? null,
    takenMs: running?.outcomes.takenMs ?? null,
    counts: standingOf(entry).counts,
  };
};
