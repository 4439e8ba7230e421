import type { HomeWords } from './home-words-en.ts';

/** German of the overview: flows, cards, costs. */
export const homeWordsDe: HomeWords = {};
