import { isQuantityId } from '#core/quantities.ts';
import { isFedIn, isMade } from './goes-out.ts';

const energyWords = /wh\b|energ/i;
const powerWords = /power|leistung|pot[eê]ncia|watts?\b|\b[km]?w\b/i;
/** A unit of power behind a name written as one word: gridkW. */
const powerUnit = /[a-z][kKM]?W\b/;
/** Energy of another kind: it has many quantities, and is to be chosen. */
const otherEnergy = /va(?:r)?h\b|blindarbeit|scheinarbeit|reactive energy/i;
/** What stands beside energy in many files and is none: prices and other things by the kWh, tariffs, the weather. */
const otherWords =
  /(?:\b(?:ct|cents?|eur|chf|usd|gbp|brl|sek|nok|dkk|pln|czk|kr|rp|p|k?g)|øre|zł|[€$£]) ?\/ ?[km]?wh|\bper [km]?wh|wh ?\/ ?(?:100 ?)?(?:k?m|k?wp|s|min|h|d|day|tag|dia)\b|price|preis|pre[cç]o|tari|cost\b(?! ?cent)|kosten(?!stelle)|custo\b|€|\beur\b|co2|irradia|strahlung|temperat|humid|feucht|(?:ersatz|status)wert|self.?(?:consum|use)|eigenverbrauch|auto.?consum|direkt verbraucht/i;
/** What begins anew each day, and what is a bound or a peak of values and none of them: `L1 min`, but not `15 min`. */
const asideWords =
  /today|yesterday|daily|heute|gestern|\btages|hoje|ontem|di[aá]ri[ao]|grenz|\b(?:max|minimum|maximum|peak|limit)\b|(?<!(?<!\bL|phase ?)\d[ -]?)\bmin\b/i;
/** Of which tariff's register it is: `Bezug Tarif 1`, `Import T2`, `1.8.2`; the high one of two is the first. */
const tariffWords = /\b(?:tarif[af]?[ .-]*|T|[12]\.8\.)([1-9])\b|\b(HT|NT)\b/i;
const tariffIn = (words: string): string | undefined => {
  const [, number, name] = tariffWords.exec(words) ?? [];
  return number ?? (name === undefined ? undefined : /^h/i.test(name) ? '1' : '2');
};
const factorWords = /power.?factor|leistungsfaktor|fator de pot|cos ?(?:phi|φ)/i;

/** Words in the names of columns and series, in the languages of the page and of common files; the first that fits holds. */
const names: readonly (readonly [Pick<RegExp, 'test'>, string])[] = [
  [/apparent|scheinleistung|aparente|\bk?va\b/i, 'apparentPowerVA'],
  [/reactive|blindleistung|reativa|\bk?var\b/i, 'reactivePowerVar'],
  [{ test: isFedIn }, 'energyExportWh'],
  [
    /wh\b|energ|import|bezug|bezog|purchas|afname|zähler|reading|contador|consum|verbrauch|\b1\.8\.\d/i,
    'energyImportWh',
  ],
  [/volt|spannung|tens[aã]o|\[?\bV\]?$/i, 'voltageL1V'],
  [/freq|hz\b/i, 'frequencyHz'],
  [/\bamp|(?<![lt])amps\b|current(?!ly)|strom\b|corrente|\bA\]?$/i, 'currentL1A'],
  [/power|leistung|pot[eê]ncia|value|wert|state|valor|valeur|watt|\b[km]?w\b/i, 'powerW'],
];

/** Names of columns that say of which series a line is. */
export const nameWords =
  /^(?:statistic_id|entity_id|metadata_id|_measurement|_field|series|name|metric|field|measurement|sensor|device|meter|channel|circuit|plug|outlet|socket|inverter|node|location|room|appliance|topic|zähler|gerät|kanal|steckdose|raum|stromkreis|contador|aparelho|dispositivo|tomada|canal|type|kind|quantity|parameter|variable|register|obis(?:[ _-]?(?:code|id))?|typ|art|messgröße|tipo|grandeza|sensor_?(?:id|name)|device_?(?:row_?)?(?:id|name)|meter_?(?:id|name)|channel_?(?:id|name))$/i;

/** Of those, what names quantities and not devices alone. */
export const metricWords =
  /^(?:statistic_id|entity_id|metadata_id|_measurement|_field|series|metric|field|measurement|topic|type|kind|quantity|parameter|variable|register|obis(?:[ _-]?(?:code|id))?|typ|art|messgröße|tipo|grandeza)$/i;

/** Of these numbers are names, too. */
export const idWords = /(?:id|name)$|^obis/i;

/** And of those that say in which unit. */
export const unitColumn =
  /^(?:units?|unit_of_measurement|(?:mess)?einheit|eenheid|(?:m[åa]le)?enhe[td]|unidade?|unit[eéà]|yksikk[öo]tyyppi|jednotka)$/i;

/** And of those that have the values then. */
export const valueWords =
  /^(?:_?value|val|state|reading|volume|mean|min|max|sum|wert|menge|messwert|valor|num_value|numeric_value)$/i;

/** What a name says is measured; undefined where it says nothing. */
export function quantityOf(name: string): string | undefined {
  const words = spaced(name);
  const plain = words.replace(tariffWords, '');
  if ([otherEnergy, otherWords, asideWords].some(form => form.test(plain))) return undefined;
  if (factorWords.test(words)) return ofPhase('powerFactor', words);
  const isPower = !energyWords.test(words) && (powerWords.test(words) || powerUnit.test(words));
  const found = names.find(([form, quantity]) => form.test(words) && !(isPower && isOther(quantity)))?.[1];
  if (found === 'powerW' || (isPower && found === undefined)) return ofPower(words);
  return ofPhase(found === 'energyImportWh' && isMade(words) ? 'energyExportWh' : found, words);
}

/** "Import power" and "current power" are power. */
const isOther = (quantity: string): boolean =>
  ['energyExportWh', 'energyImportWh', 'currentL1A'].includes(quantity);

/** Power that is fed in is above zero where it has a column of its own; `powerW` is below zero then. */
function ofPower(words: string): string | undefined {
  if (isMade(words)) return ofPhase('powerExportW', words);
  return ofPhase(/import|bezug|(?<!\S)(?:P\+|\+P)(?!\S)/i.test(words) ? 'powerImportW' : 'powerW', words);
}

/** Where the name says which of three phases it is of, or between which two, or of energy which tariff; undefined where there is no such quantity. */
function ofPhase(quantity: string | undefined, words: string): string | undefined {
  const [, one, other] = /\b(?:L|phase ?)([123])(?:[- ]?L([123]))?\b/i.exec(words) ?? [];
  const tariff = quantity?.endsWith('Wh') === true ? tariffIn(words) : undefined;
  if (quantity !== undefined && tariff !== undefined) {
    const own = quantity.replace(/Wh$/, `T${tariff}Wh`);
    return one === undefined && isQuantityId(own) ? own : undefined;
  }
  if (one === undefined || quantity === undefined) return quantity;
  if (quantity === 'frequencyHz') return quantity;
  const phases = other === undefined ? `L${one}` : `L${one}L${other}`;
  const own = quantity.replace('L1', '').replace(/(Wh|W|VA|Var|V|A)?$/, `${phases}$1`);
  return isQuantityId(own) ? own : undefined;
}

/** Underscores stand between words, as blanks do. */
const spaced = (name: string): string => name.replaceAll('_', ' ');

/** kW and kWh are thousands of what is stored, also behind a name written as one word: gridkWh. */
export function factorOf(name: string): number {
  const words = spaced(name);
  if (/\bk(?:w|wh|va|var|v)\b|kwh\b/i.test(words) || /[kK](?:Wh?|VA|var)\b/.test(words)) return 1000;
  if (/\bm[wW]h?\b|\bm[aAvV]\b/.test(words)) return 0.001;
  return /\bMWh?\b/.test(words) ? 1_000_000 : 1;
}

/** Units that say by themselves what is measured. */
const units: readonly (readonly [unit: string, quantity: string, factor: number])[] = [
  ['W', 'powerW', 1],
  ['kW', 'powerW', 1000],
  ['MW', 'powerW', 1_000_000],
  ['mW', 'powerW', 0.001],
  ['Wh', 'energyImportWh', 1],
  ['kWh', 'energyImportWh', 1000],
  ['MWh', 'energyImportWh', 1_000_000],
  ['V', 'voltageL1V', 1],
  ['mV', 'voltageL1V', 0.001],
  ['kV', 'voltageL1V', 1000],
  ['A', 'currentL1A', 1],
  ['mA', 'currentL1A', 0.001],
  ['Hz', 'frequencyHz', 1],
  ['VA', 'apparentPowerVA', 1],
  ['kVA', 'apparentPowerVA', 1000],
  ['var', 'reactivePowerVar', 1],
  ['kvar', 'reactivePowerVar', 1000],
];

/** What a unit measures: of energy the name tells the direction. Undefined where the unit is none of these. */
export function quantityOfUnit(
  unit: string,
  name: string,
): { readonly quantity: string; readonly factor: number } | undefined {
  // Energy and power by watts alone are written in any case: kwh, KW; but mW and MW are two.
  const own = /^k?wh?$/i.test(unit) ? unit.toLowerCase().replace('w', 'W') : unit;
  const found = units.find(([each]) => each === own);
  if (found === undefined) return undefined;
  const [, quantity, factor] = found;
  const words = spaced(name);
  const isOut = quantity === 'energyImportWh' && isMade(words);
  const directed =
    quantity === 'powerW' ? ofPower(words) : ofPhase(isOut ? 'energyExportWh' : quantity, words);
  return directed === undefined ? undefined : { quantity: directed, factor };
}
