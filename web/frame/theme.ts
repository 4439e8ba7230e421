import { readPreference, writePreference } from '../preferences.ts';

export const themes = Object.freeze(['auto', 'light', 'dark'] as const);
export type Theme = (typeof themes)[number];

const dark = matchMedia('(prefers-color-scheme: dark)');
const listeners = new Set<() => void>();

const isTheme = (text: string | null): text is Theme => themes.some(theme => theme === text);

export function theme(): Theme {
  const stored = readPreference('theme');
  return isTheme(stored) ? stored : 'auto';
}

/** Puts the theme on the document, where tokens.css reads it. Charts are told, as a canvas has no style sheet. */
function apply(chosen: Theme): void {
  const { dataset } = document.documentElement;
  if (chosen === 'auto') delete dataset.theme;
  else dataset.theme = chosen;
  for (const listener of listeners) listener();
}

export function chooseTheme(next: string): void {
  if (!isTheme(next)) return;
  writePreference('theme', next === 'auto' ? null : next);
  apply(next);
}

export function startTheme(): void {
  apply(theme());
  dark.addEventListener('change', () => apply(theme()));
  // Paper is white.
  addEventListener('beforeprint', () => apply('light'));
  addEventListener('afterprint', () => apply(theme()));
}

/** Calls back when colours change, until the function given back is called. */
export function onTheme(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}
