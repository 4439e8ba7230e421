import type { MeterRole, SiteMeter, SiteSettings, Tariff } from '../../host/api/contract.ts';
import { type Said, saidOf } from './tree.ts';

/** What people say of the site, without its version. */
export type SiteFacts = Pick<SiteSettings, 'name' | 'meters' | 'tariff'>;

/** A change under way: what it began from, what it is now, and each step on the way, to be undone. */
export interface SiteDraft {
  readonly base: SiteSettings;
  readonly now: SiteFacts;
  readonly before: readonly SiteFacts[];
}

export const beginDraft = (base: SiteSettings): SiteDraft => ({ base, now: factsIn(base), before: [] });

const factsIn = ({ name, meters, tariff }: SiteSettings): SiteFacts => ({ name, meters, tariff });

/** One step further; a change of nothing is none. */
export function changed(draft: SiteDraft, part: Partial<SiteFacts>): SiteDraft {
  const now = { ...draft.now, ...part };
  return differencesOf(draft.now, now).length === 0
    ? draft
    : { ...draft, now, before: [...draft.before, draft.now] };
}

/** One step back. */
export function undone(draft: SiteDraft): SiteDraft {
  const now = draft.before.at(-1);
  return now === undefined ? draft : { ...draft, now, before: draft.before.slice(0, -1) };
}

export interface MeterChange {
  readonly name?: string | null;
  readonly role?: MeterRole | null;
  readonly below?: string | null;
}

/** With something else said of a meter; null takes it back. A meter of which nothing is said is not in it. */
export function withMeter(meters: Said, key: string, change: MeterChange): Said {
  const before = saidOf(meters, key) ?? {};
  const of = <T>(now: T | null | undefined, old: T | undefined): T | undefined =>
    now === undefined ? old : (now ?? undefined);
  const name = of(change.name, before.name);
  const role = of(change.role, before.role);
  const below = of(change.below, before.below);
  const meter: SiteMeter = {
    ...(name !== undefined && { name }),
    ...(role !== undefined && { role }),
    ...(below !== undefined && { below }),
  };
  const { [key]: _, ...others } = meters;
  return Object.keys(meter).length === 0 ? others : { ...meters, [key]: meter };
}

/** Without a meter that is gone; those below it then stand where it stood. */
export function withoutMeter(meters: Said, key: string): Said {
  const above = saidOf(meters, key)?.below ?? null;
  const { [key]: _, ...others } = meters;
  return Object.entries(others)
    .filter(([, { below }]) => below === key)
    .reduce((left, [child]) => withMeter(left, child, { below: above }), others as Said);
}

/** Something that is not the same in two states of the site. */
export type Difference =
  | { readonly what: 'site'; readonly a: string | null; readonly b: string | null }
  | { readonly what: 'tariff'; readonly a: Tariff | null; readonly b: Tariff | null }
  | {
      readonly what: 'name' | 'role' | 'below';
      readonly key: string;
      readonly a: string | null;
      readonly b: string | null;
    };

const meterFields = ['name', 'role', 'below'] as const;

export function differencesOf(a: SiteFacts, b: SiteFacts): Difference[] {
  const found: Difference[] = [];
  if (a.name !== b.name) found.push({ what: 'site', a: a.name, b: b.name });
  for (const key of new Set([...Object.keys(a.meters), ...Object.keys(b.meters)])) {
    const [inA, inB] = [saidOf(a.meters, key) ?? {}, saidOf(b.meters, key) ?? {}];
    for (const what of meterFields) {
      const [ofA, ofB] = [inA[what] ?? null, inB[what] ?? null];
      if (ofA !== ofB) found.push({ what, key, a: ofA, b: ofB });
    }
  }
  if (!isSameTariff(a.tariff, b.tariff)) found.push({ what: 'tariff', a: a.tariff, b: b.tariff });
  return found;
}

/** Made of the same fields in another order it is the same tariff. */
function isSameTariff(a: Tariff | null, b: Tariff | null): boolean {
  const told = (tariff: Tariff | null) =>
    JSON.stringify(
      tariff && [
        tariff.currency,
        ...tariff.prices.map(price => [price.from, price.importPerKwh, price.exportPerKwh, price.perDay]),
      ],
    );
  return told(a) === told(b);
}

/** What somebody else changed since a draft began, and what of it the draft changes otherwise. */
export interface Conflict {
  readonly theirs: SiteSettings;
  /** a: theirs, b: the draft's. */
  readonly differences: readonly Difference[];
}

export function conflictOf({ base, now }: SiteDraft, theirs: SiteSettings): Conflict {
  const placeOf = (difference: Difference) =>
    'key' in difference ? `${difference.what} ${difference.key}` : difference.what;
  const mine = new Set(differencesOf(base, now).map(placeOf));
  const other = new Set(differencesOf(base, theirs).map(placeOf));
  const differences = differencesOf(theirs, now).filter(
    each => mine.has(placeOf(each)) || other.has(placeOf(each)),
  );
  return { theirs, differences };
}

/** The draft's own changes, made to what somebody else left: where both changed the same, the draft's stays. */
export function rebased({ base, now }: SiteDraft, theirs: SiteSettings): SiteDraft {
  let facts = factsIn(theirs);
  for (const difference of differencesOf(base, now)) {
    if (difference.what === 'site') facts = { ...facts, name: difference.b };
    else if (difference.what === 'tariff') facts = { ...facts, tariff: difference.b };
    else
      facts = {
        ...facts,
        meters: withMeter(facts.meters, difference.key, { [difference.what]: difference.b }),
      };
  }
  return { base: theirs, now: facts, before: [factsIn(theirs)] };
}
