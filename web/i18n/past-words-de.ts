import type { PastWords } from './past-words-en.ts';

/** German of the history: periods, statistics, comparison. */
export const pastWordsDe: PastWords = {};
