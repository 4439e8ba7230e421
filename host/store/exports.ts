import type { DuckDBConnection } from '@duckdb/node-api';
import { encodeSlice, headOf, type TextForm } from '../export/encode.ts';
import { exportLimits, tooLarge } from '../export/limits.ts';
import { type LocalClock, localClock } from '../export/local-time.ts';
import type { Database } from './database.ts';
import { bucketSlices, daySlices } from './export-buckets.ts';
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
  isFirst: boolean;
}

const textEncoder = new TextEncoder();

/** Exports under way, each with a connection of its own, so that ending one stops its query and no other's. */
export class Exports {
  readonly #database: () => Pick<Database, 'instance' | 'shelves'>;
  readonly #zone: string;
  readonly #clock: LocalClock;
  readonly #running = new Map<number, Running>();
  #number = 0;

  /** @param database the one that is open at the moment */
  constructor(database: () => Pick<Database, 'instance' | 'shelves'>, zone: string) {
    this.#database = database;
    this.#zone = zone;
    this.#clock = localClock(zone);
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
    const form = spec.form === 'parquet' ? 'csv' : spec.form;
    const slices = slicesOf(lane, shelves, this.#zone, spec);
    this.#running.set(++this.#number, { connection, lane, slices, spec, form, isFirst: true });
    return this.#number;
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
  }

  async close(): Promise<void> {
    await Promise.all([...this.#running.keys()].map(number => this.end(number)));
  }
}

async function assertSize(lane: Lane, shelves: Shelves, spec: ExportSpec): Promise<void> {
  const most = spec.form === 'parquet' ? exportLimits.fileRows : exportLimits.textRows;
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
