import { html, nothing, type PropertyValues, type TemplateResult } from 'lit';
import type { PushBrowserEntry, PushOffer } from '../../host/api/contract.ts';
import { agentName } from '../account/agent-name.ts';
import { api } from '../api.ts';
import { errorText } from '../error-text.ts';
import { formatTime } from '../format.ts';
import { locale, words } from '../i18n/language.ts';
import { JgElement } from '../jg-element.ts';
import { FocusKeeper } from '../parts/focus-keeper.ts';
import { RequestError } from '../request-error.ts';
import '../parts/jg-notice.ts';
import { pageStyles } from '../parts/page-styles.ts';
import { setUpStyles } from '../set-up/set-up-styles.ts';
import type { Site } from '../site/site.ts';
import { basics, controls } from '../styles.ts';
import { alarmStyles } from './alarm-styles.ts';
import { ownMark, type PushProblem, PushRefused, pushProblem, subscribe, unsubscribe } from './push.ts';

/** Whether this browser is told of alarms while the page is shut, and which others are. */
export class JgThisBrowser extends JgElement {
  static override properties = {
    site: { attribute: false },
    pushes: { attribute: false },
    offer: { state: true },
    mark: { state: true },
    problem: { state: true },
    label: { state: true },
    isBusy: { state: true },
    error: { state: true },
  };
  static override styles = [basics, controls, pageStyles, setUpStyles, alarmStyles];

  declare site: Site;
  /** Channels for browsers, as the list has them: where these change, it is asked anew. */
  declare pushes: string;
  declare offer: PushOffer | null;
  /** By what the host knows this browser; null: it is not signed up. */
  declare mark: string | null;
  declare problem: PushProblem | null;
  declare label: string;
  declare isBusy: boolean;
  declare error: unknown;

  constructor() {
    super();
    this.pushes = '';
    this.offer = null;
    this.mark = null;
    this.problem = pushProblem();
    this.label = agentName(navigator.userAgent);
    this.isBusy = false;
    this.error = null;
    new FocusKeeper(this, () => this.renderRoot.querySelector('button'));
  }

  protected override willUpdate(changed: PropertyValues): void {
    if (changed.has('pushes')) void this.#load();
  }

  async #load(): Promise<void> {
    try {
      const [offer, mark] = await Promise.all([api.pushOffer(), ownMark().catch(() => null)]);
      this.offer = offer;
      this.mark = mark;
      this.error = null;
    } catch (error) {
      if (!(error instanceof RequestError)) throw error;
      this.error = error;
    }
  }

  protected override render(): TemplateResult | typeof nothing {
    if (this.offer === null && this.error === null) return nothing;
    const { browser: text } = words().alarms;
    return html`<section class="panel stack" aria-labelledby="browser">
      <div>
        <h2 id="browser">${text.title}</h2>
        <p class="muted">${text.intro}</p>
      </div>
      ${this.error === null ? nothing : html`<jg-notice kind="bad" .text=${errorText(this.error)}></jg-notice>`}
      ${this.offer === null ? nothing : this.#content(this.offer)}
    </section>`;
  }

  #content({ channels, browsers }: PushOffer): TemplateResult {
    const { browser: text } = words().alarms;
    const here = channels.filter(({ site }) => site === null || site === this.site.id);
    const own = browsers.filter(({ mark }) => mark === this.mark);
    const free = here.filter(({ id }) => !own.some(({ channel }) => channel === id));
    const nameOf = (id: string) => channels.find(each => each.id === id)?.name ?? id;
    return html`${here.length === 0 ? html`<p>${text.none}</p>` : nothing}
      ${own.map(({ channel }) => html`<p class="well">${text.isSignedUp(nameOf(channel))}</p>`)}
      ${this.problem === null ? nothing : html`<p class="warn" role="status">${text.problems[this.problem]}</p>`}
      ${this.problem !== null && this.problem !== 'failed' && this.problem !== 'dismissed' && this.problem !== 'noWorker' ? nothing : this.#signUp(free, here.length > 1)}
      ${
        browsers.length === 0
          ? nothing
          : html`<div><h3>${text.others}</h3>
              <ul class="lines">${browsers.map(each => this.#browser(each, nameOf(each.channel)))}</ul></div>`
      }`;
  }

  #signUp(free: PushOffer['channels'], isOneOfSeveral: boolean): TemplateResult | typeof nothing {
    if (free.length === 0) return nothing;
    const { browser: text } = words().alarms;
    return html`<div class="fields"><div class="field">
        <label for="label">${text.label}</label>
        <input id="label" maxlength="64" autocomplete="off" .value=${this.label} @input=${(event: Event) => {
          this.label = (event.target as HTMLInputElement).value;
        }} />
      </div></div>
      <div class="row">
        ${free.map(
          ({ id, name }) =>
            html`<button class="primary" ?disabled=${this.isBusy} @click=${() => void this.#add(id)}>${this.isBusy ? text.signingUp : isOneOfSeveral ? text.signUpFor(name) : text.signUp}</button>`,
        )}
      </div>`;
  }

  #browser({ id, label, user, createdMs, mark }: PushBrowserEntry, channel: string): TemplateResult {
    const { browser: text } = words().alarms;
    const time = formatTime(createdMs, 'dayYear', locale(), this.site.settings?.zone);
    return html`<li>
      <div>
        <p><strong>${label}</strong>${mark === this.mark ? html` <span class="small well">${text.here}</span>` : nothing}</p>
        <p class="small muted">${text.entry(user, channel, time)}</p>
      </div>
      <button ?disabled=${this.isBusy} aria-label=${text.signOffOf(label)} @click=${() => void this.#remove(id, mark)}>${text.signOff}</button>
    </li>`;
  }

  async #add(channel: string): Promise<void> {
    const { offer } = this;
    if (offer?.publicKey == null || this.isBusy) return;
    this.isBusy = true;
    this.error = null;
    this.problem = null;
    try {
      const subscribed = await subscribe(offer.publicKey);
      const label = this.label.trim() || agentName(navigator.userAgent);
      await api.addPushBrowser({ ...subscribed, channel, label });
      await this.#load();
    } catch (error) {
      if (error instanceof PushRefused) this.problem = error.problem;
      else this.error = error;
    }
    this.isBusy = false;
  }

  async #remove(id: string, mark: string): Promise<void> {
    if (this.isBusy) return;
    this.isBusy = true;
    this.error = null;
    try {
      await api.removePushBrowser(id);
      const isLast = this.offer?.browsers.filter(each => each.mark === mark).length === 1;
      if (mark === this.mark && isLast) await unsubscribe().catch(() => undefined);
      await this.#load();
    } catch (error) {
      this.error = error;
    }
    this.isBusy = false;
  }
}

customElements.define('jg-this-browser', JgThisBrowser);
