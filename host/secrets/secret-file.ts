import { chmod, open, readFile, rename, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { makeFolder } from '../make-folder.ts';
import { messageOf } from '../message-of.ts';

/** What the host keeps in its file of secrets. */
export const secretNames = Object.freeze([
  /** Opens what is sealed in the database, such as second factors. 32 bytes as base64url. */
  'sealKey',
  /** Of the host's own certificate authority, as PEM. Its certificate is `tls/ca.crt`. */
  'authorityKey',
  /** Of `tls/server.crt`, as PEM. */
  'serverKey',
] as const);

export type SecretName = (typeof secretNames)[number];
export type SecretValues = Readonly<Partial<Record<SecretName, string>>>;
/** With those of newer versions, which are not lost when this one writes the file. */
export type AllSecrets = SecretValues & Readonly<Record<string, string>>;

type Log = (level: 'info' | 'warn' | 'error', text: string) => void;

export const secretsPath = (dataDir: string): string => join(dataDir, 'secrets.json');

const whatIsLost =
  "In it are the key of the host's certificate authority, which gateways that come by TLS trust, and the key that second factors are sealed with.";
const whatToDo = (path: string): string =>
  `Put a copy of the file back, or restore a backup that was made with a passphrase (joulegate restore FILE). To go on without, write {} to ${path}: gateways that come by TLS are then to be paired anew, and second factors set up anew.`;

/** Words for a file that is to be there and is not. */
export const missingSecrets = (path: string): Error =>
  new Error(`${path} is missing, and the database beside it had one. ${whatIsLost} ${whatToDo(path)}`);

/**
 * What the file holds; undefined where there is none.
 * @throws Error with what is lost and what to do, where it cannot be read; never with anything of what is in it
 */
export async function readSecrets(path: string): Promise<AllSecrets | undefined> {
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw new Error(
      `The host's secrets ${path} cannot be read: see that the file belongs to the user the host runs as. (${messageOf(error)})`,
      { cause: error },
    );
  }
  const values = valuesOf(text);
  if (values === undefined)
    throw new Error(
      `${path} is damaged: it holds no secrets of a Joulegate host. ${whatIsLost} ${whatToDo(path)}`,
    );
  return values;
}

/** What a text of secrets holds; undefined where it is none, or of a form that this version does not know. */
export function valuesOf(text: string): AllSecrets | undefined {
  let json: unknown;
  try {
    // What a parser says of bad JSON repeats some of it.
    json = JSON.parse(text);
  } catch {
    return undefined;
  }
  if (typeof json !== 'object' || json === null || Array.isArray(json)) return undefined;
  // An empty one is how somebody says that there is to be a new one.
  if (Object.keys(json).length === 0) return {};
  if (!('v' in json) || json.v !== 1 || !('secrets' in json)) return undefined;
  const { secrets } = json;
  if (typeof secrets !== 'object' || secrets === null) return undefined;
  const values: [string, string][] = [];
  for (const [name, value] of Object.entries<unknown>({ ...secrets })) {
    if (typeof value !== 'string' || value === '') return undefined;
    values.push([name, value]);
  }
  return Object.fromEntries(values);
}

export const textOfSecrets = (values: SecretValues): string =>
  `${JSON.stringify({ v: 1, about: 'Secrets of a Joulegate host: for its user alone. See docs/operations.md.', secrets: values }, undefined, 1)}\n`;

/** Writes a file for the host's user alone, whole or not at all; on disk when this resolves. */
export async function writePrivate(path: string, text: string | Uint8Array): Promise<void> {
  const beside = `${path}.new`;
  const file = await open(beside, 'w', 0o600);
  try {
    // One that a killed host left may have another mode.
    await file.chmod(0o600);
    await file.writeFile(text);
    await file.sync();
  } finally {
    await file.close();
  }
  await rename(beside, path);
  await syncFolder(dirname(path));
}

/** Which names the folder holds is on disk when this resolves. */
export async function syncFolder(dir: string): Promise<void> {
  const handle = await open(dir, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** Makes the data folder where it is missing, and sees that nobody else may look into it. */
export async function guardFolder(dataDir: string, log: Log): Promise<void> {
  await makeFolder(dataDir, 0o700);
  const mode = await looseMode(dataDir);
  if (mode === undefined) return;
  try {
    await chmod(dataDir, 0o700);
    log('warn', `other users of this machine could look into ${dataDir} (mode ${mode}); that is ended`);
  } catch (error) {
    // A volume that another user owns; the file itself is guarded.
    log(
      'warn',
      `other users of this machine may look into ${dataDir} (mode ${mode}): chmod 700 it (${messageOf(error)})`,
    );
  }
}

/** Sees that nobody else may read the file. @throws Error where others may and that cannot be mended */
export async function guardFile(path: string, log: Log): Promise<void> {
  const mode = await looseMode(path);
  if (mode === undefined) return;
  try {
    await chmod(path, 0o600);
  } catch (error) {
    throw new Error(
      `Others may read the host's secrets ${path} (mode ${mode}); give the file to the user the host runs as, with mode 600. (${messageOf(error)})`,
      { cause: error },
    );
  }
  log(
    'warn',
    `others could read the host's secrets ${path} (mode ${mode}); that is ended. Where somebody else may have read it, see "Secrets" in docs/operations.md`,
  );
}

/** In octal, where others than the owner have any right; undefined where they have none, or there is nothing. */
async function looseMode(path: string): Promise<string | undefined> {
  // Windows has other rights, which these bits do not tell of.
  if (process.platform === 'win32') return undefined;
  try {
    const mode = (await stat(path)).mode & 0o777;
    return (mode & 0o077) === 0 ? undefined : mode.toString(8);
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw error;
  }
}
