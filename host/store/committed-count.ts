import type { TableName } from './columns.ts';
import type { CommitPlace } from './commit-place.ts';
import { isImported, type WantedNumbers } from './committed-rows.ts';
import { type Generation, type Generations, generationTable } from './generations.ts';
import type { Lane } from './lane.ts';

/** What makes a window worth handing on: a wanted value; or that nothing at all was measured; or anything that is missing, too. */
export type Worth = 'values' | 'whole' | 'missing';

export interface CommittedCount {
  readonly windows: number;
  /** False: there is more behind what was looked at. */
  readonly isAll: boolean;
}

/**
 * How many windows of what is wanted wait behind a place, as they would be handed on one by one. Of `rowsMost` rows of each table at
 * the most, so that a look at a backlog of weeks is as short as one at a day. @throws Error of the database
 */
export async function countCommitted(
  lane: Lane,
  generations: Generations,
  from: CommitPlace,
  wanted: WantedNumbers,
  worth: Worth,
  rowsMost: number,
): Promise<CommittedCount> {
  let meters: Meters | undefined;
  let [count, left] = [0, rowsMost];
  let isAll = true;
  for (const generation of generations.list) {
    const isInOrder = generation.state === 'open' || generation.state === 'closed';
    if (generation.number < from.generation || !isInOrder || (await isImported(lane, generation))) continue;
    const fromRow = (table: TableName) => (generation.number === from.generation ? from[table] : 0);
    meters ??= await metersOf(lane, wanted);
    const [counts = none, looked = none, isMore = none] = await lane.typedColumns(
      countSql(generation, meters, worth, fromRow, left),
    );
    count += counts[0] ?? 0;
    left = Math.max(left - (looked[0] ?? 0), 0);
    if (isMore[0] === 1) isAll = false;
  }
  return { windows: count, isAll };
}

interface Meters {
  /** All that they measure is wanted. */
  readonly whole: readonly number[];
  /** Only some of it is: the numbers of the meters, and of their wanted series. */
  readonly parted: readonly number[];
  readonly series: readonly number[];
}

async function metersOf(lane: Lane, wanted: WantedNumbers): Promise<Meters> {
  const [numbers = none, ofMeter = none] = await lane.typedColumns('SELECT number, meter FROM series');
  const parted = new Set<number>();
  const isWanted = (meter: number) => wanted.meters[meter] === 1;
  for (const [row, number] of numbers.entries()) {
    const meter = ofMeter[row] as number;
    if (isWanted(meter) && wanted.series[number] !== 1) parted.add(meter);
  }
  const series = [...numbers].filter((number, row) => {
    return wanted.series[number] === 1 && parted.has(ofMeter[row] as number);
  });
  const all = [...wanted.meters.keys()].filter(isWanted);
  return { whole: all.filter(meter => !parted.has(meter)), parted: [...parted], series };
}

function countSql(
  generation: Generation,
  { whole, parted, series }: Meters,
  worth: Worth,
  fromRow: (table: TableName) => number,
  rowsMost: number,
): string {
  const toRow = (table: TableName) => fromRow(table) + rowsMost;
  const within = (table: TableName, row = 'rowid') =>
    `${row} >= ${fromRow(table)} AND ${row} < ${toRow(table)}`;
  const isBeyond = (table: TableName) =>
    `EXISTS (SELECT 1 FROM ${generationTable(table, generation)} WHERE rowid >= ${toRow(table)})`;
  const among = (column: string, numbers: readonly number[]) =>
    `${column} IN (SELECT unnest([${numbers.join(', ')}]::UINTEGER[]))`;
  const key = 'meter, startS, windowS';
  /** Whether a row is of another window than the one before: a window that comes twice in a row counts once. */
  const isOther = ['meter', 'startS', 'windowS']
    .map(column => `${column} IS DISTINCT FROM lag(${column}) OVER (ORDER BY nth)`)
    .join(' OR ');
  const spans = `SELECT ${key}, isWhole FROM (SELECT *, ${isOther} AS isOther FROM
      (SELECT *, rowid AS nth FROM ${generationTable('span', generation)} WHERE rowid >= ${fromRow('span') - 1} AND rowid < ${toRow('span')}))
    WHERE nth >= ${fromRow('span')} AND (isOther OR isWhole = 1)`;
  const values = (
    table: 'gauge' | 'counter',
  ) => `SELECT ${key}, count(*) AS times FROM (SELECT *, ${isOther} AS isOther FROM
      (SELECT ${key}, own.rowid AS nth FROM ${generationTable(table, generation)} AS own JOIN series ON series.number = own.series
       WHERE ${within(table, 'own.rowid')} AND ${among('own.series', series)})) WHERE isOther GROUP BY ALL`;
  const valued = `SELECT ${key}, max(times) AS times FROM (${values('gauge')} UNION ALL ${values('counter')}) GROUP BY ALL`;
  const missed = `SELECT DISTINCT ${key} FROM ${generationTable('missing', generation)}
    WHERE ${within('missing')} AND isWhole = 0 AND ${among('meter', parted)}`;
  const counts = [
    `SELECT count(*) AS n FROM (${spans}) WHERE ${among('meter', whole)}${worth === 'values' ? ' AND isWhole = 0' : ''}`,
    ...(parted.length === 0
      ? []
      : [
          `SELECT coalesce(sum(times), 0) FROM (${valued})`,
          ...(worth === 'values'
            ? []
            : [`SELECT count(*) FROM (${spans}) WHERE isWhole = 1 AND ${among('meter', parted)}`]),
          ...(worth === 'missing'
            ? [`SELECT count(*) FROM (${missed}) ANTI JOIN (${valued}) USING (${key})`]
            : []),
        ]),
  ];
  const tables: readonly TableName[] =
    parted.length === 0 ? ['span'] : ['span', 'gauge', 'counter', 'missing'];
  return `SELECT sum(n)::DOUBLE,
      (SELECT count(*) FROM ${generationTable('span', generation)} WHERE ${within('span')})::DOUBLE,
      (${tables.map(isBeyond).join(' OR ')})::INTEGER::DOUBLE
    FROM (${counts.join(' UNION ALL ')})`;
}

const none = new Float64Array(0);
