import fc from 'fast-check';
import { loadKinds } from '../../../simulator/plant/load-kinds.ts';
import type { LoadOption } from '../../../simulator/plant/plan-option.ts';
import type {
  CircuitPlan,
  LoadPlan,
  PhaseId,
  Place,
  PlantPlan,
} from '../../../simulator/scenario/scenario.ts';

export const place: Place = {
  zone: 'Europe/Berlin',
  latitudeDeg: 50,
  longitudeDeg: 9,
  coldestC: -2,
  warmestC: 21,
  cloudiness: 0.5,
};

/** What a circuit of a random plan is made of; numbers are cut down to what there is. */
interface Draft {
  readonly under: number;
  readonly kind: number;
  readonly phases: number;
  readonly values: readonly number[];
}

const draft: fc.Arbitrary<Draft> = fc.record({
  under: fc.nat(20),
  kind: fc.nat(40),
  phases: fc.nat(6),
  values: fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 8, maxLength: 8 }),
});

const kindsOf = (isDirect: boolean): string[] =>
  Object.keys(loadKinds).filter(id => loadKinds[id]?.on.startsWith('bus') === isDirect);

/** Somewhere between the bounds, nearer to the small ones: what they have is from watts to megawatts. */
function chosen(option: LoadOption, draw: number): unknown {
  switch (option.takes) {
    case 'number': {
      const high = Math.min(option.max, 20_000);
      return Math.round((option.min + (high - option.min) * draw ** 3) * 100) / 100;
    }
    case 'choice':
      return option.of[Math.floor(draw * option.of.length * 0.999)];
    case 'choices':
      return option.of.slice(0, 1 + Math.floor(draw * option.of.length * 0.999));
    case 'circuit':
      return 'supply';
  }
}

function loadOf(kind: string, values: readonly number[]): LoadPlan {
  const load: Record<string, unknown> = { kind };
  Object.entries(loadKinds[kind]?.options ?? {}).forEach(([name, option], index) => {
    const draw = values[index % values.length] ?? 0;
    if (option.unless === null || draw > 0.5) load[name] = chosen(option, (draw * 7.3) % 1);
  });
  return { ...load, kind };
}

interface Built extends CircuitPlan {
  readonly isDirect: boolean;
  readonly all: readonly PhaseId[];
}

/** A plan that can run, of any shape and with loads of every kind. */
export const anyPlan: fc.Arbitrary<PlantPlan> = fc
  .record({
    supply: fc.constantFrom('single-phase' as const, 'three-phase' as const, 'dc' as const),
    feedOhm: fc.constantFrom(0, 0.05, 0.3),
    drafts: fc.array(draft, { minLength: 1, maxLength: 12 }),
  })
  .map(({ supply: kind, feedOhm, drafts }) => {
    const built: Built[] = [];
    const batteries = new Set<string>();
    drafts.forEach((one, index) => {
      const above = built[one.under % (built.length + 1)];
      const isConverter = above?.load?.kind === 'mains-charger';
      const isDirect = kind === 'dc' || isConverter || above?.isDirect === true;
      const all = above?.all ?? (kind === 'three-phase' ? (['L1', 'L2', 'L3'] as const) : (['L1'] as const));
      const kinds = kindsOf(isDirect);
      // One in so many has no load of its own.
      let name = kinds[one.kind % (kinds.length + 1)];
      // What is on one bus hangs under one converter, or under the supply: one battery there.
      const bus = busOf(built, above, isConverter);
      if (name === 'battery-bank' && batteries.has(bus)) name = 'dc-load';
      if (name === 'battery-bank') batteries.add(bus);
      const mine =
        name === 'mains-charger' || one.phases < all.length ? [all[one.phases % all.length] ?? 'L1'] : all;
      built.push({
        id: `c${index}`,
        name: `Circuit ${index}`,
        ...(above === undefined ? {} : { under: above.id }),
        ...(isDirect ? {} : { phases: mine }),
        ...(name === undefined ? {} : { load: loadOf(name, one.values) }),
        isDirect,
        all: isDirect ? all : mine,
      });
    });
    const volts = { 'single-phase': 230, 'three-phase': 230, dc: 24 }[kind];
    return {
      supply: { kind, nominalV: volts, frequencyHz: kind === 'dc' ? 0 : 50, feedOhm },
      circuits: built.map(({ id, name, under, phases, load }) => ({
        id,
        name,
        ...(under === undefined ? {} : { under }),
        ...(phases === undefined ? {} : { phases }),
        ...(load === undefined ? {} : { load }),
      })),
    };
  });

function busOf(built: readonly Built[], above: Built | undefined, isConverter: boolean): string {
  let at = above;
  let wasConverter = isConverter;
  while (at !== undefined && !wasConverter) {
    const { under } = at;
    at = built.find(({ id }) => id === under);
    wasConverter = at?.load?.kind === 'mains-charger';
  }
  return at?.id ?? 'supply';
}
