import { createWriteStream } from 'node:fs';
import { rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { encodeSlice, headOf, type TextForm } from '../export/encode.ts';
import { exportLimits, tooLarge } from '../export/limits.ts';
import { type LocalClock, localClock } from '../export/local-time.ts';
import { makeFolder } from '../make-folder.ts';
import type { Database } from './database.ts';
import { bucketSlices, daySlices } from './export-buckets.ts';
import { linesToParquet, windowsToParquet } from './export-file.ts';
import { totalSlices } from './export-totals.ts';
import { bucketLengths, type ExportSpec, type Slices } from './export-types.ts';
import { countWindows, windowSlices } from './export-windows.ts';
import type { Lane } from './lane.ts';
import type { Shelves } from './series-parts.ts';
import { type Snapshot, takeSnapshot } from './snapshot.ts';

interface Open {
  readonly snapshot: Snapshot;
  /** Files made on the way, to be removed. */
  readonly files: string[];
  /** What is exported, from when that is known. */
  what: What | undefined;
  /** Why it ended before its reader wanted it to. */
  broken: Error | undefined;
  /** Ends the snapshot; the same again when it is called again. */
  readonly letGo: () => Promise<void>;
}

interface What {
  readonly slices: Slices;
  readonly spec: ExportSpec;
  readonly form: TextForm;
  isFirst: boolean;
}

/** A file that is there until its export ends. */
export interface ExportFile {
  readonly path: string;
  readonly bytes: number;
}

const textEncoder = new TextEncoder();

/**
 * Exports under way. Each reads everything as it was at one moment, through a connection of its own, so that ending one
 * stops its query and no other's.
 */
export class Exports {
  readonly #database: () => Database;
  readonly #zone: string;
  readonly #dir: string | undefined;
  readonly #longestMs: number;
  readonly #clock: LocalClock;
  readonly #open = new Map<number, Open>();
  #number = 0;

  /**
   * @param database the one that is open at the moment
   * @param dir for files on their way; statements may write there
   * @param longestMs after so long one that is still being read breaks off
   */
  constructor(
    database: () => Database,
    {
      zone,
      dir,
      longestMs = exportLimits.longestMs,
    }: { readonly zone: string; readonly dir: string | undefined; readonly longestMs?: number },
  ) {
    this.#database = database;
    this.#zone = zone;
    this.#dir = dir;
    this.#longestMs = longestMs;
    this.#clock = localClock(zone);
  }

  /** Fixes the moment of one and gives its number. */
  async open(): Promise<number> {
    const snapshot = await takeSnapshot(this.#database());
    const number = ++this.#number;
    const timer = setTimeout(() => this.#breakOff(number), this.#longestMs).unref();
    let ended: Promise<void> | undefined;
    const letGo = () => {
      clearTimeout(timer);
      ended ??= snapshot.end();
      return ended;
    };
    this.#open.set(number, { snapshot, files: [], what: undefined, broken: undefined, letGo });
    return number;
  }

  /** What it exports: chosen after its moment, so that whatever was stored then is known to who chooses. @throws ExportTooLarge */
  async choose(number: number, spec: ExportSpec): Promise<void> {
    const open = this.#of(number);
    const { lane, shelves } = open.snapshot;
    await assertSize(lane, shelves, spec);
    const form = spec.form === 'csv' ? 'csv' : 'jsonl';
    open.what = { slices: slicesOf(lane, shelves, this.#zone, spec), spec, form, isFirst: true };
  }

  /** All of it as a Parquet file. It is removed with the end of the export. */
  async file(number: number): Promise<ExportFile> {
    const { open, what } = this.#chosen(number);
    const { snapshot, files, letGo } = open;
    if (this.#dir === undefined) throw new Error('a database in memory has no folder for files');
    await makeFolder(this.#dir);
    const path = join(this.#dir, `${number}.parquet`);
    files.push(path);
    const { spec } = what;
    const [fromS, toS] = secondsOf(spec);
    const { lane, shelves } = snapshot;
    if (spec.table === 'windows') {
      const to = { fromS, toS, path };
      const { series } = spec;
      const written = lane.use(connection => windowsToParquet(connection, shelves, this.#zone, series, to));
      await written.catch(whyOf(open));
    } else {
      const lines = join(this.#dir, `${number}.jsonl`);
      files.push(lines);
      await pipeline(this.#pieces(number), createWriteStream(lines));
      const written = lane.use(connection => linesToParquet(connection, spec.table, lines, path));
      await written.catch(whyOf(open));
    }
    // However long the file is read, the database need not wait for it.
    await letGo();
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

  /**
   * The next piece of text, of bounded size; undefined at the end.
   * @throws Error where it took too long altogether, or was ended: what was read of it is not all
   */
  async next(number: number): Promise<Uint8Array<ArrayBuffer> | undefined> {
    const { open, what } = this.#chosen(number);
    const { spec, form, slices, isFirst } = what;
    const head = isFirst ? headOf(spec.table, form) : '';
    what.isFirst = false;
    if (open.broken !== undefined) throw open.broken;
    const { value } = await slices.next().catch(whyOf(open));
    if (value === undefined) return head === '' ? undefined : textEncoder.encode(head);
    return textEncoder.encode(head + encodeSlice(spec.table, form, value, this.#clock));
  }

  /** Ends it, also in the middle of a query. */
  async end(number: number): Promise<void> {
    const open = this.#open.get(number);
    if (open === undefined) return;
    this.#open.delete(number);
    open.broken ??= ended(number);
    await open.letGo();
    for (const path of open.files) await rm(path, { force: true });
  }

  async close(): Promise<void> {
    await Promise.all([...this.#open.keys()].map(number => this.end(number)));
  }

  /** The database would keep all that changed since its moment: the reader is too slow. */
  #breakOff(number: number): void {
    const open = this.#open.get(number);
    if (open === undefined) return;
    const minutes = Math.round(this.#longestMs / 60_000);
    open.broken = new Error(
      `it was not read within ${minutes} min; choose a shorter range, or a faster line`,
    );
    open.letGo().catch(() => {});
  }

  #of(number: number): Open {
    const open = this.#open.get(number);
    if (open === undefined) throw ended(number);
    return open;
  }

  #chosen(number: number): { readonly open: Open; readonly what: What } {
    const open = this.#of(number);
    if (open.what === undefined) throw new Error(`of export ${number} nothing was chosen`);
    return { open, what: open.what };
  }
}

const ended = (number: number): Error =>
  new Error(`export ${number} was ended before it was read whole; begin it again`);

/** For what fails because its query was stopped. */
const whyOf =
  (open: Open) =>
  (error: unknown): never => {
    throw open.broken ?? error;
  };

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
