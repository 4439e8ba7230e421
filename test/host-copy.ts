import { cp, mkdir, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** Of the built package. */
export const packageDir = fileURLToPath(new URL('..', import.meta.url));

/** A copy of the built host in a folder, without some folders of connectors. */
export async function copyHostWithout(gone: readonly string[], place: string): Promise<void> {
  await mkdir(join(place, 'dist'), { recursive: true });
  for (const same of ['package.json', 'node_modules', 'dist/firmware', 'dist/web'])
    await symlink(join(packageDir, same), join(place, same));
  const paths = new Set(gone.map(each => join(packageDir, 'dist/host/connectors', each)));
  await cp(join(packageDir, 'dist/host'), join(place, 'dist/host'), {
    recursive: true,
    filter: path => !paths.has(path),
  });
}
