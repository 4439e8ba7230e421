/** English of the pages of data: corrections, import, export, storage, backups. */
export const dataWordsEn = {};

export type DataWords = typeof dataWordsEn;
