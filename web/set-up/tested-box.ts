import { html, nothing, type TemplateResult } from 'lit';

/** What came of a test: whether it arrived, and what the other side said. */
export interface Tested {
  readonly isSent: boolean;
  readonly said: string;
}

/** What came of a test: whether it arrived, and what the other side said; read out when it is there. Styles: `setUpStyles`. */
export const testedBox = (
  tested: Tested | null,
  { arrived, failed }: { readonly arrived: string; readonly failed: string },
): TemplateResult =>
  html`<div class="status" role="status">${
    tested === null
      ? nothing
      : html`<div class="box"><p class=${tested.isSent ? 'well' : 'bad'}><strong>${tested.isSent ? arrived : failed}</strong></p>${tested.said === '' ? nothing : html`<p lang="en"><code>${tested.said}</code></p>`}</div>`
  }</div>`;
