import { writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { makeFolder } from '../make-folder.ts';
import { archivedName, monthOf } from '../store/archive-files.ts';
import { writeMonth } from '../store/archive-write.ts';
import { layouts, tableNames } from '../store/columns.ts';
import { isThere, placesOf, sync } from '../store/recovery-files.ts';
import { quoted } from '../store/sql-text.ts';
import { isNotErased } from './site-facts.ts';
import type { Workbench } from './sql.ts';

/**
 * Lays ready the files of the archive that hold rows of what goes, without these (`placeArchive` puts them in place); an
 * empty one is to go. The table of the archive is changed to them.
 * @returns how many files are others
 * @throws Error that names a file that cannot be read
 */
export async function rewriteArchive(bench: Workbench, dataDir: string): Promise<number> {
  const archive = await bench.toChange('archive');
  if (archive === undefined) return 0;
  const { archive: folder, archiveRestoring } = placesOf(dataDir);
  let others = 0;
  for (const row of await bench.all(`SELECT generation, kind, month FROM ${archive}`)) {
    const kind = tableNames.find(name => name === row.kind);
    if (kind === undefined) continue;
    const file = { kind, generation: Number(row.generation), month: String(row.month) };
    const path = join(folder, archivedName(file));
    if (!(await isThere(path)))
      throw new Error(
        `The archive file ${path} is missing, and may hold values of the site: bring it back from a backup, or remove what is known of its month; nothing was erased.`,
      );
    const by = kind === 'gauge' || kind === 'counter' ? 'series' : 'meter';
    const all = `read_parquet([${quoted(path, "'")}])`;
    const stays = isNotErased(by, by);
    const [counts] = await bench.all(
      `SELECT count(*) AS rows, count(*) FILTER (${stays}) AS stay FROM ${all}`,
    );
    const [rows, stay] = [Number(counts?.rows), Number(counts?.stay)];
    if (rows === stay) continue;
    others++;
    const which = [file.generation, file.kind, file.month];
    const where = 'generation = ? AND kind = ? AND month = ?';
    if (stay === 0) {
      const gone = join(archiveRestoring, archivedName(file));
      await makeFolder(dirname(gone));
      await writeFile(gone, '');
      await sync(gone);
      await bench.run(`DELETE FROM ${archive} WHERE ${where}`, which);
      continue;
    }
    const exact = Object.keys(layouts[kind]).join(', ');
    const table = `(SELECT ${exact} FROM ${all} WHERE ${stays}) AS staying`;
    const month = monthOf(Date.parse(`${file.month}-01T00:00:00Z`) / 1000);
    const written = await writeMonth(bench.connection, archiveRestoring, { ...file, table, month }, () => {});
    await bench.run(
      `UPDATE ${archive} SET rows = ?, bytes = ?, fromS = ?, toS = ?, checksum = ? WHERE ${where}`,
      [written.rows, written.bytes, written.fromS, written.toS, written.checksum, ...which],
    );
  }
  return others;
}
