import { deepFreeze } from '#core/freeze.ts';
import type { Mistake } from '#core/rules.ts';
import type { NewSite, SiteMeter } from '../api/contract.ts';
import type { Tables } from '../auth/tables.ts';
import type { Events } from '../events.ts';
import { type SiteFacts, siteMistakes } from './rules.ts';
import { SiteTable } from './site-table.ts';

export interface SiteState extends SiteFacts {
  /** 0: nobody has said anything of it. */
  readonly version: number;
}

export type SiteOutcome =
  | { readonly kind: 'set'; readonly site: SiteState }
  /** Somebody else set it since; `version` is the one that stands. */
  | { readonly kind: 'changed'; readonly version: number }
  | { readonly kind: 'wrong'; readonly mistakes: readonly Mistake[] };

/** The site as people know it: kept in the database, here in memory. `site` is told of every change. */
export class SiteBook {
  readonly #table: SiteTable;
  readonly #events: Events;
  #state: SiteState;
  /** One change after the other: each is held against the version that stands when its turn comes. */
  #last: Promise<unknown> = Promise.resolve();

  private constructor(table: SiteTable, events: Events, state: SiteState) {
    this.#table = table;
    this.#events = events;
    this.#state = deepFreeze(state);
  }

  static async open(tables: Tables, events: Events): Promise<SiteBook> {
    const { table, row } = await SiteTable.open(tables);
    const facts: SiteFacts = row === undefined ? nothing : JSON.parse(row.body);
    return new SiteBook(table, events, { ...facts, version: row?.version ?? 0 });
  }

  get state(): SiteState {
    return this.#state;
  }

  /** What was said of a meter `gateway.meter`, if anything. */
  meter(key: string): SiteMeter | undefined {
    const { meters } = this.#state;
    return Object.hasOwn(meters, key) ? meters[key] : undefined;
  }

  /** Sets all of it, if `version` is the one that stands. It is on disk when this resolves. @throws Error of the store */
  set(wanted: NewSite): Promise<SiteOutcome> {
    const done = this.#last.then(() => this.#set(wanted));
    this.#last = done.catch(() => {});
    return done;
  }

  async #set({ version, name, meters, tariff }: NewSite): Promise<SiteOutcome> {
    if (version !== this.#state.version) return { kind: 'changed', version: this.#state.version };
    const facts: SiteFacts = { name, meters, tariff };
    const mistakes = siteMistakes(facts);
    if (mistakes.length > 0) return { kind: 'wrong', mistakes };
    const body = JSON.stringify(facts);
    await this.#table.save({ version: version + 1, body });
    // Read back from what is kept: nobody outside holds a part of it.
    this.#state = deepFreeze({ ...JSON.parse(body), version: version + 1 });
    this.#events.emit({ type: 'site', version: version + 1 });
    return { kind: 'set', site: this.#state };
  }
}

const nothing: SiteFacts = deepFreeze({ name: null, meters: {}, tariff: null });
