import { html, nothing, type PropertyValues, type TemplateResult } from 'lit';
import type { Profile, ProfileCheck, SettingsState } from '../../host/api/contract.ts';
import { gatewayAddress } from '../address.ts';
import { api } from '../api.ts';
import { errorText } from '../error-text.ts';
import { linkTo } from '../go-to.ts';
import { words } from '../i18n/language.ts';
import { JgElement } from '../jg-element.ts';
import { icon } from '../parts/icons.ts';
import { RequestError } from '../request-error.ts';
import { basics, controls } from '../styles.ts';
import { JgCodeArea } from './jg-code-area.ts';
import { knownProfiles } from './known-profiles.ts';
import { ownProfiles } from './own-profiles.ts';
import { profileName } from './profile-names.ts';
import '../parts/jg-notice.ts';
import './jg-probe.ts';
import { pageStyles } from '../parts/page-styles.ts';
import { profileEditorStyles } from './profile-editor-styles.ts';

/** A text is checked when nobody has typed for so long. */
const settleMs = 350;

/** What was written, by gateway: who looks at a meter's state meanwhile finds it again. Gone with the page. */
const drafts = new Map<string, string>();

/** Writing a profile of a Modbus meter: checked as it is written, tried on the live meter, sent to the gateway. */
export class JgProfileEditor extends JgElement {
  static override properties = {
    gateway: { attribute: false },
    settings: { attribute: false },
    profiles: { state: true },
    text: { state: true },
    check: { state: true },
    isSaving: { state: true },
    sent: { state: true },
    tried: { state: true },
    error: { state: true },
  };
  static override styles = [basics, controls, pageStyles, profileEditorStyles];

  declare gateway: string;
  declare settings: SettingsState;
  declare profiles: readonly Profile[];
  declare text: string;
  /** Of the text as it stands; null while it is not known. */
  declare check: ProfileCheck | null;
  declare isSaving: boolean;
  /** The version that this page sent. */
  declare sent: number | null;
  /** Where a meter was read by the profile last. */
  declare tried: { readonly line: string; readonly address: number } | null;
  declare error: unknown;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #abort: AbortController | null = null;

  constructor() {
    super();
    this.profiles = [];
    this.text = '';
    this.check = null;
    this.isSaving = false;
    this.sent = null;
    this.tried = null;
    this.error = null;
  }

  override connectedCallback(): void {
    super.connectedCallback();
    void this.#loadProfiles();
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    clearTimeout(this.#timer);
    this.#abort?.abort();
  }

  protected override willUpdate(changed: PropertyValues): void {
    if (!changed.has('gateway')) return;
    this.sent = null;
    this.tried = null;
    this.#write(drafts.get(this.gateway) ?? '');
  }

  async #loadProfiles(): Promise<void> {
    try {
      this.profiles = (await knownProfiles()).filter(({ registers }) => registers.length > 0);
    } catch (error) {
      this.error = error;
    }
  }

  get #own(): ReturnType<typeof ownProfiles> {
    return ownProfiles(this.settings.desired ?? this.settings.running);
  }

  /** The profile in the text, where it has no mistake. */
  get #profile(): { readonly id: string } | null {
    const profile = this.check?.mistakes.length === 0 ? this.check.profile : null;
    return typeof profile === 'object' && profile !== null && 'id' in profile
      ? { ...profile, id: String(profile.id) }
      : null;
  }

  protected override render(): TemplateResult {
    const { editor } = words().gatewayPages;
    return html`<p class="muted">${editor.intro}</p>
      <div class="both">
        <section class="panel" aria-labelledby="text">
          <div class="head">
            <h2 id="text">${editor.text}</h2>
            ${this.#start()}
          </div>
          <jg-code-area .value=${this.text} .label=${editor.text} .mistakes=${this.check?.mistakes ?? []} @jg-code=${(
            event: CustomEvent<string>,
          ) => this.#write(event.detail)}></jg-code-area>
          <div aria-live="polite">${this.#verdict()}</div>
          ${this.#actions()}
        </section>
        <jg-probe .gateway=${this.gateway} .lines=${this.#lines} .profile=${this.#profile} @jg-tried=${(
          event: CustomEvent<JgProfileEditor['tried']>,
        ) => {
          this.tried = event.detail;
        }}></jg-probe>
      </div>`;
  }

  get #lines(): readonly string[] {
    const settings = this.settings.running ?? this.settings.desired;
    return (settings?.lines ?? []).filter(({ kind }) => kind === 'rs485').map(({ id }) => id);
  }

  #start(): TemplateResult {
    const { editor } = words().gatewayPages;
    const own = this.#own;
    return html`<div class="row">
      <label for="from" class="visually-hidden">${editor.from}</label>
      <select id="from" @change=${(event: Event) => void this.#open(event.target as HTMLSelectElement)}>
        <option value="">${editor.choose}</option>
        ${
          own.length === 0
            ? nothing
            : html`<optgroup label=${editor.own}>
                ${own.map(({ id }) => html`<option value=${id}>${id}</option>`)}
              </optgroup>`
        }
        <optgroup label=${editor.known}>
          ${this.profiles.map(profile => html`<option value=${profile.id}>${profileName(profile)}</option>`)}
        </optgroup>
      </select>
    </div>`;
  }

  #verdict(): TemplateResult {
    const { editor } = words().gatewayPages;
    if (this.text.trim() === '') return html`<p class="muted">${editor.empty}</p>`;
    if (this.check === null) return html`<p class="muted">${editor.checking}</p>`;
    const { mistakes } = this.check;
    if (mistakes.length === 0) return html`<p class="well">${icon('tick', 18)} ${editor.fine}</p>`;
    return html`<p class="bad"><strong>${editor.mistakes(mistakes.length)}</strong></p>
      <ol class="mistakes">
        ${mistakes.map(
          ({ line, column, field, message }) => html`<li>
            <button class="quiet" title=${editor.goTo} @click=${() => this.#goTo(line, column)}>${editor.line(String(line), String(column))}</button>
            <span><code>${field}</code> ${message}</span>
          </li>`,
        )}
      </ol>`;
  }

  #actions(): TemplateResult {
    const { editor } = words().gatewayPages;
    const id = this.#profile?.id;
    const isThere = this.#own.some(one => one.id === id);
    const users = this.#users(id);
    return html`<div class="row">
        <button class="primary" ?disabled=${this.#profile === null || this.isSaving} @click=${() => this.#save(true)}>
          ${this.isSaving ? editor.saving : editor.save}
        </button>
        ${isThere ? html`<button ?disabled=${this.isSaving || users.length > 0} @click=${() => this.#save(false)}>${editor.remove}</button>` : nothing}
      </div>
      ${isThere && users.length > 0 ? html`<p class="small muted">${editor.usedBy(users.join(', '))}</p>` : nothing}
      <div aria-live="polite">${this.#outcome()}</div>`;
  }

  /** The meters that are read by a profile. */
  #users(id: string | undefined): readonly string[] {
    const { meters = [] } = this.settings.desired ?? this.settings.running ?? {};
    return meters.filter(({ profile }) => profile === id).map(({ name }) => name);
  }

  /** From a profile that runs to the first meter that is read by it. */
  #next(): TemplateResult | typeof nothing {
    const profile = this.#profile?.id;
    const line = this.tried?.line ?? this.#lines[0];
    const isThere = this.#own.some(({ id }) => id === profile);
    if (profile === undefined || line === undefined || !isThere || this.#users(profile).length > 0)
      return nothing;
    const { editor } = words().gatewayPages;
    const found = { address: this.tried?.address ?? 1, profile };
    return html`<p class="next">${linkTo(gatewayAddress(this.gateway, 'settings', line, found), html`${icon('plus', 18)}${editor.addMeter}`, 'button')}</p>`;
  }

  /** What became of what was sent. */
  #outcome(): TemplateResult | typeof nothing {
    const { editor } = words().gatewayPages;
    if (this.error !== null) return this.#refusal(errorText(this.error), mistakesOf(this.error));
    if (this.sent === null) return nothing;
    const { running, refused } = this.settings;
    if (running?.version === this.sent) {
      return html`<p class="well">${icon('tick', 18)} ${editor.taken(String(this.sent))}</p>
        ${this.#next()}`;
    }
    if (refused.length > 0) return this.#refusal(editor.refused, refused);
    return html`<p class="warn">${editor.waits}</p>`;
  }

  #refusal(
    text: string,
    mistakes: readonly { readonly field: string; readonly message: string }[],
  ): TemplateResult {
    return html`<div class="refusal" role="alert">
      <p>${text}</p>
      <ul>
        ${mistakes.map(({ field, message }) => html`<li><code>${field}</code> ${message}</li>`)}
      </ul>
    </div>`;
  }

  #write(text: string): void {
    this.text = text;
    drafts.set(this.gateway, text);
    this.check = null;
    this.error = null;
    clearTimeout(this.#timer);
    this.#abort?.abort();
    if (text.trim() !== '') this.#timer = setTimeout(() => void this.#checkText(), settleMs);
  }

  async #checkText(): Promise<void> {
    const abort = new AbortController();
    this.#abort = abort;
    try {
      this.check = await api.checkProfile(this.text, abort.signal);
    } catch (error) {
      if (!abort.signal.aborted) this.error = error;
    }
  }

  #goTo(line: number, column: number): void {
    const area = this.renderRoot.querySelector('jg-code-area');
    if (area instanceof JgCodeArea) area.goTo(line, column);
  }

  async #open(select: HTMLSelectElement): Promise<void> {
    const { value } = select;
    select.value = '';
    if (value === '') return;
    const { editor } = words().gatewayPages;
    if (this.text.trim() !== '' && !window.confirm(editor.replaceAsk)) return;
    try {
      this.#write((await api.profileText(value, this.gateway)).text);
    } catch (error) {
      this.error = error;
    }
  }

  async #save(isThere: boolean): Promise<void> {
    const profile = this.#profile;
    const base = this.settings.desired ?? this.settings.running;
    if (profile === null) return;
    this.isSaving = true;
    this.error = null;
    this.sent = null;
    const others = this.#own.filter(({ id }) => id !== profile.id);
    try {
      this.settings = await api.setSettings(this.gateway, {
        lines: [...(base?.lines ?? [])],
        meters: [...(base?.meters ?? [])],
        ...(base?.alarms !== undefined && { alarms: [...base.alarms] }),
        profiles: isThere ? [...others, profile] : [...others],
      });
      this.sent = this.settings.desired?.version ?? null;
      this.tell('jg-settings');
    } catch (error) {
      this.error = error;
    }
    this.isSaving = false;
  }
}

const mistakesOf = (error: unknown) => (error instanceof RequestError ? (error.details?.mistakes ?? []) : []);

customElements.define('jg-profile-editor', JgProfileEditor);
