import type { StructureWords } from './structure-words-en.ts';

/** Portuguese of the structure: site, tree of meters, tariff, flows of energy. */
export const structureWordsPt: StructureWords = {};
