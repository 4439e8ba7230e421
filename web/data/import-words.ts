/** Words in the names of columns and series, in the languages of the page and of common files; the first that fits holds. */
const names: readonly (readonly [RegExp, string])[] = [
  [/export|feed|einspeis|fed.?in|inje[cç]|2\.8\.0|liefer/i, 'energyExportWh'],
  [/wh\b|energ|import|bezug|zähler|reading|contador|consum|verbrauch|1\.8\.0/i, 'energyImportWh'],
  [/volt|spannung|tens[aã]o|\[?\bV\]?$/i, 'voltageL1V'],
  [/freq|hz\b/i, 'frequencyHz'],
  [/amp|current|strom\b|corrente|\bA\]?$/i, 'currentL1A'],
  [/power|leistung|pot[eê]ncia|value|wert|state|valor|watt|\b[km]?w\b/i, 'powerW'],
];

/** Names of columns that say of which series a line is. */
export const nameWords =
  /^(?:statistic_id|entity_id|_measurement|_field|series|name|metric|field|measurement|sensor|device|meter|channel|topic|zähler|gerät|kanal|contador|sensor_?(?:id|name)|device_?(?:id|name)|meter_?(?:id|name)|channel_?(?:id|name))$/i;

/** And of those that have the values then. */
export const valueWords =
  /^(?:_?value|val|state|reading|mean|min|max|sum|wert|messwert|valor|num_value|numeric_value)$/i;

/** What a name says is measured; undefined where it says nothing. */
export const quantityOf = (name: string): string | undefined =>
  names.find(([form]) => form.test(spaced(name)))?.[1];

/** Underscores stand between words, as blanks do. */
const spaced = (name: string): string => name.replaceAll('_', ' ');

/** kW and kWh are thousands of what is stored. */
export function factorOf(name: string): number {
  const words = spaced(name);
  if (/\bk(?:w|wh|va|var|varh)\b/i.test(words)) return 1000;
  return /\bmwh?\b/.test(words) ? 0.001 : /\bMWh?\b/.test(words) ? 1_000_000 : 1;
}

/** Units that say by themselves what is measured. */
const units: readonly (readonly [unit: string, quantity: string, factor: number])[] = [
  ['W', 'powerW', 1],
  ['kW', 'powerW', 1000],
  ['MW', 'powerW', 1_000_000],
  ['Wh', 'energyImportWh', 1],
  ['kWh', 'energyImportWh', 1000],
  ['MWh', 'energyImportWh', 1_000_000],
  ['V', 'voltageL1V', 1],
  ['A', 'currentL1A', 1],
  ['mA', 'currentL1A', 0.001],
  ['Hz', 'frequencyHz', 1],
  ['VA', 'apparentPowerVA', 1],
  ['var', 'reactivePowerVar', 1],
];

/** What a unit measures: of energy the name tells the direction. Undefined where the unit is none of these. */
export function quantityOfUnit(
  unit: string,
  name: string,
): { readonly quantity: string; readonly factor: number } | undefined {
  const found = units.find(([each]) => each === unit);
  if (found === undefined) return undefined;
  const [, quantity, factor] = found;
  const isOut = quantity === 'energyImportWh' && quantityOf(name) === 'energyExportWh';
  return { quantity: isOut ? 'energyExportWh' : quantity, factor };
}
