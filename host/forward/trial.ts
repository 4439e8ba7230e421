import type { ProgramDesk } from '../broker/postings.ts';
import { FaultError, fault } from '../faults/fault.ts';
import type { Sites } from '../site/sites.ts';
import type { Store } from '../store/store.ts';
import { chosen } from './choice.ts';
import { type ForwardJournal, newJournal, question } from './journal.ts';
import { forwardKinds } from './kinds.ts';
import { newestWindow } from './newest-window.ts';
import type { SavedForward } from './saved-forward.ts';
import { wayOf } from './way-of.ts';

interface TrialOptions {
  readonly store: Pick<Store, 'series' | 'all'>;
  readonly sites: Pick<Sites, 'siteOf'>;
  readonly programs?: ProgramDesk | undefined;
  readonly nowMs: () => number;
}

/** Sends one window more, or asks what is there; gives what the other side said. @throws DeliveryError, FaultError, Error of the store */
export async function tryForward(
  saved: SavedForward,
  journal: ForwardJournal | undefined,
  { store, sites, programs, nowMs }: TrialOptions,
  signal: AbortSignal,
): Promise<string> {
  const siteOf = (gateway: string) => sites.siteOf(gateway);
  const { id, kind, choice, site } = saved;
  // A record more would be one too many: it is asked what it has.
  const isAsked = forwardKinds.get(kind)?.records !== undefined;
  const window = isAsked ? undefined : await newestWindow(store, chosen(choice, site, siteOf), siteOf);
  if (window === undefined && !isAsked) throw new FaultError(fault('forward.nothing', {}));
  const way = wayOf(saved, programs);
  try {
    const { said } = await way.send(window === undefined ? [] : [window], {
      id: `forward-${id}-test-${nowMs()}`,
      atMs: nowMs(),
      signal,
      ...(isAsked && { message: question(journal ?? newJournal()) }),
    });
    return said;
  } finally {
    way.close();
  }
}
