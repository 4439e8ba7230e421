import { formatAgo, formatDuration, formatNumber } from '../format.ts';
import type { OutletWords } from '../i18n/outlet-words-en.ts';
import { isLate, type Outlet, settingOf } from './outlet.ts';

/** The words of the page, its locale, names of meters by their keys, and what time it is. */
export interface Telling {
  readonly text: OutletWords;
  readonly locale: string;
  readonly nameOf: (meter: string) => string;
  readonly nowMs: number;
}

/** What can be said of one in a few words: what waits and went, who asks, whom it tells. */
export function factsOf(outlet: Outlet, { text, locale, nameOf, nowMs }: Telling): string[] {
  const count = (value: number) => formatNumber(value, locale, 0);
  switch (outlet.door) {
    case 'forward': {
      const { lagS, waiting, isAllCounted, takenMs, counts } = outlet;
      const waits = count(waiting ?? 0);
      return [
        ...(isLate(outlet)
          ? [
              waiting === null
                ? text.waitsFor(formatDuration(lagS * 1000, locale))
                : text.waits(isAllCounted ? waits : text.atLeast(waits), formatDuration(lagS * 1000, locale)),
            ]
          : []),
        ...(takenMs === null ? [] : [text.taken(formatAgo(nowMs - takenMs, locale))]),
        // Windows without values may have been taken, too.
        ...(counts.values > 0
          ? [text.values(count(counts.values))]
          : takenMs === null
            ? [text.noValues]
            : []),
      ];
    }
    case 'modbus':
      return [
        nameOf(settingOf(outlet, 'meter')),
        text.port(settingOf(outlet, 'port')),
        ...(outlet.isOn ? [text.clients(count(outlet.clients))] : []),
      ];
    case 'assistant':
      return [
        settingOf(outlet, 'url') || text.ownBroker,
        ...(outlet.isOn ? [text.meters(count(outlet.meters))] : []),
      ];
  }
}

/** What never arrived there, and why; empty where all did. */
export function lossesOf(outlet: Outlet, { text, locale }: Pick<Telling, 'text' | 'locale'>): string[] {
  if (outlet.door !== 'forward') return [];
  const { dropped, refused } = outlet.counts;
  const count = (value: number) => formatNumber(value, locale, 0);
  return [
    ...(dropped > 0 ? [text.dropped(count(dropped))] : []),
    ...(refused > 0 ? [text.refused(count(refused))] : []),
  ];
}
