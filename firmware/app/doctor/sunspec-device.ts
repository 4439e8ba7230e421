import { type SunspecMap, SunspecSearch } from '../../core/modbus/sunspec.ts';
import type { ModbusProfile } from '../../profiles/profile.ts';
import { sunspecProfile } from '../../profiles/sunspec.ts';
import type { KnownAnswers } from './known-answers.ts';
import type { Talk } from './talk.ts';

/** Looks for a SunSpec map; undefined where there is none. */
export function* sunspecMap(known: KnownAnswers): Talk<SunspecMap | undefined> {
  const search = new SunspecSearch();
  for (let read = search.next(); read; read = search.next()) {
    const { data } = yield* known.ask({ fc: 3, ...read });
    search.take(data);
  }
  return search.map;
}
Object.freeze(sunspecMap.prototype);

/**
 * The profile by which a SunSpec device is measured, as it is chosen in the settings, and the same with the registers
 * that the device has: an inverter or a meter where it is one. Null where nothing of its map is known.
 */
export function sunspecChoice(
  map: SunspecMap,
  profiles: readonly ModbusProfile[],
): { readonly chosen: ModbusProfile; readonly found: ModbusProfile } | null {
  const searching = profiles.filter(({ sunspec }) => sunspec !== undefined);
  // What says more of the device comes before "any".
  searching.sort((a, b) => Number(a.sunspec?.part === 'first') - Number(b.sunspec?.part === 'first'));
  for (const chosen of searching) {
    const found = sunspecProfile(chosen, map);
    if (found !== undefined) return { chosen, found };
  }
  return null;
}
