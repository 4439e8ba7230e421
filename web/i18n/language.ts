import type { QuantityId } from '#core/quantities.ts';
import { isQuantityId } from '#core/quantities.ts';
import { readPreference, writePreference } from '../preferences.ts';
import { de } from './de.ts';
import { en, type Words } from './en.ts';
import { pt } from './pt.ts';
import { nameQuantity } from './quantity-names.ts';

export const languages = Object.freeze({ en, de, pt }) satisfies Readonly<Record<string, Words>>;
export type Language = keyof typeof languages;
export const languageIds = Object.freeze(Object.keys(languages)) as readonly Language[];

const isLanguage = (text: string): text is Language => Object.hasOwn(languages, text);

/** The first language of the browser's list that the page speaks, else English. */
export function preferredLanguage(wanted: readonly string[]): Language {
  const found = wanted.map(tag => tag.slice(0, 2).toLowerCase()).find(isLanguage);
  return found ?? 'en';
}

/** Some systems give their browser a locale that is none ("en-US@posix"); formatting with it would throw. */
function isLocale(tag: string): boolean {
  try {
    return Intl.getCanonicalLocales(tag).length > 0;
  } catch {
    return false;
  }
}

/** How numbers and dates are written: the browser's own region where it is of the page's language. */
export const localeOf = (language: Language, wanted: readonly string[]): string =>
  wanted.find(tag => tag.toLowerCase().startsWith(language) && isLocale(tag)) ?? language;

const listeners = new Set<() => void>();
let current: Language | null = null;

export function language(): Language {
  if (current === null) {
    const stored = readPreference('language');
    current = stored !== null && isLanguage(stored) ? stored : preferredLanguage(navigator.languages);
    document.documentElement.lang = current;
  }
  return current;
}

export const words = (): Words => languages[language()];

export const locale = (): string => localeOf(language(), navigator.languages);

export const quantityName = (id: string): string =>
  isQuantityId(id) ? nameQuantity(id satisfies QuantityId, words().quantities) : id;

export function chooseLanguage(next: string): void {
  if (!isLanguage(next)) return;
  current = next;
  writePreference('language', next);
  document.documentElement.lang = next;
  for (const listener of listeners) listener();
}

/** Calls back when the language changes, until the function given back is called. */
export function onLanguage(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}
