import type { MessagePort } from 'node:worker_threads';
import { browse } from './browse.ts';
import type { Library } from './connect.ts';
import type { Ask, Said } from './messages.ts';
import { notReached } from './not-reached.ts';
import { watch } from './watch.ts';
import { ServerFault } from './words.ts';

/** Does what the other side of the port asks for, until it is told to stop. */
export function serve(port: Pick<MessagePort, 'on' | 'postMessage'>): void {
  const running = new Map<number, AbortController>();
  const say = (said: Said) => port.postMessage(said);
  port.on('message', (ask: Ask) => {
    if (ask.ask === 'stop') {
      running.get(ask.id)?.abort();
      return;
    }
    const stop = new AbortController();
    running.set(ask.id, stop);
    void done(ask, say, stop.signal).finally(() => {
      running.delete(ask.id);
      say({ says: 'ended', id: ask.id });
    });
  });
}

async function done(
  ask: Exclude<Ask, { ask: 'stop' }>,
  say: (said: Said) => void,
  signal: AbortSignal,
): Promise<void> {
  const { id, access } = ask;
  try {
    // Told before the library is there, which takes seconds on a busy machine.
    const fault = await notReached(access.url, signal);
    if (fault !== undefined && ask.ask === 'browse') throw fault;
    if (fault !== undefined && !signal.aborted)
      say({ says: 'down', id, why: fault.message, reason: fault.reason });
    const library = await loaded();
    if (ask.ask === 'watch') await watch(library, ask, say, signal);
    else say({ says: 'found', id, found: await browse(library, access, ask.mostMs, signal) });
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    say(
      ask.ask === 'watch' ? { says: 'down', id, why, reason: 'notConfigured' } : { says: 'failed', id, why },
    );
  }
}

/** @throws ServerFault where the package was left out of this installation */
async function loaded(): Promise<Library> {
  try {
    const library = await import('node-opcua-client');
    // The library refuses subscriptions that speak more seldom than their session lives, and forgets with each that one wants them
    // nevertheless. Sessions are kept alive here by questions.
    Object.defineProperty(library.ClientSubscription, 'ignoreNextWarning', {
      get: () => true,
      set: () => {},
    });
    return library;
  } catch (error) {
    const isMissing = error instanceof Error && 'code' in error && error.code === 'ERR_MODULE_NOT_FOUND';
    if (!isMissing) throw error;
    throw new ServerFault(
      'the package node-opcua-client is missing here; install Joulegate with its optional packages (npm ci without --omit=optional)',
    );
  }
}
