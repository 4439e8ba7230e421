import { Health } from '../api/contract.ts';
import { controlPath, isPathTooLong } from '../control/control-path.ts';
import { NoHost, withHost } from '../control/with-host.ts';
import type { Finding } from '../doctor/finding.ts';
import { examine } from '../doctor/looks.ts';
import { messageOf } from '../message-of.ts';
import { type HostSettings, loadSettings } from '../settings.ts';
import type { Given, World } from './command.ts';
import { printJson } from './on-host.ts';
import { plain } from './text-table.ts';

/** Looks at all that can be wrong with a host: 1 where something has to be done, else 0. */
export async function doctor({ sources, flags }: Given, world: World): Promise<number> {
  const settings = loadSettings(sources);
  const found = await healthOf(settings, world);
  const health = 'away' in found ? undefined : found;
  const findings = await examine({ settings, sources, health, isFull: flags.has('full'), nowMs: Date.now() });
  if ('away' in found && found.away !== undefined)
    findings.unshift({ level: 'bad', about: 'host', what: found.away, toDo: toDoOf(settings) });
  if (flags.has('json')) printJson(world, findings);
  else for (const finding of findings) world.print(lineOf(finding));
  return findings.some(({ level }) => level === 'bad') ? 1 : 0;
}

const toDoOf = ({ dataDir }: HostSettings): string =>
  isPathTooLong(controlPath(dataDir)) ? 'name a shorter path' : "run it as the host's user";

const marks = { ok: 'ok   ', note: 'note ', bad: 'BAD  ' } as const;

function lineOf({ level, about, what, toDo }: Finding): string {
  const todo = toDo === undefined ? '' : ` -> ${toDo}`;
  return plain(`${marks[level]} ${about}: ${what}${todo}`);
}

async function healthOf(
  settings: HostSettings,
  world: World,
): Promise<Health | { readonly away: string | undefined }> {
  try {
    const options = { settings, needs: 'running', warn: world.complain } as const;
    return await withHost(options, host => host.ask(Health, 'GET', '/api/v1/health'));
  } catch (error) {
    return { away: error instanceof NoHost ? undefined : messageOf(error) };
  }
}
