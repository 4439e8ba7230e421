import { html, nothing, type TemplateResult } from 'lit';
import type { Why } from '../../host/api/contract.ts';
import { faultLine } from '../parts/fault-line.ts';

/** What came of a test: whether it arrived, and what the other side said. */
export interface Tested {
  readonly isSent: boolean;
  readonly said: string;
  readonly why?: Why | null | undefined;
}

/** What came of a test: whether it arrived, and what the other side said; read out when it is there. Styles: `setUpStyles`. */
export const testedBox = (
  tested: Tested | null,
  { arrived, failed }: { readonly arrived: string; readonly failed: string },
): TemplateResult =>
  html`<div class="status" role="status">${
    tested === null
      ? nothing
      : html`<div class="box"><p class=${tested.isSent ? 'well' : 'bad'}><strong>${tested.isSent ? arrived : failed}</strong></p>${tested.said === '' ? nothing : tested.isSent ? html`<p lang="en"><code>${tested.said}</code></p>` : html`<p>${faultLine(tested.said, tested.why)}</p>`}</div>`
  }</div>`;
