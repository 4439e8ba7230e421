import { buildEngine, whyNoEngine } from './engine-build.ts';

/** Before the suites of XS: the engine is compiled once, and not by each of them. Why it cannot be, they tell themselves. */
export async function setup(): Promise<void> {
  if (whyNoEngine() === undefined) await buildEngine().catch(() => undefined);
}
