import { randomBytes } from 'node:crypto';
import type { RandomPort, TimePort } from '#ports';

/** The machine's time, as the gateway's code wants it. */
export const machineTime: TimePort = Object.freeze({
  ticksMs: () => performance.now(),
  wallMs: () => Date.now(),
  after(delayMs: number, callback: () => void) {
    let late: NodeJS.Immediate | undefined;
    // What came while the machine was held up is heard first: an answer that lies there is no silence.
    const timer = setTimeout(
      () => {
        late = setImmediate(callback);
      },
      Math.max(delayMs, 0),
    );
    return () => {
      clearTimeout(timer);
      clearImmediate(late);
    };
  },
});

export const machineRandom: RandomPort = Object.freeze({
  bytes: (count: number) => new Uint8Array(randomBytes(count)),
  unit: () => Math.random(),
});
