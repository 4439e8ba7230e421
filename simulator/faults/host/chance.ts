/** Whole numbers from 0 to below `limit`, the same for the same seed and salt (mulberry32). */
export function chanceOf(seed: number, salt: number): (limit: number) => number {
  let state = (seed ^ Math.imul(salt, 0x9e3779b1)) >>> 0;
  return limit => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return Math.floor((((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296) * limit);
  };
}
