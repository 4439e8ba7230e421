/** English of the structure: site, tree of meters, tariff, flows of energy. */
export const structureWordsEn = {};

export type StructureWords = typeof structureWordsEn;
