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

/** Ids of gateways in a question; the host takes 8 kB. */
const idsBytes = 6000;
/** In memory at once, some 70 bytes each: few questions, for each goes through all that the host has. */
const valuesMost = 3_000_000;
/** Of so many meters the rows are asked for as text; of more as a file, for which the host asks its database only once. */
const csvMeters = 12;
const notesMost = 10;
const latestMs = 4_294_967_295_000;

/** A gateway, what is to be in the series of its meters, and how many meters of it the host has values of. */
interface Part {
  readonly gateway: string;
  readonly expected: ExpectedGateway;
  readonly storedMeters: number;
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
  let ids = 0;
  let values = 0;
  const flush = async () => {
    await compareParts(api, parts, counts);
    done += parts.length;
    progress(done, gateways.length);
    parts = [];
    ids = 0;
    values = 0;
  };
  for (const gateway of gateways) {
    const expected = expectedOf(appended, gateway);
    counts.values += expected.values;
    const [ownIds, ownValues] = [gateway.length + 1, expected.values + expected.waiting];
    if (parts.length > 0 && (ids + ownIds > idsBytes || values + ownValues > valuesMost)) await flush();
    parts.push({ gateway, expected, storedMeters: stored.get(gateway) ?? 0 });
    stored.delete(gateway);
    ids += ownIds;
    values += ownValues;
  }
  if (parts.length > 0) await flush();
  // What nobody appended.
  for (const [gateway, meters] of stored) {
    if (!ofGateway(gateway)) continue;
    await compareParts(api, [{ gateway, expected: new ExpectedGateway(), storedMeters: meters }], counts);
  }
  return counts.told();
}

/** How many meters each gateway has stored values of. */
async function storedMeters(api: HostApi): Promise<Map<string, number>> {
  const series = await api.get<readonly { meter: string }[]>('/api/v1/series');
  const byGateway = new Map<string, number>();
  for (const key of new Set(series.map(({ meter }) => meter))) {
    const gateway = key.slice(0, key.indexOf('.'));
    byGateway.set(gateway, (byGateway.get(gateway) ?? 0) + 1);
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

async function compareParts(api: HostApi, parts: readonly Part[], counts: Counts): Promise<void> {
  const byGateway = new Map(parts.map(({ gateway, expected }) => [gateway, expected]));
  const stored = parts.filter(({ storedMeters }) => storedMeters > 0);
  if (stored.length > 0) {
    const meters = stored.reduce((sum, { storedMeters }) => sum + storedMeters, 0);
    const form = meters > csvMeters ? 'parquet' : 'csv';
    const ids = stored.map(({ gateway }) => gateway);
    const body = await openExport(api, form, ids);
    for await (const rows of form === 'csv' ? exportedRows(body) : parquetRows(body)) {
      for (const row of rows) {
        const dot = row.series.indexOf('.');
        const expected = byGateway.get(row.series.slice(0, dot));
        const fate = expected?.series.get(row.series.slice(dot + 1))?.take(row) ?? 'wrong';
        counts.take(fate, row.series, row.startS);
      }
    }
  }
  for (const { gateway, expected } of parts) {
    for (const [key, series] of expected.series) counts.left(`${gateway}.${key}`, series.left());
  }
}

/** All windows of these gateways. A host that makes as many exports as it may is asked again. */
async function openExport(
  api: HostApi,
  form: 'csv' | 'parquet',
  gateways: readonly string[],
): Promise<AsyncIterable<Uint8Array>> {
  const search = new URLSearchParams({
    series: gateways.join(','),
    from: '0',
    to: String(latestMs),
    form,
    resolution: 'windows',
  });
  for (;;) {
    try {
      const { body } = await api.stream('GET', `/api/v1/exports/readings?${search}`);
      if (body === null) throw new Error('the export has no body');
      // Held at once: undici gives up the body of an answer that nobody holds any more, and tells nobody.
      return body.values();
    } catch (error) {
      const isFull = error instanceof HostRefusal && error.status === 503 && error.retryAfterS !== undefined;
      if (!isFull) throw error;
      await new Promise(resolve => setTimeout(resolve, 1000));
    }
  }
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
