import type { QuantityId } from '#core/quantities.ts';
import { isQuantityId } from '#core/quantities.ts';
import { readPreference, writePreference } from '../preferences.ts';
import type { Words } from './en.ts';
import { nameQuantity } from './quantity-names.ts';

/** The languages of the page, each by the name it has for itself. */
export const languageNames = Object.freeze({ en: 'English', de: 'Deutsch', pt: 'Português' });
export type Language = keyof typeof languageNames;
export const languageIds = Object.freeze(Object.keys(languageNames)) as readonly Language[];

/** Only the words of the chosen language are loaded. */
const load: Readonly<Record<Language, () => Promise<Words>>> = Object.freeze({
  en: async () => (await import('./en.ts')).en,
  de: async () => (await import('./de.ts')).de,
  pt: async () => (await import('./pt.ts')).pt,
});

const isLanguage = (text: string): text is Language => Object.hasOwn(languageNames, text);

/** The first language of the browser's list that the page speaks, else English. */
export function preferredLanguage(wanted: readonly string[]): Language {
  const found = wanted.map(tag => tag.slice(0, 2).toLowerCase()).find(isLanguage);
  return found ?? 'en';
}

/** Some systems give their browser a locale that is none ("en-US@posix"); formatting with it would throw. */
export function isLocale(tag: string): boolean {
  try {
    return Intl.getCanonicalLocales(tag).length > 0;
  } catch {
    return false;
  }
}

/** How numbers and dates are written: the browser's own region where it is of the page's language. */
export const localeOf = (language: Language, wanted: readonly string[]): string =>
  wanted.find(tag => tag.toLowerCase().startsWith(language) && isLocale(tag)) ?? language;

interface Spoken {
  readonly language: Language;
  readonly words: Words;
}

const listeners = new Set<() => void>();
let spoken: Spoken | null = null;
/** The one asked for last, which may still be on its way. */
let wanted: Language | null = null;

function current(): Spoken {
  if (spoken === null) throw new Error('the words are loaded before anything is drawn: startLanguage()');
  return spoken;
}

export const language = (): Language => current().language;

export const words = (): Words => current().words;

export const locale = (): string => localeOf(language(), navigator.languages);

export const quantityName = (id: string): string =>
  isQuantityId(id) ? nameQuantity(id satisfies QuantityId, words().quantities) : id;

async function speak(next: Language): Promise<void> {
  wanted = next;
  const words = await load[next]();
  // Somebody chose again while these came.
  if (wanted !== next) return;
  spoken = { language: next, words };
  document.documentElement.lang = next;
  drawAnew();
}

/** Loads the words of the language chosen before, or the browser's. To be awaited before anything is drawn. */
export async function startLanguage(): Promise<void> {
  const stored = readPreference('language');
  await speak(stored !== null && isLanguage(stored) ? stored : preferredLanguage(navigator.languages));
}

/** Changes the language once its words are there. Rejects where the host does not give them: the old one stays. */
export async function chooseLanguage(next: string): Promise<void> {
  if (!isLanguage(next)) return;
  const before = readPreference('language');
  // At once: who reloads the page before the words have come has chosen, too.
  writePreference('language', next);
  try {
    await speak(next);
  } catch (error) {
    writePreference('language', before);
    throw error;
  }
}

/** Lets everything be written anew: in other words, or with other units. */
export function drawAnew(): void {
  for (const listener of listeners) listener();
}

/** Calls back when everything is to be written anew, until the function given back is called. */
export function onLanguage(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}
