import { createWriteStream } from 'node:fs';
import { mkdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import type { DuckDBConnection } from '@duckdb/node-api';
import { encodeSlice, headOf, type TextForm } from '../export/encode.ts';
import { exportLimits, tooLarge } from '../export/limits.ts';
import { type LocalClock, localClock } from '../export/local-time.ts';
import type { Database } from './database.ts';
import { bucketSlices, daySlices } from './export-buckets.ts';
import { linesToParquet, windowsToParquet } from './export-file.ts';
import { totalSlices } from './export-totals.ts';
import { bucketLengths, type ExportSpec, type Slices } from './export-types.ts';
import { countWindows, windowSlices } from './export-windows.ts';
import { Lane } from './lane.ts';
import type { Shelves } from './series-parts.ts';

interface Running {
  readonly connection: DuckDBConnection;
  readonly lane: Lane;
  readonly slices: Slices;
  readonly spec: ExportSpec;
  readonly form: TextForm;
  /** Files made on the way, to be removed. */
  readonly files: string[];
  isFirst: boolean;
}

/** A file that is there until its export ends. */
export interface ExportFile {
  readonly path: string;
  readonly bytes: number;
}

const textEncoder = new TextEncoder();

/** Exports under way, each with a connection of its own, so that ending one stops its query and no other's. */
export class Exports {
  readonly #database: () => Pick<Database, 'instance' | 'shelves'>;
  readonly #zone: string;
  readonly #dir: string | undefined;
  readonly #clock: LocalClock;
  readonly #running = new Map<number, Running>();
  #number = 0;

  /**
   * @param database the one that is open at the moment
   * @param dir for files on their way; statements may write there
   */
  constructor(
    database: () => Pick<Database, 'instance' | 'shelves'>,
    { zone, dir }: { readonly zone: string; readonly dir: string | undefined },
  ) {
    this.#database = database;
    this.#zone = zone;
    this.#dir = dir;
    this.#clock = localClock(zone);
  }

  /** Where they read: waited for before what they may have been told to read goes. */
  get lanes(): readonly Lane[] {
    return [...this.#running.values()].map(({ lane }) => lane);
  }

  /** Begins one and gives its number. @throws ExportTooLarge */
  async open(spec: ExportSpec): Promise<number> {
    const { instance, shelves } = this.#database();
    const connection = await instance.connect();
    const lane = new Lane(connection);
    try {
      await assertSize(lane, shelves, spec);
    } catch (error) {
      connection.closeSync();
      throw error;
    }
    const form = spec.form === 'csv' ? 'csv' : 'jsonl';
    const slices = slicesOf(lane, shelves, this.#zone, spec);
    this.#running.set(++this.#number, { connection, lane, slices, spec, form, files: [], isFirst: true });
    return this.#number;
  }

  /** All of it as a Parquet file. It is removed with the end of the export. */
  async file(number: number): Promise<ExportFile> {
    const running = this.#running.get(number);
    if (running === undefined) throw new Error(`export ${number} has ended`);
    if (this.#dir === undefined) throw new Error('a database in memory has no folder for files');
    await mkdir(this.#dir, { recursive: true });
    const path = join(this.#dir, `${number}.parquet`);
    running.files.push(path);
    const { spec, lane } = running;
    const [fromS, toS] = secondsOf(spec);
    if (spec.table === 'windows') {
      const { shelves } = this.#database();
      const to = { fromS, toS, path };
      await lane.use(connection => windowsToParquet(connection, shelves, this.#zone, spec.series, to));
    } else {
      const lines = join(this.#dir, `${number}.jsonl`);
      running.files.push(lines);
      await pipeline(this.#pieces(number), createWriteStream(lines));
      await lane.use(connection => linesToParquet(connection, spec.table, lines, path));
    }
    return { path, bytes: (await stat(path)).size };
  }

  /** Removes what exports of a host that was killed left behind. */
  async tidy(): Promise<void> {
    if (this.#dir !== undefined) await rm(this.#dir, { recursive: true, force: true });
  }

  async *#pieces(number: number): AsyncGenerator<Uint8Array, void, void> {
    for (let piece = await this.next(number); piece !== undefined; piece = await this.next(number))
      yield piece;
  }

  /** The next piece of text, of bounded size; undefined at the end. */
  async next(number: number): Promise<Uint8Array<ArrayBuffer> | undefined> {
    const running = this.#running.get(number);
    if (running === undefined) return undefined;
    const { spec, form, slices } = running;
    const head = running.isFirst ? headOf(spec.table, form) : '';
    running.isFirst = false;
    const { value } = await slices.next();
    if (value === undefined) return head === '' ? undefined : textEncoder.encode(head);
    return textEncoder.encode(head + encodeSlice(spec.table, form, value, this.#clock));
  }

  /** Ends it, also in the middle of a query. */
  async end(number: number): Promise<void> {
    const running = this.#running.get(number);
    if (running === undefined) return;
    this.#running.delete(number);
    running.connection.interrupt();
    await running.lane.close();
    for (const path of running.files) await rm(path, { force: true });
  }

  async close(): Promise<void> {
    await Promise.all([...this.#running.keys()].map(number => this.end(number)));
  }
}

async function assertSize(lane: Lane, shelves: Shelves, spec: ExportSpec): Promise<void> {
  const { textRows, fileRows, fileBuckets } = exportLimits;
  const most = spec.form !== 'parquet' ? textRows : spec.table === 'windows' ? fileRows : fileBuckets;
  const rows = await rowsOf(lane, shelves, spec);
  if (rows > most) throw tooLarge(rows, most);
}

/** How many rows it may have at the most. */
async function rowsOf(lane: Lane, shelves: Shelves, spec: ExportSpec): Promise<number> {
  const [fromS, toS] = secondsOf(spec);
  if (spec.table === 'windows') return countWindows(lane, shelves, spec.series, fromS, toS);
  if (spec.table === 'totals') return spec.meters.length * ((toS - fromS) / 3600);
  const lengthS = spec.bucket === 'day' ? 86_400 : bucketLengths[spec.bucket];
  return spec.series.reduce((rows, { ref }) => {
    const spanS = Math.min(toS, ref.endS) - Math.max(fromS, ref.firstS);
    return rows + Math.max(spanS, 0) / lengthS;
  }, 0);
}

function slicesOf(lane: Lane, shelves: Shelves, zone: string, spec: ExportSpec): Slices {
  const [fromS, toS] = secondsOf(spec);
  if (spec.table === 'windows') return windowSlices(lane, shelves, spec.series, fromS, toS);
  if (spec.table === 'totals') {
    return totalSlices(lane, shelves, zone, spec.meters, spec.period, spec.fromMs, spec.toMs);
  }
  return spec.bucket === 'day'
    ? daySlices(lane, shelves, spec.series, zone, fromS, toS)
    : bucketSlices(lane, shelves, spec.series, spec.bucket, fromS, toS);
}

const secondsOf = ({ fromMs, toMs }: ExportSpec): [number, number] => [
  Math.ceil(fromMs / 1000),
  Math.ceil(toMs / 1000),
];
