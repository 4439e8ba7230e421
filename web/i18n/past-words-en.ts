/** English of the history: periods, statistics, comparison. */
export const pastWordsEn = {};

export type PastWords = typeof pastWordsEn;
