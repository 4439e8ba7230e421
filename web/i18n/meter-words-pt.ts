import type { MeterWords } from './meter-words-en.ts';

/** Portuguese of the page of one meter. */
export const meterWordsPt: MeterWords = {};
