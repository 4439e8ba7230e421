import type { Draft } from './settings-draft.ts';

/** What a person had changed in the settings of a gateway and not sent; `found`: what of a scan is in it already. */
export interface KeptDraft {
  readonly draft: Draft | null;
  readonly found: string | null;
}

const nothing: KeptDraft = Object.freeze({ draft: null, found: null });

const kept = new Map<string, KeptDraft>();

/** Drafts last as long as the page: who looks something up in another tab of it finds the work as it was. */
export const keptDraft = (gateway: string): KeptDraft => kept.get(gateway) ?? nothing;

export function keepDraft(gateway: string, draft: KeptDraft): void {
  kept.set(gateway, draft);
}
