import { pino } from 'pino';
import { announceSetup, jsonAnnouncements, textAnnouncements } from './announcements.ts';
import { type Command, helpText, readCommandLine } from './command-line.ts';
import { endAtCrash } from './logging/crash.ts';
import { faultText } from './logging/fault-text.ts';
import { createHostLog } from './logging/host-log.ts';
import { type Host, startHost } from './main.ts';
import { packageVersion } from './package-file.ts';
import { passphraseFrom } from './secrets/ask-passphrase.ts';
import { loadSettings, SettingsError } from './settings.ts';
import { backupCommand, restoreCommand } from './store/backup-command.ts';
import { keptBackups } from './store/backup-schedule.ts';

/** After so long a close that hangs is given up: what was acknowledged is on disk anyway. */
const closeWithinMs = 8000;

const print = (line: string) => void process.stdout.write(`${line}\n`);
const complain = (line: string) => void process.stderr.write(`${line}\n`);

// stdout is for announcements.
const logger = pino({ base: null }, pino.destination({ fd: 2, sync: true }));
const { log, close: closeLog } = createHostLog({ write: (level, line) => logger[level](line) });

/** Every command of `joulegate` but `decode`. Gives the exit code; of a host that serves, when it has begun. */
export async function runHostCommand(args: readonly string[]): Promise<number> {
  try {
    const command = readCommandLine(args, process.env);
    if (command.name === 'help') print(helpText());
    else if (command.name === 'version') print(await packageVersion());
    else if (command.name === 'backup') {
      const { dataDir, backupKeep, backupPassphrase } = loadSettings(command.sources);
      await backupCommand(dataDir, backupKeep ?? keptBackups, print, backupPassphrase);
    } else if (command.name === 'restore') {
      const { dataDir, backupPassphrase } = loadSettings(command.sources);
      await restoreCommand(dataDir, command.file, print, passphraseFrom(backupPassphrase, process));
    } else await serve(command);
    return 0;
  } catch (error) {
    if (error instanceof SettingsError) {
      for (const { field, message } of error.mistakes) complain(`joulegate: ${field}: ${message}`);
      return 2;
    }
    complain(`joulegate: ${startError(error)}`);
    return 1;
  }
}

async function serve({ isJson, sources }: Extract<Command, { name: 'serve' }>): Promise<void> {
  const settings = loadSettings(sources);
  endAtCrash(log);
  const host = await startHost(settings, { log, onFatal: giveUp });
  const announcements = (isJson ? jsonAnnouncements : textAnnouncements)(print);
  // Before `listening`: whoever waits for that has the code by then.
  const stopSetup = announceSetup(host, announcements);
  announcements.listening(host);
  let isEnding = false;
  const end = (signal: NodeJS.Signals) => {
    // Whoever asks twice does not want to wait.
    if (isEnding) process.exit(1);
    isEnding = true;
    stopSetup();
    log('info', `${signal}: closing`);
    void close(host);
  };
  process.on('SIGINT', end);
  process.on('SIGTERM', end);
}

/** Nothing can be closed in order, and nothing need be: what was acknowledged is on disk. */
function giveUp({ message }: Error): void {
  log(
    'error',
    `the database cannot go on; most often the disk is full: make room, then start again. (${message})`,
  );
  process.exit(1);
}

async function close(host: Host): Promise<void> {
  const hung = setTimeout(() => {
    log('error', `not closed within ${closeWithinMs / 1000} s; ending anyway`);
    process.exit(1);
  }, closeWithinMs);
  try {
    await host.close();
    clearTimeout(hung);
    closeLog();
    process.exit(0);
  } catch (error) {
    log('error', `closing failed: ${faultText(error)}`);
    process.exit(1);
  }
}

/** Why the host did not start, and what to do about it. */
function startError(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const { code, port, address } = Object.fromEntries(Object.entries(error));
  const place = `port ${port} of ${address}`;
  const other = 'choose another with --http-port or --mqtt-port';
  if (code === 'EADDRINUSE') return `${place} is in use; stop the program that has it, or ${other}`;
  if (code === 'EACCES' && port !== undefined) return `${place} is not allowed to this user; ${other}`;
  if (code === 'EADDRNOTAVAIL')
    return `${address} is no address of this machine; see --http-host, --mqtt-host`;
  return error.message;
}
