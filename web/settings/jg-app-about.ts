import { css, html, nothing, type TemplateResult } from 'lit';
import { api } from '../api.ts';
import { install, onInstallable } from '../frame/install.ts';
import { words } from '../i18n/language.ts';
import { JgElement } from '../jg-element.ts';
import { pageStyles } from '../parts/page-styles.ts';
import { basics, controls } from '../styles.ts';
import { settingsPageStyles } from './settings-page-styles.ts';

/** As package.json has it; a name that is the same in every language. */
const licence = 'MIT';

const docsUrl = new URL('api/docs', document.baseURI).href;

/** Which Joulegate this is, and what it can be on this device. */
export class JgAppAbout extends JgElement {
  static override properties = { version: { state: true } };
  static override styles = [
    basics,
    controls,
    pageStyles,
    settingsPageStyles,
    css`
      :host {
        display: grid;
        gap: 0.875rem;
      }
    `,
  ];

  declare version: string | null;
  #forget: (() => void) | undefined;

  constructor() {
    super();
    this.version = null;
  }

  override connectedCallback(): void {
    super.connectedCallback();
    this.#forget = onInstallable(() => this.requestUpdate());
    void this.#load();
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#forget?.();
  }

  async #load(): Promise<void> {
    try {
      this.version = (await api.health()).version;
    } catch {
      // What is wrong with the host stands above all views.
    }
  }

  protected override render(): TemplateResult {
    const { settings } = words().frame;
    return html`<dl>
        <div><dt>${settings.version}</dt><dd class="number">${words().product} ${this.version ?? ''}</dd></div>
        <div><dt>${settings.licence}</dt><dd>${licence}</dd></div>
      </dl>
      <p><a href=${docsUrl} target="_blank" rel="noopener">${settings.api}</a></p>
      <p class="small muted">${this.#kept()}</p>
      ${
        install.canBe
          ? html`<div class="actions">
              <button @click=${() => void install.ask()}>${settings.install}</button>
              <p class="small muted">${settings.installHelp}</p>
            </div>`
          : nothing
      }`;
  }

  #kept(): string {
    const { settings } = words().frame;
    if (matchMedia('(display-mode: standalone)').matches) return settings.installed;
    if (!('serviceWorker' in navigator)) return settings.notKept;
    return navigator.serviceWorker.controller === null ? '' : settings.kept;
  }
}

customElements.define('jg-app-about', JgAppAbout);
