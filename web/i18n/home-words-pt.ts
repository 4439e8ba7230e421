import type { HomeWords } from './home-words-en.ts';

/** Portuguese of the overview: flows, cards, costs. */
export const homeWordsPt: HomeWords = {};
