/** Which meter is below which, and how energy went through them. */
export interface StructureAddress {
  readonly view: 'structure';
}

export const parseStructure = (): StructureAddress => ({ view: 'structure' });
export const formatStructure = (): string => '/structure';
