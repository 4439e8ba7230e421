import { createWriteStream } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { quantities, quantityIds } from '#core/quantities.ts';
import type { ExportedRow } from './export-rows.ts';

const scales = new Map<string, number>(quantityIds.map(id => [id, 10 ** quantities[id].decimals]));

/**
 * The rows of the same export as Parquet, which the host makes by one question however many series it is about. The file is
 * read from a temporary folder, a piece at a time.
 */
export async function* parquetRows(body: AsyncIterable<Uint8Array>): AsyncGenerator<ExportedRow[]> {
  const folder = await mkdtemp(join(tmpdir(), 'joulegate-export-'));
  const path = join(folder, 'windows.parquet');
  // Loaded where it is needed: most of the laboratory has no database.
  const { DuckDBInstance } = await import('@duckdb/node-api');
  const instance = await DuckDBInstance.create(':memory:');
  try {
    await pipeline(Readable.from(body), createWriteStream(path));
    const connection = await instance.connect();
    const result = await connection.stream(
      `SELECT series, quantity, epoch(start_utc)::DOUBLE AS startS, window_s::DOUBLE AS windowS, samples::DOUBLE AS samples,
         mean, min, max, last FROM read_parquet('${path.replaceAll("'", "''")}')`,
    );
    for (let chunk = await result.fetchChunk(); chunk !== null && chunk.rowCount > 0; ) {
      yield rowsOf(chunk.getColumns());
      chunk = await result.fetchChunk();
    }
    connection.closeSync();
  } finally {
    instance.closeSync();
    await rm(folder, { recursive: true, force: true });
  }
}

function rowsOf(columns: readonly (readonly unknown[])[]): ExportedRow[] {
  const [series = [], quantity = [], ...numbers] = columns;
  return series.map((key, row) => {
    const scale = scales.get(String(quantity[row]));
    const [startS = Number.NaN, windowS = Number.NaN, samples = Number.NaN, ...values] = numbers.map(
      column => (typeof column[row] === 'number' ? column[row] : Number.NaN),
    );
    if (scale === undefined || Number.isNaN(startS))
      throw new Error(`the export has a row that is none, of ${String(key)}`);
    const [mean = Number.NaN, min = Number.NaN, max = Number.NaN, last = Number.NaN] = values.map(value =>
      Math.round(value * scale),
    );
    return { series: String(key), startS, windowS, samples, mean, min, max, last };
  });
}
