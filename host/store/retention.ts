import { deepFreeze } from '#core/freeze.ts';
import type { HostSettings } from '../settings.ts';
import type { TableName } from './columns.ts';
import type { Lane } from './lane.ts';
import { type Tier, tiers } from './tier-tables.ts';

/** What is kept, from the finest: raw windows, then the tiers. */
export type Level = 'raw' | Tier['name'];
export const levels: readonly Level[] = ['raw', ...tiers.map(({ name }) => name)];

/** Windows are the finest level; what tells of their coming stays as long as anything does. */
export const levelOf = (name: TableName): Level => (name === 'gauge' || name === 'counter' ? 'raw' : 'day');

export interface Keeping {
  /** Whole months after which windows move from the database to the archive; 0: never. */
  readonly archiveAfterMonths: number;
  /** Whole months that each level is kept, none shorter than a finer one; 0: for ever. */
  readonly months: Readonly<Record<Level, number>>;
}

export const keepAll: Keeping = deepFreeze({
  archiveAfterMonths: 0,
  months: { raw: 0, 60: 0, 900: 0, 3600: 0, day: 0 },
});

/** As the settings say it. */
export const keepingOf = (settings: HostSettings): Keeping => ({
  archiveAfterMonths: settings.archiveAfterMonths ?? 0,
  months: {
    raw: settings.keepRawMonths ?? 0,
    60: settings.keepMinutesMonths ?? 0,
    900: settings.keepQuartersMonths ?? 0,
    3600: settings.keepHoursMonths ?? 0,
    day: settings.keepDaysMonths ?? 0,
  },
});

/** From when on each level has its rows, s: what was before is gone, not missing. 0 where nothing was removed. */
export class Kept {
  readonly #fromS: Record<Level, number> = { raw: 0, 60: 0, 900: 0, 3600: 0, day: 0 };

  async load(lane: Lane): Promise<void> {
    for (const { name, fromS } of await lane.all('SELECT name, fromS FROM kept')) {
      const level = levels.find(each => each === name);
      if (level !== undefined) this.#fromS[level] = Number(fromS);
    }
  }

  copy(): Kept {
    const copy = new Kept();
    Object.assign(copy.#fromS, this.#fromS);
    return copy;
  }

  fromS(level: Level): number {
    return this.#fromS[level];
  }

  /** The same for the level that is one finer than the tier. */
  finerFromS(tier: Tier): number {
    const finer = levels[levels.indexOf(tier.name) - 1];
    return finer === undefined ? 0 : this.#fromS[finer];
  }

  set(level: Level, fromS: number): void {
    this.#fromS[level] = fromS;
  }

  /** Length of the finest there is of an instant, s; 1 where its windows are kept, that of days where nothing is. */
  finestS(atS: number): number {
    if (atS >= this.#fromS.raw) return 1;
    return tiers.find(({ name }) => atS >= this.#fromS[name])?.lengthS ?? 86_400;
  }
}
