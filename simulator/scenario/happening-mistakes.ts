import type { HappeningValues } from '../happenings/happening.ts';
import { durationS } from './duration.ts';
import { shown } from './places.ts';
import type { PathMistake } from './schema-mistakes.ts';

type Value = HappeningValues[string];

const isValue = (value: unknown): value is Value =>
  value === null ||
  ['string', 'number', 'boolean'].includes(typeof value) ||
  (Array.isArray(value) && value.every(item => typeof item === 'number'));

const isFields = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** What is wrong with the schedule, as far as the schema does not say it. */
export function happeningMistakes(file: unknown): PathMistake[] {
  const found: PathMistake[] = [];
  const list = isFields(file) && Array.isArray(file.happenings) ? file.happenings : [];
  for (const [index, happening] of list.entries()) {
    if (!isFields(happening)) continue;
    const [lastsS, everyS] = [happening.for, happening.every].map(text =>
      typeof text === 'string' ? durationS(text) : undefined,
    );
    if (everyS === 0) {
      found.push({
        path: ['happenings', index, 'every'],
        message: `${shown(happening.every)} given; longer than nothing is allowed`,
      });
    } else if (lastsS !== undefined && everyS !== undefined && lastsS >= everyS) {
      found.push({
        path: ['happenings', index, 'for'],
        message: `${shown(happening.for)} given; it would begin anew before it has ended: less than every (${happening.every}) is allowed`,
      });
    }
    if (!isFields(happening.with)) continue;
    for (const [name, value] of Object.entries(happening.with)) {
      if (isValue(value)) continue;
      found.push({
        path: ['happenings', index, 'with', name],
        message: `${shown(value)} given; a text, a number, a list of numbers, true or false is allowed`,
      });
    }
  }
  return found;
}

/** Those of the values that a happening can be given: all, once `happeningMistakes` found none. */
export const happeningValues = (values: Readonly<Record<string, unknown>>): HappeningValues =>
  Object.fromEntries(Object.entries(values).filter((entry): entry is [string, Value] => isValue(entry[1])));
