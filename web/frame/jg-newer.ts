import { css, html, nothing, type TemplateResult } from 'lit';
import { words } from '../i18n/language.ts';
import { JgElement } from '../jg-element.ts';
import { icon } from '../parts/icons.ts';
import { basics, controls } from '../styles.ts';
import { shell } from './shell.ts';

/** Says that another version of the page is there than the one that runs; nothing is reloaded without being asked. */
export class JgNewer extends JgElement {
  static override properties = { isNewer: { state: true } };
  static override styles = [
    basics,
    controls,
    css`
      .told {
        display: flex;
        flex-wrap: wrap;
        align-items: center;
        gap: 0.5rem 0.75rem;
        margin-bottom: 1.5rem;
        padding: 0.5rem 1rem;
        border-radius: var(--jg-radius-small);
        background: var(--jg-accent-tint);
      }
      p {
        flex: 1 1 12rem;
      }
    `,
  ];

  declare isNewer: boolean;

  constructor() {
    super();
    this.isNewer = false;
  }

  override connectedCallback(): void {
    super.connectedCallback();
    this.isNewer = shell.isNewer;
    shell.addEventListener('newer', this.#came);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    shell.removeEventListener('newer', this.#came);
  }

  readonly #came = () => {
    this.isNewer = true;
  };

  protected override render(): TemplateResult {
    const { newer } = words().frame;
    return html`<div role="status">
      ${
        this.isNewer
          ? html`<div class="told">
              ${icon('turn')}
              <p>${newer.text}</p>
              <button @click=${() => location.reload()}>${newer.reload}</button>
            </div>`
          : nothing
      }
    </div>`;
  }
}

customElements.define('jg-newer', JgNewer);
