import type { Fault } from '../faults/fault.ts';
import { homeAssistantLimits } from './limits.ts';
import type { OpenOutlet } from './outlet.ts';
import type { Wishes } from './settings.ts';

/** Some old brokers hang up without a word on who speaks the newer version first. */
const triesMost = 2;

/**
 * Connects as a set-up of these wishes would, hears what it would hear, and says nothing. Why that fails;
 * undefined where it does not.
 */
export function probe(
  openOutlet: OpenOutlet,
  wishes: Wishes,
  signal: AbortSignal,
): Promise<Fault | undefined> {
  return new Promise(resolve => {
    const until = AbortSignal.any([signal, AbortSignal.timeout(homeAssistantLimits.probeMs)]);
    let tries = 0;
    let fault: Fault | undefined;
    const outlet = openOutlet(wishes.broker, wishes, null, {
      onUp() {
        fault = undefined;
        end();
      },
      onDown(why, isTriedAgain) {
        fault = why;
        tries++;
        if (!isTriedAgain || tries === triesMost) end();
      },
      onMessage: () => {},
    });
    fault = outlet.fault;
    const end = () => {
      until.removeEventListener('abort', end);
      void outlet.close();
      resolve(fault);
    };
    if (until.aborted) end();
    else until.addEventListener('abort', end);
  });
}
