import type { DuckDBConnection } from '@duckdb/node-api';
import { reasons } from '#core/wire/reasons.ts';
import { ColumnAppender } from './column-appender.ts';
import type { Lane } from './lane.ts';
import type { MeterEntry, SeriesBook } from './series-book.ts';
import type { Batch, StoredWindow, Watermark } from './types.ts';

const summaryEveryMs = 30_000;

/** Reason number of a window without values for which the gateway gave no reason. */
export const unknownReason = 255;

interface Appenders {
  readonly gauge: ColumnAppender;
  readonly counter: ColumnAppender;
  readonly missing: ColumnAppender;
}

/**
 * Writes batches, each in one transaction on a connection of its own. When a commit failed, nobody knows whether it
 * happened: the next one first looks at the watermarks on disk, so a batch may be tried again without doubling.
 */
export class Writer {
  readonly #lane: Lane;
  readonly #book: SeriesBook;
  readonly #nowMs: () => number;
  readonly #watermarks = new Map<string, number>();
  #appenders: Appenders | undefined;
  #rows = { gaugeRows: 0, counterRows: 0 };
  #isInDoubt = false;
  #summarisedMs: number;
  #hasNews = false;

  constructor(lane: Lane, book: SeriesBook, nowMs: () => number) {
    this.#lane = lane;
    this.#book = book;
    this.#nowMs = nowMs;
    this.#summarisedMs = nowMs();
  }

  async load(): Promise<void> {
    for (const row of await this.#lane.all('SELECT gateway, epoch, sequence FROM watermark')) {
      this.#watermarks.set(keyOf(String(row.gateway), String(row.epoch)), Number(row.sequence));
    }
    this.#rows = await this.#book.load(this.#lane);
  }

  watermark(gateway: string, epoch: string): number {
    return this.#watermarks.get(keyOf(gateway, epoch)) ?? 0;
  }

  /** Rows, losses and watermarks, all or nothing. @throws Error of the database; the batch may be tried again. */
  commit(batch: Batch): Promise<void> {
    return this.#lane.use(async connection => {
      if (this.#isInDoubt && (await this.#isOnDisk(connection, batch.watermarks))) {
        // The row counts of the summary are read again at the next open; here they only may be too low.
        this.#settle(batch, { gauge: 0, counter: 0 });
        return;
      }
      const rows = await this.#transaction(connection, () => this.#write(connection, batch));
      this.#settle(batch, rows);
    });
  }

  /** Writes the summary of the series, so that the next open need not read the rows. */
  async close(): Promise<void> {
    await this.#lane.use(async connection => {
      if (this.#hasNews) await this.#transaction(connection, () => this.#summarise(connection));
      for (const appender of Object.values(this.#appenders ?? {})) appender.close();
    });
    await this.#lane.close();
  }

  async #transaction<T>(connection: DuckDBConnection, work: () => Promise<T>): Promise<T> {
    await connection.run('BEGIN TRANSACTION');
    try {
      const result = await work();
      await connection.run('COMMIT');
      return result;
    } catch (error) {
      this.#isInDoubt = true;
      this.#dropAppenders();
      await connection.run('ROLLBACK').catch(() => {});
      throw error;
    }
  }

  async #write(connection: DuckDBConnection, batch: Batch): Promise<{ gauge: number; counter: number }> {
    this.#appenders ??= {
      gauge: await ColumnAppender.open(connection, 'gauge'),
      counter: await ColumnAppender.open(connection, 'counter'),
      missing: await ColumnAppender.open(connection, 'missing'),
    };
    const rows = this.#append(this.#appenders, batch.windows);
    await this.#saveNames(connection);
    await this.#saveWatermarks(connection, batch.watermarks);
    for (const { gateway, epoch, from, to } of batch.losses) {
      await connection.run('INSERT INTO lost VALUES (?, ?, ?, ?, ?)', [
        gateway,
        epoch,
        from,
        to,
        this.#nowMs(),
      ]);
    }
    if (this.#nowMs() - this.#summarisedMs > summaryEveryMs) await this.#summarise(connection);
    return rows;
  }

  #append(appenders: Appenders, windows: readonly StoredWindow[]): { gauge: number; counter: number } {
    const { gauge, counter, missing } = appenders;
    const rows = { gauge: 0, counter: 0 };
    for (const { gateway, record } of windows) {
      const meter = this.#book.meterOf(gateway, record.meter);
      const startS = record.startMs / 1000;
      for (const value of record.values) {
        const isGauge = 'mean' in value;
        const table = isGauge ? gauge : counter;
        table.set(0, this.#book.seriesIn(meter, value.quantity).number);
        table.set(1, startS);
        table.set(2, record.windowS);
        table.set(3, value.samples);
        if (isGauge) {
          table.set(4, value.mean);
          table.set(5, value.min);
          table.set(6, value.max);
          table.set(7, value.last);
          rows.gauge++;
        } else {
          table.set(4, value.last);
          rows.counter++;
        }
        table.next();
      }
      appendMissing(missing, meter, record);
    }
    for (const appender of [gauge, counter, missing]) appender.flush();
    return rows;
  }

  async #saveNames(connection: DuckDBConnection): Promise<void> {
    const { newMeters, newSeries } = this.#book;
    if (newMeters.length > 0) {
      await connection.run(
        'INSERT INTO meter SELECT unnest(?::UINTEGER[]), unnest(?::VARCHAR[]), unnest(?::VARCHAR[])',
        [
          list(newMeters.map(({ number }) => number)),
          list(newMeters.map(({ gateway }) => gateway)),
          list(newMeters.map(({ id }) => id)),
        ],
      );
    }
    if (newSeries.length > 0) {
      await connection.run(
        `INSERT INTO series (number, meter, quantity)
         SELECT unnest(?::UINTEGER[]), unnest(?::UINTEGER[]), unnest(?::VARCHAR[])`,
        [
          list(newSeries.map(({ number }) => number)),
          list(newSeries.map(({ meter }) => meter.number)),
          list(newSeries.map(({ quantity }) => quantity)),
        ],
      );
    }
  }

  async #saveWatermarks(connection: DuckDBConnection, watermarks: readonly Watermark[]): Promise<void> {
    const save = async (marks: readonly Watermark[], sql: string) => {
      if (marks.length === 0) return;
      await connection.run(sql, [
        list(marks.map(({ gateway }) => gateway)),
        list(marks.map(({ epoch }) => epoch)),
        list(marks.map(({ sequence }) => sequence)),
      ]);
    };
    const given =
      'SELECT unnest(?::VARCHAR[]) AS gateway, unnest(?::VARCHAR[]) AS epoch, unnest(?::BIGINT[]) AS sequence';
    const isKnown = ({ gateway, epoch }: Watermark) => this.#watermarks.has(keyOf(gateway, epoch));
    await save(
      watermarks.filter(mark => isKnown(mark)),
      `UPDATE watermark SET sequence = given.sequence FROM (${given}) AS given
       WHERE watermark.gateway = given.gateway AND watermark.epoch = given.epoch`,
    );
    await save(
      watermarks.filter(mark => !isKnown(mark)),
      `INSERT INTO watermark ${given}`,
    );
  }

  async #isOnDisk(connection: DuckDBConnection, watermarks: readonly Watermark[]): Promise<boolean> {
    const reader = await connection.runAndReadAll('SELECT gateway, epoch, sequence FROM watermark');
    const onDisk = new Map(
      reader.getRows().map(([gateway, epoch, sequence]) => [keyOf(String(gateway), String(epoch)), sequence]),
    );
    return (
      watermarks.length > 0 &&
      watermarks.every(
        ({ gateway, epoch, sequence }) => Number(onDisk.get(keyOf(gateway, epoch)) ?? 0) >= sequence,
      )
    );
  }

  #settle({ windows, watermarks }: Batch, rows: { gauge: number; counter: number }): void {
    this.#isInDoubt = false;
    this.#hasNews = true;
    this.#rows.gaugeRows += rows.gauge;
    this.#rows.counterRows += rows.counter;
    this.#book.committed(windows);
    for (const { gateway, epoch, sequence } of watermarks) {
      this.#watermarks.set(keyOf(gateway, epoch), sequence);
    }
  }

  /** Covers the rows committed so far, not those of the transaction at hand: they are read again at open. */
  async #summarise(connection: DuckDBConnection): Promise<void> {
    const entries = this.#book.entries();
    await connection.run(
      `UPDATE series SET firstS = given.firstS, endS = given.endS, longestS = given.longestS, value = given.value
       FROM (SELECT unnest(?::UINTEGER[]) AS number, unnest(?::UINTEGER[]) AS firstS, unnest(?::UINTEGER[]) AS endS,
         unnest(?::USMALLINT[]) AS longestS, unnest(?::DOUBLE[]) AS value) AS given
       WHERE series.number = given.number`,
      [
        list(entries.map(({ number }) => number)),
        list(entries.map(({ firstS }) => firstS)),
        list(entries.map(({ endS }) => endS)),
        list(entries.map(({ longestS }) => longestS)),
        list(entries.map(({ value }) => value)),
      ],
    );
    await connection.run('UPDATE summarised SET gaugeRows = ?, counterRows = ?', [
      this.#rows.gaugeRows,
      this.#rows.counterRows,
    ]);
    this.#summarisedMs = this.#nowMs();
  }

  #dropAppenders(): void {
    for (const appender of Object.values(this.#appenders ?? {})) {
      try {
        appender.clear();
        appender.close();
      } catch {
        // A broken appender says so again when it is closed; a new one is opened for the next try.
      }
    }
    this.#appenders = undefined;
  }
}

function appendMissing(missing: ColumnAppender, meter: MeterEntry, record: StoredWindow['record']): void {
  const isWhole = record.values.length === 0;
  const failures =
    isWhole && record.failures.length === 0
      ? [{ reason: unknownReason, count: 0 }]
      : record.failures.map(({ reason, count }) => ({ reason: reasons.indexOf(reason), count }));
  for (const { reason, count } of failures) {
    missing.set(0, meter.number);
    missing.set(1, record.startMs / 1000);
    missing.set(2, record.windowS);
    missing.set(3, reason);
    missing.set(4, count);
    missing.set(5, isWhole ? 1 : 0);
    missing.next();
  }
}

const keyOf = (gateway: string, epoch: string): string => `${gateway} ${epoch}`;

/** A list as one bound parameter: DuckDB casts JSON text to a list of the type the query names. */
const list = (values: readonly (string | number)[]): string => JSON.stringify(values);
