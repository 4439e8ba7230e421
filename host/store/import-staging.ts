import type { DuckDBConnection } from '@duckdb/node-api';
import { deepFreeze } from '#core/freeze.ts';
import { quantities } from '#core/quantities.ts';
import { doubt } from '../import/doubt.ts';
import { importLimits } from '../import/limits.ts';
import type { OtherLines } from '../import/other-lines.ts';
import { readFileValues } from '../import/read-file.ts';
import { MistakeList, ValueReader } from '../import/values.ts';
import { BlockAppender } from './block-appender.ts';
import { Block, columnsSql, setI64 } from './columns.ts';
import { unlikePower } from './import-factors.ts';
import { likeDayEnds, likeEnds, likeKilo, likeLonger, likeMoments } from './import-likeness.ts';
import { numbers } from './import-numbers.ts';
import { likeSun } from './import-sun.ts';
import type { ImportTask } from './import-types.ts';

/** A value as it stands in the file: of which series, on which line, its time, its steps, and the least and greatest of its window. */
const layout = deepFreeze({
  steps: 'i64',
  low: 'i64',
  high: 'i64',
  line: 'u32',
  atS: 'u32',
  slot: 'u16',
} as const);

const flushRows = 32_768;

/** Somebody ended it, or the host ends. */
export class ImportEnded extends Error {
  constructor() {
    super('the import was ended');
    this.name = 'ImportEnded';
  }
}

/** What was read of a file and lies in temporary tables of a connection now. */
export interface Staged {
  readonly lines: number;
  readonly mistakes: MistakeList;
  readonly implausible: MistakeList;
  /** What may be meant otherwise: nothing of it is left out. */
  readonly doubts: MistakeList;
  /** Lines of series that were not asked for. */
  readonly others: OtherLines;
  /** Times that clocks showed twice. */
  readonly twice: number;
}

/** How far the reading is: the share of the file where it is known, 0 to 1, and its lines. */
export interface StageProgress {
  share: number | null;
  lines: number;
}

/**
 * Reads the file into a temporary table of this connection, and makes windows of its values: table `importWindow` (slot,
 * line, startS, windowS, steps, low, high), each start of a series once. A temporary table is gone with its connection, however
 * that ends, and spills to disk where it is large.
 * @throws OrderError where the file has not the columns of the order
 */
export async function stage(
  connection: DuckDBConnection,
  task: ImportTask,
  nowS: number,
  isEnded: () => boolean,
  progress: StageProgress = { share: 0, lines: 0 },
): Promise<Staged> {
  await connection.run(`CREATE OR REPLACE TEMP TABLE importValue (${columnsSql(layout)})`);
  const appender = await BlockAppender.open(connection, 'importValue');
  const block = new Block(layout);
  const reader = new ValueReader(task.order, (column, line, atS, steps, low, high) => {
    block.reserve(1);
    const { views } = block;
    const row = block.rows++;
    setI64(views.steps, row, steps);
    setI64(views.low, row, low);
    setI64(views.high, row, high);
    views.line[row] = line;
    views.atS[row] = atS;
    views.slot[row] = task.seriesOfColumn[column] ?? 0;
  });
  const flush = async (isLast: boolean) => {
    if (isEnded()) throw new ImportEnded();
    if (block.rows < flushRows && !isLast) return;
    appender.append(block);
    block.rows = 0;
  };
  try {
    await readFileValues(task.path, task.order, reader, async share => {
      progress.share = share;
      progress.lines = reader.lines;
      await flush(false);
    });
    await flush(true);
    appender.close();
  } catch (error) {
    appender.drop();
    throw error;
  }
  const { lines, mistakes, implausible, others, twice } = reader;
  const doubts = new MistakeList();
  for (const told of [reader.decimals.told, reader.days.told, reader.zones.told]) {
    if (told === undefined) continue;
    doubts.tell(told.first);
    doubts.addUntold(told.count - 1);
  }
  await makeWindows(connection, task, nowS, mistakes, doubts);
  return { lines, mistakes, implausible, doubts, others, twice };
}

async function makeWindows(
  connection: DuckDBConnection,
  task: ImportTask,
  nowS: number,
  mistakes: MistakeList,
  doubts: MistakeList,
): Promise<void> {
  await dropDoubles(connection, task, mistakes);
  await tellBackward(connection, task, doubts);
  const amounts = await amountsAmong(connection, task, mistakes);
  const lengths = (await windowLengths(connection, task, mistakes)).map((windowS, slot) =>
    amounts.has(slot) ? 0 : windowS,
  );
  const isCounter = task.series.map(({ quantity }) => quantities[quantity].kind === 'counter');
  const { means } = task.order.time;
  const given = lengths
    .map(
      (windowS, slot) =>
        `(${slot}, ${windowS}, ${means === 'end' || (means === 'instant' && isCounter[slot])}, ${isCounter[slot]})`,
    )
    .join(', ');
  // A counter's reading that comes sooner than a window after the one before is of a shorter window. A gauge's value of an
  // instant stands until the next one, unless that comes later than usual: then for as long as usual; and until now at most.
  const patience = task.order.windowS === undefined ? 1.5 : 1;
  const standing =
    means === 'instant'
      ? `least(CASE WHEN untilS <= least(windowS * ${patience}, ${importLimits.windowMaxS}) THEN untilS ELSE windowS END, greatest(${nowS}::BIGINT - atS, 1))`
      : 'windowS';
  await connection.run(
    `CREATE OR REPLACE TEMP TABLE importWindow AS
     SELECT slot, line, steps, low, high, (endS - ownS)::BIGINT AS startS, ownS::BIGINT AS windowS FROM (
       SELECT slot, line, steps, low, high, ownS, CASE WHEN isEnd THEN atS ELSE atS + ownWindowS END AS endS FROM (
         SELECT *, CASE WHEN isCounter THEN least(windowS, coalesce(sinceS, windowS)) ELSE ${standing} END AS ownS,
           CASE WHEN isCounter THEN windowS ELSE ${standing} END AS ownWindowS FROM (
           SELECT *, atS - lag(atS) OVER (PARTITION BY slot ORDER BY atS) AS sinceS,
             lead(atS) OVER (PARTITION BY slot ORDER BY atS) - atS AS untilS
           FROM importValue JOIN (VALUES ${given}) AS lengths(slot, windowS, isEnd, isCounter) USING (slot)
           WHERE windowS > 0)))`,
  );
  await dropCrossed(connection, task, mistakes);
  await dropAhead(connection, task, nowS, mistakes);
  for (const doubted of [unlikePower, likeEnds, likeDayEnds, likeLonger, likeKilo, likeMoments, likeSun])
    for (const told of await doubted(connection, task)) doubts.tell(told);
}

/** Windows that are not over: nobody has measured them, and what is to be measured then would count beside them. */
async function dropAhead(
  connection: DuckDBConnection,
  task: ImportTask,
  nowS: number,
  mistakes: MistakeList,
): Promise<void> {
  const ahead = `FROM importWindow WHERE startS + windowS > ${nowS + importLimits.aheadS}`;
  const wrong = `SELECT slot, line, startS + windowS - ${nowS} ${ahead}`;
  const found = await tell(connection, wrong, mistakes, ([slot = 0, line = 0, overS = 0]) => {
    mistakes.add(
      line,
      keyOf(task, slot),
      `ends ${overS} s ahead of this host's clock; what is past is allowed: see the format and the zone of the times`,
    );
  });
  if (found > 0) await connection.run(`DELETE ${ahead}`);
}

/** Lines that say the same series and time as one before: the first of them counts. */
async function dropDoubles(
  connection: DuckDBConnection,
  task: ImportTask,
  mistakes: MistakeList,
): Promise<void> {
  const doubles = `SELECT slot, line, first(line) OVER byTime AS before, row_number() OVER byTime AS place
    FROM importValue WINDOW byTime AS (PARTITION BY slot, atS ORDER BY line, rowid)`;
  const wrong = `SELECT slot, line, before FROM (${doubles}) WHERE place > 1`;
  const found = await tell(connection, wrong, mistakes, ([slot = 0, line = 0, before = 0]) => {
    mistakes.add(line, keyOf(task, slot), `the same time as line ${before}; each time once is allowed`);
  });
  if (found === 0) return;
  await connection.run(
    `DELETE FROM importValue WHERE rowid IN (SELECT row FROM (SELECT rowid AS row,
       row_number() OVER (PARTITION BY slot, atS ORDER BY line, rowid) AS place FROM importValue) WHERE place > 1)`,
  );
}

/**
 * Readings of counters that are below the one before: the host concludes that the counter began anew, rolled over or
 * slipped, as of a gateway's. Amounts of single intervals, which are no readings, go down all the time.
 */
async function tellBackward(
  connection: DuckDBConnection,
  task: ImportTask,
  doubts: MistakeList,
): Promise<void> {
  const counters = task.series.flatMap(({ quantity }, slot) =>
    quantities[quantity].kind === 'counter' ? [slot] : [],
  );
  if (counters.length === 0) return;
  const wrong = `SELECT slot, line, before FROM (
      SELECT slot, line, steps, lag(steps) OVER byTime AS stepsBefore, lag(line) OVER byTime AS before
      FROM importValue WHERE slot IN (${counters.join(', ')}) WINDOW byTime AS (PARTITION BY slot ORDER BY atS))
    WHERE steps < stepsBefore`;
  await tell(connection, wrong, doubts, ([slot = 0, line = 0, before = 0]) => {
    doubts.tell(doubt(line, keyOf(task, slot), 'import.falls', { before }));
  });
}

/**
 * Series of counters that cannot be readings: more than one in twenty is less than the one before by more than a counter slips, and
 * not so little that it began anew, as each day. What would be concluded of such is no energy that anybody used. Beside one of them
 * a single such fall is enough: what is fed in is nothing for most of the time.
 */
async function amountsAmong(
  connection: DuckDBConnection,
  task: ImportTask,
  mistakes: MistakeList,
): Promise<ReadonlySet<number>> {
  const found = await numbers(
    connection,
    `SELECT slot, count(*) FILTER (steps < before * 0.9 AND steps > before * 0.1), count(*) FROM (
       SELECT slot, steps, lag(steps) OVER (PARTITION BY slot ORDER BY atS) AS before FROM importValue) GROUP BY slot ORDER BY slot`,
  );
  const quantityOf = (slot: number) => task.series[slot]?.quantity ?? 'powerW';
  const counters = found.filter(([slot = 0]) => quantities[quantityOf(slot)].kind === 'counter');
  const isSome = counters.some(([, falls = 0, readings = 0]) => falls >= 3 && falls * 20 > readings);
  const amounts = new Set<number>();
  for (const [slot = 0, falls = 0, readings = 0] of counters) {
    if (!isSome || falls === 0) continue;
    amounts.add(slot);
    const factor = quantityOf(slot).startsWith('energyExport')
      ? 'of a meter of its own, with the factor below 0 that makes watts of them (-4000'
      : 'with the factor that makes watts of them (4000';
    mistakes.add(
      0,
      keyOf(task, slot),
      `${falls} of its ${readings} readings are far below the one before, as amounts of single intervals are: import those as powerW, ${factor} for kWh a quarter of an hour)`,
    );
  }
  return amounts;
}

/** Length of the windows of each series, s; 0 where it is not known. */
async function windowLengths(
  connection: DuckDBConnection,
  { order, series }: ImportTask,
  mistakes: MistakeList,
): Promise<number[]> {
  const { windowS: given } = order;
  if (given !== undefined) return series.map(() => given);
  const found = await numbers(
    connection,
    `SELECT slot, mode(distance) FROM (SELECT slot, atS - lag(atS) OVER (PARTITION BY slot ORDER BY atS) AS distance FROM importValue)
     WHERE distance > 0 GROUP BY slot`,
  );
  const distances = new Map(found.map(([slot = 0, distanceS = 0]) => [slot, distanceS]));
  const filled = new Set(
    (await numbers(connection, 'SELECT DISTINCT slot FROM importValue')).map(([slot]) => slot),
  );
  return series.map(({ key, quantity }, slot) => {
    const distanceS = distances.get(slot);
    const isCounter = quantities[quantity].kind === 'counter';
    const { windowMaxS } = importLimits;
    // Of longer intervals the reading is at an end that no window reaches.
    if (isCounter && order.time.means === 'start' && (distanceS ?? 0) > windowMaxS) {
      mistakes.add(
        0,
        key,
        `its readings are ${distanceS} s apart, and would be of the ends of intervals that begin at their times; such of at most ${windowMaxS} s are allowed: where each is of its moment, say that times mean an instant`,
      );
      return 0;
    }
    // A reading is of an instant, however far the next one is.
    if (isCounter) return Math.min(distanceS ?? 60, windowMaxS);
    if (order.time.means === 'instant' && distanceS !== undefined) return Math.min(distanceS, windowMaxS);
    // Of a column without any value there is nothing to be said; a file of such is one with nothing to import.
    if (!filled.has(slot)) return 0;
    if (distanceS === undefined) {
      mistakes.add(0, key, 'a single value tells no length of windows; give windowS');
      return 0;
    }
    if (distanceS <= windowMaxS) return distanceS;
    mistakes.add(
      0,
      key,
      `its values are ${distanceS} s apart; means over at most ${windowMaxS} s are allowed`,
    );
    return 0;
  });
}

/** Means over windows that reach into the next one: what they have in common would count twice. */
async function dropCrossed(
  connection: DuckDBConnection,
  task: ImportTask,
  mistakes: MistakeList,
): Promise<void> {
  const crossed = `SELECT slot, line, startS, windowS, lag(startS + windowS) OVER (PARTITION BY slot ORDER BY startS) AS endedS,
      lag(line) OVER (PARTITION BY slot ORDER BY startS) AS before FROM importWindow`;
  const wrong = `SELECT slot, line, before, windowS, endedS - startS FROM (${crossed}) WHERE endedS > startS`;
  const found = await tell(
    connection,
    wrong,
    mistakes,
    ([slot = 0, line = 0, before = 0, windowS = 0, overS = 0]) => {
      mistakes.add(
        line,
        keyOf(task, slot),
        `begins ${overS} s before the window of ${windowS} s of line ${before} ends; windows one after the other are allowed: give a shorter windowS`,
      );
    },
  );
  if (found === 0) return;
  await connection.run(
    `DELETE FROM importWindow WHERE (slot, line) IN (SELECT (slot, line) FROM (${crossed}) WHERE endedS > startS)`,
  );
}

/** Tells the first of the wrong rows, counts all of them, and gives their number. */
async function tell(
  connection: DuckDBConnection,
  wrong: string,
  mistakes: MistakeList,
  say: (row: readonly number[]) => void,
): Promise<number> {
  const [[count = 0] = []] = await numbers(connection, `SELECT count(*) FROM (${wrong})`);
  const told = await numbers(connection, `${wrong} ORDER BY line, slot LIMIT ${importLimits.toldMistakes}`);
  for (const row of told) say(row);
  mistakes.addUntold(count - told.length);
  return count;
}

const keyOf = ({ series }: ImportTask, slot: number): string => series[slot]?.key ?? '';
