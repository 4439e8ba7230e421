import { HostAway, HostRefusal } from '../control/host-client.ts';
import { NoHost } from '../control/with-host.ts';
import { packageVersion } from '../package-file.ts';
import { SettingsError } from '../settings.ts';
import { UsageError, type World } from './command.ts';
import { commandHelp, helpText } from './help.ts';
import { readArguments } from './read.ts';
import { commands } from './table.ts';

const exitFailed = 1;
const exitUsage = 2;

/** Runs a command of `joulegate` but `decode` and `firmware`. Gives the exit code; of a host, when it has begun. */
export async function runCommand(args: readonly string[], world: World): Promise<number> {
  try {
    const asked = readArguments(args, commands, world.env);
    if (asked.kind === 'run') return await asked.command.run(asked.given, world);
    if (asked.kind === 'version') world.print(await packageVersion());
    else world.print(asked.of === undefined ? helpText(commands) : commandHelp(asked.of));
    return 0;
  } catch (error) {
    if (error instanceof SettingsError) {
      for (const { field, message } of error.mistakes) world.complain(`joulegate: ${field}: ${message}`);
      return exitUsage;
    }
    world.complain(`joulegate: ${wordsOf(error)}`);
    return error instanceof UsageError ? exitUsage : exitFailed;
  }
}

/** What went wrong, and what to do about it. */
function wordsOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const isOurs = [HostRefusal, HostAway, NoHost, UsageError].some(kind => error instanceof kind);
  if (isOurs) return error.message;
  const { code, port, address } = Object.fromEntries(Object.entries(error));
  const place = `port ${port} of ${address}`;
  const other = 'choose another with --http-port or --mqtt-port';
  if (code === 'EADDRINUSE') return `${place} is in use; stop the program that has it, or ${other}`;
  if (code === 'EACCES' && port !== undefined) return `${place} is not allowed to this user; ${other}`;
  if (code === 'EADDRNOTAVAIL')
    return `${address} is no address of this machine; see --http-host, --mqtt-host`;
  return error.message;
}
