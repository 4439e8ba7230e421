import type { ApiError } from '../../host/api/contract.ts';

/** What the host has against a form, by the place where it stands: `meters.0.unit`, or `of.name` of the source itself. */
export type Mistakes = ReadonlyMap<string, readonly string[]>;

export const noMistakes: Mistakes = new Map();

/** Of the source itself, beside its settings. */
const ownFields: ReadonlySet<string> = new Set(['id', 'name', 'site']);

/** The mistakes that an answer of the host tells of; none where it tells of no fields. */
export function mistakesIn({ code, field, message, mistakes }: ApiError): Mistakes {
  const all = mistakes ?? (field === undefined ? [] : [{ field, message }]);
  const found = new Map<string, string[]>();
  for (const { field: given, message: text } of all) {
    const place = code.endsWith('.settings') ? given : ownPlace(given);
    found.set(place, [...(found.get(place) ?? []), text]);
  }
  return found;
}

function ownPlace(field: string): string {
  const name = field.replace(/^body\./, '');
  return ownFields.has(name) ? `of.${name}` : name;
}

/** Those that stand at none of these places. */
export const elsewhere = (mistakes: Mistakes, places: ReadonlySet<string>): string[] =>
  [...mistakes].flatMap(([place, texts]) =>
    places.has(place) ? [] : texts.map(text => `${place}: ${text}`),
  );

/** What schemas say, by the word of `setUp.wrong` that says it for people. */
const plain = Object.freeze({
  needed: /^must be given$/,
  most: /^must be <= (\S+)$/,
  least: /^must be >= (\S+)$/,
  whole: /^must be integer$/,
  number: /^must be number$/,
  text: /^must be string$/,
  longest: /^must not have more than (\d+) characters$/,
  shortest: /^must not have fewer than (\d+) characters$/,
  mostRows: /^must not have more than (\d+) items$/,
  leastRows: /^must not have fewer than (\d+) items$/,
  form: /^must match pattern /,
  choice: /^must (?:be equal to constant|match a schema in anyOf)$/,
});

export type Wrong = keyof typeof plain;

const isWrong = (text: string): text is Wrong => Object.hasOwn(plain, text);

/** What a text of a schema says, and its figure; null of one that is for people already. */
export function wrongIn(text: string): { readonly is: Wrong; readonly figure: string } | null {
  for (const [is, pattern] of Object.entries(plain)) {
    const match = pattern.exec(text);
    if (match !== null && isWrong(is)) return { is, figure: match[1] ?? '' };
  }
  return null;
}
