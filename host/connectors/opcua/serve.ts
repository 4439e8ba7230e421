import type { MessagePort } from 'node:worker_threads';
import { faultOf } from '../../faults/fault.ts';
import { browse } from './browse.ts';
import type { Ask, Said } from './messages.ts';
import { watch } from './watch.ts';

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
  const { id } = ask;
  try {
    if (ask.ask === 'watch') await watch(ask, say, signal);
    else say({ says: 'found', id, found: await browse(ask.access, ask.mostMs, signal) });
  } catch (error) {
    const why = faultOf(error);
    say(
      ask.ask === 'watch' ? { says: 'down', id, why, reason: 'notConfigured' } : { says: 'failed', id, why },
    );
  }
}
