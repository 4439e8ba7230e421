import { existsSync } from 'node:fs';
import { userInfo } from 'node:os';
import type { HostSettings } from '../settings.ts';
import { controlPath, isPathTooLong, tooLong } from './control-path.ts';
import { ownerOf, refuseForeignFolder } from './foreign-folder.ts';
import { HostAway, HostClient } from './host-client.ts';

/** What a command says of itself while it works. */
export interface WithHostOptions {
  readonly settings: HostSettings;
  /** `running`: only with a host that goes on afterwards. `any`: where none runs the database is opened for a moment. */
  readonly needs: 'running' | 'any';
  readonly warn: (line: string) => void;
}

/** No host runs on the folder. */
export class NoHost extends Error {
  constructor(dataDir: string, more = '') {
    super(
      `No host runs on ${dataDir}${more}. Start it (joulegate start), or name the folder of one that runs with --data-dir or --config.`,
    );
    this.name = 'NoHost';
  }
}

/**
 * Does something with the host of a data folder: the one that runs, by its control socket; or where none does, one that is
 * opened for this alone, without broker, ports and upkeep. So a way in is left to whoever may write the folder.
 * @throws NoHost; HostRefusal; Error that says what stands in the way
 */
export async function withHost<T>(
  { settings, needs, warn }: WithHostOptions,
  work: (host: HostClient) => Promise<T>,
): Promise<T> {
  const { dataDir } = settings;
  const path = controlPath(dataDir);
  if (isPathTooLong(path)) throw new Error(tooLong(path));
  const client = new HostClient(path);
  if (await isAnswering(client, dataDir)) return work(client);
  // Where another user's socket cannot be reached nobody can tell; the database will say whether a host has it.
  if (needs === 'running') throw new NoHost(dataDir);
  if (!existsSync(dataDir)) throw new NoHost(dataDir, ', and there is no such folder');
  refuseForeignFolder(dataDir);
  const { openForCommand } = await import('./open-for-command.ts');
  const host = await openForCommand(settings, warn);
  try {
    return await work(client);
  } finally {
    await host.close();
  }
}

async function isAnswering(client: HostClient, dataDir: string): Promise<boolean> {
  try {
    await client.tell('GET', '/api/v1/health');
    return true;
  } catch (error) {
    if (!(error instanceof HostAway)) throw error;
    if (error.why === 'EACCES' || error.why === 'EPERM')
      throw new Error(
        `The user ${userInfo().username} may not speak to the host on ${dataDir}; run the command as the host's user, such as sudo -u ${ownerOf(dataDir)} joulegate …`,
      );
    if (['ENOENT', 'ECONNREFUSED', 'ENOTSOCK', 'EINVAL', 'ENAMETOOLONG'].includes(error.why)) return false;
    throw error;
  }
}
