import type { DuckDBConnection } from '@duckdb/node-api';
import type { Lane } from './lane.ts';
import { list } from './sql-text.ts';
import type { Watermark } from './types.ts';

const newest = 'SELECT gateway, epoch, max(sequence) AS sequence FROM watermark GROUP BY gateway, epoch';

/**
 * Writes how far journals are stored, in the transaction of their rows. Each commit adds rows, and the highest of a
 * journal holds: changing a row would keep checkpoints waiting for every read that is under way.
 */
export async function saveWatermarks(
  connection: DuckDBConnection,
  watermarks: readonly Watermark[],
): Promise<void> {
  if (watermarks.length === 0) return;
  await connection.run(
    'INSERT INTO watermark SELECT unnest(?::VARCHAR[]), unnest(?::VARCHAR[]), unnest(?::BIGINT[])',
    [
      list(watermarks.map(({ gateway }) => gateway)),
      list(watermarks.map(({ epoch }) => epoch)),
      list(watermarks.map(({ sequence }) => sequence)),
    ],
  );
}

export async function loadWatermarks(lane: Lane): Promise<Watermark[]> {
  return (await lane.all(newest)).map(({ gateway, epoch, sequence }) => ({
    gateway: String(gateway),
    epoch: String(epoch),
    sequence: Number(sequence),
  }));
}

/** Whether all of these were written, by a commit of which nobody knew whether it happened. */
export async function areOnDisk(
  connection: DuckDBConnection,
  watermarks: readonly Watermark[],
): Promise<boolean> {
  const reader = await connection.runAndReadAll(newest);
  const onDisk = new Map(
    reader.getRows().map(([gateway, epoch, sequence]) => [`${gateway} ${epoch}`, Number(sequence)]),
  );
  return (
    watermarks.length > 0 &&
    watermarks.every(({ gateway, epoch, sequence }) => (onDisk.get(`${gateway} ${epoch}`) ?? 0) >= sequence)
  );
}

/** Removes those that higher ones have replaced. */
export const compactWatermarks = (lane: Lane): Promise<void> =>
  lane.run(
    `DELETE FROM watermark USING (${newest}) AS newest WHERE watermark.gateway = newest.gateway
       AND watermark.epoch = newest.epoch AND watermark.sequence < newest.sequence`,
  );
