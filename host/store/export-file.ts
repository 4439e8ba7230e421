import type { DuckDBConnection } from '@duckdb/node-api';
import { quantities } from '#core/quantities.ts';
import { type CellKind, type ExportTable, exportColumns } from '../export/columns.ts';
import type { ExportSeries } from './export-types.ts';
import { rawRows } from './raw-windows.ts';
import { kindOf, type Shelves, second } from './series-parts.ts';
import { list, quoted } from './sql-text.ts';
import { kinds } from './tier-tables.ts';

const copied = (rows: string, path: string): string =>
  `COPY (${rows}) TO ${quoted(path, "'")} (FORMAT parquet, COMPRESSION zstd)`;

const types = { text: 'VARCHAR', local: 'VARCHAR', utc: 'TIMESTAMPTZ', whole: 'BIGINT' } as const;
const typeOf = (is: CellKind): string => (is in types ? types[is as keyof typeof types] : 'DOUBLE');

/** Lines of JSON, as an export writes them, as a Parquet file. */
export async function linesToParquet(
  connection: DuckDBConnection,
  table: ExportTable,
  from: string,
  to: string,
): Promise<void> {
  const columns = exportColumns[table].map(({ name, is }) => `${name}: '${typeOf(is)}'`);
  const lines = `read_json(${quoted(from, "'")}, format = 'newline_delimited', columns = {${columns.join(', ')}})`;
  await connection.run(copied(`SELECT * FROM ${lines}`, to));
}

const values = {
  gauge: `low * step + mean AS mean, low * step AS min, (low + high) * step AS max, (low + last) * step AS last`,
  counter: 'NULL::BIGINT AS mean, NULL::BIGINT AS min, NULL::BIGINT AS max, last * step AS last',
} as const;

/**
 * Raw windows that start in `[fromS, toS)` as a Parquet file, straight from the tables: as they lie there, week by week,
 * for sorting a year of them would take more memory than there is.
 */
export async function windowsToParquet(
  connection: DuckDBConnection,
  { generations }: Shelves,
  zone: string,
  series: readonly ExportSeries[],
  { fromS, toS, path }: { readonly fromS: number; readonly toS: number; readonly path: string },
): Promise<void> {
  await fillNames(connection, series);
  const rows = kinds.map(kind => {
    const numbers = series.filter(({ ref }) => kindOf([ref]) === kind).map(({ ref }) => ref.number);
    const of = numbers.length === 0 ? 'false' : `series IN (${numbers.join(', ')})`;
    const where = `${of} AND startS >= ${second(fromS)} AND startS < ${second(toS)}`;
    const columns = `series, startS, windowS, samples, ${values[kind]}`;
    return rawRows(kind, generations.touching(fromS, toS), columns, where);
  });
  await fillOffsets(connection, zone, { fromS, toS, series, rows });
  const scaled = ['mean', 'min', 'max', 'last'].map(name => `rows.${name} / scale AS ${name}`);
  await connection.run(
    copied(
      `SELECT key AS series, gateway, meter, meter_name, quantity, unit, to_timestamp(startS::DOUBLE) AS start_utc,
         strftime(make_timestamp((startS + aheadS) * 1000000), '%Y-%m-%dT%H:%M:%S') || aheadText AS start_local,
         windowS AS window_s, samples, ${scaled.join(', ')}
       FROM (${rows.join(' UNION ALL ')}) AS rows
       JOIN exportNames ON number = rows.series JOIN exportOffsets ON quarter = startS // ${quarterS}`,
      path,
    ),
  );
}

const quarterS = 900;

interface Offsets {
  readonly fromS: number;
  readonly toS: number;
  readonly series: readonly ExportSeries[];
  /** The queries of the windows that are exported. */
  readonly rows: readonly string[];
}

/** How far the site's clocks are ahead of UTC, for each quarter of an hour with windows: to ask for each is slow. */
async function fillOffsets(
  connection: DuckDBConnection,
  zone: string,
  { fromS, toS, series, rows }: Offsets,
): Promise<void> {
  const firstS = Math.max(
    fromS,
    series.reduce((leastS, { ref }) => Math.min(leastS, ref.firstS), toS),
  );
  const lastS = Math.min(
    toS,
    series.reduce((mostS, { ref }) => Math.max(mostS, ref.endS), fromS),
  );
  // Behind the end of all there is nothing, or what a clock that was ahead has dated there.
  const ahead = rows.map(
    windows => `SELECT startS // ${quarterS} FROM (${windows}) WHERE startS >= ${second(lastS)}`,
  );
  const quarters = `SELECT range FROM range(${Math.floor(firstS / quarterS)}, ${Math.ceil(lastS / quarterS) + 1})`;
  await connection.run(
    `CREATE OR REPLACE TEMP TABLE exportOffsets AS
     SELECT quarter, aheadS, CASE WHEN aheadS < 0 THEN '-' ELSE '+' END || lpad((abs(aheadS) // 3600)::VARCHAR, 2, '0')
       || ':' || lpad((abs(aheadS) // 60 % 60)::VARCHAR, 2, '0') AS aheadText
     FROM (SELECT quarter, (epoch(to_timestamp(quarter * ${quarterS}::DOUBLE) AT TIME ZONE ${quoted(zone, "'")}) - quarter * ${quarterS})::BIGINT AS aheadS
       FROM (${[quarters, ...ahead].join(' UNION ')}) AS quarters(quarter))`,
  );
}

/** A table of names that lives as long as the connection: they are given by people, and are bound, never joined into a text. */
async function fillNames(connection: DuckDBConnection, series: readonly ExportSeries[]): Promise<void> {
  const texts = ['key', 'gateway', 'meter', 'meter_name', 'quantity', 'unit'];
  const columns = texts.map(name => `${name} VARCHAR`).join(', ');
  await connection.run(
    `CREATE OR REPLACE TEMP TABLE exportNames (number UINTEGER, scale DOUBLE, ${columns})`,
  );
  const lists = [
    series.map(({ ref }) => ref.number),
    series.map(({ ref }) => 10 ** quantities[ref.quantity].decimals),
    ...texts.map((_, index) => series.map(({ texts: own }) => own[index] ?? '')),
  ];
  const given = ['UINTEGER', 'DOUBLE', ...texts.map(() => 'VARCHAR')].map(type => `unnest(?::${type}[])`);
  await connection.run(`INSERT INTO exportNames SELECT ${given.join(', ')}`, lists.map(list));
}
