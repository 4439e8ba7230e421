import { isQuantityId } from '#core/quantities.ts';
import type { Mistake } from '#core/rules.ts';
import { isCivilDay } from '../../site/civil-day.ts';
import { isObject } from '../json-object.ts';
import { ingestLimits } from './limits.ts';
import type { Reading } from './reading.ts';

/** A reading and where in its body it stands: `readings[3].values.powerW`. */
export interface PlacedReading extends Reading {
  readonly place: string;
}

export interface JsonRead {
  readonly readings: readonly PlacedReading[];
  readonly mistakes: readonly Mistake[];
  readonly isTooLong: boolean;
  /** The connector that it names. */
  readonly connector: string | undefined;
}

const allowed = 'an object with meter, values and, where it is not now, at';

/**
 * Reads `{meter, at?, values: {quantity: number}}`, a list of such, or `{connector?, readings: […]}`. `at` is UTC in ms
 * since 1970 or ISO 8601 with its zone. With any mistake there are no readings: it is all or nothing.
 */
export function readJson(body: unknown, arrivedMs: number): JsonRead {
  const readings: PlacedReading[] = [];
  const mistakes: Mistake[] = [];
  const isBatch = isObject(body) && Object.hasOwn(body, 'readings');
  const list: unknown = isBatch ? body.readings : Array.isArray(body) ? body : [body];
  const connector = isObject(body) ? body.connector : undefined;
  const add = (field: string, message: string) => {
    if (mistakes.length < ingestLimits.mistakes) mistakes.push({ field, message });
  };
  if (connector !== undefined && typeof connector !== 'string')
    add('connector', `${show(connector)} given; the id of a connector is allowed`);
  if (!Array.isArray(list)) add('readings', `${show(list)} given; a list is allowed`);
  const given: readonly unknown[] = Array.isArray(list) ? list : [];
  const tooLong = { readings: [], mistakes, isTooLong: true, connector: undefined };
  if (given.length > ingestLimits.values) return tooLong;
  // Those that are wrong are counted, too: each is a sentence to be made.
  let valuesLeft: number = ingestLimits.values;
  for (const [index, entry] of given.entries()) {
    const place = isBatch ? `readings[${index}]` : Array.isArray(body) ? `[${index}]` : '';
    const at = (name: string) => (place === '' ? name : `${place}.${name}`);
    if (!isObject(entry) || !isObject(entry.values)) {
      add(
        isObject(entry) ? at('values') : place || '(all)',
        `${show(isObject(entry) ? entry.values : entry)} given; ${allowed} is allowed`,
      );
      continue;
    }
    const { meter, values } = entry;
    const atMs = entry.at === undefined ? arrivedMs : instantOf(entry.at);
    const strange = Object.keys(entry).find(key => !known.has(key));
    if (strange !== undefined && !(place === '' && strange === 'connector'))
      add(at(short(strange)), 'is not known; allowed are meter, at, values');
    if (typeof meter !== 'string') add(at('meter'), `${show(meter)} given; the id of a meter is allowed`);
    if (atMs === undefined)
      add(
        at('at'),
        `${show(entry.at)} given; whole ms since 1970, or a time such as 2026-01-31T12:00:00Z, is allowed`,
      );
    const entries = Object.entries(values);
    valuesLeft -= entries.length;
    if (valuesLeft < 0) return tooLong;
    if (entries.length === 0) add(at('values'), 'is empty; {"powerW": 12.5} is allowed');
    for (const [quantity, value] of entries) {
      if (!isQuantityId(quantity))
        add(at(`values.${short(quantity)}`), 'is no quantity, such as powerW or energyImportWh');
      else if (typeof value !== 'number' || !Number.isFinite(value))
        add(at(`values.${quantity}`), `${show(value)} given; a number is allowed`);
      else if (typeof meter === 'string' && atMs !== undefined)
        readings.push({ meter, quantity, value, atMs, place: at(`values.${quantity}`) });
    }
  }
  return {
    readings: mistakes.length > 0 ? [] : readings,
    mistakes,
    isTooLong: false,
    connector: typeof connector === 'string' ? connector : undefined,
  };
}

const known: ReadonlySet<string> = new Set(['meter', 'at', 'values']);

/** Without a zone nobody knows which instant a text means. */
function instantOf(at: unknown): number | undefined {
  if (typeof at === 'number') return Number.isInteger(at) && Math.abs(at) <= 8.64e15 ? at : undefined;
  if (typeof at !== 'string' || !/^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d{1,9})?)?(Z|[-+]\d\d:\d\d)$/.test(at))
    return undefined;
  // JavaScript takes the 30th of February for the 2nd of March.
  const ms = isCivilDay(at.slice(0, 10)) ? Date.parse(at) : Number.NaN;
  return Number.isNaN(ms) ? undefined : ms;
}

function show(value: unknown): string {
  // Not as JSON: what is nested deep enough would end the stack.
  if (typeof value === 'object' && value !== null) return Array.isArray(value) ? 'a list' : 'an object';
  // "12" is no number: without its quotes nobody would see why.
  if (typeof value === 'string') return `"${short(value)}"`;
  return value === undefined ? 'nothing' : short(String(value));
}

const short = (text: string): string => (text.length > 40 ? `${text.slice(0, 40)}…` : text);
