import { deepFreeze } from '#core/freeze.ts';

/** Bounds of what a person says of the site; each is told where it is passed. */
export const siteLimits = deepFreeze({
  /** More than a host takes gateways with meters; also those that are no longer there. */
  meters: 4096,
  /** Levels of the tree, the top one among them: grid, house, floor, board, circuit, and room for more. */
  levels: 8,
  /** Of one host. */
  sites: 1000,
});
