import type { DuckDBConnection } from '@duckdb/node-api';
import { deepFreeze } from '#core/freeze.ts';
import { columnsSql, layouts, type TableName, tableNames } from './columns.ts';
import type { Lane } from './lane.ts';

/**
 * Raw windows lie in generations: tables that take rows as they arrive, and are sorted once their week is closed.
 * `open` takes rows; `closed` waits to be sorted; `sorted` is done. One at a time is open, the newest.
 */
export interface Generation {
  readonly number: number;
  state: 'open' | 'closed' | 'sorted';
  /** When it began, s. */
  readonly openedS: number;
  /** Start of its oldest window and of its newest, s; `fromS` above `toS` where it has none. */
  fromS: number;
  toS: number;
  /** Rows of each table that the tiers and the ledger have taken in: the rest is new to them. */
  readonly taken: Record<TableName, number>;
}

export const generationTable = (table: TableName, { number }: Pick<Generation, 'number'>): string =>
  `${table}_g${number}`;

export const createGeneration = (number: number): string[] =>
  tableNames.map(name => `CREATE TABLE ${name}_g${number} (${columnsSql(layouts[name])})`);

/** What each table's rows look like for people: in the quantity's unit, with names. */
const viewColumns = deepFreeze({
  gauge: `series, startS, windowS, samples, (low * step + mean) / scale AS mean, low * step / scale AS min,
    (low + high) * step / scale AS max, (low + last) * step / scale AS last`,
  counter: 'series, startS, windowS, samples, last * step / scale AS last',
  span: '*',
  missing: '*',
} as const satisfies Record<TableName, string>);

/** Views `gauge`, `counter`, `span` and `missing` over all generations. */
export function createViews(numbers: readonly number[]): string[] {
  return tableNames.map(name => {
    const all = numbers.map(number => `SELECT * FROM ${name}_g${number}`).join(' UNION ALL ');
    const isOfSeries = name === 'gauge' || name === 'counter';
    const joined = isOfSeries
      ? `(${all}) AS rows JOIN (SELECT series.number AS series, 10.0::DOUBLE ** decimals AS scale
           FROM series JOIN quantity ON quantity.id = series.quantity) AS scales USING (series)`
      : `(${all}) AS rows`;
    return `CREATE OR REPLACE VIEW ${name} AS SELECT ${viewColumns[name]} FROM ${joined}`;
  });
}

/** The generations there are, oldest first, and which of them a range of time touches. */
export class Generations {
  #list: Generation[] = [];

  get list(): readonly Generation[] {
    return this.#list;
  }

  /** The one that takes rows. */
  get open(): Generation {
    const last = this.#list.at(-1);
    if (last === undefined) throw new Error('no generation is open');
    return last;
  }

  /** Those with windows that start in `[fromS, toS)`. */
  touching(fromS: number, toS: number): readonly Generation[] {
    return this.#list.filter(generation => generation.fromS < toS && generation.toS >= fromS);
  }

  /** Windows with starts from `fromS` to `toS` are in the open one now. */
  widen(fromS: number, toS: number): void {
    const { open } = this;
    open.fromS = Math.min(open.fromS, fromS);
    open.toS = Math.max(open.toS, toS);
  }

  /** Reads what the database says, and the spans of rows that came after it was written. */
  async load(lane: Lane): Promise<void> {
    const rows = await lane.all('SELECT * FROM generation ORDER BY number');
    this.#list = rows.map(row => ({
      number: Number(row.number),
      state: row.state === 'sorted' ? 'sorted' : row.state === 'closed' ? 'closed' : 'open',
      openedS: Number(row.openedS),
      fromS: row.fromS === null ? Number.POSITIVE_INFINITY : Number(row.fromS),
      toS: row.toS === null ? Number.NEGATIVE_INFINITY : Number(row.toS),
      taken: {
        gauge: Number(row.gauge),
        counter: Number(row.counter),
        span: Number(row.span),
        missing: Number(row.missing),
      },
    }));
    for (const generation of this.#list) {
      if (generation.state === 'sorted') continue;
      for (const name of ['gauge', 'counter', 'span'] as const) {
        const [span] = await lane.all(
          `SELECT min(startS) AS fromS, max(startS) AS toS FROM ${generationTable(name, generation)} WHERE rowid >= ?`,
          [generation.taken[name]],
        );
        if (span === undefined || span.fromS === null) continue;
        generation.fromS = Math.min(generation.fromS, Number(span.fromS));
        generation.toS = Math.max(generation.toS, Number(span.toS));
      }
    }
  }

  /** Closes the open one and opens the next, in a transaction of the connection. */
  async begin(connection: DuckDBConnection, nowS: number): Promise<void> {
    const before = this.#list.at(-1);
    const number = (before?.number ?? 0) + 1;
    const numbers = [...this.#list.map(({ number: each }) => each), number];
    await connection.run('BEGIN TRANSACTION');
    try {
      for (const statement of createGeneration(number)) await connection.run(statement);
      await connection.run(`UPDATE generation SET state = 'closed' WHERE state = 'open'`);
      await connection.run(`INSERT INTO generation VALUES (?, 'open', ?, NULL, NULL, 0, 0, 0, 0)`, [
        number,
        nowS,
      ]);
      for (const statement of createViews(numbers)) await connection.run(statement);
      await connection.run('COMMIT');
    } catch (error) {
      await connection.run('ROLLBACK').catch(() => {});
      throw error;
    }
    if (before !== undefined) before.state = 'closed';
    this.#list.push({
      number,
      state: 'open',
      openedS: nowS,
      fromS: Number.POSITIVE_INFINITY,
      toS: Number.NEGATIVE_INFINITY,
      taken: { gauge: 0, counter: 0, span: 0, missing: 0 },
    });
  }
}
