import type { Sample } from '#app/source.ts';
import type { QuantityId } from '#core/quantities.ts';
import { numberIn, scaled } from '../exact-numbers.ts';
import { isObject } from '../json-object.ts';

/**
 * How a value lies in its data point: as a number, or in the eight bytes (as Base64) by which meters tell a phase: voltage in 0.1 V,
 * two bytes; current in mA, three; power in W, three (jasonacox/tinytuya#55, make-all/tuya-local#4075).
 */
export const pointForms = Object.freeze(['number', 'phaseVoltage', 'phaseCurrent', 'phasePower'] as const);
export type PointForm = (typeof pointForms)[number];

/** A data point, or a part of one, and what it becomes. */
export interface Point {
  readonly dp: number;
  readonly form: PointForm;
  readonly quantity: QuantityId;
  /** What one step of the number is, in the quantity's unit. */
  readonly scale: number;
}

const phaseBytes = 8;
const phaseParts = Object.freeze({
  phaseVoltage: [0, 2],
  phaseCurrent: [2, 5],
  phasePower: [5, 8],
} as const);

/** What of a message's data points is measured; `unreadable` counts those that hold nothing their form can have. */
export function readPoints(
  points: readonly Point[],
  dps: unknown,
): { readonly samples: Sample[]; readonly unreadable: number } {
  const samples: Sample[] = [];
  let unreadable = 0;
  if (!isObject(dps)) return { samples, unreadable };
  for (const { dp, form, quantity, scale } of points) {
    const raw = dps[dp];
    if (raw === undefined || raw === null) continue;
    const number = form === 'number' ? numberIn(raw) : phaseNumber(raw, form);
    if (number === undefined) unreadable++;
    else samples.push({ quantity, value: scaled(number, scale, quantity) });
  }
  return { samples, unreadable };
}

function phaseNumber(raw: unknown, form: Exclude<PointForm, 'number'>): number | undefined {
  if (typeof raw !== 'string' || raw.length > 64) return undefined;
  const bytes = Buffer.from(raw, 'base64');
  // Longer ones are told in other orders (make-all/tuya-local#1648): nobody knows which bytes are what.
  if (bytes.length !== phaseBytes) return undefined;
  const [from, to] = phaseParts[form];
  // As far as the first bit no such meter measures: it may be a sign, and nobody has told of one.
  return (bytes[from] as number) < 0x80 ? bytes.readUIntBE(from, to - from) : undefined;
}
