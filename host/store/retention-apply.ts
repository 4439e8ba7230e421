import type { DuckDBConnection } from '@duckdb/node-api';
import { type ArchivedFile, monthEndS } from './archive-files.ts';
import { type TableName, tableNames } from './columns.ts';
import { type Generation, type Generations, generationTable } from './generations.ts';
import { type Lane, settled } from './lane.ts';
import type { OnStep } from './restore-place.ts';
import { type Keeping, type Level, levelOf, levels } from './retention.ts';
import { kinds, type Tier, tiers, tierTable } from './tier-tables.ts';
import type { Tiers } from './tiers.ts';
import { transaction } from './transaction.ts';

interface Place {
  readonly lane: Lane;
  /** Lanes that may have been told to read what goes: they are waited for. */
  readonly readers: () => readonly Lane[];
  readonly generations: Generations;
  readonly tiers: Tiers;
  readonly zone: string;
  readonly onStep?: OnStep | undefined;
}

/**
 * Removes what has been kept long enough, whole months of the site's calendar at a time, and remembers from when on each
 * level is left. Nothing goes that a coarser tier has not yet got. Time counts as far as the newest window: a clock
 * of the host that leaps ahead alone removes nothing.
 * @returns how many levels were cut
 */
export async function applyRetention(place: Place, keeping: Keeping, nowS: number): Promise<number> {
  const { lane, readers, generations, tiers: built, zone, onStep = () => {} } = place;
  const { kept } = built;
  const newestS = Math.max(...generations.list.map(({ toS }) => toS));
  if (!Number.isFinite(newestS)) return 0;
  let cut = 0;
  let finerFromS = Number.POSITIVE_INFINITY;
  for (const [index, level] of levels.entries()) {
    const beforeS = kept.fromS(level);
    const months = keeping.months[level];
    const coarser = tiers[index];
    const wantedS = months === 0 ? 0 : await monthStart(lane, zone, Math.min(nowS, newestS), months);
    const fromS = Math.min(
      wantedS,
      finerFromS,
      coarser === undefined ? wantedS : built.horizon(coarser.name),
      // Days are made of quarters of an hour.
      level === '900' ? built.horizon('day') : wantedS,
    );
    if (fromS > beforeS) {
      // From here on reads take what is coarser; whatever was told to read what goes ends first.
      kept.set(level, fromS);
      try {
        await settled(readers());
        onStep(`retention.cut ${level}`);
        await lane.use(connection => cutLevel(connection, level, fromS));
        onStep(`retention.isCut ${level}`);
      } catch (error) {
        kept.set(level, beforeS);
        throw error;
      }
      cut++;
    }
    finerFromS = kept.fromS(level);
  }
  await removeFiles(place);
  await emptyTables(place);
  return cut;
}

/** Start of the civil month, s, that lies so many months before the one of an instant. */
async function monthStart(lane: Lane, zone: string, atS: number, months: number): Promise<number> {
  const [starts = []] = await lane.columns(
    `SELECT epoch((date_trunc('month', to_timestamp($1::DOUBLE) AT TIME ZONE $2) - to_months($3::INTEGER)) AT TIME ZONE $2)`,
    [atS, zone, months],
  );
  return Math.floor(starts[0] ?? 0);
}

function cutLevel(connection: DuckDBConnection, level: Level, fromS: number): Promise<void> {
  return transaction(connection, async () => {
    const tier = tiers.find(({ name }) => name === level);
    if (tier !== undefined) await cutTier(connection, tier, fromS);
    await connection.run('DELETE FROM kept WHERE name = ?', [level]);
    await connection.run('INSERT INTO kept VALUES (?, ?)', [level, fromS]);
  });
}

async function cutTier(connection: DuckDBConnection, tier: Tier, fromS: number): Promise<void> {
  // A bucket that begins before and ends after is kept.
  const untilS = tier.name === 'day' ? fromS : Math.floor(fromS / tier.lengthS) * tier.lengthS;
  for (const kind of kinds)
    await connection.run(`DELETE FROM ${tierTable(kind, tier)} WHERE startS < ${untilS}::UINTEGER`);
}

/** Files of the archive of which nothing is kept. One that a kill leaves is removed by the next start. */
async function removeFiles({
  lane,
  readers,
  generations,
  tiers: { kept },
  onStep = () => {},
}: Place): Promise<void> {
  const isGone = ({ kind, month }: ArchivedFile) => monthEndS(month) <= kept.fromS(levelOf(kind));
  for (const generation of generations.list) {
    const gone = generation.archived.filter(isGone);
    if (gone.length === 0) continue;
    const before = generation.archived;
    generation.archived = before.filter(file => !isGone(file));
    onStep('retention.forget');
    try {
      await settled(readers());
      await lane.use(connection =>
        transaction(connection, async () => {
          for (const { kind, month } of gone) {
            await connection.run('DELETE FROM archive WHERE generation = ? AND kind = ? AND month = ?', [
              generation.number,
              kind,
              month,
            ]);
          }
        }),
      );
    } catch (error) {
      generation.archived = before;
      throw error;
    }
    onStep('retention.remove');
    for (const { path } of gone) await generations.files.remove(path);
  }
}

/** Tables of sorted generations all of whose windows are gone. */
async function emptyTables({ lane, generations, tiers: { kept } }: Place): Promise<void> {
  for (const generation of generations.list) {
    const gone = tableNames.filter(name => isToEmpty(generation, name, kept.fromS(levelOf(name))));
    if (gone.length === 0) continue;
    await lane.use(connection =>
      transaction(connection, async () => {
        for (const name of gone) {
          await connection.run(`DELETE FROM ${generationTable(name, generation)}`);
          await connection.run(`UPDATE generation SET ${name} = 0 WHERE number = ?`, [generation.number]);
        }
      }),
    );
    for (const name of gone) generation.taken[name] = 0;
  }
}

const isToEmpty = ({ state, toS, taken }: Generation, name: TableName, fromS: number): boolean =>
  state === 'sorted' && toS < fromS && taken[name] > 0;
