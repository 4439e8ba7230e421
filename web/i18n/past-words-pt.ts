import type { PastWords } from './past-words-en.ts';

/** Portuguese of the history: periods, statistics, comparison. */
export const pastWordsPt: PastWords = {};
