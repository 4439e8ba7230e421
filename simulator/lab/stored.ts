import type { Appended } from './appended.ts';
import { ExpectedGateway } from './expected-series.ts';
import { exportedRows } from './export-rows.ts';
import { type HostApi, HostRefusal } from './host-api.ts';
import { parquetRows } from './parquet-rows.ts';

/** How a host's store differs from what gateways appended, counted in values: one quantity of one window each. */
export interface StoredCounts {
  /** What has to be stored. */
  readonly values: number;
  /** What is stored, with all that is doubled or wrong. */
  readonly stored: number;
  /** Acknowledged and not stored. */
  readonly lost: number;
  /** Stored once more than it was appended. */
  readonly doubled: number;
  /** Stored with other numbers than any that were appended, or never appended at all. */
  readonly wrong: number;
  /** Appended, not acknowledged and not stored yet. */
  readonly waiting: number;
  /** The first few that are not right, in words. */
  readonly notes: readonly string[];
}

export interface StoredOptions {
  /** Hears how many gateways are compared. */
  readonly progress?: (done: number, of: number) => void;
  /** Which gateways it is about; what others have sent is not looked at. Absent: all. */
  readonly ofGateway?: (gateway: string) => boolean;
}

/** Keys of a question; the host takes 8 kB. */
const keysBytes = 6000;
/** Of so many meters the rows are asked for as text; of more as a file, for which the host asks its database only once. */
const csvMeters = 12;
const notesMost = 10;
const latestMs = 4_294_967_295_000;

/** The meters of one gateway and what is to be in their series. */
interface Part {
  readonly gateway: string;
  readonly expected: ExpectedGateway;
}

/**
 * Compares what the host has, by its public API alone (`/api/v1/series`, `/api/v1/exports/readings`), with what gateways
 * appended: every window of every series with all its numbers. Some gateways at a time are in memory.
 * @throws Error where the host does not answer
 */
export async function compareStored(
  api: HostApi,
  appended: Appended,
  { progress = () => {}, ofGateway = () => true }: StoredOptions = {},
): Promise<StoredCounts> {
  const counts = new Counts();
  const stored = await storedMeters(api);
  const gateways = [...appended.gateways()];
  let done = 0;
  let parts: Part[] = [];
  let keys: string[] = [];
  let bytes = 0;
  const flush = async () => {
    await compareParts(api, parts, keys, counts);
    done += parts.length;
    progress(done, gateways.length);
    parts = [];
    keys = [];
    bytes = 0;
  };
  for (const gateway of gateways) {
    const expected = expectedOf(appended, gateway);
    counts.values += expected.values;
    const own = stored.get(gateway) ?? [];
    stored.delete(gateway);
    if (bytes > 0 && bytes + bytesOf(own) > keysBytes) await flush();
    parts.push({ gateway, expected });
    keys.push(...own);
    bytes += bytesOf(own);
  }
  if (parts.length > 0) await flush();
  // What nobody appended.
  for (const [gateway, own] of stored) {
    if (!ofGateway(gateway)) continue;
    await compareParts(api, [{ gateway, expected: new ExpectedGateway() }], own, counts);
  }
  return counts.told();
}

const bytesOf = (keys: readonly string[]): number => keys.reduce((sum, key) => sum + key.length + 1, 0);

/** Keys of the meters with stored values, by gateway. */
async function storedMeters(api: HostApi): Promise<Map<string, string[]>> {
  const series = await api.get<readonly { meter: string }[]>('/api/v1/series');
  const byGateway = new Map<string, string[]>();
  for (const key of new Set(series.map(({ meter }) => meter))) {
    const gateway = key.slice(0, key.indexOf('.'));
    const own = byGateway.get(gateway);
    if (own === undefined) byGateway.set(gateway, [key]);
    else own.push(key);
  }
  return byGateway;
}

function expectedOf(appended: Appended, gateway: string): ExpectedGateway {
  const expected = new ExpectedGateway();
  const acknowledged = appended.acknowledged?.(gateway) ?? Number.POSITIVE_INFINITY;
  let index = 0;
  for (const record of appended.records(gateway)) expected.add(record, index++ >= acknowledged);
  return expected;
}

async function compareParts(
  api: HostApi,
  parts: readonly Part[],
  keys: readonly string[],
  counts: Counts,
): Promise<void> {
  const byGateway = new Map(parts.map(({ gateway, expected }) => [gateway, expected]));
  if (keys.length > 0) {
    const form = keys.length > csvMeters ? 'parquet' : 'csv';
    const body = await openExport(api, form, [...keys]);
    if (body !== undefined) {
      for await (const rows of form === 'csv' ? exportedRows(body) : parquetRows(body)) {
        for (const row of rows) {
          const dot = row.series.indexOf('.');
          const expected = byGateway.get(row.series.slice(0, dot));
          const fate = expected?.series.get(row.series.slice(dot + 1))?.take(row) ?? 'wrong';
          counts.take(fate, row.series, row.startS);
        }
      }
    }
  }
  for (const { gateway, expected } of parts) {
    for (const [key, series] of expected.series) counts.left(`${gateway}.${key}`, series.left());
  }
}

/** Undefined where none of these meters has a stored value. */
async function openExport(
  api: HostApi,
  form: 'csv' | 'parquet',
  keys: string[],
): Promise<ReadableStream<Uint8Array> | undefined> {
  while (keys.length > 0) {
    const search = new URLSearchParams({
      series: keys.join(','),
      from: '0',
      to: String(latestMs),
      form,
      resolution: 'windows',
    });
    try {
      const { body } = await api.stream('GET', `/api/v1/exports/readings?${search}`);
      if (body === null) throw new Error('the export has no body');
      return body;
    } catch (error) {
      if (!(error instanceof HostRefusal)) throw error;
      if (error.status === 503 && error.retryAfterS !== undefined) {
        await new Promise(resolve => setTimeout(resolve, 1000));
        continue;
      }
      // A meter that is announced and has sent nothing yet.
      const words = new Set(error.message.match(/[a-z0-9_-]+\.[a-z0-9_-]+/g));
      const unknown = keys.findIndex(key => error.code === 'series.unknown' && words.has(key));
      if (unknown < 0) throw error;
      keys.splice(unknown, 1);
    }
  }
  return undefined;
}

class Counts {
  values = 0;
  #stored = 0;
  #lost = 0;
  #doubled = 0;
  #wrong = 0;
  #waiting = 0;
  readonly #notes: string[] = [];

  take(fate: 'expected' | 'doubled' | 'wrong', series: string, startS: number): void {
    this.#stored++;
    if (fate === 'expected') return;
    if (fate === 'doubled') this.#doubled++;
    else this.#wrong++;
    this.#note(`${fate}: ${series} at ${instant(startS)}`);
  }

  left(
    series: string,
    { lost, waiting, firstLostS }: { lost: number; waiting: number; firstLostS: number | undefined },
  ): void {
    this.#lost += lost;
    this.#waiting += waiting;
    if (firstLostS !== undefined)
      this.#note(`lost: ${lost} of ${series}, the first at ${instant(firstLostS)}`);
  }

  told(): StoredCounts {
    return {
      values: this.values,
      stored: this.#stored,
      lost: this.#lost,
      doubled: this.#doubled,
      wrong: this.#wrong,
      waiting: this.#waiting,
      notes: this.#notes,
    };
  }

  #note(text: string): void {
    if (this.#notes.length < notesMost) this.#notes.push(text);
  }
}

const instant = (atS: number): string => new Date(atS * 1000).toISOString();
