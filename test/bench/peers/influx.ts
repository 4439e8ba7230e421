import { mkdir, readdir, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { chance, recordOf, twelve } from '../../../simulator/fleet/records.ts';
import { median, pause, percentile, rounded, timedMs } from '../numbers.ts';
import { type MeterLine, meterLines } from '../year/meter-lines.ts';
import { freePort, Program } from './program.ts';

const daySeconds = 86_400;
const linesPerBatch = 5000;
const monthDays = 30;

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

  /** Lines of twelve quantities, 5,000 to a batch, from one client: a number to each, and our four. */
  async intake(): Promise<Record<string, number>> {
    const lines = (days: number, isFour: boolean): MeterLine[] => {
      const random = chance(5);
      return Array.from({ length: days * 8640 }, (_, window) => ({
        startS: Date.UTC(2026, 0, 1) / 1000 + window * 10,
        fields: recordOf('main', twelve, 0, window, random).values.flatMap(value => {
          const named = (suffix: string, number: number) =>
            [value.quantity + suffix, Number(number.toFixed(4))] as const;
          if (!isFour || !('mean' in value)) return [named('', value.last)];
          const { mean, min, max, last } = value;
          return [named('Mean', mean), named('Min', min), named('Max', max), named('Last', last)];
        }),
      }));
    };
    const one = await this.#fill('one', lines(8, false));
    const four = await this.#fill('four', lines(3, true));
    return {
      influxValuesPerSecond: rounded(one.linesPerSecond * twelve.length, 0),
      influxFourNumbersPerSecond: rounded(four.linesPerSecond * twelve.length, 0),
    };
  }

  /** What a meter of our year takes on disk once compacted: a number to each value, and all of ours. */
  async disk(): Promise<Record<string, number>> {
    const bytesPerValue = async (days: number, isFour: boolean) => {
      const database = isFour ? 'four' : 'one';
      const lines = await meterLines(days, isFour);
      const { numbers } = await this.#fill(database, lines);
      const values =
        lines.length *
        new Set(lines[0]?.fields.map(([name]) => name.replace(/(Mean|Min|Max|Last)$/, ''))).size;
      const bytes = await this.#settledBytes(database);
      return { perNumber: rounded(bytes / numbers, 2), perValue: rounded(bytes / values, 2) };
    };
    const one = await bytesPerValue(14, false);
    const four = await bytesPerValue(7, true);
    return { influxBytesPerNumber: one.perNumber, influxBytesPerFourNumbers: four.perValue };
  }

  /** One series of a stored month of one meter: a day by minutes, the month by hours, as our store divides them. */
  async questions(): Promise<Record<string, number>> {
    const lines = await meterLines(monthDays, false);
    await this.#fill('month', lines);
    await this.#settledBytes('month');
    const names = lines[0]?.fields.map(([name]) => name) ?? [];
    const fromS = lines[0]?.startS ?? 0;
    const ask = async (days: number, bucketS: number, rounds: number): Promise<number> => {
      const times: number[] = [];
      for (let round = 0; round < rounds; round++) {
        const startS = fromS + Math.floor(((round * 0.618) % 1) * (monthDays - days) * 24) * 3600;
        const field = names[round % names.length];
        const query =
          `SELECT mean(${field}), min(${field}), max(${field}) FROM reading WHERE meter = 'main' ` +
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
    return { influxDayP95Ms: await ask(1, 60, 20), influxMonthP95Ms: await ask(monthDays, 3600, 10) };
  }

  async #fill(database: string, lines: readonly MeterLine[]) {
    await this.#query(`CREATE DATABASE ${database}`);
    const rates: number[] = [];
    let numbers = 0;
    for (let first = 0; first < lines.length; first += linesPerBatch) {
      const batch = lines.slice(first, first + linesPerBatch);
      const text = batch.map(({ startS, fields }) => {
        numbers += fields.length;
        return `reading,gateway=attic,meter=main ${fields.map(([name, value]) => `${name}=${value}`).join(',')} ${startS}`;
      });
      const body = text.join('\n');
      const ms = await timedMs(async () => {
        const answer = await fetch(`${this.#url}/write?db=${database}&precision=s`, { method: 'POST', body });
        if (!answer.ok) throw new Error(`InfluxDB does not take a batch: ${await answer.text()}`);
      });
      rates.push((batch.length * 1000) / ms);
    }
    return { linesPerSecond: median(rates), numbers };
  }

  /** Bytes on disk once nothing has changed for some seconds: it compacts what is cold. */
  async #settledBytes(database: string): Promise<number> {
    const folder = join(this.#dir, database);
    let bytes = -1;
    let sinceMs = performance.now();
    for (const untilMs = sinceMs + 25_000; performance.now() < untilMs; await pause(500)) {
      const now = await bytesUnder(folder);
      if (now !== bytes) sinceMs = performance.now();
      bytes = now;
      if (bytes > 0 && performance.now() - sinceMs > 5000) break;
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
