import { css, html, nothing, type TemplateResult } from 'lit';
import { words } from '../i18n/language.ts';
import { JgElement } from '../jg-element.ts';
import { pageStyles } from '../parts/page-styles.ts';
import { tableStyles } from '../parts/table-styles.ts';
import { basics } from '../styles.ts';
import { fieldName } from './field-names.ts';
import type { Difference } from './settings-draft.ts';

interface Mistake {
  readonly field: string;
  readonly message: string;
}

/** What a gateway shall run beside what it runs, and why it does not run the rest. */
export class JgSettingsDifference extends JgElement {
  static override properties = { differences: { attribute: false }, mistakes: { attribute: false } };
  static override styles = [
    basics,
    tableStyles,
    pageStyles,
    css`
      td,
      th {
        text-align: left;
        white-space: normal;
        overflow-wrap: anywhere;
        vertical-align: top;
      }
      .why {
        margin-bottom: 0.75rem;
      }
      .why li {
        color: var(--jg-bad);
      }
    `,
  ];

  declare differences: readonly Difference[];
  declare mistakes: readonly Mistake[];

  protected override render(): TemplateResult {
    const { setup } = words().gatewayPages;
    return html`${
      this.mistakes.length === 0
        ? nothing
        : html`<ul class="why small">
            ${this.mistakes.map(({ field, message }) => html`<li><strong title=${field}>${fieldName(field, words())}</strong>: <span lang="en">${message}</span></li>`)}
          </ul>`
    }
      <div class="frame" tabindex="0" role="region" aria-label=${setup.differs}>
        <table>
          <caption>${setup.differs}</caption>
          <thead>
            <tr>
              <th scope="col">${setup.field}</th>
              <th scope="col">${setup.wanted}</th>
              <th scope="col">${setup.running}</th>
            </tr>
          </thead>
          <tbody>
            ${this.differences.map(
              ({ field, wanted, running }) => html`<tr>
                <th scope="row" title=${field}>${fieldName(field, words())}</th>
                <td>${wanted ?? setup.absent}</td>
                <td>${running ?? setup.absent}</td>
              </tr>`,
            )}
          </tbody>
        </table>
      </div>`;
  }
}

customElements.define('jg-settings-difference', JgSettingsDifference);
