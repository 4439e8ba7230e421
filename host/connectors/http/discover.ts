import { isQuantityId, type QuantityId } from '#core/quantities.ts';
import type { DiscoverOptions, Proposal } from '../connector.ts';
import { directed } from '../fed-in.ts';
import { isObject } from '../json-object.ts';
import { isNotOfNow } from '../not-of-now.ts';
import { type UnknownSeries, unknownSeries } from './unknown-series.ts';

/** How often what senders are told is looked at, and how long. */
const [lookMs, listenMs] = [500, 8000];
const proposalsMost = 32;

/** Settings that would take what senders sent last and nobody wanted: one proposal for each measurement with its tags. */
export async function discoverHttp({ settings, signal }: DiscoverOptions): Promise<Proposal[]> {
  const endMs = performance.now() + listenMs;
  while (unknownSeries().length === 0 && performance.now() < endMs && !signal.aborted)
    await new Promise(resolve => setTimeout(resolve, lookMs));
  const groups = new Map<string, UnknownSeries[]>();
  for (const series of unknownSeries()) {
    const key = [series.measurement, ...[...series.tags].map(([name, value]) => `${name}=${value}`)].join(
      ',',
    );
    groups.set(key, [...(groups.get(key) ?? []), series]);
  }
  const before = isObject(settings) ? settings : {};
  const rowsBefore = (name: string): readonly unknown[] => (Array.isArray(before[name]) ? before[name] : []);
  return [...groups].slice(0, proposalsMost).flatMap(([title, series]) => {
    const id = idFrom(title);
    const known = new Set<QuantityId>();
    const phases = phasesAmong(series.map(({ field }) => field.toLowerCase()));
    const lines = series.flatMap(({ measurement, tags, field }) => {
      const own = [...tags].flatMap(([name, value]) => (ofSenders.has(name) ? [] : [value]));
      const isPhase = phases.includes(field.toLowerCase());
      const meant = isPhase ? undefined : meantBy(field, [measurement, ...own].join('_'));
      // One place for each quantity: which of two it is only a person knows, and of both it would be a mean.
      if (meant === undefined || known.has(meant.quantity)) return [];
      known.add(meant.quantity);
      const text = [...tags].map(([name, value]) => `${name}=${value}`).join(',');
      return [{ meter: id, ...meant, measurement, ...(text !== '' && { tags: text }), field }];
    });
    const meters = [...rowsBefore('meters'), { id, name: title.slice(0, 64) }];
    return [
      {
        title,
        detail: series
          .map(({ field, value }) => `${field} ${value}`)
          .join(', ')
          .slice(0, 200),
        settings: { ...before, meters, lines: [...rowsBefore('lines'), ...lines] },
      },
    ];
  });
}

/** Tags that say where a sender runs, not what it measures, such as `env=production`. */
const ofSenders: ReadonlySet<string> = new Set(['host', 'hostname', 'instance', 'job', 'env', 'environment']);

const idFrom = (text: string): string =>
  text
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-+|-+$/g, '')
    .slice(0, 64) || 'meter';

/** Names that loggers give what they measure, as far as they leave no doubt; lower case, without what is neither letter nor digit. */
const names: Readonly<Record<string, { readonly quantity: QuantityId; readonly factor?: number }>> =
  Object.freeze({
    power: { quantity: 'powerW' },
    powerw: { quantity: 'powerW' },
    w: { quantity: 'powerW' },
    watt: { quantity: 'powerW' },
    watts: { quantity: 'powerW' },
    powerkw: { quantity: 'powerW', factor: 1000 },
    kw: { quantity: 'powerW', factor: 1000 },
    voltage: { quantity: 'voltageV' },
    v: { quantity: 'voltageV' },
    current: { quantity: 'currentA' },
    a: { quantity: 'currentA' },
    frequency: { quantity: 'frequencyHz' },
    hz: { quantity: 'frequencyHz' },
    energywh: { quantity: 'energyImportWh' },
    wh: { quantity: 'energyImportWh' },
    energykwh: { quantity: 'energyImportWh', factor: 1000 },
    kwh: { quantity: 'energyImportWh', factor: 1000 },
    importkwh: { quantity: 'energyImportWh', factor: 1000 },
    exportkwh: { quantity: 'energyExportWh', factor: 1000 },
  });

/** Of letters that may be units, those that stand beside others of phases: `a` with `b` or `c`, `v` and `w` with `u`. */
const phasesAmong = (fields: readonly string[]): readonly string[] => [
  ...(fields.includes('b') || fields.includes('c') ? ['a'] : []),
  ...(fields.includes('u') ? ['v', 'w'] : []),
];

/** Which way a power or energy goes the series tells, such as `grid_export kwh=5` or `energy,direction=out`. A feed pump feeds nothing in. */
function meantBy(
  field: string,
  series: string,
): { readonly quantity: QuantityId; readonly factor?: number } | undefined {
  if (isQuantityId(field)) return { quantity: field };
  const name = field.toLowerCase().replace(/[^a-z0-9]/g, '');
  const words = series
    .replace(/([a-z])([A-Z])/g, '$1_$2')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '_')
    .replace(/feed(?!_?in)/g, '');
  if (!Object.hasOwn(names, name) || isNotOfNow(words)) return undefined;
  const meant = names[name];
  return meant && { ...meant, quantity: directed(meant.quantity, words) };
}
