import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { SiteSettings, Tariff } from '../../../host/api/contract.ts';
import {
  beginDraft,
  changed,
  conflictOf,
  differencesOf,
  rebased,
  type SiteFacts,
  undone,
  withMeter,
  withoutMeter,
} from '../../../web/structure/draft.ts';
import type { Said } from '../../../web/structure/tree.ts';

const price = { from: '2026-01-01', importPerKwh: 0.3, exportPerKwh: 0.08, perDay: 0.4 };
const siteOf = (facts: Partial<SiteSettings> = {}): SiteSettings => ({
  version: 3,
  zone: 'Europe/Berlin',
  name: null,
  meters: {},
  tariff: null,
  ...facts,
});
const factsOf = ({ name, meters, tariff }: SiteSettings): SiteFacts => ({ name, meters, tariff });

/** Steps of somebody who changes this and that. */
const steps = fc.array(
  fc.oneof(
    fc.record({ name: fc.constantFrom(null, 'Home', 'Works') }),
    fc.record({ tariff: fc.constantFrom<Tariff | null>(null, { currency: 'EUR', prices: [price] }) }),
    fc.record({
      key: fc.constantFrom('a.one', 'a.two', 'a.three'),
      change: fc.oneof(
        fc.record({ name: fc.constantFrom(null, 'Car', 'Heat') }),
        fc.record({ role: fc.constantFrom(null, 'load' as const, 'solar' as const) }),
        fc.record({ below: fc.constantFrom(null, 'a.one', 'a.two') }),
      ),
    }),
  ),
  { maxLength: 8 },
);
type Steps = typeof steps extends fc.Arbitrary<infer T> ? T : never;

const take = (site: SiteSettings, taken: Steps) =>
  taken.reduce(
    (draft, step) =>
      changed(draft, 'key' in step ? { meters: withMeter(draft.now.meters, step.key, step.change) } : step),
    beginDraft(site),
  );

describe('a change of the site under way', () => {
  it('is undone step by step, back to where it began', () => {
    fc.assert(
      fc.property(steps, steps, (first, more) => {
        const site = { ...siteOf(), ...take(siteOf(), first).now };
        let draft = take(site, more);
        const seen: SiteFacts[] = [];
        for (let count = draft.before.length; count > 0; count--) {
          seen.push(draft.now);
          draft = undone(draft);
        }
        expect(draft).toEqual(beginDraft(site));
        expect(undone(draft)).toBe(draft);
        for (const [index, facts] of seen.entries())
          expect(differencesOf(facts, seen[index + 1] ?? factsOf(site))).not.toEqual([]);
      }),
      { seed: 6, numRuns: 100 },
    );
  });

  it('made to what somebody else left keeps both, and its own where both changed the same', () => {
    fc.assert(
      fc.property(steps, steps, steps, (first, mine, theirs) => {
        const site = { ...siteOf(), ...take(siteOf(), first).now };
        const draft = take(site, mine);
        const other = { ...site, ...take(site, theirs).now, version: 4 };
        const both = rebased(draft, other);
        expect(both.base).toBe(other);
        const [own, foreign] = [differencesOf(site, draft.now), differencesOf(site, other)];
        const placeOf = (each: { what: string; key?: string }) => `${each.what} ${each.key ?? ''}`;
        const after = new Map(differencesOf(site, both.now).map(each => [placeOf(each), each.b]));
        for (const each of own) expect(after.get(placeOf(each))).toEqual(each.b);
        const ownPlaces = new Set(own.map(placeOf));
        for (const each of foreign)
          if (!ownPlaces.has(placeOf(each))) expect(after.get(placeOf(each))).toEqual(each.b);
        expect(after.size).toBe(new Set([...own, ...foreign].map(placeOf)).size);
        if (foreign.length === 0 && own.length === 0)
          expect(conflictOf(draft, other).differences).toEqual([]);
      }),
      { seed: 6, numRuns: 100 },
    );
  });

  it('says what both are where they differ', () => {
    const site = siteOf({ meters: { 'a.car': { name: 'Car' } } });
    const draft = changed(beginDraft(site), { meters: withMeter(site.meters, 'a.car', { name: 'My car' }) });
    const theirs = siteOf({ version: 4, name: 'Home', meters: { 'a.car': { name: 'The car' } } });
    expect(conflictOf(draft, theirs).differences).toEqual([
      { what: 'site', a: 'Home', b: null },
      { what: 'name', key: 'a.car', a: 'The car', b: 'My car' },
    ]);
    expect(rebased(draft, theirs).now).toEqual({
      name: 'Home',
      meters: { 'a.car': { name: 'My car' } },
      tariff: null,
    });
  });

  it('forgets a meter of which nothing is said, and puts those below a removed one where it stood', () => {
    expect(withMeter({ 'a.one': { role: 'load' } }, 'a.one', { role: null })).toEqual({});
    const meters: Said = {
      'a.old': { below: 'a.main' },
      'a.car': { below: 'a.old', name: 'Car' },
      'a.fan': { below: 'a.car' },
    };
    expect(withoutMeter(meters, 'a.old')).toEqual({
      'a.car': { below: 'a.main', name: 'Car' },
      'a.fan': { below: 'a.car' },
    });
    expect(withoutMeter({ 'a.old': {}, 'a.car': { below: 'a.old' } }, 'a.old')).toEqual({});
  });

  it('knows a tariff by what it says', () => {
    const tariff = { currency: 'EUR', prices: [price] };
    const turned = { prices: [{ ...price, from: price.from }], currency: 'EUR' };
    expect(differencesOf(siteOf({ tariff }), siteOf({ tariff: turned }))).toEqual([]);
    const dearer = { ...tariff, prices: [{ ...price, perDay: 0.5 }] };
    expect(differencesOf(siteOf({ tariff }), siteOf({ tariff: dearer }))).toHaveLength(1);
  });
});
