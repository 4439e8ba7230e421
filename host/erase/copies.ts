import { basename } from 'node:path';
import { listBackups } from '../store/backup-files.ts';
import { listQuarantine } from '../store/quarantine.ts';
import { placesOf } from '../store/recovery-files.ts';

/** A copy of the database from before an erasure, which still holds what was erased. */
export interface OldCopy {
  readonly kind: 'backup' | 'quarantine';
  readonly path: string;
  /** When it goes by itself; null: never. */
  readonly untilMs: number | null;
}

export interface Keeping {
  readonly nowMs: number;
  readonly backupHours: number;
  readonly backupKeep: number;
}

const hourMs = 3_600_000;

/**
 * Copies that lie in the data folder. A backup goes when so many newer ones are made; what was set aside stays until
 * somebody removes it.
 */
export async function oldCopies(
  dataDir: string,
  { nowMs, backupHours, backupKeep }: Keeping,
): Promise<OldCopy[]> {
  const { backups, quarantine } = placesOf(dataDir);
  const kept = await listBackups(backups);
  const untilOf = (index: number): number | null =>
    backupHours === 0 ? null : nowMs + Math.max(backupKeep - index, 1) * backupHours * hourMs;
  return [
    ...kept.map(({ path }, index): OldCopy => ({ kind: 'backup', path, untilMs: untilOf(index) })),
    ...(await listQuarantine(quarantine)).map(
      ({ dir }): OldCopy => ({ kind: 'quarantine', path: dir, untilMs: null }),
    ),
  ];
}

/** For people: where a copy lies and until when. */
export function wordsOfCopy({ kind, path, untilMs }: OldCopy): string {
  const until =
    untilMs === null
      ? 'until somebody removes it'
      : `until about ${new Date(untilMs).toISOString().slice(0, 10)}, if the host runs`;
  return kind === 'backup' ? `backup ${basename(path)}, ${until}` : `files set aside in ${path}, ${until}`;
}
