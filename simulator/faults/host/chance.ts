import { seededRandom } from '../../gateway/random.ts';

/** Whole numbers from 0 to below `limit`, the same for the same seed and salt. */
export function chanceOf(seed: number, salt: number): (limit: number) => number {
  const random = seededRandom(seed ^ Math.imul(salt, 0x9e3779b1));
  return limit => Math.floor(random.unit() * limit);
}
