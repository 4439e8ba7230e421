/** English of the overview: flows, cards, costs. */
export const homeWordsEn = {};

export type HomeWords = typeof homeWordsEn;
