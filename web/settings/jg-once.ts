import { css, html, nothing, type TemplateResult } from 'lit';
import { words } from '../i18n/language.ts';
import { JgElement } from '../jg-element.ts';
import { icon } from '../parts/icons.ts';
import { saveText } from '../save-text.ts';
import { basics, controls } from '../styles.ts';

/**
 * A secret, or some, that the host tells this once: to be copied, and with `fileName` printed or saved. What is put
 * inside stands below it. Tells `jg-seen`.
 */
export class JgOnce extends JgElement {
  static override properties = {
    label: { attribute: false },
    secrets: { attribute: false },
    help: { attribute: false },
    fileName: { attribute: false },
    copied: { state: true },
  };
  static override styles = [
    basics,
    controls,
    css`
      section {
        display: grid;
        grid-template-columns: minmax(0, 1fr);
        gap: 0.75rem;
        padding: 1rem;
        border: 1px solid var(--jg-accent);
        border-radius: var(--jg-radius-small);
        background: var(--jg-accent-tint);
      }
      h3 {
        font-size: 1rem;
      }
      pre {
        margin: 0;
        padding: 0.75rem 1rem;
        background: var(--jg-surface);
        border-radius: var(--jg-radius-small);
        font: 1rem / 1.6 ui-monospace, 'Cascadia Mono', 'DejaVu Sans Mono', Menlo, monospace;
        white-space: pre-wrap;
        overflow-wrap: anywhere;
        user-select: all;
      }
      .many {
        columns: 2;
      }
      .row {
        display: flex;
        flex-wrap: wrap;
        gap: 0.5rem;
      }
    `,
  ];

  declare label: string;
  declare secrets: readonly string[];
  declare help: string;
  /** Under which name it may be saved; empty: it is to be copied alone. */
  declare fileName: string;
  declare copied: 'not' | 'yes' | 'refused';

  constructor() {
    super();
    this.label = '';
    this.secrets = [];
    this.help = '';
    this.fileName = '';
    this.copied = 'not';
  }

  /** It is what one looks for now, wherever the page is scrolled to. */
  protected override firstUpdated(): void {
    this.scrollIntoView({ block: 'nearest' });
    this.renderRoot.querySelector('section')?.focus({ preventScroll: true });
  }

  get #text(): string {
    return this.secrets.join('\n');
  }

  protected override render(): TemplateResult {
    const { form } = words().account;
    const isCopied = this.copied === 'yes';
    return html`<section tabindex="-1" aria-labelledby="label">
      <h3 id="label">${this.label}</h3>
      <pre class=${this.secrets.length > 4 ? 'many' : ''}><code>${this.#text}</code></pre>
      <slot></slot>
      <p class="small">${this.help} ${form.onlyNow}</p>
      <div class="row">
        <button class="primary" @click=${() => void this.#copy()}>${icon(isCopied ? 'tick' : 'copy')}${isCopied ? form.copied : form.copy}</button>
        ${
          this.fileName === ''
            ? nothing
            : html`<button @click=${this.#print}>${icon('print')}${form.print}</button>
              <button @click=${() => saveText(this.fileName, `${this.#text}\n`, 'text/plain')}>${icon('download')}${form.saveFile}</button>`
        }
        <button @click=${() => this.tell('jg-seen')}>${form.seen}</button>
      </div>
      <p role="status" class="small" ?hidden=${this.copied !== 'refused'}>${this.copied === 'refused' ? form.copyFailed : ''}</p>
    </section>`;
  }

  async #copy(): Promise<void> {
    try {
      await navigator.clipboard.writeText(this.#text);
      this.copied = 'yes';
    } catch {
      // Over plain HTTP no page may.
      this.copied = 'refused';
      const code = this.renderRoot.querySelector('code');
      if (code !== null) getSelection()?.selectAllChildren(code);
    }
  }

  /** Of the secrets alone, by a document of their own. */
  readonly #print = (): void => {
    const frame = document.createElement('iframe');
    frame.hidden = true;
    document.body.append(frame);
    const { contentDocument, contentWindow } = frame;
    if (contentDocument === null || contentWindow === null) return;
    const heading = contentDocument.createElement('h1');
    heading.textContent = `${words().product}: ${this.label}`;
    const list = contentDocument.createElement('pre');
    list.textContent = this.#text;
    contentDocument.body.append(heading, list);
    contentWindow.addEventListener('afterprint', () => frame.remove());
    contentWindow.print();
  };
}

customElements.define('jg-once', JgOnce);
