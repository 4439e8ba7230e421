import { html, type PropertyValues, type TemplateResult } from 'lit';
import type { SiteSettings } from '../../host/api/contract.ts';
import { api } from '../api.ts';
import { errorText } from '../error-text.ts';
import { words } from '../i18n/language.ts';
import { JgElement } from '../jg-element.ts';
import { basics, controls } from '../styles.ts';
import { settingsPageStyles } from './settings-page-styles.ts';

/** The name of the site, which everybody sees who opens its page. Tells `jg-refresh` once it is another one. */
export class JgSiteName extends JgElement {
  static override properties = {
    settings: { attribute: false },
    typed: { state: true },
    state: { state: true },
    error: { state: true },
  };
  static override styles = [basics, controls, settingsPageStyles];

  declare settings: SiteSettings | null;
  /** What stands in the field; null: the name as it is. */
  declare typed: string | null;
  declare state: 'plain' | 'saving' | 'saved';
  declare error: unknown;

  constructor() {
    super();
    this.settings = null;
    this.typed = null;
    this.state = 'plain';
    this.error = null;
  }

  protected override willUpdate(changed: PropertyValues): void {
    if (changed.has('typed') && this.typed !== null) this.state = 'plain';
  }

  protected override render(): TemplateResult {
    const { settings } = words().frame;
    const isSaving = this.state === 'saving';
    const name = this.typed ?? this.settings?.name ?? '';
    const status = this.error !== null ? errorText(this.error) : this.state === 'saved' ? settings.saved : '';
    return html`<form @submit=${this.#save}>
      <div class="field">
        <label for="name">${settings.siteName}</label>
        <input
          id="name"
          maxlength="64"
          autocomplete="off"
          aria-describedby="help"
          .value=${name}
          @input=${(event: InputEvent) => {
            this.typed = (event.target as HTMLInputElement).value;
          }}
        />
        <p id="help" class="small muted">${settings.siteHelp}</p>
      </div>
      <div class="actions">
        <button class="primary" ?disabled=${isSaving || this.settings === null || this.typed === null}>
          ${isSaving ? settings.saving : settings.save}
        </button>
        <p role="status" class="small">${status}</p>
      </div>
    </form>`;
  }

  async #save(event: SubmitEvent): Promise<void> {
    event.preventDefault();
    if (this.typed === null || this.state === 'saving') return;
    const name = this.typed.trim();
    this.state = 'saving';
    this.error = null;
    try {
      // What somebody else set meanwhile, at the tree or the tariff, stays.
      const { version, meters, tariff } = await api.site();
      this.settings = await api.setSite({ version, meters, tariff, name: name === '' ? null : name });
      this.typed = null;
      this.state = 'saved';
      this.tell('jg-refresh');
    } catch (error) {
      this.error = error;
      this.state = 'plain';
    }
  }
}

customElements.define('jg-site-name', JgSiteName);
