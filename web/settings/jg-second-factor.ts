import { css, html, nothing, type TemplateResult } from 'lit';
import type { SecondFactorOffer } from '../../host/api/contract.ts';
import { passwordStyles } from '../account/account-styles.ts';
import { qrPicture } from '../account/qr-path.ts';
import { api } from '../api.ts';
import { words } from '../i18n/language.ts';
import { JgElement } from '../jg-element.ts';
import { FocusKeeper } from '../parts/focus-keeper.ts';
import '../parts/jg-refusal.ts';
import { passwordField } from '../parts/password-field.ts';
import { basics, controls } from '../styles.ts';
import './jg-once.ts';
import { listStyles } from './list-styles.ts';

/** rest: on or off. prove: the password is asked for. scan: an app is told of it. spare: the codes for when it is lost. off: the password is asked for, to end it. */
type Step = 'rest' | 'prove' | 'scan' | 'spare' | 'off';

/** Setting up a second factor, and taking it off. Tells `jg-second-factor` when it is another. */
export class JgSecondFactor extends JgElement {
  static override properties = {
    isOn: { attribute: false },
    step: { state: true },
    offer: { state: true },
    codes: { state: true },
    isBusy: { state: true },
    error: { state: true },
    said: { state: true },
  };
  static override styles = [
    basics,
    controls,
    listStyles,
    passwordStyles,
    css`
      :host {
        max-width: none;
        gap: 1rem;
      }
      form {
        max-width: 25rem;
      }
      .scan {
        display: grid;
        grid-template-columns: auto minmax(0, 1fr);
        gap: 1rem 1.5rem;
        align-items: center;
      }
      .qr {
        inline-size: 12rem;
        block-size: 12rem;
        border-radius: var(--jg-radius-small);
        background: #fff;
      }
      @media (max-width: 40rem) {
        .scan {
          grid-template-columns: minmax(0, 1fr);
        }
      }
    `,
  ];

  declare isOn: boolean;
  declare step: Step;
  declare offer: SecondFactorOffer | null;
  declare codes: readonly string[];
  declare isBusy: boolean;
  declare error: unknown;
  declare said: string;
  /** From the first step to the second: in memory alone. */
  #password = '';

  constructor() {
    super();
    this.isOn = false;
    this.step = 'rest';
    this.offer = null;
    this.codes = [];
    this.isBusy = false;
    this.error = null;
    this.said = '';
    new FocusKeeper(this, () => this.renderRoot.querySelector<HTMLElement>('.row button'));
    this.addEventListener('jg-seen', () => {
      this.codes = [];
      this.#turn('rest');
    });
  }

  protected override updated(changed: Map<PropertyKey, unknown>): void {
    if (changed.has('step') && this.step !== 'rest') this.renderRoot.querySelector('input')?.focus();
  }

  protected override render(): TemplateResult {
    const { factor } = words().account;
    return html`<h2>${factor.title}</h2>
      <p>${this.isOn ? factor.on : factor.off}</p>
      ${this.#content()}
      ${this.error === null ? nothing : html`<jg-refusal .error=${this.error}></jg-refusal>`}
      <p role="status" class="small" ?hidden=${this.said === ''}>${this.said}</p>`;
  }

  #content(): TemplateResult {
    const { factor } = words().account;
    switch (this.step) {
      case 'rest':
        return html`<div class="row">${
          this.isOn
            ? html`<button @click=${() => this.#turn('off')}>${factor.turnOff}</button>`
            : html`<button class="primary" @click=${() => this.#turn('prove')}>${factor.begin}</button>`
        }</div>`;
      case 'prove':
        return this.#form(factor.steps.prove, factor.next);
      case 'off':
        return this.#form(factor.turnOffAsk, factor.turnOff);
      case 'scan':
        return this.#scan();
      case 'spare':
        return html`<jg-once .label=${factor.spareTitle} .secrets=${this.codes} .help=${factor.spare} .fileName=${factor.fileName}></jg-once>`;
    }
  }

  #form(text: string, submit: string): TemplateResult {
    const { factor, form } = words().account;
    return html`<form @submit=${this.#submit}>
      <p>${text}</p>
      ${passwordField({ id: 'password', label: factor.password, autocomplete: 'current-password' })}
      <div class="row"><button class="primary" ?disabled=${this.isBusy}>${submit}</button>
        <button type="button" @click=${() => this.#turn('rest')}>${form.cancel}</button></div>
    </form>`;
  }

  #scan(): TemplateResult {
    const { factor, form } = words().account;
    if (this.offer === null) return html``;
    const { size, path } = qrPicture(this.offer.link);
    return html`<form @submit=${this.#submit}>
      <p>${factor.steps.scan}</p>
      <div class="scan">
        <svg class="qr" role="img" aria-label=${factor.qr} viewBox="0 0 ${size} ${size}" shape-rendering="crispEdges">
          <path d=${path} fill="#000"></path>
        </svg>
        <p><span class="small muted">${factor.secret}</span><br /><code>${this.offer.secret.replace(/(.{4})(?=.)/g, '$1 ')}</code></p>
      </div>
      <div class="field">
        <label for="code">${factor.steps.code}</label>
        <input id="code" name="code" inputmode="numeric" autocomplete="one-time-code" required maxlength="12" />
      </div>
      <div class="row"><button class="primary" ?disabled=${this.isBusy}>${factor.confirm}</button>
        <button type="button" @click=${() => this.#turn('rest')}>${form.cancel}</button></div>
    </form>`;
  }

  #turn(step: Step): void {
    this.step = step;
    this.error = null;
    this.said = '';
    if (step === 'scan' || step === 'spare') return;
    this.#password = '';
    this.offer = null;
  }

  async #submit(event: SubmitEvent): Promise<void> {
    event.preventDefault();
    if (this.isBusy) return;
    const given = new FormData(event.target as HTMLFormElement);
    this.isBusy = true;
    this.error = null;
    try {
      await this.#send(given);
    } catch (error) {
      this.error = error;
    }
    this.isBusy = false;
  }

  async #send(given: FormData): Promise<void> {
    if (this.step === 'scan') {
      const code = String(given.get('code') ?? '').replace(/\s/g, '');
      this.codes = (await api.setSecondFactor(this.#password, code)).codes;
      this.isOn = true;
      this.#turn('spare');
      this.#password = '';
      this.offer = null;
    } else if (this.step === 'off') {
      await api.takeOffSecondFactor(String(given.get('password') ?? ''));
      this.isOn = false;
      this.#turn('rest');
      this.said = words().account.factor.isOff;
    } else {
      const password = String(given.get('password') ?? '');
      this.offer = await api.offerSecondFactor(password);
      this.#password = password;
      this.#turn('scan');
      return;
    }
    this.tell('jg-second-factor', this.isOn);
  }
}

customElements.define('jg-second-factor', JgSecondFactor);
