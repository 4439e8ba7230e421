import { basename } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import { WrongPassphrase } from '../secrets/passphrase.ts';
import { sealedPath } from './backup-files.ts';
import {
  openBeside,
  secretsIdOf,
  stageNewSecrets,
  stageOldAuthority,
  stageSecrets,
} from './backup-secrets.ts';
import { isThere } from './recovery-files.ts';

/** Asked where a backup has secrets that the host lacks; undefined: to be restored without. */
export type AskPassphrase = () => Promise<string | undefined>;

/** What became of the secrets that a restored database was written with. */
export type RestoredSecrets =
  /** The host has them, or the backup needs none. */
  | { readonly state: 'kept' }
  | { readonly state: 'restored' }
  /** Nothing opens what these accounts' second factors were sealed with, and gateways that come by TLS trust another authority. */
  | { readonly state: 'lost'; readonly secondFactors: readonly string[] };

/**
 * Lays ready the secrets that the database of a checked backup needs (`placeSecrets` puts them in place).
 * @throws Error where the passphrase is wrong; nothing has changed then
 */
export async function readySecrets(
  file: string,
  dataDir: string,
  ask: AskPassphrase,
): Promise<RestoredSecrets> {
  const { id, secondFactors } = await needsOf(file);
  if (id === undefined) {
    await stageOldAuthority(file, dataDir);
    return { state: 'kept' };
  }
  const here = await secretsIdOf(dataDir);
  if (here === id) return { state: 'kept' };
  const passphrase = (await isThere(sealedPath(file))) ? await ask() : undefined;
  if (passphrase === undefined) {
    if (here === undefined) await stageNewSecrets(dataDir);
    return { state: 'lost', secondFactors };
  }
  try {
    await stageSecrets(dataDir, await openBeside(file, passphrase));
  } catch (error) {
    if (!(error instanceof WrongPassphrase)) throw error;
    const name = basename(sealedPath(file));
    throw new Error(
      `The passphrase does not open ${name}: it is another, or the file was changed. Nothing was restored; try again, or restore without it (its gateways that come by TLS are then to be paired anew).`,
      { cause: error },
    );
  }
  return { state: 'restored' };
}

/** Which secrets the database of a backup was written with, and whose second factors are sealed in it. */
async function needsOf(file: string): Promise<{ id: string | undefined; secondFactors: string[] }> {
  const instance = await DuckDBInstance.create(file, { access_mode: 'READ_ONLY' });
  try {
    const connection = await instance.connect();
    try {
      const first = async (sql: string) =>
        (await connection.runAndReadAll(sql)).getRows().map(row => String(row[0]));
      const tables = await first("SELECT table_name FROM duckdb_tables() WHERE schema_name = 'main'");
      const column = (table: string, name: string) =>
        tables.includes(table) ? first(`SELECT ${name} FROM ${table} ORDER BY ${name}`) : [];
      const [id] = await column('secrets_mark', 'id');
      return { id, secondFactors: await column('second_factor', 'account') };
    } finally {
      connection.closeSync();
    }
  } finally {
    instance.closeSync();
  }
}
