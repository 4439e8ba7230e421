import { readdirSync } from 'node:fs';
import type { DeviceKinds } from './device-kind.ts';

const folders = readdirSync(new URL('.', import.meta.url), { withFileTypes: true })
  .filter(entry => entry.isDirectory())
  .map(({ name }) => name)
  .sort();

/** All that can be started, by name: each folder beside this file has some, and taking it away takes them away. */
export const deviceKinds: DeviceKinds = Object.freeze(
  Object.assign({}, ...(await Promise.all(folders.map(kindsOf)))),
);

async function kindsOf(folder: string): Promise<DeviceKinds> {
  const { kinds }: { kinds: DeviceKinds } = await import(`./${folder}/device-kinds.ts`);
  return kinds;
}
