import type { FrameWords } from './frame-words-en.ts';

/** Portuguese of what is around the views: keys, connection, offline, settings of the page. */
export const frameWordsPt: FrameWords = {};
