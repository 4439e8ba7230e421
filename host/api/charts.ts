import { hash } from 'node:crypto';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import { counterBounds } from '#core/aggregate/counter-rule.ts';
import { quantities } from '#core/quantities.ts';
import type { Store } from '../store/store.ts';
import type { ReadingColumns, ReadingsRange, SeriesInfo } from '../store/types.ts';
import { ByteCache } from './byte-cache.ts';
import { binaryType, chartBinary } from './chart-binary.ts';
import { type ChartColumns, chartBytes, chartColumns } from './chart-columns.ts';
import { chartJson } from './chart-json.ts';

export type ChartForm = 'json' | 'binary';

/** One answer, ready to be sent. */
export interface ChartBody {
  readonly bytes: Buffer;
  readonly type: string;
  readonly isGzip: boolean;
  /** Of what it says, so it outlives a restart; none where the range is still open. */
  readonly etag: string | undefined;
}

/** What holds until the past of the series changes. */
interface Kept<V> {
  readonly value: V;
  readonly revision: number;
}

interface Chart {
  readonly columns: ChartColumns;
  readonly revision: number;
  /** Of all it says; undefined where the range is still open. */
  readonly hash: string | undefined;
}

/** The number in a tag changes with the form: what browsers have of the old one is then not right any more. */
const writers = {
  json: { type: 'application/json; charset=utf-8', write: chartJson, tag: 'j1' },
  binary: { type: binaryType, write: chartBinary, tag: 'b1' },
} as const;

/** Smaller ones fit into one packet anyway. */
const gzipLeastBytes = 1400;
const keptOverhead = 500;
const compress = promisify(gzip);

/**
 * Charts as they are sent. Those of closed ranges are kept, as columns and as bytes, each encoded and compressed once;
 * they hold as long as the past of their series (`Store.revisionOf`).
 */
export class Charts {
  readonly #store: Store;
  readonly #columns: ByteCache<Kept<Chart>>;
  readonly #bodies: ByteCache<Kept<ChartBody>>;
  /** Asked of the store and not answered yet: the same question twice is asked once. */
  readonly #asked = new Map<string, Promise<Chart>>();
  #hits = 0;
  #misses = 0;

  constructor(store: Store, most: { readonly columnBytes: number; readonly bodyBytes: number }) {
    this.#store = store;
    this.#columns = new ByteCache(most.columnBytes, ({ value }) => chartBytes(value.columns));
    this.#bodies = new ByteCache(most.bodyBytes, ({ value }) => value.bytes.length + keptOverhead);
  }

  /**
   * `range.series` is the key of `info`. Gzip is used where it may be and the answer can be kept. What is kept comes
   * without a promise.
   */
  body(
    info: SeriesInfo,
    range: ReadingsRange,
    form: ChartForm,
    mayGzip: boolean,
  ): ChartBody | Promise<ChartBody> {
    const key = keyOf(range);
    const bodyKey = `${mayGzip ? 'gzip' : 'plain'} ${form} ${key}`;
    const kept = this.#held(this.#bodies, bodyKey, info.key);
    if (kept === undefined) this.#misses++;
    else this.#hits++;
    return kept ?? this.#make(info, range, form, mayGzip, key, bodyKey);
  }

  async #make(
    info: SeriesInfo,
    range: ReadingsRange,
    form: ChartForm,
    mayGzip: boolean,
    key: string,
    bodyKey: string,
  ): Promise<ChartBody> {
    const { columns, revision, hash: content } = await this.#chart(info, range, key);
    const { type, write, tag } = writers[form];
    const plain = write(columns);
    if (content === undefined) return { bytes: plain, type, isGzip: false, etag: undefined };
    const isGzip = mayGzip && plain.length >= gzipLeastBytes;
    const bytes = isGzip ? await compress(plain) : plain;
    // Strong tags are of the bytes that are sent, and those differ.
    const body = { bytes, type, isGzip, etag: `"${content}.${tag}${isGzip ? '.gzip' : ''}"` };
    this.#bodies.set(bodyKey, { value: body, revision });
    return body;
  }

  counters(): Record<string, number> {
    return {
      'charts.hits': this.#hits,
      'charts.misses': this.#misses,
      'charts.keptBytes': this.#columns.bytes + this.#bodies.bytes,
      'charts.evicted': this.#columns.evicted + this.#bodies.evicted,
    };
  }

  async #chart(info: SeriesInfo, range: ReadingsRange, key: string): Promise<Chart> {
    const kept = this.#held(this.#columns, key, info.key);
    if (kept !== undefined) return kept;
    let chart = this.#asked.get(key);
    if (chart === undefined) {
      chart = this.#ask(info, range).finally(() => this.#asked.delete(key));
      this.#asked.set(key, chart);
      const { hash, revision } = await chart;
      if (hash !== undefined) this.#columns.set(key, { value: await chart, revision });
    }
    return chart;
  }

  async #ask({ key, quantity, lastMs }: SeriesInfo, range: ReadingsRange): Promise<Chart> {
    const { unit, kind, decimals } = quantities[quantity];
    // Before the question: what changes while it is answered makes the answer old.
    const revision = this.#store.revisionOf(key);
    const readings = await this.#store.readings(range);
    const columns = chartColumns({ ...readings, unit, kind }, decimals);
    return {
      columns,
      revision,
      hash: isClosed(range, readings, lastMs, kind) ? hashOf(columns) : undefined,
    };
  }

  #held<V>(cache: ByteCache<Kept<V>>, key: string, series: string): V | undefined {
    const kept = cache.get(key);
    if (kept === undefined) return undefined;
    if (kept.revision === this.#store.revisionOf(series)) return kept.value;
    cache.delete(key);
    return undefined;
  }
}

const hashOf = (columns: ChartColumns): string =>
  hash('sha256', chartBinary(columns), 'base64url').slice(0, 22);

/**
 * Whether nothing that comes in order can change the answer. The last bucket may end up to a bucket after the range,
 * and the growth of a counter in it is known with the first window behind that, which is no longer than a bucket; what
 * a reading means that fell or leapt, only when those that follow have agreed for a while. Where nobody read a counter at the
 * end of the range, that is a while after an outage of which nobody knows here when it ended.
 */
function isClosed(
  { toMs }: ReadingsRange,
  { bucketMs, startMs, last }: ReadingColumns,
  lastMs: number,
  kind: 'gauge' | 'counter',
): boolean {
  const isReadToEnd = (startMs.at(-1) ?? 0) + bucketMs >= toMs && last.at(-1) !== null;
  if (kind === 'counter' && !isReadToEnd) return false;
  const settlingMs = kind === 'counter' ? counterBounds.agreeingS * 1000 : 0;
  return bucketMs > 0 && toMs + 2 * bucketMs + settlingMs <= lastMs;
}

const keyOf = ({ series, fromMs, toMs, points }: ReadingsRange): string =>
  `${fromMs} ${toMs} ${points} ${series}`;
