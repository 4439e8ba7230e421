import type { Fleet, GatewayState } from '../fleet.ts';
import type { Sites } from '../site/sites.ts';
import type { Store } from '../store/store.ts';
import type { ToldMeter } from './discovery.ts';
import { homeAssistantLimits } from './limits.ts';
import { toldMeters } from './meters.ts';
import { othersTurn } from './others-turn.ts';

export interface RosterOptions {
  /** Null: every site's meters. */
  readonly site: string | null;
  readonly fleet: Pick<Fleet, 'gateways' | 'gateway'>;
  readonly store: Pick<Store, 'seriesOfMeter' | 'metersOf' | 'newestWindowS'>;
  readonly sites: Pick<Sites, 'siteOf' | 'meter'>;
  readonly nowMs: () => number;
}

export interface RosterMeter extends ToldMeter {
  /** Whose it is. */
  readonly site: string;
}

interface Looked {
  readonly about: GatewayState['about'];
  readonly meters: readonly RosterMeter[];
}

/**
 * Which meters are to be told of. Gateways speak every few seconds, and seldom say anything new of their meters: only what may
 * be other is looked at, and all of it once a minute, for quantities that came and gateways that moved.
 */
export class Roster {
  readonly #options: RosterOptions;
  #looked = new Map<string, Looked>();
  readonly #dirty = new Set<string>();
  #fullMs = Number.NEGATIVE_INFINITY;
  #leftOut = 0;

  constructor(options: RosterOptions) {
    this.#options = options;
  }

  get leftOut(): number {
    return this.#leftOut;
  }

  /** Something was heard of a gateway. */
  touch(gateway: string): void {
    this.#dirty.add(gateway);
  }

  /** Anything may be other. */
  touchAll(): void {
    this.#fullMs = Number.NEGATIVE_INFINITY;
  }

  isOfSite(gateway: string): boolean {
    const { site, sites } = this.#options;
    return site === null || sites.siteOf(gateway) === site;
  }

  has(gateway: string, meter: string): boolean {
    const state = this.#options.fleet.gateway(gateway);
    return state !== undefined && this.#metersOf(state).some(told => told.meter === meter);
  }

  /** Those that show something, the first so many; undefined where nothing is other than it was. */
  async changed(): Promise<readonly RosterMeter[] | undefined> {
    const { fleet, nowMs } = this.#options;
    // Also where the machine's clock was set back.
    const isFull = Math.abs(nowMs() - this.#fullMs) >= homeAssistantLimits.lookEveryMs;
    if (isFull) {
      this.#fullMs = nowMs();
      const looked = new Map<string, Looked>();
      for (const state of fleet.gateways()) {
        looked.set(state.id, { about: state.about, meters: this.#metersOf(state) });
        await othersTurn();
      }
      this.#looked = looked;
    }
    const isOther = this.#lookAtDirty();
    if (!isFull && !isOther) return undefined;
    const all = [...this.#looked.keys()].sort().flatMap(id => this.#looked.get(id)?.meters ?? []);
    this.#leftOut = Math.max(0, all.length - homeAssistantLimits.meters);
    return all.slice(0, homeAssistantLimits.meters);
  }

  #lookAtDirty(): boolean {
    let isOther = false;
    for (const id of this.#dirty) {
      const state = this.#options.fleet.gateway(id);
      if (state === undefined || state.about === this.#looked.get(id)?.about) continue;
      this.#looked.set(id, { about: state.about, meters: this.#metersOf(state) });
      isOther = true;
    }
    this.#dirty.clear();
    return isOther;
  }

  #metersOf(state: GatewayState): RosterMeter[] {
    const { store, sites } = this.#options;
    if (!this.isOfSite(state.id)) return [];
    const site = sites.siteOf(state.id);
    return toldMeters(state, store, sites)
      .filter(({ quantities }) => quantities.length > 0)
      .map(told => ({ ...told, site }));
  }
}
