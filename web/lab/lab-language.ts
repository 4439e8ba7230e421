import type { LabPartInfo } from '../../simulator/control/contract.ts';
import { type Language, language } from '../i18n/language.ts';
import { labWordsDe } from './lab-words-de.ts';
import { type LabWords, labWordsEn } from './lab-words-en.ts';
import { labWordsPt } from './lab-words-pt.ts';

const dictionaries: Readonly<Record<Language, LabWords>> = Object.freeze({
  en: labWordsEn,
  de: labWordsDe,
  pt: labWordsPt,
});

export const labWords = (): LabWords => dictionaries[language()];

/** The word of an id, or the id itself where this page is older than what runs. */
const named = <T>(table: Readonly<Record<string, T>>, id: string): T | undefined =>
  Object.hasOwn(table, id) ? table[id] : undefined;

export const happeningName = (id: string): string => named(labWords().happenings, id)?.[0] ?? id;
export const happeningText = (id: string): string => named(labWords().happenings, id)?.[1] ?? '';
export const optionName = (id: string): string => named(labWords().options, id) ?? id;
/** Units of options, by their ids. */
const units: Readonly<Record<string, string>> = Object.freeze({
  'delay-ms': 'ms',
  'jitter-ms': 'ms',
  'bytes-per-s': 'B/s',
  'up-s': 's',
  'down-s': 's',
  'by-s': 's',
  'after-wh': 'Wh',
  'reading-kwh': 'kWh',
  'room-kb': 'kB',
  'offset-uv': 'µV',
  'noise-uv': 'µV',
  'bus-noise-mv': 'mV',
});
export const optionUnit = (id: string): string | undefined => named(units, id);

export const choiceName = (id: string): string => named(labWords().choices, id) ?? id;
export const figureName = (id: string): string => named(labWords().figures, id) ?? id;
export const stateName = (id: string): string => named(labWords().states, id) ?? id;

/** What stands above a part: its own name, or the word for one that is there once. */
export function partTitle({ id, kind, name }: LabPartInfo): string {
  return id === kind ? labWords().kinds[kind] : name;
}

/** What a part is, in a few words. */
export function partAbout({ id, kind, about }: LabPartInfo): string {
  const { kinds, abouts } = labWords();
  if (id === kind) return named(abouts, kind) ?? about;
  return about === '' ? kinds[kind] : `${kinds[kind]} · ${about}`;
}

/** `1:05`, `12 s`: a time that runs, as short as it can be told. */
export function clockText(ms: number): string {
  const seconds = Math.max(0, Math.ceil(ms / 1000));
  if (seconds < 60) return `${seconds} s`;
  const parts = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60];
  const shown = parts[0] === 0 ? parts.slice(1) : parts;
  return shown.map((part, index) => (index === 0 ? String(part) : String(part).padStart(2, '0'))).join(':');
}
