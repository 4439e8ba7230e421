import { isQuantityId, quantities } from '#core/quantities.ts';
import type { ImportLook } from '../../api/contract.ts';
import { blanks } from './blanks.ts';
import { countedPower } from './counted-power.ts';
import { factorOf, quantityOf, quantityOfUnit, unitColumn } from './words.ts';

/** What a series becomes. */
export interface NameUse {
  readonly meter: string;
  readonly quantity: string;
  readonly factor: number;
}

/** A series that the lines of a file name, in which column its values are, and what becomes of it. */
export interface ImportName {
  readonly name: string;
  readonly lines: number;
  readonly column: string;
  /** Columns of the least and the greatest, where it has them. */
  readonly low?: string;
  readonly high?: string;
  readonly use: (NameUse & { readonly isGauge: boolean }) | null;
}

/** A use as the host is asked for it. */
export const useOf = (use: NameUse): NonNullable<ImportName['use']> => ({
  ...use,
  isGauge: !isQuantityId(use.quantity) || quantities[use.quantity].kind === 'gauge',
});

/**
 * What each series of a file might become: by its unit where the file has one, else by its name. One that says nothing
 * is left out; two never become the same.
 * @param header names of the file's columns
 * @param values those that have values
 */
export function proposeNames(
  { series }: Pick<ImportLook, 'series'>,
  header: readonly string[],
  values: readonly string[],
): ImportName[] {
  const unitAt = header.findIndex(name => unitColumn.test(name.trim()));
  const taken = new Set<string>();
  const names = series.map(({ name, lines, example, filled }): ImportName => {
    const isFilled = (column: string) => filled.includes(header.indexOf(column));
    const has = (column: string) => values.includes(column) && isFilled(column);
    // Statistics of Home Assistant: a mean with its bounds, or a sum.
    const column =
      ['mean', 'sum', 'state'].find(has) ?? values.find(isFilled) ?? values[0] ?? header.at(-1) ?? '#1';
    const bounds =
      column === 'mean' ? { ...(has('min') && { low: 'min' }), ...(has('max') && { high: 'max' }) } : {};
    const guess = quantityOfName(name, unitAt < 0 ? undefined : (example[unitAt] ?? '').trim());
    const first = example[header.indexOf(column)] ?? '';
    // A switch is on or off, whatever it is called.
    const isWord = first !== '' && !/\d/.test(first) && !blanks.includes(first);
    if (guess === undefined || isWord) return { name, lines, column, ...bounds, use: null };
    const use = useOf({ meter: freeMeter(meterOf(name), guess.quantity, taken), ...guess });
    return { name, lines, column, ...bounds, use: column === 'mean' && !use.isGauge ? null : use };
  });
  const ofMeters = new Map<string, string[]>();
  for (const { use } of names)
    if (use !== null) ofMeters.set(use.meter, [...(ofMeters.get(use.meter) ?? []), use.quantity]);
  return names.map(each => ({
    ...each,
    use: each.use === null ? null : countedPower(ofMeters.get(each.use.meter) ?? [])(each.use),
  }));
}

function quantityOfName(
  name: string,
  unit: string | undefined,
): { readonly quantity: string; readonly factor: number } | undefined {
  if (unit !== undefined && unit !== '') return quantityOfUnit(unit, name);
  // Home Assistant names measurements of InfluxDB by their unit.
  const [measurement = ''] = name.split(/[,\s]/, 1);
  const byUnit = quantityOfUnit(measurement, name);
  if (byUnit !== undefined) return byUnit;
  const words = name.replace(/[_.,=-]/g, ' ').replace(/ (?:value|state)$/, '');
  const quantity = quantityOf(words);
  return quantity === undefined ? undefined : { quantity, factor: factorOf(words) };
}

/** Words that say what is measured, not where. */
const common =
  /\b(?:sensor|domain|entity|id|value|state|mean|power|energy|energie|leistung|watt|watts|[km]?wh?|v|a|hz|va|var|volt|voltage|current|frequency|total|import|export|consumption|production|daily|today|active)\b/g;

/** The name of a meter that a series may be of: what its tags say, or what is left of its name. */
function meterOf(name: string): string {
  const tags = [...name.matchAll(/,[^=]+=((?:\\.|[^,\s\\])*)/g)].map(([, value]) => value ?? '');
  const own = wordsOf(tags.length > 0 ? tags.join(' ') : name)
    .replace(common, ' ')
    .trim();
  return own.replace(/\s+/g, '-').slice(0, 48) || 'meter';
}

/** Plain letters and digits with a blank between. */
export const wordsOf = (name: string): string =>
  name
    .normalize('NFD')
    .replace(/\p{M}+/gu, '')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, ' ')
    .trim();

/** A meter of imports that has not this quantity yet: with a number behind it where one of that name has. */
export function freeMeter(id: string, quantity: string, taken: Set<string>): string {
  for (let count = 1; ; count++) {
    const meter = `imported.${count === 1 ? id : `${id}-${count}`}`;
    const key = `${meter}.${quantity}`;
    if (taken.has(key)) continue;
    taken.add(key);
    return meter;
  }
}
