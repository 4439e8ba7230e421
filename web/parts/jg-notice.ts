import { css, html, nothing, type TemplateResult } from 'lit';
import { words } from '../i18n/language.ts';
import { JgElement } from '../jg-element.ts';
import { basics, controls } from '../styles.ts';
import { icon } from './icons.ts';

/**
 * A message that needs attention; with `canRetry` it offers to try again by the event `jg-refresh`. `detail` is what
 * there is to add, `said` what the host or a machine said in its own words (English): both may move from moment to moment,
 * so they are not read out each time.
 */
export class JgNotice extends JgElement {
  static override properties = {
    kind: { type: String },
    text: { attribute: false },
    detail: { attribute: false },
    said: { attribute: false },
    canRetry: { attribute: false },
  };
  static override styles = [
    basics,
    controls,
    css`
      div {
        padding: 0.75rem 1rem;
        border-radius: var(--jg-radius-small);
        max-width: 46rem;
      }
      [role='alert'] {
        display: flex;
        align-items: center;
        gap: 0.75rem;
        flex-wrap: wrap;
      }
      span {
        flex: 1 1 12rem;
      }
      .small {
        margin: 0.25rem 0 0 2rem;
      }
      .said {
        overflow-wrap: anywhere;
      }
      svg {
        flex: none;
      }
      .bad {
        background: var(--jg-bad-tint);
        color: var(--jg-bad);
      }
      .info {
        background: var(--jg-idle-tint);
      }
      .warn {
        background: var(--jg-warn-tint);
        color: var(--jg-warn);
      }
    `,
  ];

  declare kind: 'bad' | 'warn' | 'info';
  declare text: string;
  declare detail: string | null;
  declare said: string | null;
  declare canRetry: boolean;

  constructor() {
    super();
    this.kind = 'bad';
    this.text = '';
    this.detail = null;
    this.said = null;
    this.canRetry = false;
  }

  protected override render(): TemplateResult {
    return html`<div class=${this.kind}>
      <p role="alert">
        ${icon('alert')}<span>${this.text}</span>
        ${this.canRetry ? html`<button @click=${() => this.tell('jg-refresh')}>${words().load.again}</button>` : nothing}
      </p>
      ${this.detail === null ? nothing : html`<p class="small">${this.detail}</p>`}
      ${this.said === null ? nothing : html`<p class="small said" lang="en">${this.said}</p>`}
    </div>`;
  }
}

customElements.define('jg-notice', JgNotice);
