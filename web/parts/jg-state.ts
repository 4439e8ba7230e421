import { css, html, type TemplateResult } from 'lit';
import { JgElement } from '../jg-element.ts';
import type { Tone } from '../site/condition.ts';
import { basics } from '../styles.ts';

/** A state in one word: colour, shape and text, so that none of them is needed alone. */
export class JgState extends JgElement {
  static override properties = { tone: { type: String }, text: { attribute: false } };
  static override styles = [
    basics,
    css`
      :host {
        display: inline-block;
      }
      span {
        display: inline-flex;
        align-items: center;
        gap: 0.4375rem;
        padding: 0.125rem 0.625rem 0.125rem 0.5rem;
        border-radius: 1rem;
        font-size: 0.8125rem;
        font-weight: 550;
        white-space: nowrap;
        color: var(--jg-idle);
        background: var(--jg-idle-tint);
      }
      span::before {
        content: '';
        width: 0.5rem;
        height: 0.5rem;
        border-radius: 50%;
        background: currentColor;
      }
      .well {
        color: var(--jg-well);
        background: var(--jg-well-tint);
      }
      .bad {
        color: var(--jg-bad);
        background: var(--jg-bad-tint);
      }
      .bad::before {
        border-radius: 1px;
        transform: rotate(45deg);
      }
      .warn {
        color: var(--jg-warn);
        background: var(--jg-warn-tint);
      }
      .warn::before,
      .idle::before {
        background: none;
        border: 2px solid currentColor;
      }
    `,
  ];

  declare tone: Tone;
  declare text: string;

  constructor() {
    super();
    this.tone = 'idle';
    this.text = '';
  }

  protected override render(): TemplateResult {
    return html`<span class=${this.tone}>${this.text}</span>`;
  }
}

customElements.define('jg-state', JgState);
