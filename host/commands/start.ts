import { pino } from 'pino';
import { announceSetup, jsonAnnouncements, textAnnouncements } from '../announcements.ts';
import { endAtCrash } from '../logging/crash.ts';
import { faultText } from '../logging/fault-text.ts';
import { createHostLog } from '../logging/host-log.ts';
import { type Host, startHost } from '../main.ts';
import { loadSettings, unknownVariables } from '../settings.ts';
import type { Given, World } from './command.ts';

/** After so long a close that hangs is given up: what was acknowledged is on disk anyway. */
const closeWithinMs = 8000;

// stdout is for announcements.
const logger = pino({ base: null }, pino.destination({ fd: 2, sync: true }));
const { log, close: closeLog } = createHostLog({ write: (level, line) => logger[level](line) });

/** Starts the host; it goes on until a signal ends it. Gives the exit code when it has begun. */
export async function start({ sources, flags }: Given, world: World): Promise<number> {
  const settings = loadSettings(sources);
  // One of a newer version, or of another program's: no reason not to measure.
  for (const { field, message } of unknownVariables(sources)) log('warn', `${field}: ${message}`);
  endAtCrash(log);
  const host = await startHost(settings, { log, onFatal: giveUp });
  const announcements = (flags.has('json') ? jsonAnnouncements : textAnnouncements)(world.print);
  // Before `listening`: whoever waits for that has the code by then, and may end the host at once.
  const stopSetup = announceSetup(host, announcements);
  let isEnding = false;
  const end = (why: string) => {
    // Whoever asks twice does not want to wait.
    if (isEnding) process.exit(1);
    isEnding = true;
    stopSetup();
    log('info', `${why}: closing`);
    void close(host);
  };
  process.on('SIGINT', end);
  process.on('SIGTERM', end);
  // A Node program that holds a channel to this one (a demo, a laboratory) started it for itself, and may be killed.
  process.once('disconnect', () => end('the program that started this is gone'));
  process.channel?.unref();
  announcements.listening(host);
  return 0;
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
