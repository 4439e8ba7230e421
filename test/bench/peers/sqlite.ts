import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { median, rounded } from '../numbers.ts';
import { freePort, listens, Program } from './program.ts';
import { underLoad } from './under-load.ts';

/** Python programs stay where the source is. */
const script = (name: string): string =>
  fileURLToPath(new URL(`../../../../test/bench/peers/${name}`, import.meta.url));

const clients = 8;

/** One POST, one insert and one commit per reading of twelve values, from clients that keep their connections. */
export async function sqlitePost(python: string, dir: string): Promise<Record<string, number>> {
  const port = await freePort();
  const database = join(dir, 'post.sqlite');
  const server = new Program(python, [script('sqlite-post.py'), database, String(port)]);
  try {
    await server.ready(() => listens(port));
    const { messages, values, ackP50Ms, ackP99Ms } = await underLoad({
      kind: 'posts',
      port,
      clients,
      path: '/readings',
    });
    return {
      sqlitePostReadingsPerSecond: rounded(messages),
      sqlitePostValuesPerSecond: rounded(values, 0),
      sqlitePostP50Ms: rounded(ackP50Ms),
      sqlitePostP99Ms: rounded(ackP99Ms),
    };
  } finally {
    await server.end();
  }
}

interface BatchFigures {
  readonly valuesPerSecond: number;
  readonly bytesPerValue: number;
}

/** Prepared rows in large transactions, without a wire: a number to a value, and our four. */
export async function sqliteBatch(python: string, dir: string): Promise<Record<string, number>> {
  const run = async (numbers: number, round: number): Promise<BatchFigures> => {
    const database = join(dir, `batch-${numbers}-${round}.sqlite`);
    const { stdout } = await promisify(execFile)(python, [
      script('sqlite-batch.py'),
      database,
      '2',
      String(numbers),
    ]);
    return JSON.parse(stdout);
  };
  const middle = async (numbers: number): Promise<BatchFigures> => {
    const rounds = [await run(numbers, 1), await run(numbers, 2), await run(numbers, 3)];
    return {
      valuesPerSecond: rounded(median(rounds.map(({ valuesPerSecond }) => valuesPerSecond)), 0),
      bytesPerValue: rounded(median(rounds.map(({ bytesPerValue }) => bytesPerValue))),
    };
  };
  const one = await middle(1);
  const four = await middle(4);
  return {
    sqliteBatchValuesPerSecond: one.valuesPerSecond,
    sqliteBytesPerNumber: one.bytesPerValue,
    sqliteBatchFourNumbersPerSecond: four.valuesPerSecond,
    sqliteBytesPerFourNumbers: four.bytesPerValue,
  };
}

/** One series of a stored month of ten, found by an index: a day by minutes, the month by hours. */
export async function sqliteMonth(python: string, dir: string): Promise<Record<string, number>> {
  const { stdout } = await promisify(execFile)(python, [
    script('sqlite-month.py'),
    join(dir, 'month.sqlite'),
  ]);
  return JSON.parse(stdout);
}
