import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { asObject } from './as-object.ts';

/** The folder of package.json, from the source as well as from what is built of it. */
export const packageDir = fileURLToPath(
  new URL(import.meta.url.endsWith('.ts') ? '..' : '../..', import.meta.url),
);

interface PackageFacts {
  readonly version: string;
  /** The oldest Node that this runs on, such as 20.19. */
  readonly oldestNode: string;
}

/** What package.json says of this program. */
export async function packageFacts(): Promise<PackageFacts> {
  const json: unknown = JSON.parse(await readFile(join(packageDir, 'package.json'), 'utf8'));
  const { version = '', engines = {} }: { version?: unknown; engines?: unknown } = { ...asObject(json) };
  const { node = '' }: { node?: unknown } = { ...asObject(engines) };
  return { version: String(version), oldestNode: /\d+(\.\d+)*/.exec(String(node))?.[0] ?? '0' };
}

export const packageVersion = async (): Promise<string> => (await packageFacts()).version;
