/** English of the page of one meter. */
export const meterWordsEn = {};

export type MeterWords = typeof meterWordsEn;
