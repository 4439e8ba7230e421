import { randomBytes } from 'node:crypto';
import type { RandomPort, TimePort } from '#ports';

/** The machine's time, as the gateway's code wants it. */
export const machineTime: TimePort = Object.freeze({
  ticksMs: () => performance.now(),
  wallMs: () => Date.now(),
  after(delayMs: number, callback: () => void) {
    const timer = setTimeout(callback, Math.max(delayMs, 0));
    return () => clearTimeout(timer);
  },
});

export const machineRandom: RandomPort = Object.freeze({
  bytes: (count: number) => new Uint8Array(randomBytes(count)),
  unit: () => Math.random(),
});
