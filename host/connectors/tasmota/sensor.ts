import type { MeterIdentity, Sample } from '#app/source.ts';
import { isSerial } from '#core/wire/records.ts';
import { addedUp, numberIn, shifted } from '../exact-numbers.ts';
import { isObject, type JsonObject } from '../json-object.ts';
import type { ReadableMessage } from '../mqtt-payload.ts';
import { broken, nothing, old, presence, type Saying, values } from '../mqtt-source.ts';
import { energyNames, meterNames, type Named, serialNames, summed, tariffNames } from './names.ts';

/** Further back than this it is no late message but a clock that was set. */
const lateMostMs = 10 * 60_000;

/** Rounded to three decimals, as usual, three numbers are no further apart. */
const roundedApartKwh = 0.002;

/**
 * Reads the messages of one Tasmota device: `SENSOR` and `STATUS10`, and its last will `LWT`. `group` names the object of
 * one meter where a device has several; without it the first that tells electricity is taken, of messages with several: those
 * with one may be of another, for a script may tell a value by itself. Where none had several, a device that comes back may have
 * another script, whose meter is called otherwise. What was said before, by the device's own `Time`, is old.
 */
export function tasmotaReader(group: string | undefined): (message: ReadableMessage) => Saying {
  let newestMs = Number.NEGATIVE_INFINITY;
  let newestText = '';
  let firstOfSeveral: string | undefined;
  let alone: string | undefined;
  return ({ topic, payload }) => {
    const text = payload.text ?? '';
    if (topic.endsWith('/LWT')) {
      const said = text.trim().toLowerCase();
      alone = undefined;
      return said === 'online' || said === 'offline' ? presence(said === 'online') : nothing;
    }
    const content = sensorsIn(text);
    if (content === undefined) return broken;
    const atMs = timeOf(content.Time);
    if (atMs !== undefined) {
      const isLate = atMs < newestMs && newestMs - atMs <= lateMostMs;
      if (isLate || (atMs === newestMs && text === newestText)) return old;
      newestMs = atMs;
      newestText = text;
    }
    const found = group === undefined ? groupsIn(content) : [];
    if (found.length > 1) firstOfSeveral = found[0];
    alone ??= found[0];
    const name = group ?? firstOfSeveral ?? alone;
    if (name === undefined) return nothing;
    const saying = readGroup(name, content[name]);
    return name !== 'ENERGY' && isUnread(saying) ? nothing : saying;
  };
}

/**
 * A script tells zeros until the meter was heard for the first time (tasmota/docs, docs/Smart-Meter-Interface.md: "we can have 0
 * values (meter didn't send data yet)"). Only a meter that has never counted anything is the same.
 */
const isUnread = (saying: Saying): boolean =>
  saying.says === 'values' &&
  saying.samples.every(({ value }) => value === 0) &&
  saying.samples.some(({ quantity }) => quantity.startsWith('energy'));

/** Names of the groups that tell electricity, `ENERGY` first. */
export function groupsIn(content: JsonObject): string[] {
  return Object.keys(content)
    .filter(name => {
      const saying = readGroup(name, content[name]);
      return (
        saying.says === 'values' && saying.samples.some(({ quantity }) => /^(power|energy)/.test(quantity))
      );
    })
    .sort((a, b) => Number(b === 'ENERGY') - Number(a === 'ENERGY'));
}

/** What a `SENSOR` message holds; that of `STATUS10` is wrapped once more. */
export function sensorsIn(text: string): JsonObject | undefined {
  try {
    const parsed: unknown = JSON.parse(text);
    const inner = isObject(parsed) ? (parsed.StatusSNS ?? parsed) : undefined;
    return isObject(inner) ? inner : undefined;
  } catch {
    return undefined;
  }
}

function readGroup(name: string, group: unknown): Saying {
  if (!isObject(group)) return nothing;
  const samples: Sample[] = [];
  let isBroken = false;
  const add: Add = ({ quantity, power }, value) => {
    if (value === null || value === undefined) return;
    const number = numberIn(value);
    if (number === undefined) isBroken = true;
    else samples.push({ quantity, value: shifted(number, power) });
  };
  if (name === 'ENERGY') readEnergy(group, add);
  else
    for (const [key, value] of Object.entries(group)) {
      const named = meterNames.get(key.toLowerCase());
      if (named !== undefined) add(named, value);
    }
  const saying = values(samples, isBroken);
  const identity = name === 'ENERGY' ? {} : identityIn(group);
  return identity.serial === undefined || saying.says !== 'values' ? saying : { ...saying, identity };
}

type Add = (named: Named, value: unknown) => void;

function readEnergy(group: JsonObject, add: Add): void {
  readTariffs(group.TotalTariff, tariffNames.Total, add);
  readTariffs(group.ExportTariff, tariffNames.ExportActive, add);
  for (const [key, { all, phases }] of Object.entries(energyNames)) {
    const value = group[key];
    if (!Array.isArray(value)) {
      add(all, value);
      continue;
    }
    const numbers = value.map(numberIn);
    if (tariffNames[key] !== undefined && value.length === 3) {
      if (numberIn(group.Power) !== undefined) {
        add(all, value[0]);
        readTariffs(value.slice(1), tariffNames[key], add);
        continue;
      }
      // The same of three phases, or what each of them has: it may be either.
      if (isWholeAndTariffs(numbers)) continue;
    }
    // Two are two sockets, and no phases.
    if (value.length === 3) for (const [index, named] of (phases ?? []).entries()) add(named, value[index]);
    if (!summed.includes(key) || numbers.includes(undefined)) continue;
    const { quantity, power } = all;
    const ours = numbers.map(number => shifted(number ?? 0, power));
    add({ quantity, power: 0 }, addedUp(ours, quantity));
  }
}

function readTariffs(value: unknown, each: readonly Named[] | undefined, add: Add): void {
  if (Array.isArray(value)) for (const [at, named] of each?.entries() ?? []) add(named, value[at]);
}

const isWholeAndTariffs = ([whole = 0, one = 0, other = 0]: readonly (number | undefined)[]): boolean =>
  whole > 0 && Math.abs(whole - one - other) < roundedApartKwh;

/** Printable, as a gateway would tell it; scripts send numbers with leading zeros as texts. */
function identityIn(group: JsonObject): MeterIdentity {
  for (const [key, value] of Object.entries(group)) {
    if (!serialNames.includes(key.toLowerCase())) continue;
    const serial = (
      typeof value === 'number' ? String(value) : typeof value === 'string' ? value : ''
    ).trim();
    if (isSerial(serial)) return { serial };
  }
  return {};
}

/** Local time of the device, only to be compared with itself. */
function timeOf(value: unknown): number | undefined {
  if (typeof value !== 'string') return undefined;
  const parts = /^(\d{4})-(\d\d)-(\d\d)T(\d\d):(\d\d):(\d\d)/.exec(value)?.slice(1).map(Number);
  if (parts === undefined) return undefined;
  const [year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0] = parts;
  return Date.UTC(year, month - 1, day, hour, minute, second);
}
