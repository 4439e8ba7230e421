import type { Fault } from './fault.ts';
import { hostKill } from './host/host-kill.ts';

/** Every fault there is, in the order in which they are run and told. A new one is a file of its own and a line here. */
export const faults: readonly Fault[] = Object.freeze([hostKill]);
