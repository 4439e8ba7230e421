import type { Tables } from '../auth/tables.ts';
import { idOfKey, newSealKey, openWith, sealWith } from './seal.ts';
import {
  type AllSecrets,
  guardFile,
  guardFolder,
  missingSecrets,
  readSecrets,
  type SecretName,
  type SecretValues,
  secretsPath,
  textOfSecrets,
  writePrivate,
} from './secret-file.ts';

export interface SecretsOptions {
  /** Folder of the file; without one secrets live in memory, as the database does. */
  readonly dataDir?: string | undefined;
  /** Of the database that things are sealed in: it remembers which key that was. */
  readonly tables?: Tables;
  readonly log?: (level: 'info' | 'warn' | 'error', text: string) => void;
}

/**
 * All secrets that the host has to keep in clear, in one file for its user alone: `<data>/secrets.json`. What need not
 * be in clear (passwords, tokens) lies in the database as hashes; what has to be opened again lies there sealed.
 */
export class Secrets {
  readonly #path: string | undefined;
  #values: AllSecrets;
  #sealKey: Buffer;
  #writing: Promise<void> = Promise.resolve();

  private constructor(path: string | undefined, values: AllSecrets, sealKey: Buffer) {
    this.#path = path;
    this.#values = values;
    this.#sealKey = sealKey;
  }

  /** @throws Error with what is lost and what to do: the file is missing beside a database that had one, or damaged, or others may read it */
  static async open(options: SecretsOptions = {}): Promise<Secrets> {
    const { dataDir, tables, log = () => {} } = options;
    if (dataDir !== undefined) await guardFolder(dataDir, log);
    const path = dataDir === undefined ? undefined : secretsPath(dataDir);
    if (path !== undefined) await guardFile(path, log);
    const values = path === undefined ? undefined : await readSecrets(path);
    const before = tables && (await readMark(tables));
    if (path !== undefined && values === undefined && before !== undefined) throw missingSecrets(path);
    const kept = Buffer.from(values?.sealKey ?? '', 'base64url');
    const sealKey = kept.length === 32 ? kept : newSealKey();
    const secrets = new Secrets(path, values ?? {}, sealKey);
    if (sealKey !== kept) await secrets.put({ sealKey: sealKey.toString('base64url') });
    const { id } = secrets;
    if (tables === undefined || before === id) return secrets;
    if (before !== undefined)
      log(
        'warn',
        `the secrets ${path ?? 'in memory'} are others than those this database was written with: second factors set up before cannot be checked and are to be set up anew`,
      );
    await tables.run('DELETE FROM secrets_mark');
    await tables.run('INSERT INTO secrets_mark VALUES (?)', [id]);
    return secrets;
  }

  /** Tells these from others, and nothing of what they are. */
  get id(): string {
    return idOfKey(this.#sealKey);
  }

  get(name: SecretName): string | undefined {
    return this.#values[name];
  }

  /** Keeps these beside the others; on disk when this resolves. */
  put(values: SecretValues): Promise<void> {
    const written = this.#writing.then(async () => {
      const all = { ...this.#values, ...values };
      if (this.#path !== undefined) await writePrivate(this.#path, textOfSecrets(all));
      this.#values = all;
    });
    this.#writing = written.catch(() => {});
    return written;
  }

  /** For the database. `about` names what it belongs to, such as `totp ada`; it opens for that alone. */
  seal(text: string, about = ''): string {
    return sealWith(this.#sealKey, text, about);
  }

  /** What was sealed. @throws SealError where it was with other secrets, about something else, or was changed */
  open(sealed: string, about = ''): string {
    return openWith(this.#sealKey, sealed, about);
  }
}

async function readMark(tables: Tables): Promise<string | undefined> {
  await tables.run('CREATE TABLE IF NOT EXISTS secrets_mark (id VARCHAR)');
  const [row] = await tables.all('SELECT id FROM secrets_mark');
  return typeof row?.id === 'string' ? row.id : undefined;
}
