import type { Ports } from '../ports.ts';

/** Stands in the store while a reset is under way, so that one cut off by the power is finished at the next start. */
const markKey = 'reset';

type ResetPorts = Pick<Ports, 'store' | 'flash' | 'board' | 'log'>;

/** A block takes up to 0.4 s to erase, so that 512 kB may take longer than the watchdog's 30 s. */
type FeedWatchdog = () => void;

/**
 * Forgets all that a gateway was told and measured: the journal's flash, then the whole store with identity, settings,
 * counters and networks, erased so that it cannot be read from the chip either. Then the board restarts as a new one.
 */
export function factoryReset(ports: ResetPorts): void {
  ports.log('warn', 'factory reset: everything is forgotten');
  ports.store.write(markKey, Uint8Array.of(1));
  finish(ports, () => ports.board.feedWatchdog());
  ports.board.restart();
}

/** Ends a reset that the power cut off; whether there was one. To be called before anything else is read. */
export function finishFactoryReset(ports: Omit<ResetPorts, 'board'>, feed: FeedWatchdog = () => {}): boolean {
  let isBegun = false;
  try {
    isBegun = ports.store.read(markKey) !== undefined;
  } catch {
    // A store that cannot be read tells of no reset.
  }
  if (isBegun) finish(ports, feed);
  return isBegun;
}

function finish({ store, flash }: Omit<ResetPorts, 'board'>, feed: FeedWatchdog): void {
  for (let block = 0; block < (flash?.blocks ?? 0); block++) {
    flash?.erase(block);
    feed();
  }
  store.erase();
}
