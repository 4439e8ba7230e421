import { css, html, type TemplateResult } from 'lit';
import { pageStyles } from '../parts/page-styles.ts';
import { tableStyles } from '../parts/table-styles.ts';
import { basics } from '../styles.ts';

export interface DeliveryLog<T> {
  readonly label: string;
  /** Said where there is no delivery. */
  readonly none: string;
  readonly heads: readonly string[];
  readonly deliveries: readonly T[];
  readonly row: (delivery: T) => TemplateResult;
}

/** What was sent last, and what became of it, in a frame that scrolls. */
export const deliveryLog = <T>({ label, none, heads, deliveries, row }: DeliveryLog<T>): TemplateResult =>
  deliveries.length === 0
    ? html`<p class="small muted">${none}</p>`
    : html`<div class="frame" tabindex="0" role="region" aria-label=${label}>
        <table>
          <thead><tr>${heads.map(head => html`<th scope="col">${head}</th>`)}</tr></thead>
          <tbody>${deliveries.map(row)}</tbody>
        </table>
      </div>`;

export const deliveryLogStyles = [
  basics,
  pageStyles,
  tableStyles,
  css`
    th,
    td {
      text-align: left;
    }
    .frame {
      max-height: 20rem;
      background: var(--jg-surface);
    }
  `,
];
