import { type Fault, fault } from '../faults/fault.ts';
import type { SetUp } from '../set-up/sealed-table.ts';
import type { Choice } from './choice.ts';
import { forwardKinds } from './kinds.ts';
import type { ShownDelivery } from './outcomes.ts';
import type { ForwardCounts } from './place-table.ts';

/** What a forward is beside its settings. */
export interface ForwardManner {
  readonly choice: Choice;
  /** What waits longer is dropped. */
  readonly keepDays: number;
}

/** A forward as it was set up; one without a site is for those who administer all of the host. */
export type SavedForward = SetUp & ForwardManner;

/** A forward as it is now. */
export interface ForwardState extends SetUp, ForwardManner {
  /** How long the oldest that waits has been here, s. */
  readonly lagS: number;
  /** Why the last try failed, in words for people. */
  readonly fault: Fault | null;
  /** When the other side took something last, since it was set up, changed or started with the host. */
  readonly takenMs: number | null;
  readonly counts: ForwardCounts;
}

/** The same with what takes a look into the store. */
export interface ForwardDetails extends ForwardState {
  /** Windows that wait and would be sent: with what was chosen, and with what is missing where the kind tells it. */
  readonly waiting: number;
  /** False: so many were counted, and more may wait. */
  readonly isAllCounted: boolean;
  /** The last ones since it was set up, changed or started with the host, newest first. */
  readonly deliveries: readonly ShownDelivery[];
}

/** Why nothing of it can go out, whatever the other side says; undefined where it can. */
export function faultOfSaved({ kind, settings }: SavedForward): Fault | undefined {
  if (settings === undefined) return fault('settings.lost', {});
  if (!forwardKinds.has(kind))
    return fault('kind.gone', { kind }, `this host knows no forwards of the kind ${kind}`);
  return undefined;
}
