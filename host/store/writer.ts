import type { DuckDBConnection } from '@duckdb/node-api';
import { BlockAppender } from './block-appender.ts';
import { Block, layouts, type TableName } from './columns.ts';
import type { Corrections } from './corrections.ts';
import { type Generation, type Generations, generationTable } from './generations.ts';
import type { Lane } from './lane.ts';
import { ledgerOfMeter } from './late-windows.ts';
import { saveSerials } from './serials.ts';
import { list } from './sql-text.ts';
import type { Tiers } from './tiers.ts';
import { transaction } from './transaction.ts';
import type { BatchMessage, NewNames } from './types.ts';
import { areOnDisk, saveWatermarks } from './watermarks.ts';

type Blocks = { readonly [T in TableName]: Block<(typeof layouts)[T]> };

/** What has to know of what was written. */
interface WriterShelves {
  readonly generations: Generations;
  readonly tiers: Tiers;
  readonly corrections: Corrections;
}

/**
 * Writes batches, each in one transaction on a connection of its own. When a commit failed, nobody knows whether it
 * happened: the next one first looks at the watermarks on disk, so a batch may be tried again without doubling.
 */
export class Writer {
  readonly #lane: Lane;
  readonly #generations: Generations;
  readonly #tiers: Tiers;
  readonly #corrections: Corrections;
  readonly #nowMs: () => number;
  #appenders: { readonly generation: number; readonly of: Record<TableName, BlockAppender> } | undefined;
  /** At first too: it may be the one of a database that was opened again. */
  #isInDoubt = true;

  constructor(lane: Lane, { generations, tiers, corrections }: WriterShelves, nowMs: () => number) {
    this.#lane = lane;
    this.#generations = generations;
    this.#tiers = tiers;
    this.#corrections = corrections;
    this.#nowMs = nowMs;
  }

  /** Rows, names, losses and watermarks, all or nothing. @throws Error of the database; the batch may be tried again. */
  commit(batch: BatchMessage): Promise<void> {
    return this.#lane.use(async connection => {
      this.#corrections.learn(batch.names.series);
      const blocks: Blocks = {
        gauge: new Block(layouts.gauge, batch.blocks.gauge),
        counter: new Block(layouts.counter, batch.blocks.counter),
        span: new Block(layouts.span, batch.blocks.span),
        missing: new Block(layouts.missing, batch.blocks.missing),
      };
      // Before: rows of a commit in doubt have to be found as well, and by then another generation may be the open one.
      this.#widen(blocks);
      if (!this.#isInDoubt || !(await areOnDisk(connection, batch.watermarks))) {
        await this.#write(connection, batch, blocks);
      }
      this.#isInDoubt = false;
      this.#settle(blocks);
    });
  }

  /** Names that an import uses: one after the other with batches, which may know them by now and would write them too. */
  name(names: NewNames): Promise<void> {
    return this.#lane.use(connection => {
      this.#corrections.learn(names.series);
      return saveNames(connection, names);
    });
  }

  /** Closes the open generation, begins the next, and gives its number; `leaveOut` see `Generations.begin`. */
  rotate({ leaveOut = 0 } = {}): Promise<number> {
    return this.#lane.use(async connection => {
      this.#dropAppenders();
      await this.#generations.begin(connection, Math.floor(this.#nowMs() / 1000), leaveOut);
      return this.#generations.open.number;
    });
  }

  /** Does this work while no commit is under way and none begins. */
  hold<T>(work: () => Promise<T>): Promise<T> {
    return this.#lane.use(work);
  }

  close(): Promise<void> {
    return this.#lane.close(() => this.#dropAppenders());
  }

  async #write(connection: DuckDBConnection, batch: BatchMessage, blocks: Blocks): Promise<void> {
    this.#isInDoubt = true;
    await transaction(connection, async commit => {
      try {
        await this.#append(connection, batch, blocks);
        await commit();
      } catch (error) {
        // Within the transaction still: what a broken one has left would else be written on its own.
        this.#dropAppenders();
        throw error;
      }
    });
  }

  async #append(connection: DuckDBConnection, batch: BatchMessage, blocks: Blocks): Promise<void> {
    const appenders = await this.#appendersOf(connection, this.#generations.open);
    appenders.gauge.append(blocks.gauge);
    appenders.counter.append(blocks.counter);
    appenders.span.append(blocks.span);
    appenders.missing.append(blocks.missing);
    await saveNames(connection, batch.names);
    await saveSerials(connection, batch.serials);
    await saveWatermarks(connection, batch.watermarks);
    for (const { gateway, epoch, from, to, fromS, toS, reason = 'journalOverflow' } of batch.losses) {
      await connection.run('INSERT INTO lost VALUES (?, ?, ?, ?, ?, ?, ?, ?)', [
        gateway,
        epoch,
        from,
        to,
        this.#nowMs(),
        fromS,
        toS,
        reason,
      ]);
    }
  }

  async #appendersOf(
    connection: DuckDBConnection,
    generation: Generation,
  ): Promise<Record<TableName, BlockAppender>> {
    if (this.#appenders?.generation === generation.number) return this.#appenders.of;
    const open = (name: TableName) => BlockAppender.open(connection, generationTable(name, generation));
    const of = {
      gauge: await open('gauge'),
      counter: await open('counter'),
      span: await open('span'),
      missing: await open('missing'),
    };
    this.#appenders = { generation: generation.number, of };
    return of;
  }

  /** Reads have to look for these rows in the open generation; where the commit fails they do so in vain. */
  #widen({ span }: Blocks): void {
    let [fromS, toS] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
    for (let row = 0; row < span.rows; row++) {
      const startS = span.views.startS[row] as number;
      fromS = Math.min(fromS, startS);
      toS = Math.max(toS, startS);
    }
    if (span.rows > 0) this.#generations.widen(fromS, toS);
  }

  /** The rows are on disk: tiers do not tell them yet. */
  #settle({ gauge, counter, span }: Blocks): void {
    for (let row = 0; row < span.rows; row++) {
      this.#tiers.touched(ledgerOfMeter(span.views.meter[row] as number), span.views.startS[row] as number);
    }
    for (const { rows, views } of [gauge, counter]) {
      for (let row = 0; row < rows; row++) {
        this.#tiers.touched(views.series[row] as number, views.startS[row] as number);
      }
    }
  }

  #dropAppenders(): void {
    for (const appender of Object.values(this.#appenders?.of ?? {})) appender.drop();
    this.#appenders = undefined;
  }
}

/** Those that are not there yet: one that another batch has written in a commit in doubt may come again. */
async function saveNames(connection: DuckDBConnection, { meters, series }: NewNames): Promise<void> {
  if (meters.length > 0) {
    await connection.run(
      `INSERT INTO meter SELECT number, gateway, id FROM (SELECT unnest(?::UINTEGER[]) AS number,
         unnest(?::VARCHAR[]) AS gateway, unnest(?::VARCHAR[]) AS id) AS given ANTI JOIN meter USING (number)`,
      [
        list(meters.map(({ number }) => number)),
        list(meters.map(({ gateway }) => gateway)),
        list(meters.map(({ id }) => id)),
      ],
    );
  }
  if (series.length > 0) {
    await connection.run(
      `INSERT INTO series (number, meter, quantity) SELECT number, meter, quantity
       FROM (SELECT unnest(?::UINTEGER[]) AS number, unnest(?::UINTEGER[]) AS meter,
         unnest(?::VARCHAR[]) AS quantity) AS given ANTI JOIN series USING (number)`,
      [
        list(series.map(({ number }) => number)),
        list(series.map(({ meter }) => meter)),
        list(series.map(({ quantity }) => quantity)),
      ],
    );
  }
}
