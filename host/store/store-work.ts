import type { Keeper } from './keeper.ts';
import { changesOf } from './work-changes.ts';
import { factsOf } from './work-facts.ts';
import { readsOf } from './work-reads.ts';
import { exportsOf, importsOf } from './work-transfers.ts';

/** All that a store does behind its port, by name. */
export const workOf = (keeper: Keeper) => ({
  ...factsOf(keeper),
  ...readsOf(keeper),
  ...changesOf(keeper),
  ...exportsOf(keeper),
  ...importsOf(keeper),
  close: () => keeper.close(),
});

export type StoreWork = ReturnType<typeof workOf>;
