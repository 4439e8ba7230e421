import { chmod, copyFile, mkdir, readFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { lockText, unlockText } from '../secrets/passphrase.ts';
import { idOfKey } from '../secrets/seal.ts';
import { readSecrets, secretsPath, textOfSecrets, valuesOf, writePrivate } from '../secrets/secret-file.ts';
import { keysPath, sealedPath } from './backup-files.ts';
import { freeName, isThere, placesOf, sync } from './recovery-files.ts';

/** What a host has to keep in clear, with the certificate that the key of its authority belongs to. */
export interface HostSecrets {
  /** Text of `secrets.json`. */
  readonly secrets: string;
  /** Text of `tls/ca.crt`; empty where the host never spoke TLS. */
  readonly authority: string;
}

const authorityFile = 'ca.crt';

/** A copy of the host's secrets beside the backup, sealed; without any the backup is whole without. */
export async function sealBeside(backup: string, dataDir: string, passphrase: string): Promise<void> {
  const held = await readSecrets(secretsPath(dataDir));
  if (held === undefined) return;
  const secrets: HostSecrets = {
    secrets: textOfSecrets(held),
    authority: await textOf(join(placesOf(dataDir).keys, authorityFile)),
  };
  await writePrivate(sealedPath(backup), await lockText(passphrase, JSON.stringify(secrets)));
}

/** What was sealed beside a backup. @throws WrongPassphrase; Error where the file is damaged */
export async function openBeside(backup: string, passphrase: string): Promise<HostSecrets> {
  const path = sealedPath(backup);
  const text = await unlockText(passphrase, await readFile(path, 'utf8')).catch(error => {
    throw error instanceof Error && error.name !== 'WrongPassphrase'
      ? new Error(`The secrets ${path} cannot be used: ${error.message}.`, { cause: error })
      : error;
  });
  const json: unknown = JSON.parse(text);
  if (typeof json !== 'object' || json === null || !('secrets' in json) || !('authority' in json))
    throw new Error(`The secrets ${path} are of a form that this version does not know.`);
  return { secrets: String(json.secrets), authority: String(json.authority) };
}

/** Which secrets a data folder has, as its database remembers them; undefined where it has none that can be read. */
export async function secretsIdOf(dataDir: string): Promise<string | undefined> {
  const held = await readSecrets(secretsPath(dataDir)).catch(() => undefined);
  return held?.sealKey === undefined ? undefined : idOfKey(Buffer.from(held.sealKey, 'base64url'));
}

/** Lays secrets ready for `placeSecrets`, on disk when this resolves. */
export async function stageSecrets(dataDir: string, { secrets, authority }: HostSecrets): Promise<void> {
  const { keysRestoring, secretsRestoring } = placesOf(dataDir);
  let text = secrets;
  if (authority === '') {
    // The authority that is here stays, so its keys do.
    const held = await readSecrets(secretsPath(dataDir)).catch(() => undefined);
    text = textOfSecrets({ ...held, ...valuesOf(secrets) });
  } else {
    await rm(keysRestoring, { recursive: true, force: true });
    await mkdir(keysRestoring, { mode: 0o700 });
    await writePrivate(join(keysRestoring, authorityFile), authority);
  }
  await writePrivate(secretsRestoring, text);
}

/** The host is to make new ones at its next start; one that is there and cannot be read stays beside them. */
export const stageNewSecrets = (dataDir: string): Promise<void> =>
  writePrivate(placesOf(dataDir).secretsRestoring, '{}\n');

/** The authority beside a backup of a version before, key and certificate in clear: laid ready as it is. */
export async function stageOldAuthority(backup: string, dataDir: string): Promise<void> {
  const from = keysPath(backup);
  const files = ['ca.key', authorityFile];
  const { keys, keysRestoring } = placesOf(dataDir);
  for (const file of files) if (!(await isThere(join(from, file)))) return;
  const isHere = (await textOf(join(from, authorityFile))) === (await textOf(join(keys, authorityFile)));
  const held = await readSecrets(secretsPath(dataDir)).catch(() => undefined);
  const key = held?.authorityKey ?? (await textOf(join(keys, 'ca.key')));
  if (isHere && key === (await textOf(join(from, 'ca.key')))) return;
  const partial = `${keysRestoring}.partial`;
  await rm(partial, { recursive: true, force: true });
  await mkdir(partial, { mode: 0o700 });
  for (const file of files) {
    await copyFile(join(from, file), join(partial, file));
    await chmod(join(partial, file), 0o600);
    await sync(join(partial, file));
  }
  await sync(partial);
  await rename(partial, keysRestoring);
}

/** Puts what lies ready in place; what was there stays beside it. Goes on after a kill. */
export async function placeSecrets(dataDir: string): Promise<void> {
  const { keys, keysRestoring, secretsRestoring } = placesOf(dataDir);
  for (const [from, to] of [
    [secretsRestoring, secretsPath(dataDir)],
    [keysRestoring, keys],
  ] as const) {
    if (!(await isThere(from))) continue;
    if (await isThere(to)) await rename(to, await freeName(`${to}.replaced`));
    await rename(from, to);
    await sync(dataDir);
  }
}

/** Takes back what lies ready. */
export async function unstageSecrets(dataDir: string): Promise<void> {
  const { keysRestoring, secretsRestoring } = placesOf(dataDir);
  for (const path of [keysRestoring, `${keysRestoring}.partial`, secretsRestoring, `${secretsRestoring}.new`])
    await rm(path, { recursive: true, force: true });
}

/** Empty where there is none. */
async function textOf(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return '';
    throw error;
  }
}
