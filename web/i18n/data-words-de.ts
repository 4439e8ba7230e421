import type { DataWords } from './data-words-en.ts';

/** German of the pages of data: corrections, import, export, storage, backups. */
export const dataWordsDe: DataWords = {};
