import { commonWords, firstWords, keyRows, longWords, smallWords } from './common-words.ts';

/** Code points, after composing them (ASVS 5: 6.2.1, 6.2.9). */
export const passwordLength = Object.freeze({ least: 12, most: 256 });

/** Why a password is refused. personal: it is known to who knows the name of the user, of a site or of the product. */
export type PasswordWeakness = 'short' | 'common' | 'personal';

/**
 * Below this many bits of guessing a password is among the first hundred million that are tried; 5 wrong tries in
 * 5 minutes are half a million a year.
 */
const bitsLeast = 26;

/** Names of the product, and what is easily said of it; beside the user's name and those of the sites. */
export const contextWords = Object.freeze([
  'joulegate',
  'joule',
  'gateway',
  'modbus',
  'energy',
  'strom',
  'solar',
]);

const bitsOfWords = new Map<string, number>([
  ...longWords.map(word => [word, 14] as const),
  ...commonWords.map(word => [word, 9] as const),
  ...[...smallWords, ...firstWords].map(word => [word, 5] as const),
]);

/** Every run of three or more keys, in both directions. */
const runsOfKeys: ReadonlySet<string> = new Set(
  keyRows
    .flatMap(row => [row, [...row].reverse().join('')])
    .flatMap(row =>
      Array.from(row, (_, start) =>
        Array.from({ length: row.length - start - 2 }, (_none, more) => row.slice(start, start + 3 + more)),
      ).flat(),
    ),
);

const longestPiece = Math.max(...[...bitsOfWords.keys(), ...runsOfKeys].map(piece => piece.length));
const lookedAt = 64;

/**
 * One long word of English, German, Portuguese or Spanish, by how such words end: dictionaries have some ten thousand of
 * them, too many to stand here. Words put together may look the same where they are few and short.
 */
const endsOfWords =
  'tions?|[ts]ional|sions?|ments?|mental|ness|it(y|ies)|[ai]bl[ey]|[io]c?al|ical?ly|fully|[ae]nc(e|es|y)|log(y|ist|ies|ical)|graph(y|er|ic|ical)|meter|metry|ships?|hood|is[mt]s?|istic|i[sz](e|ed|er|ing|ation)|at(e|ed|ing|ive|or|ors|ory)|ters?|[eiu]ous(ly)?|ians?|ar(y|ies)|ings?|[aei]tic|ives?(ly)?|ung(en)?|heit|keit|schaft|lich|ç[ãa]o|ções|[cs]ao|coes|cion(es)?|mente|i?dade|[ai]d[ao]s?|idad|dor(es)?|eiros?|ismo|[ai]ntly|ently|ingly|edly|ately|ctly|ished|ected|erned|tained|osis|itis|phobia|therapy|[io]cs|chemistry|gist|shire|burgh?|berg|ville|stein|borough|bridge|hausen|olog[iy]a|grafia|encia|ancia|ectura|ally|n?ous(ly)?|ural?|ures|ular|tric|phic|opic|ined?|ted|sis|ium|less|nger|cker|aker|[cdg]ent';
const longWord = new RegExp(`^\\p{Ll}{4,12}(?:${endsOfWords})(\\P{L}{0,3})$`, 'u');
const bitsOfLongWord = 17;

/**
 * A password as it is hashed, and a name as it is kept: its characters composed, so that the same letters are the same bytes from every keyboard
 * (RFC 8265, 4.2). Nothing is cut, and no case is changed (ASVS 5: 6.2.8).
 */
export const composed = (text: string): string => text.normalize('NFC');

/**
 * Holds a new password against the rules: its length, and how soon somebody would come upon it who tries what is common
 * (ASVS 5: 6.2.4, 6.2.11). No rule says which characters are to be in it (6.2.5).
 */
export function passwordWeakness(
  password: string,
  user: string,
  siteWords: readonly string[] = [],
): PasswordWeakness | undefined {
  const { length } = [...composed(password)];
  if (length < passwordLength.least || length > passwordLength.most) return 'short';
  if (guessBits(password) < bitsLeast) return 'common';
  const personal = [user, ...siteWords, ...contextWords].flatMap(partsOfName);
  return guessBits(password, new Set(personal)) < bitsLeast ? 'personal' : undefined;
}

/**
 * How hard a password is to guess, in bits, at most: the cheapest way to put it together from words, rows of keys,
 * sequences, repetitions, years and single characters (after D. Wheeler: zxcvbn, USENIX Security 2016).
 */
export function guessBits(password: string, personal: ReadonlySet<string> = new Set()): number {
  // What follows could only make it harder, and looking takes time.
  const text = composed(password).slice(0, lookedAt).toLowerCase();
  const plain = text.replace(/./gsu, character => standsFor[character] ?? character);
  const cheapest = [0];
  for (let end = 1; end <= text.length; end++) {
    let bits = (cheapest[end - 1] ?? 0) + bitsOfCharacter(text[end - 1] ?? '');
    for (let start = end - 2; start >= Math.max(0, end - longestPiece); start--) {
      const piece = bitsOfPiece(text.slice(start, end), plain.slice(start, end), personal);
      if (piece !== undefined) bits = Math.min(bits, (cheapest[start] ?? 0) + piece);
    }
    cheapest.push(Math.min(bits, repeatedBits(text, cheapest, end)));
  }
  return Math.min(cheapest[text.length] ?? 0, longWordBits(text));
}

function longWordBits(text: string): number {
  const after = longWord.exec(text)?.at(-1);
  if (after === undefined) return Number.POSITIVE_INFINITY;
  return [...after].reduce((bits, character) => bits + bitsOfCharacter(character), bitsOfLongWord);
}

function bitsOfPiece(text: string, plain: string, personal: ReadonlySet<string>): number | undefined {
  if (text.length >= 3) {
    if (personal.has(text) || personal.has(plain)) return 3;
    if (isSequence(text, 1) || (text.length >= 6 && isSequence(text, 2))) return 4;
    if (runsOfKeys.has(text)) return 7;
  }
  // Zeros for o and the like are tried soon after the word itself.
  return bitsOfWords.get(text) ?? plusOne(bitsOfWords.get(plain)) ?? bitsOfNumber(text);
}

const plusOne = (bits: number | undefined): number | undefined => (bits === undefined ? undefined : bits + 1);

/** A year of somebody's life, or a date. */
function bitsOfNumber(text: string): number | undefined {
  if (/^(19[3-9]|20[0-4])\d$/.test(text)) return 6;
  if (/^(0[1-9]|[12]\d|3[01])(0[1-9]|1[0-2])(19|20)\d\d$/.test(text)) return 15;
  return undefined;
}

/** The cheapest end of the text that says again what stands right before it, such as the second half of `abcabc`. */
function repeatedBits(text: string, cheapest: readonly number[], end: number): number {
  let bits = Number.POSITIVE_INFINITY;
  for (let length = 1; length * 2 <= end; length++) {
    const block = text.slice(end - length, end);
    let start = end - length;
    while (start >= length && text.startsWith(block, start - length)) start -= length;
    if (start < end - length) bits = Math.min(bits, (cheapest[start + length] ?? 0) + 2);
  }
  return bits;
}

/** `aaaa`, `abcd`, `9876`; with a stride of 2 each second character for itself, such as `1a2b3c` or `102030`. */
function isSequence(text: string, stride: 1 | 2): boolean {
  for (let index = stride; index < text.length; index++) {
    const step = text.charCodeAt(index) - text.charCodeAt(index - stride);
    const first = index % stride;
    if (Math.abs(step) > 1 || step !== text.charCodeAt(first + stride) - text.charCodeAt(first)) return false;
  }
  return true;
}

function bitsOfCharacter(character: string): number {
  if (/\d/.test(character)) return 3.3;
  if (/[ ._-]/.test(character)) return 2;
  return /[a-z]/.test(character) ? 4.7 : 5.5;
}

/** What is written for a letter, with keys that look like it. */
const standsFor: Readonly<Record<string, string>> = Object.freeze({
  '@': 'a',
  '4': 'a',
  '3': 'e',
  '0': 'o',
  '1': 'i',
  '!': 'i',
  '5': 's',
  $: 's',
  '7': 't',
  ä: 'a',
  ö: 'o',
  ü: 'u',
  ã: 'a',
  á: 'a',
  ç: 'c',
  é: 'e',
});

/** A name and the words in it, as they would be typed. */
function partsOfName(name: string): string[] {
  const lower = composed(name).toLowerCase();
  const words = [lower, lower.replace(/\s+/g, ''), ...lower.split(/[^\p{L}\p{N}]+/u)];
  return words.filter(word => word.length >= 3);
}
