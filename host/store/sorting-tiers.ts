import type { DuckDBConnection } from '@duckdb/node-api';
import { checkpoint } from './checkpoint.ts';
import type { Lane } from './lane.ts';
import { insertSorted } from './sort-pieces.ts';
import { type Kind, kinds, type Tier, tiers, tierTable } from './tier-tables.ts';
import type { Tiers } from './tiers.ts';
import { transaction } from './transaction.ts';

const weekS = 7 * 86_400;
/** 1970 began on a Thursday; weeks begin on Mondays, UTC. */
const weekStart = (atS: number): number => Math.floor((atS + 3 * 86_400) / weekS) * weekS - 3 * 86_400;

/**
 * Sorts the tiers' rows of the oldest closed week that is not sorted yet, by series and time: rows of one series lie
 * together, take fewer bits and are read without the others. Late windows mend rows of a sorted week at the end of
 * the table, where they stay: they are few. Days are too few to be sorted.
 * @returns whether there was such a week
 */
export async function sortTiers(lane: Lane, built: Tiers, oldestS: number): Promise<boolean> {
  const [row] = await lane.all('SELECT untilS FROM tier_sorted');
  const fromS = Math.max(Number(row?.untilS ?? 0), weekStart(oldestS));
  const toS = fromS + weekS;
  if (!Number.isFinite(fromS) || built.horizon('3600') < toS) return false;
  for (const tier of tiers) {
    for (const kind of tier.name === 'day' ? [] : kinds) {
      // Each table on its own, so that commits wait little; a week that was sorted in part is sorted again.
      await lane.use(connection =>
        transaction(connection, () => sortWeek(connection, kind, tier, fromS, toS)),
      );
      await lane.use(checkpoint);
    }
  }
  await lane.run('DROP TABLE IF EXISTS week');
  await lane.run('UPDATE tier_sorted SET untilS = ?', [toS]);
  return true;
}

async function sortWeek(
  connection: DuckDBConnection,
  kind: Kind,
  tier: Tier,
  fromS: number,
  toS: number,
): Promise<void> {
  const table = tierTable(kind, tier);
  const where = `startS >= ${Math.max(fromS, 0)}::UINTEGER AND startS < ${toS}::UINTEGER`;
  await connection.run(`CREATE OR REPLACE TEMP TABLE week AS SELECT * FROM ${table} WHERE false`);
  await insertSorted(connection, {
    from: table,
    where,
    key: 'series',
    insert: piece => `INSERT INTO week SELECT * FROM ${table} WHERE ${piece}`,
  });
  await connection.run(`DELETE FROM ${table} WHERE ${where}`);
  await connection.run(`INSERT INTO ${table} SELECT * FROM week`);
}
