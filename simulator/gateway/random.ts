import { randomBytes } from 'node:crypto';
import type { RandomPort } from '#ports';

export const nodeRandom: RandomPort = Object.freeze({
  bytes: (count: number) => new Uint8Array(randomBytes(count)),
  unit: () => Math.random(),
});

/** Random numbers that are the same in every run with this seed (Mulberry32, public domain). */
export function seededRandom(seed: number): RandomPort {
  let state = seed | 0;
  const next = (): number => {
    state = (state + 0x6d2b79f5) | 0;
    let bits = Math.imul(state ^ (state >>> 15), state | 1);
    bits ^= bits + Math.imul(bits ^ (bits >>> 7), bits | 61);
    return (bits ^ (bits >>> 14)) >>> 0;
  };
  return {
    bytes: count => Uint8Array.from({ length: count }, () => next() & 0xff),
    unit: () => next() / 4_294_967_296,
  };
}
