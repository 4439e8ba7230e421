import { findProfile } from '#profiles/registry.ts';
import { UsageError } from '../arguments.ts';
import { catalogue, isHappeningId } from '../happenings/catalogue.ts';
import type { HappeningValues } from '../happenings/happening.ts';
import { readHappening, readValues } from '../happenings/values.ts';
import { durationS } from './duration.ts';
import { shown } from './places.ts';
import { type PathMistake, unknownName } from './schema-mistakes.ts';
import { type Sketch, sketchOf } from './sketch.ts';

type Value = HappeningValues[string];

const isValue = (value: unknown): value is Value =>
  value === null ||
  ['string', 'number', 'boolean'].includes(typeof value) ||
  (Array.isArray(value) && value.every(item => typeof item === 'number'));

type Fields = Readonly<Record<string, unknown>>;

const isFields = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const ids: readonly string[] = Object.freeze(Object.keys(catalogue));

/** What is wrong with the schedule, as far as the schema does not say it: names of happenings, their parts and options. */
export function happeningMistakes(file: unknown): PathMistake[] {
  const found: PathMistake[] = [];
  const sketch = sketchOf(file);
  const list = isFields(file) && Array.isArray(file.happenings) ? file.happenings : [];
  for (const [index, happening] of list.entries()) {
    if (!isFields(happening)) continue;
    const path = ['happenings', index] as const;
    const { what, with: values } = happening;
    for (const name of ['for', 'every'] as const) {
      const given = happening[name];
      if (typeof given !== 'string' || durationS(given) !== 0) continue;
      found.push({ path: [...path, name], message: `${shown(given)} given; longer than nothing is allowed` });
    }
    if (typeof what !== 'string') continue;
    if (!isHappeningId(what)) {
      found.push({ path: [...path, 'what'], message: `${shown(what)} ${unknownName(what, ids)}` });
      continue;
    }
    if (happening.for !== undefined && !catalogue[what].lasts) {
      found.push({ path: [...path, 'for'], message: `${what} is over at once; take it out` });
    }
    const parts = partsOf(what, sketch);
    const part = isFields(values) ? values.part : undefined;
    if (parts?.length === 0) {
      found.push({ path: [...path, 'what'], message: `${what} cannot happen: nothing here has it` });
    } else if (parts !== undefined && part === undefined && parts.length > 1) {
      const message = `is missing; one of ${parts.join(', ')} is allowed`;
      found.push({ path: [...path, 'with', 'part'], message });
    } else if (parts !== undefined && typeof part === 'string' && !parts.includes(part)) {
      found.push({ path: [...path, 'with', 'part'], message: `${shown(part)} ${unknownName(part, parts)}` });
    }
    if (!isFields(values)) continue;
    const mistakes = Object.entries(values).flatMap(([name, value]): PathMistake[] => {
      const message = valueMistake(what, name, value);
      return message === undefined ? [] : [{ path: [...path, 'with', name], message }];
    });
    const amount = mistakes.length === 0 ? amountMistake(what, values) : undefined;
    if (amount !== undefined)
      mistakes.push({ path: [...path, 'with', amount.name], message: amount.message });
    found.push(...mistakes);
  }
  return found;
}

/** The parts of the file that it can happen to; undefined of those that are in no file, such as the network. */
function partsOf(what: keyof typeof catalogue, { lines, meters }: Sketch): readonly string[] | undefined {
  const linesOf = (kind: string) => lines.filter(line => line.kind === kind);
  const metersOf = (areChips: boolean) =>
    meters.filter(({ profile = '' }) => (findProfile(profile)?.kind === 'ina219') === areChips);
  const idsOf = (rows: readonly { readonly id?: string }[]) => rows.flatMap(({ id }) => id ?? []);
  switch (what.split('.')[0]) {
    case 'line':
      return idsOf(linesOf('rs485'));
    case 'head':
      return idsOf(linesOf('ir'));
    case 'chip':
      return idsOf(metersOf(true));
    case 'counter':
    case 'meter':
      return idsOf(metersOf(false));
    default:
      return undefined;
  }
}

function valueMistake(what: keyof typeof catalogue, name: string, value: unknown): string | undefined {
  // To which part it happens is no option of the happening itself.
  if (name === 'part')
    return typeof value === 'string' ? undefined : `${shown(value)} given; a name is allowed`;
  try {
    readValues(what, catalogue[what].options, { [name]: value });
    return undefined;
  } catch (error) {
    if (error instanceof UsageError) return error.message;
    throw error;
  }
}

/** Where nothing would be wrong by these values, each of which is allowed: the first that says so. */
function amountMistake(
  what: keyof typeof catalogue,
  { part: _part, ...values }: Fields,
): { readonly name: string; readonly message: string } | undefined {
  try {
    readHappening(what, catalogue[what], values);
    return undefined;
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    return { name: Object.keys(values).find(name => values[name] === 0) ?? 'part', message: error.message };
  }
}

/** Those of the values that a happening can be given: all, once `happeningMistakes` found none. */
export const happeningValues = (values: Fields): HappeningValues =>
  Object.fromEntries(Object.entries(values).filter((entry): entry is [string, Value] => isValue(entry[1])));
