import type { StoredWindow } from '../store/committed-windows.ts';
import { gatewayOf } from './places.ts';
import { quantitiesOf, type Rule, type Target } from './rule.ts';

interface RulesOfMetersOptions {
  readonly siteOf: (gateway: string) => string;
  readonly rules: () => Iterable<Rule>;
  /** Meters of a rule of a sum. */
  readonly summed: (rule: string) => readonly string[] | undefined;
}

/** Rules of a meter, as long as it stays at its site: by each quantity that they judge. */
interface RulesOfMeter {
  readonly site: string;
  readonly byQuantity: ReadonlyMap<string, readonly Rule[]>;
}

/** Where those stand that judge any window with values. */
const whatever = '';

/** Which rules have anything to judge in a window, however many rules and meters there are. */
export class RulesOfMeters {
  readonly #options: RulesOfMetersOptions;
  /** Until a rule or site changes: rules by what they are of, and those of each meter. */
  #byTarget: ReadonlyMap<string, readonly Rule[]> | undefined;
  readonly #ofMeter = new Map<string, RulesOfMeter>();

  constructor(options: RulesOfMetersOptions) {
    this.#options = options;
  }

  has(meter: string): boolean {
    return this.#at(meter).size > 0;
  }

  /** Each once. */
  of(meter: string, windows: readonly StoredWindow[]): Iterable<Rule> {
    const byQuantity = this.#at(meter);
    const found = new Set(byQuantity.get(whatever));
    for (const { values } of windows)
      for (const quantity in values) for (const rule of byQuantity.get(quantity) ?? []) found.add(rule);
    return found;
  }

  /** A rule, or the site of a gateway, is another. */
  forget(): void {
    this.#byTarget = undefined;
    this.#ofMeter.clear();
  }

  #at(meter: string): RulesOfMeter['byQuantity'] {
    const gateway = gatewayOf(meter);
    const site = this.#options.siteOf(gateway);
    const known = this.#ofMeter.get(meter);
    if (known?.site === site) return known.byQuantity;
    const byTarget = this.#rulesByTarget();
    const byQuantity = new Map<string, Rule[]>();
    for (const rule of [meter, gateway, keyOfSite(site)].flatMap(key => byTarget.get(key) ?? [])) {
      const judged = quantitiesOf(rule.condition);
      for (const quantity of judged.length === 0 ? [whatever] : judged)
        listIn(byQuantity, quantity).push(rule);
    }
    this.#ofMeter.set(meter, { site, byQuantity });
    return byQuantity;
  }

  #rulesByTarget(): ReadonlyMap<string, readonly Rule[]> {
    if (this.#byTarget !== undefined) return this.#byTarget;
    const found = new Map<string, Rule[]>();
    for (const rule of this.#options.rules()) {
      if (!rule.isOn || rule.condition.kind === 'health') continue;
      for (const key of this.#options.summed(rule.id) ?? keysOf(rule.target)) listIn(found, key).push(rule);
    }
    this.#byTarget = found;
    return found;
  }
}

/** The list of a key, made where there is none. */
function listIn<T>(lists: Map<string, T[]>, key: string): T[] {
  const list = lists.get(key) ?? [];
  lists.set(key, list);
  return list;
}

/** Ids have no blank: no gateway is taken for a site. */
const keyOfSite = (site: string): string => `site ${site}`;

/** Under what rules of a target are found that judge each meter for itself. */
function keysOf(target: Target): readonly string[] {
  if ('meter' in target) return [target.meter];
  if ('gateway' in target) return [target.gateway];
  return 'site' in target ? [keyOfSite(target.site)] : [];
}
