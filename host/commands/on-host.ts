import type { HostClient } from '../control/host-client.ts';
import { withHost } from '../control/with-host.ts';
import { loadSettings } from '../settings.ts';
import type { Given, World } from './command.ts';

/** Runs what a command asks of the host of its data folder; the exit code is 0. */
export async function onHost(
  { sources }: Given,
  world: World,
  work: (host: HostClient) => Promise<void>,
  needs: 'running' | 'any' = 'any',
): Promise<number> {
  await withHost({ settings: loadSettings(sources), needs, warn: world.complain }, work);
  return 0;
}

/** What `--json` prints: the answer of the API as it is. */
export const printJson = (world: World, answer: unknown): void =>
  world.print(JSON.stringify(answer, undefined, 2));
