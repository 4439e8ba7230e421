import { css, html, type TemplateResult } from 'lit';
import { JgElement } from '../jg-element.ts';
import { basics } from '../styles.ts';

interface Mistake {
  readonly line: number;
  readonly column: number;
}

/** The browser's own text field with line numbers; lines with mistakes are marked. Tells `jg-code` (detail: the text). */
export class JgCodeArea extends JgElement {
  static override properties = {
    value: { attribute: false },
    label: { attribute: false },
    mistakes: { attribute: false },
  };
  static override styles = [
    basics,
    css`
      .code {
        display: grid;
        grid-template-columns: auto minmax(0, 1fr);
        height: 28rem;
        border: 1px solid var(--jg-control);
        border-radius: var(--jg-radius-small);
        background: var(--jg-sunken);
        overflow: hidden;
        font: 0.875rem / 1.5 ui-monospace, 'Cascadia Mono', 'DejaVu Sans Mono', Menlo, monospace;
      }
      .code:focus-within {
        outline: 3px solid var(--jg-accent);
        outline-offset: 2px;
      }
      ol {
        overflow: hidden;
        padding: 0.75rem 0;
        min-width: 3rem;
        text-align: right;
        color: var(--jg-muted);
        border-right: 1px solid var(--jg-border);
        user-select: none;
      }
      ol li {
        padding: 0 0.625rem;
      }
      ol li.wrong {
        background: var(--jg-bad);
        color: var(--jg-surface);
        font-weight: 600;
      }
      /* Room for the text field's bar below. */
      ol::after {
        content: '';
        display: block;
        height: 2rem;
      }
      textarea {
        font: inherit;
        color: var(--jg-text);
        background: transparent;
        border: 0;
        padding: 0.75rem;
        resize: none;
        white-space: pre;
        overflow: auto;
        tab-size: 2;
      }
      textarea:focus {
        outline: none;
      }
    `,
  ];

  declare value: string;
  declare label: string;
  declare mistakes: readonly Mistake[];

  constructor() {
    super();
    this.value = '';
    this.label = '';
    this.mistakes = [];
  }

  get #area(): HTMLTextAreaElement | null {
    return this.renderRoot.querySelector('textarea');
  }

  protected override render(): TemplateResult {
    const lines = this.value.split('\n').length;
    const wrong = new Set(this.mistakes.map(({ line }) => line));
    return html`<div class="code">
      <ol aria-hidden="true">
        ${Array.from({ length: lines }, (_, index) => html`<li class=${wrong.has(index + 1) ? 'wrong' : ''}>${index + 1}</li>`)}
      </ol>
      <textarea
        aria-label=${this.label}
        aria-invalid=${this.mistakes.length > 0 ? 'true' : 'false'}
        wrap="off"
        spellcheck="false"
        autocapitalize="none"
        autocomplete="off"
        .value=${this.value}
        @input=${(event: Event) => this.tell('jg-code', (event.target as HTMLTextAreaElement).value)}
        @scroll=${this.#scrolled}
      ></textarea>
    </div>`;
  }

  /** Puts the cursor there; line and column count from 1. */
  goTo(line: number, column: number): void {
    const area = this.#area;
    if (area === null) return;
    const before = this.value.split('\n').slice(0, line - 1);
    const at = before.reduce((sum, text) => sum + text.length + 1, 0) + column - 1;
    area.focus();
    area.setSelectionRange(at, at);
    const lineHeight = Number.parseFloat(getComputedStyle(area).lineHeight);
    area.scrollTop = Math.max(0, (line - 5) * lineHeight);
  }

  #scrolled(): void {
    const numbers = this.renderRoot.querySelector('ol');
    if (numbers !== null) numbers.scrollTop = this.#area?.scrollTop ?? 0;
  }
}

customElements.define('jg-code-area', JgCodeArea);
