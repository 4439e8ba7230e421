import type { DataWords } from './data-words-en.ts';

/** Portuguese of the pages of data: corrections, import, export, storage, backups. */
export const dataWordsPt: DataWords = {};
