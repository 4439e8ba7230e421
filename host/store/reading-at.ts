import { quantities } from '#core/quantities.ts';
import type { ReadingAt } from '../api/contract-reading-at.ts';
import type { Seam } from '../corrections/counter-line.ts';
import type { CounterEvent } from '../counters/types.ts';
import { counterGaps } from './counter-gaps.ts';
import { neighbours } from './counter-slots.ts';
import type { Lane } from './lane.ts';
import { keptDays, partsOf, type Shelves } from './series-parts.ts';
import type { SeriesRef } from './types.ts';

/** What a counter showed at an instant, in its unit; `series` and `unit` are the API's to add. */
export type CounterReading = Omit<ReadingAt, 'series' | 'unit'>;

/** What it showed when a window ended, in whole numbers of its last decimal. */
interface Point {
  readonly endS: number;
  readonly value: number;
}

const hourS = 3600;

/**
 * The reading at the end of the window that ended just at `atMs`, else one on the line between the readings before and
 * after it. Where a counter began anew in between nothing is told, since nobody knows when. Readings that a person gave
 * (corrections `reading` and `swap`) count as read; a factor changes what was used and not what the display showed.
 */
export async function readingAt(
  lane: Lane,
  shelves: Shelves,
  series: SeriesRef,
  atMs: number,
): Promise<CounterReading> {
  const atS = atMs / 1000;
  const seams = shelves.corrections.plan.lineOf(series.number)?.seams ?? [];
  const told = seams.find(seam => seam.atS === atS);
  const answer = new Answer(atMs, 10 ** quantities[series.quantity].decimals);
  if (told !== undefined) return answer.read({ endS: atS, value: told.after });
  const { events } = await counterGaps(lane, shelves, series, Math.floor(atS), Math.floor(atS) + 1);
  const around = events.filter(({ fromS, toS }) => fromS < atS && atS < toS);
  const event = around.find(({ kind }) => kind !== 'glitch' && kind !== 'gap') ?? around[0];
  if (event !== undefined) return acrossEvent(answer, event);
  const before = await nearest(lane, shelves, series, atS, seams, 'before');
  const after = await nearest(lane, shelves, series, atS, seams, 'after');
  if (before?.endS === atS) return answer.read(before);
  if (after?.endS === atS) return answer.read(after);
  if (before === undefined || after === undefined) {
    return answer.unknown(before === undefined ? 'beforeFirst' : 'afterLast', before, after);
  }
  return answer.between(before, after, after.value - before.value);
}

/** Between the two readings that count on both sides of an event. */
function acrossEvent(answer: Answer, event: CounterEvent): CounterReading {
  const { kind, fromS, toS, amount } = event;
  const before = { endS: fromS, value: event.before };
  // Of a glitch `after` is the reading that was left out, and the line goes on where the amount says.
  const after = { endS: toS, value: kind === 'glitch' ? event.before + amount : event.after };
  if (kind === 'glitch' || kind === 'gap' || kind === 'rollover')
    return answer.between(before, after, amount);
  return answer.unknown(kind, before, after);
}

/** The last reading that is not after an instant, or the first that is not before it; a person's reading where that is nearer. */
async function nearest(
  lane: Lane,
  shelves: Shelves,
  series: SeriesRef,
  atS: number,
  seams: readonly Seam[],
  side: 'before' | 'after',
): Promise<Point | undefined> {
  const isBefore = side === 'before';
  const seam = isBefore ? seams.findLast(each => each.atS < atS) : seams.find(each => each.atS > atS);
  const seen = await nearestSeen(lane, shelves, series, atS, isBefore);
  if (seam === undefined) return seen;
  const given = { endS: seam.atS, value: isBefore ? seam.after : seam.before };
  // A window that ends in that very second stands back.
  const isNearer = seen === undefined || (isBefore ? given.endS >= seen.endS : given.endS <= seen.endS);
  return isNearer ? given : seen;
}

async function nearestSeen(
  lane: Lane,
  shelves: Shelves,
  series: SeriesRef,
  atS: number,
  isBefore: boolean,
): Promise<Point | undefined> {
  const reachS = hourS + series.longestS;
  // At full hours, and days where only they are left: parts are taken whole or not at all.
  const hourFromS = Math.floor((atS - (isBefore ? reachS : series.longestS)) / hourS) * hourS;
  const hourToS = Math.ceil((isBefore ? atS : atS + reachS) / hourS) * hourS + hourS;
  const days = await keptDays(lane, shelves, hourFromS, hourToS);
  const [fromS, toS] = [Math.min(hourFromS, days[0] ?? hourFromS), Math.max(hourToS, days.at(-1) ?? hourToS)];
  const parts = partsOf(shelves, [series], fromS, toS, undefined, days);
  const [ends = [], values = []] = await lane.columns(
    `SELECT endS, value FROM (
       SELECT firstEndS AS endS, first AS value FROM (${parts}) UNION ALL
       SELECT lastEndS AS endS, last AS value FROM (${parts}))
     WHERE endS ${isBefore ? '<=' : '>='} ${atS} ORDER BY endS ${isBefore ? 'DESC' : ''}, value LIMIT 1`,
  );
  const [endS] = ends;
  if (endS !== undefined) return { endS, value: values[0] as number };
  const far = await neighbours(
    lane,
    shelves,
    [series],
    isBefore ? fromS : toS,
    isBefore ? 'before' : 'after',
  );
  const [slot] = far.get(series.number) ?? [];
  return slot && { endS: slot.lastEndS, value: slot.last };
}

/** Puts readings into the unit. */
class Answer {
  readonly #atMs: number;
  readonly #scale: number;

  constructor(atMs: number, scale: number) {
    this.#atMs = atMs;
    this.#scale = scale;
  }

  read(point: Point): CounterReading {
    const known = this.#known(point);
    return { atMs: this.#atMs, is: 'read', value: known.value, before: known, after: known, why: null };
  }

  /** On the line between two readings, between which it grew by `amount`: not by their difference where it rolled over. */
  between(before: Point, after: Point, amount: number): CounterReading {
    const share = (this.#atMs / 1000 - before.endS) / (after.endS - before.endS);
    const grown = before.value + Math.round(amount * share);
    const size = before.value + amount - after.value;
    const value = size > 0 && grown >= size ? grown - size : grown;
    return {
      atMs: this.#atMs,
      is: 'interpolated',
      value: value / this.#scale,
      before: this.#known(before),
      after: this.#known(after),
      why: null,
    };
  }

  unknown(why: ReadingAt['why'], before: Point | undefined, after: Point | undefined): CounterReading {
    return {
      atMs: this.#atMs,
      is: 'unknown',
      value: null,
      before: before === undefined ? null : this.#known(before),
      after: after === undefined ? null : this.#known(after),
      why,
    };
  }

  #known({ endS, value }: Point): { readonly atMs: number; readonly value: number } {
    return { atMs: endS * 1000, value: value / this.#scale };
  }
}
