import type { MeterWords } from './meter-words-en.ts';

/** German of the page of one meter. */
export const meterWordsDe: MeterWords = {};
