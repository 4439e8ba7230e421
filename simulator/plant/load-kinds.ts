import type { LoadKind } from './load.ts';
import { pv } from './loads/pv.ts';
import { standby } from './loads/standby.ts';
import { steady } from './loads/steady.ts';

/** Every kind of load there is, by the name that a plan calls it. */
export const loadKinds: Readonly<Record<string, LoadKind>> = Object.freeze({
  standby,
  steady,
  pv,
});
