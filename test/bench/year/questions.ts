import type { Store } from '../../../host/store/store.ts';
import { percentile, rounded, timedMs } from '../numbers.ts';
import { counted, detailedMeters, plainMeters, shown } from './recipe.ts';
import { gateway, meterName, type Year } from './year.ts';

const daySeconds = 86_400;
const points = 2000;
const warmUps = 30;
const quantities = [...shown.map(({ quantity }) => quantity), ...counted];

/** One of the detailed series over `days`, from somewhere in what is stored, to at most 2,000 points. */
async function oneSeries(store: Store, year: Year, days: number, number: number): Promise<number> {
  const freeS = year.toS - year.fromS - days * daySeconds;
  // Fractions of the golden ratio fall everywhere; people look at ranges that begin at a full minute.
  const offsetS = Math.floor((((number * 0.618) % 1) * freeS) / 60) * 60;
  const fromMs = (year.fromS + offsetS) * 1000;
  const series = `${gateway}.${meterName(number % detailedMeters)}.${quantities[(number * 7) % quantities.length]}`;
  const toMs = fromMs + days * daySeconds * 1000;
  let found = 0;
  const ms = await timedMs(async () => {
    const { startMs } = await store.readings({ series, fromMs, toMs, points });
    found = startMs.length;
  });
  if (found < Math.min(days, points) || found > points)
    throw new Error(`${series}: ${found} points of ${days} days`);
  return ms;
}

/** Daily energy of 100 meters over all that is stored. */
async function energyOfAll(store: Store, year: Year): Promise<number> {
  const meters = Array.from(
    { length: detailedMeters + plainMeters },
    (_, index) => `${gateway}.${meterName(index)}`,
  );
  const range = { fromMs: year.fromS * 1000, toMs: year.toS * 1000, period: 'day' } as const;
  let wh = 0;
  const ms = await timedMs(async () => {
    const { meters: energies } = await store.energyOf(meters, range);
    for (const { importWh } of energies) for (const ofDay of importWh) wh += ofDay ?? 0;
  });
  if (!(wh > 0)) throw new Error('100 meters used no energy');
  return ms;
}

/** The times of all questions, one after the other, p95 and the median. */
export async function askAll(store: Store, year: Year, prefix: string): Promise<Record<string, number>> {
  const figures: Record<string, number> = {};
  const days = (year.toS - year.fromS) / daySeconds;
  const spans = [
    ['day', 1, 60],
    ['month', 30, 60],
    ['year', 365, 40],
  ] as const;
  const name = (text: string) => (prefix === '' ? text : prefix + text[0]?.toUpperCase() + text.slice(1));
  const tell = (what: string, times: readonly number[]) => {
    figures[name(`${what}P50Ms`)] = rounded(percentile(times, 0.5));
    figures[name(`${what}P95Ms`)] = rounded(percentile(times, 0.95));
  };
  let number = 1;
  for (const [what, length, rounds] of spans) {
    if (length > days) continue;
    // A host has been asked before: the first of a kind are compiled and prepare what all others share.
    for (let round = 0; round < warmUps; round++) await oneSeries(store, year, length, number++);
    const times: number[] = [];
    for (let round = 0; round < rounds; round++) times.push(await oneSeries(store, year, length, number++));
    tell(what, times);
  }
  for (let round = 0; round < 5; round++) await energyOfAll(store, year);
  const times: number[] = [];
  for (let round = 0; round < 20; round++) times.push(await energyOfAll(store, year));
  tell('energyOf100Meters', times);
  return figures;
}
