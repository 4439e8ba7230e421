import { html, nothing, type TemplateResult } from 'lit';
import type { ChannelEntry, ChannelKind, ChannelTest } from '../../host/api/contract.ts';
import { alarmsAddress } from '../addresses/alarms-address.ts';
import { api } from '../api.ts';
import { errorText } from '../error-text.ts';
import { linkTo } from '../go-to.ts';
import { language, words } from '../i18n/language.ts';
import { JgElement } from '../jg-element.ts';
import { askBox } from '../parts/ask-box.ts';
import { FocusKeeper } from '../parts/focus-keeper.ts';
import '../parts/jg-notice.ts';
import '../parts/jg-state.ts';
import { pageStyles } from '../parts/page-styles.ts';
import { Work } from '../parts/work.ts';
import { setUpStyles } from '../set-up/set-up-styles.ts';
import { testedBox } from '../set-up/tested-box.ts';
import { basics, controls } from '../styles.ts';
import { alarmStyles } from './alarm-styles.ts';
import { mannerOf } from './channel-draft.ts';
import './jg-channel-log.ts';

/** A channel: whether it works, what can be done with it, and what was sent. Tells `jg-channels` when it was changed. */
export class JgChannelItem extends JgElement {
  static override properties = {
    entry: { attribute: false },
    kind: { attribute: false },
    place: { attribute: false },
    zone: { attribute: false },
    isAsking: { state: true },
    isLogShown: { state: true },
    isTesting: { state: true },
    tested: { state: true },
  };
  static override styles = [basics, controls, pageStyles, setUpStyles, alarmStyles];

  declare entry: ChannelEntry;
  /** Undefined where this host does not know it any more. */
  declare kind: ChannelKind | undefined;
  /** Whose it is, where there are several sites. */
  declare place: string | null;
  declare zone: string | undefined;
  declare isAsking: boolean;
  declare isLogShown: boolean;
  declare isTesting: boolean;
  declare tested: ChannelTest | null;
  readonly #work = new Work(this);

  constructor() {
    super();
    this.place = null;
    this.isAsking = false;
    this.isLogShown = false;
    this.isTesting = false;
    this.tested = null;
    new FocusKeeper(this, () => this.renderRoot.querySelector('button'));
  }

  get isBusy(): boolean {
    return this.#work.isBusy;
  }

  protected override render(): TemplateResult {
    const { channels: text } = words().alarms;
    const { id, name, kind, isOn, settings, fault, waiting } = this.entry;
    const about = [
      this.kind?.name[language()] ?? kind,
      ...(this.place === null ? [] : [this.place]),
      ...(waiting > 0 ? [text.waiting(waiting)] : []),
    ];
    const isLost = settings === null || this.kind === undefined;
    return html`<article class="panel" aria-labelledby="name">
      <div class="top">
        <h2 id="name">${name}</h2>
        ${this.#state()}
      </div>
      <p class="small muted">${about.join(' · ')}</p>
      ${fault === null || !isOn || settings === null ? nothing : html`<p class="wrong" lang="en">${fault}</p>`}
      ${this.kind === undefined ? html`<jg-notice kind="warn" .text=${text.goneKind(kind)}></jg-notice>` : nothing}
      ${settings === null ? html`<jg-notice kind="warn" .text=${text.lost}></jg-notice>` : nothing}
      <div class="row">
        ${
          isLost
            ? nothing
            : html`<button ?disabled=${this.isBusy} aria-label=${text.testOf(name)} @click=${() => void this.#test()}>${this.isTesting ? text.testing : text.test}</button>
              ${linkTo(alarmsAddress('channels', { one: id }), html`<span aria-hidden="true">${text.change}</span><span class="visually-hidden">${text.changeOf(name)}</span>`, 'button')}
              <button ?disabled=${this.isBusy} @click=${this.#switch}>${isOn ? text.switchOff : text.switchOn}</button>`
        }
        <button ?disabled=${this.isBusy} aria-expanded=${this.isAsking} @click=${() => {
          this.isAsking = !this.isAsking;
        }}>${text.remove}</button>
        <button class="quiet" aria-expanded=${this.isLogShown} aria-label=${text.logOf(name)} @click=${() => {
          this.isLogShown = !this.isLogShown;
        }}>${text.log}</button>
      </div>
      ${this.#question(name)}
      ${testedBox(this.tested, text)}
      ${this.#work.error === null ? nothing : html`<jg-notice kind="bad" .text=${errorText(this.#work.error)}></jg-notice>`}
      ${this.isLogShown ? html`<jg-channel-log .channel=${id} .zone=${this.zone}></jg-channel-log>` : nothing}
    </article>`;
  }

  #state(): TemplateResult {
    const { channels: text } = words().alarms;
    const { isOn, fault } = this.entry;
    if (!isOn) return html`<jg-state tone="idle" .text=${text.isOff}></jg-state>`;
    return fault === null
      ? html`<jg-state tone="well" .text=${text.isOn}></jg-state>`
      : html`<jg-state tone="bad" .text=${text.isFaulty}></jg-state>`;
  }

  #question(name: string): TemplateResult | typeof nothing {
    if (!this.isAsking) return nothing;
    const { channels: text } = words().alarms;
    return askBox({
      label: text.remove,
      text: text.removeAsk(name),
      yes: text.removeYes,
      isOff: this.isBusy,
      onYes: () => void this.#change(() => api.removeChannel(this.entry.id)),
      onNo: () => {
        this.isAsking = false;
      },
    });
  }

  #switch(): void {
    const { id, isOn, settings } = this.entry;
    void this.#change(() => api.changeChannel(id, { ...mannerOf(this.entry), isOn: !isOn, settings }));
  }

  async #test(): Promise<void> {
    this.isTesting = true;
    this.tested = null;
    await this.#change(async () => {
      this.tested = await api.testChannel(this.entry.id);
    });
    this.isTesting = false;
  }

  async #change(work: () => Promise<unknown>): Promise<void> {
    this.isAsking = false;
    await this.#work.do(async () => {
      await work();
      this.tell('jg-channels');
    });
  }
}

customElements.define('jg-channel-item', JgChannelItem);
