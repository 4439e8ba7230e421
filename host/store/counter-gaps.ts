import type { CounterRule } from '#core/aggregate/counter-rule.ts';
import { isGap } from '#core/aggregate/counter-steps.ts';
import { inOrder } from '../counters/steps.ts';
import type { CounterEvent, CounterHistory, Growth } from '../counters/types.ts';
import { counterHistory } from './counter-history.ts';
import { ruleOf } from './counter-slots.ts';
import type { MeasuredSlot } from './fold-parts.ts';
import type { Lane } from './lane.ts';
import { partsOf, type Shelves } from './series-parts.ts';
import { tiers } from './tier-tables.ts';
import type { SeriesRef } from './types.ts';

const quarter = tiers.find(({ name }) => name === '900');
const slotS = 900;
const slot = `startS // ${slotS}::UINTEGER * ${slotS}::UINTEGER`;

/**
 * What a counter did around `[fromS, toS)`, with each of its gaps to the second, in whole numbers of its last decimal. Read
 * by quarters of an hour; those that have gaps inside are then read from raw windows.
 */
export async function counterGaps(
  lane: Lane,
  shelves: Shelves,
  series: SeriesRef,
  fromS: number,
  toS: number,
): Promise<CounterHistory> {
  const rule = ruleOf(series);
  const tale = await counterHistory(lane, shelves, series, fromS, toS, { bucketS: slotS, tier: quarter });
  const torn = new Map(
    tale.slots
      .filter(({ estimated }) => estimated > 0)
      .map(each => [spanKey(each.firstEndS, each.lastEndS), each]),
  );
  const isTorn = ({ fromS, toS, isEstimated }: Growth) => isEstimated && torn.has(spanKey(fromS, toS));
  const inside = tale.growths
    .filter(isTorn)
    .map(({ fromS, toS }) => torn.get(spanKey(fromS, toS)) as MeasuredSlot);
  if (inside.length === 0) return tale;
  const growths = tale.growths.filter(growth => !isTorn(growth));
  const events = [...tale.events];
  const known = new Set(events.map(({ fromS, toS }) => spanKey(fromS, toS)));
  for (const gap of await gapsWithin(lane, shelves, series, inside, rule)) {
    growths.push({ fromS: gap.fromS, toS: gap.toS, amount: gap.amount, isEstimated: true });
    if (!known.has(spanKey(gap.fromS, gap.toS))) events.push(gap);
  }
  growths.sort(byTime);
  events.sort(byTime);
  return { growths, events };
}

async function gapsWithin(
  lane: Lane,
  shelves: Shelves,
  series: SeriesRef,
  slots: readonly MeasuredSlot[],
  rule: CounterRule,
): Promise<CounterEvent[]> {
  const starts = slots.map(({ startS }) => startS);
  const windows = partsOf(shelves, [series], Math.min(...starts), Math.max(...starts) + slotS, undefined);
  const [ends = [], values = [], lengths = [], of = []] = await lane.columns(
    `SELECT lastEndS, last, lastWindowS, ${slot} FROM (${windows})
     WHERE ${slot} IN (${starts.join(', ')}) ORDER BY lastEndS, last`,
  );
  const slotOf = new Map(ends.map((endS, index) => [endS, of[index] as number]));
  const readings = inOrder(
    ends.map((endS, index) => ({
      endS,
      value: values[index] as number,
      windowS: lengths[index] as number,
    })),
  );
  const gaps: CounterEvent[] = [];
  for (const [index, after] of readings.entries()) {
    const before = readings[index - 1];
    if (before === undefined || slotOf.get(before.endS) !== slotOf.get(after.endS)) continue;
    const amount = after.value - before.value;
    if (amount <= 0 || !isGap(before.endS, before.windowS, after.endS, after.windowS, rule)) continue;
    const span = { fromS: before.endS, toS: after.endS };
    gaps.push({ kind: 'gap', ...span, before: before.value, after: after.value, amount });
  }
  return gaps;
}

const spanKey = (fromS: number, toS: number): string => `${fromS} ${toS}`;

const byTime = (one: { readonly fromS: number }, other: { readonly fromS: number }) =>
  one.fromS - other.fromS;
