import { existsSync, statSync } from 'node:fs';

/** What root writes into another's folder that one cannot write any more: the host would not start again. */
export function refuseForeignFolder(dataDir: string): void {
  if (process.platform === 'win32' || process.getuid?.() !== 0 || !existsSync(dataDir)) return;
  if (statSync(dataDir).uid !== 0)
    throw new Error(
      `${dataDir} belongs to the user ${ownerOf(dataDir)}: run this as that user, for what root writes there the host cannot use (sudo -u ${ownerOf(dataDir)} joulegate …).`,
    );
}

/** As `sudo -u` takes it. */
export function ownerOf(dataDir: string): string {
  try {
    return `'#${statSync(dataDir).uid}'`;
  } catch {
    return 'joulegate';
  }
}
