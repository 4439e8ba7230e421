import { css, html, nothing, type TemplateResult } from 'lit';
import { api, RequestError } from '../api.ts';
import { errorText } from '../error-text.ts';
import { words } from '../i18n/language.ts';
import { JgElement } from '../jg-element.ts';
import { basics, controls } from '../styles.ts';

interface Field {
  readonly id: 'code' | 'user' | 'password';
  readonly type: 'text' | 'password';
  readonly autocomplete: 'username' | 'current-password' | 'new-password' | 'one-time-code';
  readonly label: string;
  readonly help?: string;
  readonly least?: number;
}

/** Signing in; with `isSetup` the first account is made instead, by the code the host printed. */
export class JgSignIn extends JgElement {
  static override properties = {
    isSetup: { attribute: false },
    hasEnded: { attribute: false },
    isBusy: { state: true },
    error: { state: true },
  };
  static override styles = [
    basics,
    controls,
    css`
      section {
        max-width: 25rem;
        margin: clamp(1rem, 10vh, 6rem) auto 0;
        padding: 2rem;
      }
      form,
      .head {
        display: grid;
        gap: 1.25rem;
      }
      .head {
        gap: 0.5rem;
        margin-bottom: 1.5rem;
      }
      h1 {
        font-size: 1.5rem;
        letter-spacing: -0.01em;
      }
      button {
        min-height: 2.75rem;
      }
      .error {
        background: var(--jg-bad-tint);
        color: var(--jg-bad);
        border-radius: var(--jg-radius-small);
        padding: 0.75rem 1rem;
      }
    `,
  ];

  declare isSetup: boolean;
  declare hasEnded: boolean;
  declare isBusy: boolean;
  declare error: unknown;

  constructor() {
    super();
    this.isSetup = false;
    this.hasEnded = false;
    this.isBusy = false;
    this.error = null;
  }

  protected override firstUpdated(): void {
    this.renderRoot.querySelector('input')?.focus();
  }

  #fields(): readonly Field[] {
    const { setup, signIn } = words();
    if (!this.isSetup) {
      return [
        { id: 'user', type: 'text', autocomplete: 'username', label: signIn.user },
        { id: 'password', type: 'password', autocomplete: 'current-password', label: signIn.password },
      ];
    }
    return [
      { id: 'code', type: 'text', autocomplete: 'one-time-code', label: setup.code, help: setup.codeHelp },
      { id: 'user', type: 'text', autocomplete: 'username', label: setup.user },
      {
        id: 'password',
        type: 'password',
        autocomplete: 'new-password',
        label: setup.password,
        help: setup.passwordHelp,
        least: 12,
      },
    ];
  }

  protected override render(): TemplateResult {
    const { setup, signIn, tagline, product } = words();
    const text = this.isSetup ? setup : signIn;
    return html`<section class="panel">
      <div class="head">
        <h1>${text.title}</h1>
        <p class="muted">${this.isSetup ? setup.intro : this.hasEnded ? signIn.ended : `${product} · ${tagline}`}</p>
      </div>
      <form @submit=${this.#submit}>
        ${this.#fields().map(field => this.#field(field))}
        <div aria-live="assertive">${this.error !== null ? html`<p class="error">${errorText(this.error)}</p>` : nothing}</div>
        <button class="primary" ?disabled=${this.isBusy}>${this.isBusy ? text.busy : text.submit}</button>
      </form>
    </section>`;
  }

  #field(field: Field): TemplateResult {
    const isInvalid = this.#isBlamed(field.id);
    return html`<div class="field">
      <label for=${field.id}>${field.label}</label>
      <input
        id=${field.id}
        name=${field.id}
        type=${field.type}
        autocomplete=${field.autocomplete}
        autocapitalize="none"
        spellcheck="false"
        required
        minlength=${field.least ?? nothing}
        maxlength=${field.type === 'password' ? 256 : 64}
        aria-invalid=${isInvalid ? 'true' : nothing}
        aria-describedby=${field.help === undefined ? nothing : `${field.id}-help`}
      />
      ${field.help === undefined ? nothing : html`<p id="${field.id}-help" class="small muted">${field.help}</p>`}
    </div>`;
  }

  /** Whether the error may be about this field: the one it names, or any where somebody was not let in. */
  #isBlamed(id: Field['id']): boolean {
    if (!(this.error instanceof RequestError)) return false;
    const { details, status } = this.error;
    return details?.field === undefined ? status === 401 : details.field === id;
  }

  async #submit(event: SubmitEvent): Promise<void> {
    event.preventDefault();
    if (this.isBusy) return;
    const form = new FormData(event.target as HTMLFormElement);
    const textOf = (id: Field['id']) => String(form.get(id) ?? '');
    this.isBusy = true;
    this.error = null;
    try {
      const { user } = this.isSetup
        ? await api.setUp(textOf('code').trim(), textOf('user').trim(), textOf('password'))
        : await api.signIn(textOf('user').trim(), textOf('password'));
      this.tell('jg-signed-in', user);
    } catch (error) {
      this.error = error;
    } finally {
      this.isBusy = false;
    }
  }
}

customElements.define('jg-sign-in', JgSignIn);
