import { css, html, type TemplateResult } from 'lit';
import { words } from '../i18n/language.ts';
import { JgElement } from '../jg-element.ts';
import { basics, controls } from '../styles.ts';
import { gatewayStyles } from './gateway-styles.ts';
import { JgAddGateway } from './jg-add-gateway.ts';
import './jg-flash.ts';
import './jg-improv.ts';
import { pageStyles } from '../parts/page-styles.ts';

/** From a bare board to values on the page, step by step. */
export class JgNewGateway extends JgElement {
  static override styles = [
    basics,
    controls,
    pageStyles,
    gatewayStyles,
    css`
      ol,
      li > div {
        display: grid;
        grid-template-columns: minmax(0, 1fr);
        gap: 1.25rem;
      }
      ol {
        counter-reset: step;
      }
      ol > li {
        display: grid;
        grid-template-columns: auto minmax(0, 1fr);
        gap: 1rem;
        counter-increment: step;
      }
      ol > li::before {
        content: counter(step);
        display: grid;
        place-items: center;
        width: 2rem;
        height: 2rem;
        margin-top: 1rem;
        border-radius: 50%;
        font-weight: 600;
        background: var(--jg-accent-tint);
        color: var(--jg-accent);
      }
      section {
        justify-items: start;
      }
      @media (max-width: 40rem) {
        ol > li {
          grid-template-columns: minmax(0, 1fr);
          gap: 0.25rem;
        }
      }
    `,
  ];

  protected override render(): TemplateResult {
    const { fleet, improv } = words().gatewayPages;
    return html`<ol aria-label=${fleet.steps.title}>
        <li><div><jg-flash></jg-flash></div></li>
        <li>
          <div>
            <jg-improv></jg-improv>
            <section class="panel" aria-labelledby="no-cable">
              <h2 id="no-cable">${improv.noCable}</h2>
              <p class="muted">${improv.noCableHelp}</p>
              <button @click=${this.#open}>${words().gateways.add}</button>
            </section>
          </div>
        </li>
        <li>
          <section class="panel" aria-labelledby="meters">
            <h2 id="meters">${fleet.steps.meters}</h2>
            <p class="muted">${fleet.steps.metersHelp}</p>
          </section>
        </li>
      </ol>
      <jg-add-gateway></jg-add-gateway>`;
  }

  #open(): void {
    const dialog = this.renderRoot.querySelector('jg-add-gateway');
    if (dialog instanceof JgAddGateway) dialog.open();
  }
}

customElements.define('jg-new-gateway', JgNewGateway);
