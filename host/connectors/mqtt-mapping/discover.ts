import { isQuantityId, type QuantityId } from '#core/quantities.ts';
import type { DiscoverOptions, Proposal } from '../connector.ts';
import { numberIn, scaled } from '../exact-numbers.ts';
import { directed } from '../fed-in.ts';
import { isObject } from '../json-object.ts';
import { brokerIn, hear } from '../mqtt-discovery.ts';
import { isNotOfNow } from '../not-of-now.ts';

/** Of a broker with everything on it. */
const mostPlaces = 200;
const mostDepth = 4;

/** By what the last part of a name says; a person looks at each before it is taken. */
const guesses: readonly (readonly [RegExp, QuantityId, number?])[] = [
  [/reactive_?power$/, 'reactivePowerVar'],
  [/apparent_?power$/, 'apparentPowerVA'],
  [/(^|_)(kwh|energy|total_in|total_out|import|export)$/, 'energyImportWh', 1000],
  [/(^|_)wh$/, 'energyImportWh'],
  [/(^|_)kw$/, 'powerW', 1000],
  [/(^|_)(power|watt|watts|w|power_curr|apower|act_power)$/, 'powerW'],
  [/(^|_)(voltage|volt|u)$/, 'voltageV'],
  [/(^|_)(current|ampere|amps|i)$/, 'currentA'],
  [/(^|_)(frequency|freq|hz)$/, 'frequencyHz'],
];

/** Numbers that are said meanwhile and whose name tells what they are, one proposal for each topic. */
export async function discoverNumbers(options: DiscoverOptions): Promise<Proposal[]> {
  const broker = brokerIn(options.settings);
  const found = new Map<string, { pointer: string; quantity: QuantityId; factor: number; shown: number }[]>();
  let taken = 0;
  await hear(options, broker, {
    filters: ['#'],
    onMessage({ topic, payload }) {
      if (topic.startsWith('joulegate/') || found.has(topic) || taken >= mostPlaces) return;
      const text = payload.text ?? '';
      const plain = numberIn(text);
      const its =
        plain === undefined ? numbersIn(payload.json, '', 0) : [{ pointer: '', name: topic, shown: plain }];
      const places = new Set(its.map(({ pointer }) => pointer.toLowerCase()));
      const named = its.flatMap(({ pointer, name, shown }) => {
        const guess = isPhase(pointer.toLowerCase(), places) ? undefined : guessOf(name);
        return guess === undefined ? [] : [{ pointer, shown, ...guess }];
      });
      if (named.length === 0) return;
      taken += named.length;
      // One place for each quantity: which of two it is only a person knows.
      found.set(
        topic,
        named.filter(({ quantity }, at) => named.findIndex(other => other.quantity === quantity) === at),
      );
    },
  });
  return [...found].slice(0, 64).map(([topic, values]) => {
    const id = idOf(topic);
    return {
      title: topic,
      detail: values
        .map(
          ({ pointer, quantity, factor, shown }) =>
            `${pointer || topic}: ${shown} → ${quantity} ${scaled(shown, factor, quantity)}`,
        )
        .join(', '),
      settings: {
        ...broker,
        values: values.map(({ pointer, quantity, factor }) => ({
          id,
          name: topic.slice(-64),
          topic,
          ...(pointer !== '' && { pointer }),
          quantity,
          ...(factor !== 1 && { factor }),
        })),
      },
    };
  });
}

/** `u`, `v` and `w` beside each other are phases, and no units. */
const isPhase = (place: string, all: ReadonlySet<string>): boolean =>
  /\/[uvw]$/.test(place) && ['u', 'v', 'w'].every(letter => all.has(place.slice(0, -1) + letter));

function guessOf(name: string): { quantity: QuantityId; factor: number } | undefined {
  const [last = '', above = ''] = name
    .replace(/\/(state|value)$/, '')
    .split('/')
    .reverse()
    .map(part => part.replace(/([a-z])([A-Z])/g, '$1_$2').toLowerCase());
  // A word alone above says more of it, as in /export/energy or /today/energy; several are the name of a device.
  const words = /^([a-z]+|feed_in)$/.test(above) ? `${above}_${last}` : last;
  if (isNotOfNow(words) || /(reactive|apparent)_?energy$/.test(words)) return undefined;
  const guess = guesses.find(([form]) => form.test(last));
  return guess === undefined || !isQuantityId(guess[1])
    ? undefined
    : { quantity: directed(guess[1], words), factor: guess[2] ?? 1 };
}

function numbersIn(
  value: unknown,
  pointer: string,
  depth: number,
): { pointer: string; name: string; shown: number }[] {
  if (typeof value === 'number' && pointer.length <= 256) return [{ pointer, name: pointer, shown: value }];
  if (!isObject(value) || depth >= mostDepth || pointer.length > 100) return [];
  return Object.entries(value)
    .slice(0, 100)
    .flatMap(([key, inner]) =>
      numbersIn(inner, `${pointer}/${key.replaceAll('~', '~0').replaceAll('/', '~1')}`, depth + 1),
    );
}

const idOf = (topic: string): string =>
  topic
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-+|-+$/g, '')
    .slice(0, 60) || 'meter';
