import { mkdir, readdir, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { chance, recordOf, twelve } from '../load/records.ts';
import { median, pause, percentile, rounded, timedMs } from '../numbers.ts';
import { freePort, Program } from './program.ts';

const daySeconds = 86_400;
const fromS = Date.UTC(2026, 0, 1) / 1000;
const linesPerBatch = 5000;

/** InfluxDB 1.x on loopback with a folder of its own; it tells nobody of itself. */
export class InfluxServer {
  readonly #url: string;
  readonly #dir: string;

  private constructor(url: string, dir: string) {
    this.#url = url;
    this.#dir = dir;
  }

  static async use<T>(file: string, dir: string, work: (server: InfluxServer) => Promise<T>): Promise<T> {
    await mkdir(dir, { recursive: true });
    const [port, rpcPort] = [await freePort(), await freePort()];
    const settings = join(dir, 'influxdb.conf');
    await writeFile(settings, configuration(dir, port, rpcPort));
    const program = new Program(file, ['-config', settings]);
    const server = new InfluxServer(`http://127.0.0.1:${port}`, join(dir, 'data'));
    try {
      await program.ready(() =>
        fetch(`${server.#url}/ping`).then(
          ({ ok }) => ok,
          () => false,
        ),
      );
      return await work(server);
    } finally {
      await program.end();
    }
  }

  /** Lines of twelve numbers, 5,000 to a batch, from one client; then the disk they need once compacted. */
  async intake(): Promise<Record<string, number>> {
    const one = await this.#fill('single', 10, value => [['', value.last]]);
    const four = await this.#fill('four', 4, value =>
      'mean' in value
        ? [
            ['Mean', value.mean],
            ['Min', value.min],
            ['Max', value.max],
            ['Last', value.last],
          ]
        : [['Last', value.last]],
    );
    return {
      influxNumbersPerSecond: rounded(one.numbersPerSecond, 0),
      influxBytesPerNumber: rounded(one.bytesPerNumber),
      influxFourNumbersPerSecond: rounded(four.numbersPerSecond / four.numbersPerValue, 0),
      influxBytesPerFourNumbers: rounded(four.bytesPerNumber * four.numbersPerValue),
    };
  }

  /** One series of a meter with a stored month to a day's minutes and a month's hours, as our store divides them. */
  async questions(): Promise<Record<string, number>> {
    await this.#fill('month', 30, value => [['', 'mean' in value ? value.mean : value.last]]);
    const ask = async (days: number, bucketS: number, rounds: number): Promise<number> => {
      const times: number[] = [];
      for (let round = 0; round < rounds; round++) {
        const startS = fromS + Math.floor((((round * 0.618) % 1) * (30 - days) * daySeconds) / 3600) * 3600;
        const query =
          `SELECT mean(${twelve[round % twelve.length]}) FROM reading WHERE meter = 'main' ` +
          `AND time >= ${startS}s AND time < ${startS + days * daySeconds}s GROUP BY time(${bucketS}s)`;
        times.push(
          await timedMs(async () => {
            const answer = await this.#query(query, 'month');
            if (!answer.includes('"values"')) throw new Error(`InfluxDB answers ${answer.slice(0, 200)}`);
          }),
        );
      }
      return rounded(percentile(times, 0.95));
    };
    await ask(1, 60, 5);
    return { influxDayP95Ms: await ask(1, 60, 20), influxMonthP95Ms: await ask(30, 3600, 10) };
  }

  async #fill(
    database: string,
    days: number,
    numbersOf: (
      value: ReturnType<typeof recordOf>['values'][number],
    ) => readonly (readonly [string, number])[],
  ) {
    await this.#query(`CREATE DATABASE ${database}`);
    const random = chance(5);
    const lines = (days * daySeconds) / 10;
    const rates: number[] = [];
    let numbers = 0;
    for (let line = 0; line < lines; line += linesPerBatch) {
      const batch: string[] = [];
      let inBatch = 0;
      for (let window = line; window < Math.min(line + linesPerBatch, lines); window++) {
        const { values } = recordOf('main', twelve, 0, window, random);
        const fields = values.flatMap(value =>
          numbersOf(value).map(
            ([suffix, number]) => `${value.quantity}${suffix}=${Number(number.toFixed(4))}`,
          ),
        );
        inBatch += fields.length;
        batch.push(`reading,gateway=attic,meter=main ${fields.join(',')} ${fromS + window * 10}`);
      }
      const body = batch.join('\n');
      const ms = await timedMs(async () => {
        const answer = await fetch(`${this.#url}/write?db=${database}&precision=s`, { method: 'POST', body });
        if (!answer.ok) throw new Error(`InfluxDB does not take a batch: ${await answer.text()}`);
      });
      numbers += inBatch;
      rates.push((inBatch * 1000) / ms);
    }
    return {
      numbersPerSecond: median(rates),
      numbersPerValue: numbers / (lines * twelve.length),
      bytesPerNumber: (await this.#settledBytes(database)) / numbers,
    };
  }

  /** Bytes on disk once nothing has changed for some seconds: it compacts what is cold. */
  async #settledBytes(database: string): Promise<number> {
    const folder = join(this.#dir, database);
    let bytes = -1;
    let since = performance.now();
    for (const untilMs = since + 25_000; performance.now() < untilMs; await pause(500)) {
      const now = await bytesUnder(folder);
      if (now !== bytes) since = performance.now();
      bytes = now;
      if (bytes > 0 && performance.now() - since > 5000) break;
    }
    return bytes;
  }

  async #query(query: string, database = ''): Promise<string> {
    const answer = await fetch(`${this.#url}/query?db=${database}&epoch=s`, {
      method: 'POST',
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      body: new URLSearchParams({ q: query }),
    });
    return answer.text();
  }
}

async function bytesUnder(folder: string): Promise<number> {
  let bytes = 0;
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true }).catch(() => [])) {
    if (!entry.name.endsWith('.tsm')) continue;
    bytes += await stat(join(entry.parentPath, entry.name)).then(
      ({ size }) => size,
      () => 0,
    );
  }
  return bytes;
}

const configuration = (dir: string, port: number, rpcPort: number): string => `
reporting-disabled = true
bind-address = "127.0.0.1:${rpcPort}"
[meta]
  dir = "${join(dir, 'meta')}"
[data]
  dir = "${join(dir, 'data')}"
  wal-dir = "${join(dir, 'wal')}"
  query-log-enabled = false
  cache-snapshot-write-cold-duration = "1s"
  compact-full-write-cold-duration = "2s"
[monitor]
  store-enabled = false
[http]
  bind-address = "127.0.0.1:${port}"
  log-enabled = false
[logging]
  level = "error"
`;
