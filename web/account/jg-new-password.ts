import { html, nothing, type TemplateResult } from 'lit';
import { api } from '../api.ts';
import { words } from '../i18n/language.ts';
import { JgElement } from '../jg-element.ts';
import { FocusKeeper } from '../parts/focus-keeper.ts';
import { RequestError } from '../request-error.ts';
import '../parts/jg-refusal.ts';
import { passwordField } from '../parts/password-field.ts';
import { basics, controls } from '../styles.ts';
import { doorStyles, passwordStyles } from './account-styles.ts';

/** One's own new password. Tells `jg-password` once it holds. */
export class JgNewPassword extends JgElement {
  static override properties = {
    user: { attribute: false },
    known: { attribute: false },
    isBusy: { state: true },
    error: { state: true },
  };
  static override styles = [basics, controls, doorStyles, passwordStyles];

  declare user: string;
  /** The password that holds, where somebody gave it a moment ago; null: it is asked for. */
  declare known: string | null;
  declare isBusy: boolean;
  declare error: unknown;

  constructor() {
    super();
    this.user = '';
    this.known = null;
    this.isBusy = false;
    this.error = null;
    new FocusKeeper(this);
  }

  /** It was asked for, here or at the door. */
  protected override firstUpdated(): void {
    this.renderRoot.querySelector<HTMLInputElement>('input:not([hidden])')?.focus();
  }

  protected override render(): TemplateResult {
    const { newPassword } = words().account;
    return html`<form @submit=${this.#submit}>
      <input type="text" name="username" autocomplete="username" .value=${this.user} hidden readonly />
      ${
        this.known === null
          ? passwordField({
              id: 'current',
              label: newPassword.current,
              autocomplete: 'current-password',
              isWrong: this.error instanceof RequestError && this.error.code === 'account.wrongPassword',
            })
          : nothing
      }
      ${passwordField({
        id: 'wanted',
        label: newPassword.wanted,
        autocomplete: 'new-password',
        help: newPassword.help,
        least: 12,
        isWrong: this.error instanceof RequestError && this.error.code.startsWith('password.'),
      })}
      ${this.error === null ? nothing : html`<jg-refusal .error=${this.error}></jg-refusal>`}
      <button class="primary" ?disabled=${this.isBusy}>${newPassword.submit}</button>
    </form>`;
  }

  async #submit(event: SubmitEvent): Promise<void> {
    event.preventDefault();
    if (this.isBusy || !(event.target instanceof HTMLFormElement)) return;
    const form = event.target;
    const given = new FormData(form);
    this.isBusy = true;
    this.error = null;
    try {
      await api.changePassword(
        this.known ?? String(given.get('current') ?? ''),
        String(given.get('wanted') ?? ''),
      );
      form.reset();
      this.tell('jg-password');
    } catch (error) {
      this.error = error;
    }
    this.isBusy = false;
  }
}

customElements.define('jg-new-password', JgNewPassword);
