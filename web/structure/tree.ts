import type { SiteMeter, SiteSettings } from '../../host/api/contract.ts';
import { type MeterFacts, type Role, rolesOf } from '../site/balance.ts';
import { toldApart } from '../site/told-apart.ts';

/** A meter and its place. */
export interface TreeMeter {
  readonly key: string;
  readonly name: string;
  /** As its gateway names it; null: not known, as people named it otherwise or it is gone. */
  readonly ownName: string | null;
  readonly role: Role;
  /** The page concluded the role from name, profile and registers. */
  readonly isRoleGuessed: boolean;
  /** The meter above it; null: it is at the top. */
  readonly below: string | null;
  /** Nobody said where it is: it stands below the meter at the grid. */
  readonly isPlaceGuessed: boolean;
  /** People said something of it, and no gateway has it any more. */
  readonly isGone: boolean;
  readonly children: readonly TreeMeter[];
}

export interface MeterTree {
  /** The grid's meters first. */
  readonly tops: readonly TreeMeter[];
  /** Every meter, parents before children. */
  readonly all: readonly TreeMeter[];
  /** Nobody has said of any meter where it is. */
  readonly isGuess: boolean;
}

export type Said = SiteSettings['meters'];

type Facts = Omit<MeterFacts, 'role'>;
type Bare = Omit<TreeMeter, 'children'>;

/**
 * The meters by what is `said` of them now; `told` is what the host knew when it told of them, so that a name which was
 * taken away again is not taken for the gateway's.
 */
function factsOf(meters: readonly Facts[], said: Said, told: Said) {
  return meters.map(meter => {
    const ownName = saidOf(told, meter.key)?.name === undefined ? meter.name : null;
    const { name = ownName ?? meter.id, role = null } = saidOf(said, meter.key) ?? {};
    return { ...meter, name, ownName, role };
  });
}

export const saidOf = (said: Said, key: string): SiteMeter | undefined =>
  Object.hasOwn(said, key) ? said[key] : undefined;

/**
 * Which meter is below which, by what people said. A meter of which nobody said it stands below the grid's (the first of
 * them), as all that is used behind it passes through it; with no meter at the grid it stands at the top. What
 * would make a loop is taken as not said. `said` may be a draft of what the host has `told`.
 */
export function treeOf(meters: readonly Facts[], said: Said, told: Said = said): MeterTree {
  const facts = factsOf(meters, said, told);
  const roles = rolesOf(facts);
  const present = new Set(facts.map(({ key }) => key));
  const gone = Object.keys(said).filter(key => !present.has(key));
  const grid = facts.find(({ key }) => roles.get(key) === 'grid')?.key ?? null;
  const known = new Set([...present, ...gone]);
  const belowOf = (key: string): string | null => {
    const below = saidOf(said, key)?.below;
    return below !== undefined && known.has(below) && !isLoop(said, key) ? below : null;
  };
  const place = (key: string, role: Role): Pick<Bare, 'below' | 'isPlaceGuessed'> => {
    const below = belowOf(key);
    if (below !== null) return { below, isPlaceGuessed: false };
    if (role === 'grid' || role === 'aside' || grid === null) return { below: null, isPlaceGuessed: false };
    // The grid's meter may be guessed and stand below this one by what was said.
    const isAbove = waysUp(said, grid).includes(key);
    return { below: isAbove ? null : grid, isPlaceGuessed: !isAbove };
  };
  const bare = [
    ...toldApart(facts).map(({ key, name, ownName, role }): Bare => {
      const own = roles.get(key) ?? 'load';
      return {
        key,
        name,
        ownName,
        role: own,
        isRoleGuessed: role === null,
        isGone: false,
        ...place(key, own),
      };
    }),
    ...gone.map((key): Bare => {
      const { name = key, role } = saidOf(said, key) ?? {};
      const isRoleGuessed = role === undefined;
      const own = role ?? 'load';
      return { key, name, ownName: null, role: own, isRoleGuessed, isGone: true, ...place(key, own) };
    }),
  ];
  const all: TreeMeter[] = [];
  const withChildren = (meter: Bare): TreeMeter => {
    const at = all.length;
    const children = (above: string) => bare.filter(({ below }) => below === above).map(withChildren);
    // Its place is kept before those below it.
    all.push({ ...meter, children: [] });
    const whole = { ...meter, children: children(meter.key) };
    all[at] = whole;
    return whole;
  };
  const isTop = ({ below }: Bare) => below === null;
  const order = ({ role }: Bare) => (role === 'grid' ? 0 : role === 'aside' ? 2 : 1);
  const tops = bare
    .filter(isTop)
    .sort((a, b) => order(a) - order(b))
    .map(withChildren);
  const isGuess = facts.length > 1 && Object.values(said).every(({ below }) => below === undefined);
  return { tops, all, isGuess };
}

/** Meters above one, by what was said, up to the top or to where they come again. */
function waysUp(said: Said, key: string): string[] {
  const up: string[] = [];
  for (
    let at = saidOf(said, key)?.below;
    at !== undefined && !up.includes(at);
    at = saidOf(said, at)?.below
  ) {
    up.push(at);
  }
  return up;
}

/** Whether a meter is above itself. */
const isLoop = (said: Said, key: string): boolean => waysUp(said, key).includes(key);

/** Meters that one can be put below: not itself and none that is below it, nor deeper than there may be levels. */
export function possibleParents(tree: MeterTree, key: string): readonly TreeMeter[] {
  const meter = tree.all.find(each => each.key === key);
  const own = new Set(meter === undefined ? [key] : [meter, ...descendants(meter)].map(each => each.key));
  return tree.all.filter(each => !own.has(each.key));
}

const descendants = (meter: TreeMeter): TreeMeter[] =>
  meter.children.flatMap(child => [child, ...descendants(child)]);
