import { deepFreeze } from '#core/freeze.ts';
import type { Mistake } from '#core/rules.ts';
import type { NewSite, SiteMeter } from '../api/contract.ts';
import { type TransactionTables, textOf } from '../auth/tables.ts';
import { Events } from '../events.ts';
import { siteLimits } from './limits.ts';
import { movedMeters } from './moved-meters.ts';
import { type SiteFacts, siteMistakes } from './rules.ts';
import { type SiteRow, SiteTable } from './site-table.ts';

/** The site of every gateway that nobody put elsewhere; it is always there. */
export const homeSite = 'home';

export interface SiteState extends SiteFacts {
  /** 0: nobody has said anything of it. */
  readonly version: number;
}

export type SiteOutcome =
  | { readonly kind: 'set'; readonly site: SiteState }
  /** Somebody else set it since; `version` is the one that stands. */
  | { readonly kind: 'changed'; readonly version: number }
  | { readonly kind: 'wrong'; readonly mistakes: readonly Mistake[] }
  /** There is no such site. */
  | { readonly kind: 'unknown' };

/**
 * Which sites there are, what people said of each, and to which each gateway belongs with all its meters. Kept in the
 * database, here in memory; `site` is told of every change.
 */
export class Sites {
  readonly #table: SiteTable;
  readonly #events: Events;
  readonly #states = new Map<string, SiteState>([[homeSite, nothing]]);
  readonly #ofGateway = new Map<string, string>();
  #revision = 0;
  /** One change after the other: each is held against what stands when its turn comes. */
  #last: Promise<unknown> = Promise.resolve();

  private constructor(table: SiteTable, events: Events) {
    this.#table = table;
    this.#events = events;
  }

  static async open(tables: TransactionTables, events = new Events()): Promise<Sites> {
    await tables.run('CREATE TABLE IF NOT EXISTS gateway_site (gateway VARCHAR PRIMARY KEY, site VARCHAR)');
    const { table, rows } = await SiteTable.open(tables, homeSite);
    const sites = new Sites(table, events);
    for (const row of rows) sites.#states.set(row.site, stateOf(row));
    for (const row of await tables.all('SELECT gateway, site FROM gateway_site'))
      sites.#ofGateway.set(textOf(row, 'gateway'), textOf(row, 'site'));
    return sites;
  }

  /** All there are, `home` first. */
  get ids(): readonly string[] {
    return [...this.#states.keys()];
  }

  has(site: string): boolean {
    return this.#states.has(site);
  }

  /** What people said of a site. */
  state(site: string): SiteState | undefined {
    return this.#states.get(site);
  }

  /** The site of a gateway, known or not. */
  siteOf(gateway: string): string {
    return this.#ofGateway.get(gateway) ?? homeSite;
  }

  /** Gateways that were put to a site, each with it; all others are at `home`. */
  get placed(): ReadonlyMap<string, string> {
    return this.#ofGateway;
  }

  /** Grows when gateways may belong to other sites than before. */
  get revision(): number {
    return this.#revision;
  }

  /** What was said of a meter `gateway.meter` at its own site, if anything; what another site says of it is nothing. */
  meter(key: string): SiteMeter | undefined {
    const meters = this.#states.get(this.siteOf(key.slice(0, key.indexOf('.'))))?.meters;
    return meters !== undefined && Object.hasOwn(meters, key) ? meters[key] : undefined;
  }

  /** A site of its own. On disk when this resolves. @throws Error of the store */
  create(site: string, name: string | null): Promise<'made' | 'exists' | 'tooMany'> {
    return this.#inTurn(async () => {
      if (this.#states.has(site)) return 'exists';
      if (this.#states.size >= siteLimits.sites) return 'tooMany';
      await this.#save([{ site, state: { ...nothing, name } }]);
      return 'made';
    });
  }

  /**
   * Gone with what was said of it, unless `isEmpty`, which is asked when its turn comes, says no. @throws Error of the store
   */
  remove(site: string, isEmpty: () => boolean): Promise<'removed' | 'kept'> {
    return this.#inTurn(async () => {
      if (site === homeSite || !isEmpty()) return 'kept';
      await this.#table.remove(site);
      this.#states.delete(site);
      for (const [gateway, of] of this.#ofGateway) if (of === site) this.#ofGateway.delete(gateway);
      this.#revision++;
      return 'removed';
    });
  }

  /** Says all of a site anew, if `version` is the one that stands. On disk when this resolves. @throws Error of the store */
  set(site: string, { version, name, meters, tariff }: NewSite): Promise<SiteOutcome> {
    return this.#inTurn(async (): Promise<SiteOutcome> => {
      const now = this.#states.get(site);
      if (now === undefined) return { kind: 'unknown' };
      if (version !== now.version) return { kind: 'changed', version: now.version };
      const mistakes = siteMistakes({ name, meters, tariff });
      if (mistakes.length > 0) return { kind: 'wrong', mistakes };
      await this.#save([{ site, state: { version: version + 1, name, meters, tariff } }]);
      return { kind: 'set', site: this.#states.get(site) ?? nothing };
    });
  }

  /**
   * The gateway belongs to a site from now on, with all it ever measured and what was said of its meters: all of that, or
   * nothing. On disk when this resolves. @throws Error of the store
   */
  move(gateway: string, site: string): Promise<void> {
    return this.#inTurn(() => this.#put(gateway, site));
  }

  /**
   * Makes a new gateway of a site, or something of one that is there: `assertFree` throws where it may not be, and is asked
   * when nobody else makes or moves one or ends a site; then `make` runs, and they still wait. The gateway belongs to the
   * site before it is there: nobody of another one is to hear of it. @throws what both throw; Error of the store
   */
  adopt<T>(gateway: string, site: string, assertFree: () => void, make: () => Promise<T>): Promise<T> {
    return this.#inTurn(async () => {
      assertFree();
      if (this.siteOf(gateway) !== site) await this.#put(gateway, site);
      return make();
    });
  }

  async #put(gateway: string, site: string): Promise<void> {
    const before = this.siteOf(gateway);
    const [from, to] = [this.#states.get(before), this.#states.get(site)];
    if (to === undefined) throw new Error(`there is no site ${site}`);
    const isSaid = from !== undefined && Object.keys(from.meters).some(key => key.startsWith(`${gateway}.`));
    const changes: SiteChange[] = [];
    if (isSaid && before !== site) {
      const moved = movedMeters(from.meters, to.meters, gateway);
      changes.push({ site, state: { ...to, meters: moved.to, version: to.version + 1 } });
      changes.push({ site: before, state: { ...from, meters: moved.from, version: from.version + 1 } });
    }
    await this.#save(changes, { gateway, site });
  }

  async #save(
    changes: readonly SiteChange[],
    moved?: { readonly gateway: string; readonly site: string },
  ): Promise<void> {
    const rows = changes.map(({ site, state: { version, ...facts } }) => ({
      site,
      version,
      body: JSON.stringify(facts),
    }));
    await this.#table.save(rows, moved === undefined ? [] : [[putGateway, [moved.gateway, moved.site]]]);
    if (moved !== undefined) {
      this.#ofGateway.set(moved.gateway, moved.site);
      this.#revision++;
    }
    for (const row of rows) {
      // Read back from what is kept: nobody outside holds a part of it.
      this.#states.set(row.site, stateOf(row));
      this.#events.emit({ type: 'site', site: row.site, version: row.version });
    }
  }

  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const done = this.#last.then(work);
    this.#last = done.catch(() => {});
    return done;
  }
}

interface SiteChange {
  readonly site: string;
  readonly state: SiteState;
}

const putGateway =
  'INSERT INTO gateway_site VALUES (?, ?) ON CONFLICT (gateway) DO UPDATE SET site = excluded.site';

const nothing: SiteState = deepFreeze({ version: 0, name: null, meters: {}, tariff: null });

const stateOf = ({ version, body }: SiteRow): SiteState => deepFreeze({ ...JSON.parse(body), version });
