import { html, nothing, type TemplateResult } from 'lit';
import type { Session } from '../../host/api/contract.ts';
import { doorStyles, passwordStyles } from '../account/account-styles.ts';
import { api } from '../api.ts';
import { RequestError } from '../request-error.ts';
import '../account/jg-new-password.ts';
import { words } from '../i18n/language.ts';
import { JgElement } from '../jg-element.ts';
import { FocusKeeper } from '../parts/focus-keeper.ts';
import '../parts/jg-refusal.ts';
import { passwordField } from '../parts/password-field.ts';
import { basics, controls } from '../styles.ts';

/** What is asked for: who one is, then a code where the account has a second factor, then an own password where another's was given. */
type Step = 'who' | 'code' | 'newPassword';

interface TextField {
  readonly id: 'code' | 'user';
  readonly autocomplete: 'username' | 'one-time-code';
  readonly label: string;
  readonly help?: string;
}

/**
 * Signing in, step by step; with `isSetup` the first account is made instead, by the code the host printed. Tells
 * `jg-signed-in` with the session.
 */
export class JgSignIn extends JgElement {
  static override properties = {
    isSetup: { attribute: false },
    hasEnded: { attribute: false },
    mustChange: { attribute: false },
    step: { state: true },
    isBusy: { state: true },
    error: { state: true },
  };
  static override styles = [basics, controls, doorStyles, passwordStyles];

  declare isSetup: boolean;
  declare hasEnded: boolean;
  /** Who is signed in already and has to choose a password first; null: nobody. */
  declare mustChange: Session | null;
  declare step: Step;
  declare isBusy: boolean;
  declare error: unknown;
  /** What was right in the step before: it is sent again with the next, and is in memory alone. */
  #given: { readonly user: string; readonly password: string } | null = null;

  constructor() {
    super();
    this.isSetup = false;
    this.hasEnded = false;
    this.mustChange = null;
    this.step = 'who';
    this.isBusy = false;
    this.error = null;
    new FocusKeeper(this);
    this.addEventListener('jg-password', () => void this.#goOn());
  }

  protected override willUpdate(): void {
    if (this.mustChange !== null && this.step !== 'newPassword') this.step = 'newPassword';
  }

  protected override updated(changed: Map<PropertyKey, unknown>): void {
    if (changed.has('step')) this.renderRoot.querySelector<HTMLInputElement>('input:not([hidden])')?.focus();
  }

  protected override render(): TemplateResult {
    return html`<section class="panel">${this.#content()}</section>`;
  }

  #content(): TemplateResult {
    const { setup, account } = words();
    if (this.isSetup) return this.#form(setup, setup.intro, [this.#setupFields()]);
    switch (this.step) {
      case 'who':
        return this.#who();
      case 'code':
        return this.#code();
      case 'newPassword':
        return html`<div class="head"><h1>${account.newPassword.mustTitle}</h1><p class="muted">${account.newPassword.mustIntro}</p></div>
          <jg-new-password .user=${this.mustChange?.user ?? ''} .known=${this.#given?.password ?? null}></jg-new-password>`;
    }
  }

  #who(): TemplateResult {
    const { signIn, product, tagline } = words();
    return this.#form(signIn, this.hasEnded ? signIn.ended : `${product} · ${tagline}`, [
      this.#field({ id: 'user', autocomplete: 'username', label: signIn.user }),
      passwordField({
        id: 'password',
        label: signIn.password,
        autocomplete: 'current-password',
        isWrong: this.#isBlamed('password'),
      }),
    ]);
  }

  #setupFields(): TemplateResult {
    const { setup } = words();
    return html`${this.#field({ id: 'code', autocomplete: 'one-time-code', label: setup.code, help: setup.codeHelp })}
      ${this.#field({ id: 'user', autocomplete: 'username', label: setup.user })}
      ${passwordField({
        id: 'password',
        label: setup.password,
        autocomplete: 'new-password',
        help: setup.passwordHelp,
        least: 12,
        isWrong: this.#isBlamed('password'),
      })}`;
  }

  #code(): TemplateResult {
    const { account, signIn } = words();
    const { secondFactor } = account;
    const text = { ...secondFactor, busy: signIn.busy };
    return html`${this.#form(text, secondFactor.intro(this.#given?.user ?? ''), [
      this.#field({ id: 'code', autocomplete: 'one-time-code', label: secondFactor.code }),
    ])}
    <p class="back"><button type="button" class="quiet" @click=${this.#again}>${secondFactor.back}</button></p>`;
  }

  #form(
    text: { readonly title: string; readonly submit: string; readonly busy: string },
    intro: string,
    fields: readonly TemplateResult[],
  ): TemplateResult {
    return html`<div class="head"><h1>${text.title}</h1><p class="muted">${intro}</p></div>
      <form @submit=${this.#submit}>
        ${fields}
        ${this.error === null ? nothing : html`<jg-refusal .error=${this.error}></jg-refusal>`}
        <button class="primary" ?disabled=${this.isBusy}>${this.isBusy ? text.busy : text.submit}</button>
      </form>`;
  }

  /** A code may be pasted with the spaces that apps show in it. */
  #field(field: TextField): TemplateResult {
    return html`<div class="field">
      <label for=${field.id}>${field.label}</label>
      <input
        id=${field.id}
        name=${field.id}
        type="text"
        autocomplete=${field.autocomplete}
        autocapitalize="none"
        spellcheck="false"
        required
        maxlength="64"
        aria-invalid=${this.#isBlamed(field.id) ? 'true' : nothing}
        aria-describedby=${field.help === undefined ? nothing : `${field.id}-help`}
      />
      ${field.help === undefined ? nothing : html`<p id="${field.id}-help" class="small muted">${field.help}</p>`}
    </div>`;
  }

  /** Whether the error may be about this field: the one it names, or any where somebody was not let in. */
  #isBlamed(id: 'code' | 'user' | 'password'): boolean {
    if (!(this.error instanceof RequestError)) return false;
    const { details, status } = this.error;
    const field = details?.field === 'secondFactor' ? 'code' : details?.field;
    return field === undefined ? status === 401 : field === id;
  }

  readonly #again = (): void => {
    this.#given = null;
    this.error = null;
    this.step = 'who';
  };

  async #submit(event: SubmitEvent): Promise<void> {
    event.preventDefault();
    if (this.isBusy) return;
    const form = new FormData(event.target as HTMLFormElement);
    const textOf = (id: string) => String(form.get(id) ?? '');
    this.isBusy = true;
    this.error = null;
    try {
      await this.#send(textOf);
    } catch (error) {
      this.error = error;
    } finally {
      this.isBusy = false;
    }
  }

  async #send(textOf: (id: string) => string): Promise<void> {
    if (this.isSetup) {
      this.#enter(await api.setUp(textOf('code').trim(), textOf('user').trim(), textOf('password')));
      return;
    }
    const given = this.#given ?? { user: textOf('user').trim(), password: textOf('password') };
    const code = this.step === 'code' ? textOf('code').replace(/\s/g, '') : undefined;
    try {
      this.#given = given;
      this.#enter(await api.signIn(given.user, given.password, code));
    } catch (error) {
      // The first time it is no mistake: the password was right.
      if (isCodeWanted(error) && code === undefined) this.step = 'code';
      else {
        if (this.step === 'who') this.#given = null;
        throw error;
      }
    }
  }

  #enter(session: Session): void {
    if (!session.mustChangePassword) this.#given = null;
    this.tell('jg-signed-in', session);
  }

  /** With the password of one's own; the session is the same. */
  async #goOn(): Promise<void> {
    this.#given = null;
    try {
      this.#enter(await api.session());
    } catch (error) {
      this.error = error;
    }
  }
}

const isCodeWanted = (error: unknown): boolean =>
  error instanceof RequestError && error.code === 'signIn.secondFactor';

customElements.define('jg-sign-in', JgSignIn);
