import type { DuckDBConnection } from '@duckdb/node-api';
import { isQuantityId, quantities } from '#core/quantities.ts';
import { tableNames } from './columns.ts';
import type { Database } from './database.ts';
import { type Generation, generationTable } from './generations.ts';
import { settled } from './lane.ts';
import { ledgerOfMeter } from './late-windows.ts';
import { restate } from './summary.ts';

interface Concerned {
  readonly number: number;
  readonly meter: number;
  readonly kind: 'gauge' | 'counter';
  readonly fromS: number;
}

/**
 * Takes an import back: in one transaction its generation goes, and whatever its windows were in is built anew of those
 * that are left. Before it, everything is read without it already; killed in between, it is there again.
 * @returns numbers of the series it had written to
 */
export async function undoImport(
  { small, upkeep, readers, shelves, archive }: Database,
  id: number,
  { who, nowMs }: { readonly who: string; readonly nowMs: number },
): Promise<number[]> {
  const { generations, tiers } = shelves;
  const nowS = Math.floor(nowMs / 1000);
  const [row] = await small.all('SELECT generation FROM imported WHERE id = ?', [id]);
  const generation = generations.list.find(({ number }) => number === Number(row?.generation));
  if (generation === undefined) throw new Error(`import ${id} has no generation`);
  const series = await concerned(small, id);
  // So that the tiers know all of its rows: what they do not know cannot be taken out of them.
  await tiers.build(upkeep, nowS);
  generations.remove(generation.number);
  for (const { number, meter, fromS } of series) {
    tiers.touched(number, fromS);
    tiers.touched(ledgerOfMeter(meter), generation.fromS);
  }
  try {
    // Whatever was told to read its tables ends first.
    await settled(readers);
    const ofKind = (kind: Concerned['kind']) =>
      series.filter(each => each.kind === kind).map(({ number }) => number);
    await tiers.without(upkeep, nowS, {
      generation,
      series: { gauge: ofKind('gauge'), counter: ofKind('counter') },
      drop: async connection => {
        await restate(connection, generations.list, series, nowS);
        await connection.run('UPDATE imported SET undoneMs = ?, undoneBy = ? WHERE id = ?', [nowMs, who, id]);
        await drop(connection, generation);
      },
    });
  } catch (error) {
    generations.add(generation);
    throw error;
  }
  for (const { path } of generation.archived) await generations.files.remove(path);
  await archive.showAll(upkeep);
  return series.map(({ number }) => number);
}

async function drop(connection: DuckDBConnection, generation: Generation): Promise<void> {
  const { number, state } = generation;
  if (state === 'archived') await connection.run('DELETE FROM archive WHERE generation = ?', [number]);
  else for (const name of tableNames) await connection.run(`DROP TABLE ${generationTable(name, generation)}`);
  await connection.run('DELETE FROM generation WHERE number = ?', [number]);
}

async function concerned(small: Database['small'], id: number): Promise<Concerned[]> {
  const rows = await small.all(
    `SELECT number, meter, quantity, imported_series.fromS AS fromS FROM imported_series
     JOIN series ON number = series WHERE id = ? ORDER BY number`,
    [id],
  );
  return rows.flatMap(({ number, meter, quantity, fromS }) => {
    const name = String(quantity);
    if (!isQuantityId(name)) return [];
    return [
      { number: Number(number), meter: Number(meter), kind: quantities[name].kind, fromS: Number(fromS) },
    ];
  });
}
