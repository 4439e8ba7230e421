import type { Cancel, TimePort } from '#ports';
import { seededUnit } from '../line/bit-noise.ts';
import type { TcpProxy } from './tcp-proxy.ts';

export interface Flaps {
  readonly time: TimePort;
  /** How long it is there and away, in the mean; each time is between half and one and a half of it. */
  readonly upMs: number;
  readonly downMs: number;
  readonly seed: number;
  /** Hears that the way has gone, so often so far. */
  readonly flapped?: (times: number) => void;
}

/**
 * A WiFi at the edge of its reach: the way goes and comes again and again. Each time connections end, and who comes
 * while it is away is turned away. Begins with it there; what is given ends it, and it is there.
 */
export function startFlaps(
  proxy: Pick<TcpProxy, 'setFaults'>,
  { time, upMs, downMs, seed, flapped = () => {} }: Flaps,
): Cancel {
  const unit = seededUnit(seed);
  let times = 0;
  let cancel: Cancel;
  const about = (ms: number): number => ms * (0.5 + unit());
  const go = (): void => {
    proxy.setFaults({ passage: 'refused' });
    flapped(++times);
    cancel = time.after(about(downMs), come);
  };
  const come = (): void => {
    proxy.setFaults({ passage: 'open' });
    cancel = time.after(about(upMs), go);
  };
  cancel = time.after(about(upMs), go);
  return () => {
    cancel();
    proxy.setFaults({ passage: 'open' });
  };
}
