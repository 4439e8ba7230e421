import type { WindowStore } from '../connector.ts';
import type { HttpReceiver } from './receiver.ts';
import { TakenWindows } from './taken.ts';

const running = new WeakMap<WindowStore, HttpReceiver>();
const taken = new WeakMap<WindowStore, TakenWindows>();

/** Those that show what comes before anything is set up. */
export const probing = new Set<HttpReceiver>();

/** The receiver of a connector, by where it stores; undefined while there is none. */
export const receiverOf = (store: WindowStore): HttpReceiver | undefined => running.get(store);

export function takenOf(store: WindowStore): TakenWindows {
  const known = taken.get(store) ?? new TakenWindows();
  taken.set(store, known);
  return known;
}

export const began = (store: WindowStore, receiver: HttpReceiver): void => void running.set(store, receiver);

export function ended(store: WindowStore, receiver: HttpReceiver): void {
  if (running.get(store) === receiver) running.delete(store);
  probing.delete(receiver);
}
