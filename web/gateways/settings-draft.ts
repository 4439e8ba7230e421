import type { AlarmSettings, GatewaySettings, LineSettings, MeterSettings } from '../../host/api/contract.ts';
import type { FoundMeter } from '../address.ts';

/** Lines, meters and alarm rules while a person works on them; what the page does not know of stays as it is. */
export interface Draft {
  readonly lines: readonly LineSettings[];
  readonly meters: readonly MeterSettings[];
  readonly alarms: readonly AlarmSettings[];
}

/** One setting that is wanted and does not run, or the other way round; null: not there. */
export interface Difference {
  readonly field: string;
  readonly wanted: string | null;
  readonly running: string | null;
}

export const draftOf = (settings: GatewaySettings | null): Draft => ({
  lines: settings?.lines ?? [],
  meters: settings?.meters ?? [],
  alarms: settings?.alarms ?? [],
});

/** An id that is not taken: `meter-3`. */
export function freeId(stem: string, taken: readonly { readonly id: string }[]): string {
  for (let number = 1; ; number++) {
    const id = `${stem}-${number}`;
    if (!taken.some(one => one.id === id)) return id;
  }
}

/** The draft with one more meter, as a scan found it. */
export function withFound(draft: Draft, line: string, { address, profile }: FoundMeter, name: string): Draft {
  const id = freeId('meter', draft.meters);
  const meter: MeterSettings = { id, name, profile: profile ?? '', line, address };
  return { ...draft, meters: [...draft.meters, meter] };
}

/** An item with a field changed; an empty text or no number takes the field away. */
export function withField<T extends object>(item: T, field: string, value: string | number | boolean): T {
  const isEmpty = value === '' || (typeof value === 'number' && Number.isNaN(value));
  const rest = Object.fromEntries(Object.entries(item).filter(([name]) => name !== field));
  // The rule of the settings says what a field may be, and the host tells.
  return (isEmpty ? rest : { ...item, [field]: value }) as T;
}

/** The draft with a field of one item changed. */
export const withValue = (
  draft: Draft,
  list: keyof Draft,
  index: number,
  field: string,
  value: string | number | boolean,
): Draft => ({
  ...draft,
  [list]: draft[list].map((item, at) => (at === index ? withField(item, field, value) : item)),
});

/** The draft without one item. */
export const withoutItem = (draft: Draft, list: keyof Draft, index: number): Draft => ({
  ...draft,
  [list]: draft[list].filter((_, at) => at !== index),
});

/** Settings or a draft of them. */
type Compared = Pick<Draft, 'lines' | 'meters'> & Partial<Pick<Draft, 'alarms'>>;

/** What differs between two settings, by line, meter and rule. */
export function differences(wanted: Compared | null, running: Compared | null): Difference[] {
  const [a, b] = [fieldsOf(wanted), fieldsOf(running)];
  return [...new Set([...a.keys(), ...b.keys()])]
    .map(field => ({ field, wanted: a.get(field) ?? null, running: b.get(field) ?? null }))
    .filter(one => one.wanted !== one.running);
}

/** Differences as the host told them, in words. */
export const toldDifferences = (
  told: readonly { readonly field: string; readonly wanted: unknown; readonly running: unknown }[],
): Difference[] =>
  told.map(({ field, wanted, running }) => ({
    field,
    wanted: wanted === null ? null : textOf(wanted),
    running: running === null ? null : textOf(running),
  }));

function fieldsOf(settings: Compared | null): ReadonlyMap<string, string> {
  const fields = new Map<string, string>();
  const add = (path: string, items: readonly { readonly id: string }[]) => {
    for (const item of items) {
      for (const [name, value] of Object.entries(item)) {
        if (name !== 'id') fields.set(`${path} ${item.id}: ${name}`, textOf(value));
      }
    }
  };
  if (settings === null) return fields;
  add('line', settings.lines);
  add('meter', settings.meters);
  add('alarm', settings.alarms ?? []);
  const { profiles } = settings as { readonly profiles?: unknown };
  if (Array.isArray(profiles)) add('profile', profiles);
  return fields;
}

const shownLength = 80;

function textOf(value: unknown): string {
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  return text.length > shownLength ? `${text.slice(0, shownLength)}… (${text.length})` : text;
}
