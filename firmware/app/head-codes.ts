import { deepFreeze } from '../core/freeze.ts';
import { type QuantityId, quantities } from '../core/quantities.ts';
import { parseObis } from '../core/sml/obis.ts';
import { profiles } from '../profiles/registry.ts';

/** An OBIS code A-B:C.D.E*F as one number. */
const keyOf = (abc: number, def: number): number => abc * 0x100_0000 + def;

function keyOfText(text: string): number {
  const code = parseObis(text);
  if (code === undefined) throw new Error(`${text} is no OBIS code`);
  return keyOf(code.abc, code.def);
}

/** A quantity that a meter shows in parts: their sum, of which the first `needed` must be there, less `minus`. */
interface Parts {
  readonly plus: readonly string[];
  readonly needed: number;
  readonly minus?: string;
}

const directions = (plus: string, minus: string): Parts => ({ plus: [plus], needed: 1, minus });

const tariffs = (direction: number): Parts => ({
  plus: [1, 2, 3, 4, 5, 6, 7, 8, 9].map(tariff => `1-0:${direction}.8.${tariff}`),
  needed: 2,
});

/** In DSMR each direction of power has a code of its own, and energy is counted by tariff alone. */
const parts: Readonly<Partial<Record<QuantityId, Parts>>> = deepFreeze({
  powerW: directions('1-0:1.7.0', '1-0:2.7.0'),
  powerL1W: directions('1-0:21.7.0', '1-0:22.7.0'),
  powerL2W: directions('1-0:41.7.0', '1-0:42.7.0'),
  powerL3W: directions('1-0:61.7.0', '1-0:62.7.0'),
  reactivePowerVar: directions('1-0:3.7.0', '1-0:4.7.0'),
  energyImportWh: tariffs(1),
  energyExportWh: tariffs(2),
});

/** Sum of active power without a sign, which older EDL meters send in the place of 16.7.0. */
const absolutePowerCode = '1-0:15.7.0';

/** What heads may give, by all profiles. */
const headQuantities: readonly QuantityId[] = deepFreeze([
  ...new Set(profiles.flatMap(profile => (profile.kind === 'head' ? profile.quantities : []))),
]);

/** Codes with the quantity whose unit and decimals they have, in rising order; a code of its own before one of parts. */
function ownedCodes(): (readonly [key: number, owner: QuantityId])[] {
  const owners = new Map<number, QuantityId>([[keyOfText(absolutePowerCode), 'powerW']]);
  for (const id of headQuantities) {
    const { plus = [], minus } = parts[id] ?? {};
    for (const code of minus === undefined ? plus : [...plus, minus]) owners.set(keyOfText(code), id);
  }
  for (const id of headQuantities) {
    const { obis } = quantities[id];
    if (obis !== null) owners.set(keyOfText(obis), id);
  }
  return [...owners].sort(([one], [other]) => one - other);
}

const keys: readonly number[] = Object.freeze(ownedCodes().map(([key]) => key));

/**
 * The quantity whose unit and decimals a code has, by the code's place in the list of all that matter. A device has
 * these lists in flash: by places a head needs no table of its own.
 */
export const codeOwners: readonly QuantityId[] = Object.freeze(ownedCodes().map(([, owner]) => owner));

/** The place of a code; -1 of one that matters to nobody. */
export function placeOf(key: number): number {
  let low = 0;
  let high = keys.length - 1;
  while (low <= high) {
    const middle = (low + high) >> 1;
    const found = keys[middle] as number;
    if (found === key) return middle;
    if (found < key) low = middle + 1;
    else high = middle - 1;
  }
  return -1;
}

const placeOfText = (code: string): number => placeOf(keyOfText(code));

export const absolutePower = placeOfText(absolutePowerCode);
export const energyExport = placeOfText('1-0:2.8.0');

/** Where a quantity is found: the place of its own code, -1 for none, and what it is made of where that does not come. */
export interface HeadCode {
  readonly direct: number;
  readonly derivation?: {
    readonly plus: readonly number[];
    readonly needed: number;
    readonly minus?: number;
  };
}

function headCodeOf(id: QuantityId): HeadCode {
  const { obis } = quantities[id];
  const direct = obis === null ? -1 : placeOfText(obis);
  const made = parts[id];
  if (made === undefined) return { direct };
  const { plus, needed, minus } = made;
  const derivation = { plus: plus.map(placeOfText), needed };
  return {
    direct,
    derivation: minus === undefined ? derivation : { ...derivation, minus: placeOfText(minus) },
  };
}

/** By quantity, of those that heads give. */
export const headCodes: Readonly<Partial<Record<QuantityId, HeadCode>>> = deepFreeze(
  Object.fromEntries(headQuantities.map(id => [id, headCodeOf(id)])),
);

const electricity = 1;
const instantaneous = 7;
const anyValue = 255;

/**
 * The key of a current value and how plain its form is, 0 the plainest; undefined for values of the past, which have
 * another F than 255: modern meters send yesterday's energy as 1-0:1.8.0*96 beside 1-0:1.8.0*255, text telegrams earlier
 * months as 1.8.0*01. Other forms of one code: `1-1:` for a meter's only channel (Landis+Gyr), `1-0:1.7.255` (EasyMeter),
 * in text `*00` (Iskra ME162).
 */
export function currentKey(
  abc: number,
  def: number,
  isText: boolean,
): { readonly key: number; readonly rank: number } | undefined {
  if (abc < 0) return undefined;
  let rank = 0;
  let plainAbc = abc;
  let plainDef = def;
  const f = def & 0xff;
  if (f !== anyValue) {
    if (f !== 0 || !isText) return undefined;
    rank++;
    plainDef |= anyValue;
  }
  if (plainDef >> 16 === instantaneous && ((plainDef >> 8) & 0xff) === 255) {
    rank++;
    plainDef &= 0xff_00_ff;
  }
  if (abc >> 16 === electricity && ((abc >> 8) & 0xff) === 1) {
    rank++;
    plainAbc &= 0xff_00_ff;
  }
  return { key: keyOf(plainAbc, plainDef), rank };
}
