import type { ProgramDesk } from '../broker/postings.ts';
import { FaultError } from '../faults/fault.ts';
import type { ForwardKind, Way } from './forward-kind.ts';
import { forwardKinds } from './kinds.ts';
import { faultOfSaved, type SavedForward } from './saved-forward.ts';

/** Opens the way of a forward as it was set up. @throws FaultError where nothing of it can go out */
export function wayOf(saved: SavedForward, programs: ProgramDesk | undefined): Way {
  const why = faultOfSaved(saved);
  if (why !== undefined) throw new FaultError(why);
  const kind = forwardKinds.get(saved.kind) as ForwardKind;
  return kind.open(saved.settings as object, {
    reach: saved.site === null ? 'anywhere' : 'internet',
    programs,
  });
}
