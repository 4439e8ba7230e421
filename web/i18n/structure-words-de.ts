import type { StructureWords } from './structure-words-en.ts';

/** German of the structure: site, tree of meters, tariff, flows of energy. */
export const structureWordsDe: StructureWords = {};
