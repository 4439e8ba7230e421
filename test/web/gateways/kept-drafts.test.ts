import { expect, it } from 'vitest';
import { keepDraft, keptDraft } from '../../../web/gateways/kept-drafts.ts';
import { draftOf } from '../../../web/gateways/settings-draft.ts';

it('a draft is kept for its gateway until it is sent or given up', () => {
  expect(keptDraft('a')).toEqual({ draft: null, found: null });
  const draft = draftOf(null);
  keepDraft('a', { draft, found: 'of a scan' });
  expect(keptDraft('a')).toEqual({ draft, found: 'of a scan' });
  expect(keptDraft('b').draft).toBeNull();
  keepDraft('a', { draft: null, found: 'of a scan' });
  // What was found and given up is not put in again.
  expect(keptDraft('a')).toEqual({ draft: null, found: 'of a scan' });
});
