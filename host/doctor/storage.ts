import { DuckDBInstance } from '@duckdb/node-api';
import { spanText } from '../commands/text-table.ts';
import { messageOf } from '../message-of.ts';
import { factsOf } from '../store/backup-facts.ts';
import { listBackups } from '../store/backup-files.ts';
import { failureOf } from '../store/recovery-errors.ts';
import { isThere, placesOf } from '../store/recovery-files.ts';
import { bad, type Look, note, ok } from './finding.ts';

/** Whether the database can be read. One that a host has open is looked at by that host. */
export const lookAtDatabase: Look = async ({ settings: { dataDir }, health, isFull }) => {
  const about = 'database';
  const { database } = placesOf(dataDir);
  if (health !== undefined) return [ok(about, 'the host has it open')];
  if (!(await isThere(database))) return [note(about, 'there is none yet', 'joulegate start makes it')];
  try {
    const instance = await DuckDBInstance.create(database, { access_mode: 'READ_ONLY' });
    try {
      const connection = await instance.connect();
      try {
        return [ok(about, isFull ? await readAll(connection) : await readNames(connection))];
      } finally {
        connection.closeSync();
      }
    } finally {
      instance.closeSync();
    }
  } catch (error) {
    if (failureOf(error) === 'inUse')
      return [
        bad(about, 'a host has it open that no command can reach', 'stop that host, and start it again'),
      ];
    const toDo = 'start the host: it brings back what can be had, and keeps the damaged files in quarantine/';
    return [bad(about, `it cannot be read: ${messageOf(error)}`, toDo)];
  }
};

type Connection = Awaited<ReturnType<DuckDBInstance['connect']>>;

async function readNames(connection: Connection): Promise<string> {
  const reader = await connection.runAndReadAll('SELECT count(*) FROM duckdb_tables() WHERE NOT internal');
  return `it opens, with ${reader.getRows()[0]?.[0]} tables (--full reads every row)`;
}

async function readAll(connection: Connection): Promise<string> {
  const reader = await connection.runAndReadAll('SELECT current_database()');
  const { tables } = await factsOf(connection, String(reader.getRows()[0]?.[0]));
  const rows = tables.reduce((sum, table) => sum + table.rows, 0);
  return `every one of its ${rows} rows in ${tables.length} tables can be read`;
}

/** Whether there is a backup, and not too old a one. */
export const lookAtBackups: Look = async ({ settings, nowMs }) => {
  const about = 'backups';
  const { dataDir, backupHours = 0, backupPassphrase } = settings;
  const { backups, database } = placesOf(dataDir);
  if (!(await isThere(database))) return [];
  const [newest] = await listBackups(backups);
  if (newest === undefined) {
    const soon = 'joulegate backup makes one; the host makes them by itself a minute after its start';
    return [note(about, 'there is none yet', backupHours === 0 ? 'joulegate backup makes one' : soon)];
  }
  const ageMs = nowMs - newest.atMs;
  const what = `the newest is ${spanText(ageMs)} old: ${newest.path}`;
  if (backupHours > 0 && ageMs > 2 * backupHours * 3_600_000 + 3_600_000)
    return [
      bad(about, what, `one is due each ${backupHours} h: is the host running, and what does its log say?`),
    ];
  if (backupPassphrase === undefined) {
    const toDo =
      'give a passphrase (JOULEGATE_BACKUP_PASSPHRASE_FILE), or keep a copy of secrets.json elsewhere';
    return [note(about, `${what}; secrets are not in it`, toDo)];
  }
  return [ok(about, what)];
};
