import { isQuantityId, type QuantityId } from '#core/quantities.ts';
import { goesOut } from '../fed-in.ts';
import { isNotOfNow } from '../not-of-now.ts';
import type { FoundUnit, FoundVariable } from './messages.ts';

type Kind = 'power' | 'energy' | 'voltage' | 'current' | 'frequency' | 'reactive' | 'apparent' | 'factor';

interface KnownUnit {
  readonly kind: Kind;
  /** Common code of UNECE Recommendation 20; empty: it is known by its symbol alone. */
  readonly code: string;
  readonly symbol: string;
  /** One of it in the vocabulary's unit. */
  readonly factor: number;
}

/** https://reference.opcfoundation.org/files/UNECE_to_OPCUA.csv */
const units: readonly KnownUnit[] = [
  { kind: 'power', code: 'WTT', symbol: 'W', factor: 1 },
  { kind: 'power', code: 'KWT', symbol: 'kW', factor: 1000 },
  { kind: 'power', code: 'MAW', symbol: 'MW', factor: 1e6 },
  { kind: 'energy', code: 'WHR', symbol: 'Wh', factor: 1 },
  { kind: 'energy', code: 'KWH', symbol: 'kWh', factor: 1000 },
  { kind: 'energy', code: 'MWH', symbol: 'MWh', factor: 1e6 },
  { kind: 'voltage', code: 'VLT', symbol: 'V', factor: 1 },
  { kind: 'voltage', code: '', symbol: 'kV', factor: 1000 },
  { kind: 'current', code: 'AMP', symbol: 'A', factor: 1 },
  { kind: 'current', code: '', symbol: 'mA', factor: 0.001 },
  { kind: 'frequency', code: 'HTZ', symbol: 'Hz', factor: 1 },
  { kind: 'reactive', code: '', symbol: 'var', factor: 1 },
  { kind: 'reactive', code: 'KVR', symbol: 'kvar', factor: 1000 },
  { kind: 'apparent', code: '', symbol: 'VA', factor: 1 },
  { kind: 'apparent', code: 'KVA', symbol: 'kVA', factor: 1000 },
];

/** By what a name says where there is no unit; a person looks at each before it is taken. */
const names: readonly (readonly [RegExp, Kind, number?])[] = [
  [/power_?factor|(^|_)cos_?phi(_|$)/, 'factor'],
  [/(^|_)kwh$/, 'energy', 1000],
  [/(^|_)wh$/, 'energy'],
  [/(^|_)kw$/, 'power', 1000],
  [/(^|_)kvar$/, 'reactive', 1000],
  [/(^|_)kva$/, 'apparent', 1000],
  [/reactive_?power/, 'reactive'],
  [/apparent_?power/, 'apparent'],
  [/(^|_)(power|watts?)(_|$)|(^|_)(active)?power/, 'power'],
  [/(^|_)(voltage|volts?)(_|$)/, 'voltage'],
  [/(^|_)(current|ampere|amps?)(_|$)/, 'current'],
  [/(^|_)(frequency|freq|hz)(_|$)/, 'frequency'],
];

const bases: Readonly<Record<Kind, readonly [before: string, unit: string]>> = Object.freeze({
  power: ['power', 'W'],
  energy: ['energyImport', 'Wh'],
  voltage: ['voltage', 'V'],
  current: ['current', 'A'],
  frequency: ['frequency', 'Hz'],
  reactive: ['reactivePower', 'Var'],
  apparent: ['apparentPower', 'VA'],
  factor: ['powerFactor', ''],
});

/** OPC 10000-8, 5.6.3.3: the code's letters, one byte each. */
const unitIdOf = (code: string): number =>
  [...code].reduce((id, letter) => id * 256 + letter.charCodeAt(0), 0);

export interface Guess {
  readonly quantity: QuantityId;
  readonly factor: number;
}

/** What a variable may be, by its unit, and where it has none by its name; undefined where neither tells. */
export function guessOf({ name, unit }: Pick<FoundVariable, 'name' | 'unit'>): Guess | undefined {
  const words = name
    .replace(/([a-z0-9])([A-Z])/g, '$1_$2')
    .replace(/[^A-Za-z0-9]+/g, '_')
    .toLowerCase();
  if (isNotOfNow(words)) return undefined;
  const known = unit === undefined ? undefined : knownUnit(unit);
  // One with another unit is another thing, whatever it is called.
  if (unit !== undefined && known === undefined) return undefined;
  const named = names.find(([form]) => form.test(words));
  const kind = known?.kind ?? named?.[1];
  if (kind === undefined) return undefined;
  const quantity = quantityFor(kind, words);
  return quantity === undefined ? undefined : { quantity, factor: known?.factor ?? named?.[2] ?? 1 };
}

const knownUnit = ({ id, text }: FoundUnit): KnownUnit | undefined =>
  units.find(({ code }) => id > 0 && unitIdOf(code) === id) ??
  units.find(({ symbol }) => symbol === text.replace(/[\s.·*]/g, ''));

function quantityFor(kind: Kind, words: string): QuantityId | undefined {
  const [base, unit] = bases[kind];
  const isOut = goesOut(words) || /fed|deliver/.test(words);
  const phase = /(^|_)(l|phase_?)([123])(_|$)/.exec(words)?.[3];
  // Such a power is above 0; `powerW` is below 0 then.
  const before = isOut && (kind === 'energy' || kind === 'power') ? `${kind}Export` : base;
  const id = `${before}${phase === undefined ? '' : `L${phase}`}${unit}`;
  return isQuantityId(id) ? id : undefined;
}
