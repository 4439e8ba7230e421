import { buildEngine, whyNoEngine } from './engine-build.ts';

/**
 * The engine is compiled once, and not by each suite of XS: beside the suites that come before them, for which nothing
 * waits. Why it cannot be, they tell themselves.
 */
export function setup(): () => Promise<unknown> {
  const built = whyNoEngine() === undefined ? buildEngine().catch(() => undefined) : Promise.resolve();
  return () => built;
}
