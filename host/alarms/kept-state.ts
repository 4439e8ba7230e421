import type { KeptState } from './alarm-table.ts';
import type { State } from './judge.ts';
import { gatewayOf, isSum } from './places.ts';
import type { Rule } from './rule.ts';
import type { Track } from './track.ts';

/** How far a track has judged, as it is given to the disk. */
export function keptState(track: Track): KeptState {
  const { rule, place, state, cameMs } = track;
  track.keptState = state;
  return {
    rule: rule.id,
    version: rule.version,
    meter: place.key,
    ...(isSum(place) && { gateway: gatewayOf(place.meter), meters: place.meters }),
    ...(cameMs > 0 && { cameMs }),
    state,
  };
}

/** Whether what a rule of energy looks back at are readings, as hosts before kept them, and not what the counter grew. */
export const isOfOldForm = ({ condition: { kind } }: Rule, { recent, counter }: State): boolean =>
  kind === 'energy' && recent.length > 0 && counter === undefined;

/** Whether stored windows alone tell what became of a track since its state was written, whenever that was. */
export const isPlain = ({ place, state, terms: { condition } }: Track): boolean =>
  state.name === 'quiet' &&
  state.recent.length === 0 &&
  state.counter === undefined &&
  condition.kind !== 'silence' &&
  place.meters.length === 1 &&
  !isSum(place);
