import { chmod, copyFile, mkdir, readFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { freeName, isThere, placesOf, sync } from './recovery-files.ts';

/**
 * The host's own authority, which its gateways trust and no other (`host/tls/`). The server's certificate is not kept: the
 * authority makes another.
 */
const files = Object.freeze(['ca.key', 'ca.crt'] as const);

/** A copy for the host's user alone, whole when this resolves; nothing where there is no authority. */
export async function copyKeys(from: string, to: string): Promise<void> {
  for (const file of files) if (!(await isThere(join(from, file)))) return;
  const partial = `${to}.partial`;
  await rm(partial, { recursive: true, force: true });
  await mkdir(partial, { mode: 0o700 });
  for (const file of files) {
    await copyFile(join(from, file), join(partial, file));
    await chmod(join(partial, file), 0o600);
    await sync(join(partial, file));
  }
  await sync(partial);
  await rename(partial, to);
}

/** Whether two folders hold the same authority. */
export async function areSameKeys(one: string, other: string): Promise<boolean> {
  for (const file of files) {
    const [a, b] = [join(one, file), join(other, file)];
    if (!(await isThere(a)) || !(await isThere(b))) return false;
    if (!(await readFile(a)).equals(await readFile(b))) return false;
  }
  return true;
}

/** Puts the keys at `keysRestoring` in place; those that were there stay beside them. Goes on after a kill. */
export async function placeKeys(dataDir: string): Promise<void> {
  const { keys, keysRestoring } = placesOf(dataDir);
  if (!(await isThere(keysRestoring))) return;
  if (await isThere(keys)) await rename(keys, await freeName(`${keys}.replaced`));
  await rename(keysRestoring, keys);
  await sync(dataDir);
}
