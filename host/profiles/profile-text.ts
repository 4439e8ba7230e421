import type { Mistake } from '#core/rules.ts';
import type { ModbusProfile } from '#profiles/profile.ts';
import { checkProfile } from '#profiles/profile-check.ts';
import { findProfile } from '#profiles/registry.ts';
import { type Place, placesIn } from './json-places.ts';

/** A mistake and where it stands; line and column count from 1. */
export interface TextMistake extends Mistake {
  readonly line: number;
  readonly column: number;
}

/**
 * The profile in a text that a user wrote as JSON, or its mistakes in the order of the text (20 at most, and more only
 * where names stand twice), each with its place. It can be sent to a gateway: its id is none that gateways have.
 */
export function checkProfileText(
  text: string,
): { readonly profile: ModbusProfile } | { readonly mistakes: readonly TextMistake[] } {
  const { places, slips } = placesIn(text);
  if (slips.length > 0) {
    return { mistakes: slips.map(({ at, ...slip }) => ({ ...slip, ...lineAndColumn(text, at) })) };
  }
  const checked = checkProfile(JSON.parse(text));
  const mistakes = 'mistakes' in checked ? checked.mistakes : idMistakes(checked.profile);
  if ('profile' in checked && mistakes.length === 0) return checked;
  return {
    mistakes: mistakes
      .map(mistake => ({ mistake, at: placeOf(mistake, places) }))
      .sort((a, b) => a.at - b.at)
      .map(({ mistake, at }) => ({ ...mistake, ...lineAndColumn(text, at) })),
  };
}

function idMistakes({ id }: ModbusProfile): Mistake[] {
  if (findProfile(id) === undefined) return [];
  const message = `${JSON.stringify(id)} given; gateways have a profile of this id, give yours another`;
  return [{ field: 'id', message }];
}

/** Where a field stands; of one that is missing, where what it is missing in begins. */
function placeOf({ field, message }: Mistake, places: ReadonlyMap<string, Place>): number {
  for (let known = field; known !== ''; known = known.replace(/(^|\.)[^.[]*$|\[\d+\]$/, '')) {
    const place = places.get(known);
    if (place !== undefined)
      return known === field && message.startsWith('is not known') ? place.keyAt : place.at;
  }
  return places.get('')?.at ?? 0;
}

function lineAndColumn(text: string, at: number): { line: number; column: number } {
  const before = text.slice(0, at).split(/\r\n|\r|\n/);
  return { line: before.length, column: (before.at(-1)?.length ?? 0) + 1 };
}
