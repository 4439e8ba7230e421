/** English of what is around the views: keys, connection, offline, settings of the page. */
export const frameWordsEn = {};

export type FrameWords = typeof frameWordsEn;
