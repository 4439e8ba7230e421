import type { DuckDBConnection } from '@duckdb/node-api';
import { deepFreeze } from '#core/freeze.ts';
import { loadArchived } from './archive.ts';
import type { ArchivedFile } from './archive-files.ts';
import { columnsSql, layouts, type TableName, tableNames } from './columns.ts';
import { HeldFiles } from './held-files.ts';
import type { Lane } from './lane.ts';
import { quoted } from './sql-text.ts';
import { transaction } from './transaction.ts';

/**
 * Raw windows lie in generations: tables that take rows as they arrive, and are sorted once their week is closed.
 * `open` takes rows; `closed` waits to be sorted; `sorted` is done; `archived` has files instead of its tables. One at
 * a time is open, the newest.
 */
export interface Generation {
  readonly number: number;
  state: 'open' | 'closed' | 'sorted' | 'archived';
  /** When it began, s. */
  readonly openedS: number;
  /** Start of its oldest window and of its newest, s; `fromS` above `toS` where it has none. */
  fromS: number;
  toS: number;
  /** Rows of each table that the tiers and the ledger have taken in: the rest is new to them. */
  readonly taken: Record<TableName, number>;
  /** While a build runs: up to where it takes them in. */
  taking?: Readonly<Record<TableName, number>> | undefined;
  /** Its files, once it is archived. */
  archived: readonly ArchivedFile[];
  /** Whether its windows are those of an import: no gateway sent them. */
  readonly isImported?: boolean;
}

const states: readonly Generation['state'][] = ['closed', 'sorted', 'archived'];

export const generationTable = (table: TableName, { number }: Pick<Generation, 'number'>): string =>
  `${table}_g${number}`;

/**
 * SQL for what holds the rows of a generation: its table, or its files with the table's columns; undefined where it
 * has none.
 */
export function sourceOf(
  table: TableName,
  generation: Pick<Generation, 'number' | 'state' | 'archived'>,
): string | undefined {
  if (generation.state !== 'archived') return generationTable(table, generation);
  const paths = generation.archived.filter(({ kind }) => kind === table).map(({ path }) => quoted(path, "'"));
  if (paths.length === 0) return undefined;
  return `(SELECT ${Object.keys(layouts[table]).join(', ')} FROM read_parquet([${paths.join(', ')}]))`;
}

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

/** Views `gauge`, `counter`, `span` and `missing` over all generations, archived or not. */
export function createViews(
  generations: readonly Pick<Generation, 'number' | 'state' | 'archived'>[],
): string[] {
  return tableNames.map(name => {
    const all = generations
      .flatMap(generation => sourceOf(name, generation) ?? [])
      .map(source => `SELECT * FROM ${source}`)
      .join(' UNION ALL ');
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
  /** Why files of the archive cannot be read, by their paths. */
  readonly faults = new Map<string, string>();
  /** Files of the archive on their way out, and who still reads them. */
  readonly files: HeldFiles;

  constructor(files = new HeldFiles()) {
    this.files = files;
  }

  /** The same as they are now, for who reads the database as it is now. */
  copy(): Generations {
    const copy = new Generations(this.files);
    copy.#list = this.#list.map(each => ({ ...each, taken: { ...each.taken } }));
    for (const [path, why] of this.faults) copy.faults.set(path, why);
    return copy;
  }

  get list(): readonly Generation[] {
    return this.#list;
  }

  /** The same without those of imports. */
  asCame(): Generations {
    const came = new Generations(this.files);
    came.#list = this.#list.filter(({ isImported }) => !isImported);
    return came;
  }

  /** Those whose rows lie as they came. */
  get unsorted(): readonly Generation[] {
    return this.#list.filter(({ state }) => state === 'open' || state === 'closed');
  }

  /** Start of the oldest window there is, s; Infinity where there is none. */
  get oldestS(): number {
    return Math.min(...this.#list.map(({ fromS }) => fromS));
  }

  /** The one that takes rows. */
  get open(): Generation {
    const last = this.#list.at(-1);
    if (last === undefined) throw new Error('no generation is open');
    return last;
  }

  /** Those with windows that start in `[fromS, toS)`; of archived ones with the files that have such. */
  touching(fromS: number, toS: number): readonly Generation[] {
    const touches = (span: { readonly fromS: number; readonly toS: number }) =>
      span.fromS < toS && span.toS >= fromS;
    return this.#list
      .filter(touches)
      .map(each => (each.state === 'archived' ? { ...each, archived: each.archived.filter(touches) } : each));
  }

  /** The same without files that cannot be read. */
  readable(fromS: number, toS: number): readonly Generation[] {
    return this.touching(fromS, toS).map(each =>
      each.archived.some(({ path }) => this.faults.has(path))
        ? { ...each, archived: each.archived.filter(({ path }) => !this.faults.has(path)) }
        : each,
    );
  }

  /** Windows with starts from `fromS` to `toS` are in the open one now. */
  widen(fromS: number, toS: number): void {
    const { open } = this;
    open.fromS = Math.min(open.fromS, fromS);
    open.toS = Math.max(open.toS, toS);
  }

  /** Reads what the database says, and the spans of rows that came after it was written. */
  async load(lane: Lane, dataDir?: string): Promise<void> {
    const archived = await loadArchived(lane, dataDir);
    const imports = await lane.all('SELECT generation FROM imported WHERE undoneMs IS NULL');
    const imported = new Set(imports.map(({ generation }) => Number(generation)));
    const rows = await lane.all('SELECT * FROM generation ORDER BY number');
    this.#list = rows.map(row => ({
      number: Number(row.number),
      state: states.find(state => state === row.state) ?? 'open',
      archived: archived.get(Number(row.number)) ?? [],
      isImported: imported.has(Number(row.number)),
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
    for (const generation of this.unsorted) {
      for (const name of ['gauge', 'counter', 'span'] as const) {
        const [span] = await lane.all(
          `SELECT min(startS) AS fromS, max(startS) AS toS FROM ${generationTable(name, generation)}
           WHERE rowid >= ${generation.taken[name]}`,
        );
        if (span === undefined || span.fromS === null) continue;
        generation.fromS = Math.min(generation.fromS, Number(span.fromS));
        generation.toS = Math.max(generation.toS, Number(span.toS));
      }
    }
  }

  /** One whose rows are on disk; of the numbers that were left out. */
  add(generation: Generation): void {
    this.#list = [...this.#list, generation].sort((one, other) => one.number - other.number);
  }

  /** It is read no more. */
  remove(number: number): void {
    this.#list = this.#list.filter(each => each.number !== number);
  }

  /**
   * Closes the open one and opens the next, in a transaction of the connection.
   * @param leaveOut so many numbers before the next one, for generations that are not taken in as they arrive
   */
  async begin(connection: DuckDBConnection, nowS: number, leaveOut = 0): Promise<void> {
    const before = this.#list.at(-1);
    const number = (before?.number ?? 0) + 1 + leaveOut;
    if (!(await isBegun(connection, number))) await beginIn(connection, number, nowS);
    if (before !== undefined) before.state = 'closed';
    this.#list.push({
      number,
      state: 'open',
      openedS: nowS,
      fromS: Number.POSITIVE_INFINITY,
      toS: Number.NEGATIVE_INFINITY,
      taken: { gauge: 0, counter: 0, span: 0, missing: 0 },
      archived: [],
    });
  }
}

/** Whether it is there already: by a commit that happened, though its answer did not come. */
async function isBegun(connection: DuckDBConnection, number: number): Promise<boolean> {
  const open = await connection.runAndReadAll(
    `SELECT number FROM generation WHERE number = ? AND state = 'open'`,
    [number],
  );
  return open.getRows().length > 0;
}

async function beginIn(connection: DuckDBConnection, number: number, nowS: number): Promise<void> {
  await transaction(connection, async () => {
    for (const statement of createGeneration(number)) await connection.run(statement);
    await connection.run(`UPDATE generation SET state = 'closed' WHERE state = 'open'`);
    await connection.run(`INSERT INTO generation VALUES (?, 'open', ?, NULL, NULL, 0, 0, 0, 0)`, [
      number,
      nowS,
    ]);
  });
}
