import { deepFreeze } from '../core/freeze.ts';
import { type QuantityId, quantities } from '../core/quantities.ts';
import { parseObis } from '../core/sml/obis.ts';

/** An OBIS code A-B:C.D.E*F as one number. */
const keyOf = (abc: number, def: number): number => abc * 0x100_0000 + def;

function keyOfText(text: string): number {
  const code = parseObis(text);
  if (code === undefined) throw new Error(`${text} is no OBIS code`);
  return keyOf(code.abc, code.def);
}

/** Sum of active power without a sign, which older EDL meters send in the place of 16.7.0. */
export const absolutePower = keyOfText('1-0:15.7.0');
export const energyExport = keyOfText('1-0:2.8.0');

/** A quantity that a meter shows in parts: their sum, of which the first `needed` must be there, less `minus`. */
export interface Derivation {
  readonly plus: readonly number[];
  readonly needed: number;
  readonly minus?: number;
}

const directions = (plus: string, minus: string): Derivation => ({
  plus: [keyOfText(plus)],
  needed: 1,
  minus: keyOfText(minus),
});

const tariffs = (direction: number): Derivation => ({
  plus: [1, 2, 3, 4, 5, 6, 7, 8, 9].map(tariff => keyOfText(`1-0:${direction}.8.${tariff}`)),
  needed: 2,
});

/** In DSMR each direction of power has a code of its own, and energy is counted by tariff alone. */
const derivations: Readonly<Partial<Record<QuantityId, Derivation>>> = deepFreeze({
  powerW: directions('1-0:1.7.0', '1-0:2.7.0'),
  powerL1W: directions('1-0:21.7.0', '1-0:22.7.0'),
  powerL2W: directions('1-0:41.7.0', '1-0:42.7.0'),
  powerL3W: directions('1-0:61.7.0', '1-0:62.7.0'),
  reactivePowerVar: directions('1-0:3.7.0', '1-0:4.7.0'),
  energyImportWh: tariffs(1),
  energyExportWh: tariffs(2),
});

export const derivationOf = (id: QuantityId): Derivation | undefined => derivations[id];

/** The code that a quantity has in the vocabulary. */
export function directKey(id: QuantityId): number | undefined {
  const { obis } = quantities[id];
  return obis === null ? undefined : keyOfText(obis);
}

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
