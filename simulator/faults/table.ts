import type { Fault } from './fault.ts';

/** Every fault there is, in the order in which they are run and told. A new one is a file of its own and a line here. */
export const faults: readonly Fault[] = Object.freeze([]);
