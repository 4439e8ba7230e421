import type { SiteDraft } from './draft.ts';

/** What is open for change. */
export type EditedPart = 'tree' | 'tariff';

export interface KeptSiteDraft {
  readonly draft: SiteDraft;
  readonly part: EditedPart;
}

let kept: KeptSiteDraft | null = null;

/** A change lasts as long as the page: who looks something up in another view finds the work as it was. */
export const keptSiteDraft = (): KeptSiteDraft | null => kept;

export function keepSiteDraft(draft: KeptSiteDraft | null): void {
  kept = draft;
}
