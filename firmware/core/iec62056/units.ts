import { deepFreeze } from '../freeze.ts';

/** A unit as meters write it: so many powers of ten of a unit of the vocabulary. */
export interface TextUnit {
  readonly unit: string;
  readonly shift: number;
}

const of = (unit: string, shift: number): TextUnit => ({ unit, shift });

const table: Readonly<Record<string, TextUnit | undefined>> = deepFreeze({
  W: of('W', 0),
  kW: of('W', 3),
  MW: of('W', 6),
  Wh: of('Wh', 0),
  kWh: of('Wh', 3),
  MWh: of('Wh', 6),
  var: of('var', 0),
  kvar: of('var', 3),
  varh: of('varh', 0),
  kvarh: of('varh', 3),
  VA: of('VA', 0),
  kVA: of('VA', 3),
  V: of('V', 0),
  A: of('A', 0),
  mA: of('A', -3),
  Hz: of('Hz', 0),
  m3: of('m³', 0),
  MJ: of('J', 6),
  GJ: of('J', 9),
  deg: of('°', 0),
  '%': of('%', 0),
});

/** The unit of a text telegram, as sent; undefined for one of nothing that Joulegate keeps. */
export const textUnit = (unit: string): TextUnit | undefined =>
  Object.hasOwn(table, unit) ? table[unit] : undefined;
