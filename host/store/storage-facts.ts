import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Archive } from './archive.ts';
import type { TableName } from './columns.ts';
import { type Generation, type Generations, generationTable } from './generations.ts';
import type { Lane } from './lane.ts';
import { isThere, placesOf, sizeOf } from './recovery-files.ts';
import { levelOf } from './retention.ts';
import { kinds, tiers, tierTable } from './tier-tables.ts';
import type { Tiers } from './tiers.ts';

/** What takes room: windows, what tells of their coming, the tiers, and what else is in the database. */
export type StoragePartName =
  | 'raw'
  | 'arrivals'
  | '60'
  | '900'
  | '3600'
  | 'day'
  | 'ledger'
  | 'archive'
  | 'rest';

/** One part as it is now. */
export interface StoragePart {
  readonly name: StoragePartName;
  readonly bytes: number;
  readonly rows: number;
  /** Start of its oldest row, s; undefined where it has none. */
  readonly fromS: number | undefined;
  /** What a day of measuring adds, once its week is sorted. */
  readonly bytesPerDay: number;
  /** From when on rows are left, s; 0 where none was removed. */
  readonly keptFromS: number;
}

export interface StorageFacts {
  readonly atMs: number;
  /** Of the database's file and its log, and what of it is free to be used again. */
  readonly fileBytes: number;
  readonly fileFreeBytes: number;
  readonly backupBytes: number;
  readonly parts: readonly StoragePart[];
  /** Bytes that a row of the archive takes for each byte that it took in the database. */
  readonly archiveRatio: number;
}

/** Measured with a site of 100 series; what is archived already tells better. */
const usualArchiveRatio = 0.65;
/** What was measured in the last four weeks tells what a day brings. */
const recentS = 28 * 86_400;
const dayS = 86_400;

interface Sized {
  readonly rows: number;
  readonly bytes: number;
}

const none: Sized = { rows: 0, bytes: 0 };
const sum = (list: readonly Sized[]): Sized =>
  list.reduce((all, { rows, bytes }) => ({ rows: all.rows + rows, bytes: all.bytes + bytes }), none);
const perRow = ({ rows, bytes }: Sized): number => (rows === 0 ? 0 : bytes / rows);

/** Measures what takes room. Tables of sorted generations never change, so they are measured once. */
export class StorageScale {
  readonly #dataDir: string | undefined;
  readonly #sorted = new Map<string, Sized>();

  constructor(dataDir: string | undefined) {
    this.#dataDir = dataDir;
  }

  async measure(
    lane: Lane,
    generations: Generations,
    built: Tiers,
    archive: Archive,
    atMs: number,
  ): Promise<StorageFacts> {
    const raw = await this.#rawParts(lane, built, generations.list);
    const ofTiers = await tierParts(lane, built, generations.list);
    const [file] = await lane.all(
      'SELECT used_blocks * block_size AS used, free_blocks * block_size AS free FROM pragma_database_size() WHERE database_name = current_database()',
    );
    const used = Number(file?.used ?? 0);
    const archived = archivePart(archive, built.kept.fromS('raw'));
    const known = sum([...raw.parts, ...ofTiers]);
    const logBytes = await this.#logBytes();
    const rest: StoragePart = {
      name: 'rest',
      rows: 0,
      bytes: Math.max(used - known.bytes, 0) + logBytes,
      fromS: undefined,
      bytesPerDay: 0,
      keptFromS: 0,
    };
    const ratio = archived.rows === 0 || raw.sorted === 0 ? usualArchiveRatio : perRow(archived) / raw.sorted;
    return {
      atMs,
      fileBytes: used + Number(file?.free ?? 0) + logBytes,
      fileFreeBytes: Number(file?.free ?? 0),
      backupBytes: await this.#backupBytes(),
      parts: [...raw.parts, archived, ...ofTiers, rest],
      archiveRatio: Math.min(Math.max(ratio, 0.1), 2),
    };
  }

  /** Of a young site all that there is may lie in it. */
  async #logBytes(): Promise<number> {
    if (this.#dataDir === undefined) return 0;
    return (await sizeOf(`${placesOf(this.#dataDir).database}.wal`)) ?? 0;
  }

  async #rawParts(
    lane: Lane,
    built: Tiers,
    list: readonly Generation[],
  ): Promise<{ parts: StoragePart[]; sorted: number }> {
    const present = list.filter(({ state }) => state !== 'archived');
    const newestS = Math.max(...list.map(({ toS }) => toS));
    const recent = present.filter(({ toS, fromS }) => fromS <= toS && toS > newestS - recentS);
    const fromS = Math.max(Math.min(...recent.map(each => each.fromS)), newestS - recentS);
    const days = Math.max((newestS - fromS) / dayS, 1 / 24);
    const oldestS = Math.min(...present.map(each => each.fromS));
    let sorted = 0;
    const parts: StoragePart[] = [];
    for (const [name, kinds] of [
      ['raw', ['gauge', 'counter']],
      ['arrivals', ['span', 'missing']],
    ] as const) {
      const sizes = new Map<Generation, Sized>();
      for (const generation of present) {
        const each: Sized[] = [];
        for (const kind of kinds) each.push(await this.#sizeOf(lane, generation, kind));
        sizes.set(generation, sum(each));
      }
      const of = (chosen: readonly Generation[]) => sum(chosen.map(each => sizes.get(each) ?? none));
      const all = of(present);
      const ofSorted = of(present.filter(({ state }) => state === 'sorted'));
      const bytesPerRow = perRow(ofSorted.rows > 0 ? ofSorted : all);
      if (name === 'raw') sorted = bytesPerRow;
      const bytesPerDay = recent.length === 0 ? 0 : (of(recent).rows / days) * bytesPerRow;
      const keptFromS = built.kept.fromS(levelOf(kinds[0]));
      const from = Number.isFinite(oldestS) ? oldestS : undefined;
      parts.push({ name, ...all, fromS: from, bytesPerDay, keptFromS });
    }
    return { parts, sorted };
  }

  async #sizeOf(lane: Lane, generation: Generation, kind: TableName): Promise<Sized> {
    const table = generationTable(kind, generation);
    const known = generation.state === 'sorted' ? this.#sorted.get(table) : undefined;
    if (known !== undefined) return known;
    const size = await tableSize(lane, table);
    if (generation.state === 'sorted') this.#sorted.set(table, size);
    return size;
  }

  async #backupBytes(): Promise<number> {
    if (this.#dataDir === undefined) return 0;
    const { backups } = placesOf(this.#dataDir);
    if (!(await isThere(backups))) return 0;
    let bytes = 0;
    for (const name of await readdir(backups)) {
      if (name.endsWith('.duckdb')) bytes += (await sizeOf(join(backups, name))) ?? 0;
    }
    return bytes;
  }
}

/** By the blocks that its columns lie in; small tables share theirs with others. */
async function tableSize(lane: Lane, table: string): Promise<Sized> {
  const [row] = await lane.all(
    `SELECT (SELECT count(*) FROM ${table}) AS rows, count(DISTINCT block_id) * 262144 AS bytes
     FROM pragma_storage_info('${table}') WHERE persistent AND block_id >= 0`,
  );
  return { rows: Number(row?.rows ?? 0), bytes: Number(row?.bytes ?? 0) };
}

async function tierParts(
  lane: Lane,
  built: Tiers,
  generations: readonly Generation[],
): Promise<StoragePart[]> {
  const oldestS = Math.min(...generations.map(({ fromS }) => fromS));
  const parts: StoragePart[] = [];
  const tables = [
    ...tiers.map(tier => ({
      name: tier.name as StoragePartName,
      horizonS: built.horizon(tier.name),
      keptFromS: built.kept.fromS(tier.name),
      list: kinds.map(kind => tierTable(kind, tier)),
    })),
    { name: 'ledger' as const, horizonS: built.horizon('900'), keptFromS: 0, list: ['ledger_900'] },
  ];
  for (const { name, horizonS, keptFromS, list } of tables) {
    const all: Sized[] = [];
    for (const table of list) all.push(await tableSize(lane, table));
    const size = sum(all);
    const fromS = Math.max(oldestS, keptFromS);
    const sinceS = Math.max(fromS, horizonS - recentS);
    const counts = list.map(
      table => `(SELECT count(*) FROM ${table} WHERE startS >= ${Math.max(Math.floor(sinceS), 0)}::UINTEGER)`,
    );
    const isThere = Number.isFinite(fromS) && horizonS > sinceS;
    const [recent = []] = isThere ? await lane.columns(`SELECT (${counts.join(' + ')})::DOUBLE`) : [];
    const days = Math.max((horizonS - sinceS) / dayS, 1);
    const bytesPerDay = ((recent[0] ?? 0) / days) * perRow(size);
    const from = Number.isFinite(fromS) ? fromS : undefined;
    parts.push({ name, ...size, fromS: from, bytesPerDay, keptFromS });
  }
  return parts;
}

function archivePart({ files }: Archive, keptFromS: number): StoragePart {
  const size = sum(files);
  const fromS = Math.min(...files.map(file => file.fromS));
  return {
    name: 'archive',
    ...size,
    fromS: Number.isFinite(fromS) ? fromS : undefined,
    bytesPerDay: 0,
    keptFromS,
  };
}
