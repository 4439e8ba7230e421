import { html, nothing, type TemplateResult } from 'lit';
import type { ConnectorEntry, ConnectorKind, Gateway, Meter } from '../../host/api/contract.ts';
import { fleetAddress } from '../address.ts';
import { api } from '../api.ts';
import { errorText } from '../error-text.ts';
import { linkTo } from '../go-to.ts';
import { language, words } from '../i18n/language.ts';
import { JgElement } from '../jg-element.ts';
import { askBox } from '../parts/ask-box.ts';
import { FocusKeeper } from '../parts/focus-keeper.ts';
import { pageStyles } from '../parts/page-styles.ts';
import { Work } from '../parts/work.ts';
import { basics, controls } from '../styles.ts';
import '../parts/jg-notice.ts';
import '../parts/jg-state.ts';
import './jg-source-meters.ts';
import { setUpStyles } from '../set-up/set-up-styles.ts';

/** A source that is set up: how it is, its meters, and what can be done with it. Tells `jg-sources` when it was changed. */
export class JgSourceItem extends JgElement {
  static override properties = {
    entry: { attribute: false },
    kind: { attribute: false },
    place: { attribute: false },
    gateway: { attribute: false },
    meters: { attribute: false },
    nowMs: { attribute: false },
    isAsking: { state: true },
  };
  static override styles = [basics, controls, pageStyles, setUpStyles];

  declare entry: ConnectorEntry;
  /** Undefined where this host does not know it any more. */
  declare kind: ConnectorKind | undefined;
  /** The name of its site, where there are several. */
  declare place: string | null;
  /** As it stands among gateways, once it does. */
  declare gateway: Gateway | undefined;
  declare meters: readonly Meter[];
  declare nowMs: number;
  declare isAsking: boolean;
  readonly #work = new Work(this);

  constructor() {
    super();
    this.place = null;
    this.isAsking = false;
    new FocusKeeper(this, () => this.renderRoot.querySelector('button'));
  }

  get isBusy(): boolean {
    return this.#work.isBusy;
  }

  protected override render(): TemplateResult {
    const { sources } = words();
    const { id, name, kind, isOn, settings, fault } = this.entry;
    const about = [
      this.kind?.name[language()] ?? kind,
      id,
      ...(this.place === null ? [] : [sources.atSite(this.place)]),
    ];
    const isLost = settings === null || this.kind === undefined;
    return html`<article class="panel stack" aria-labelledby="name">
      <div class="head">
        <div>
          <h2 id="name">${name}</h2>
          <p class="small muted">${about.join(' · ')}</p>
        </div>
        ${this.#state()}
      </div>
      ${fault === null || !isOn ? nothing : html`<p class="wrong" lang="en">${fault}</p>`}
      ${this.kind === undefined ? html`<jg-notice kind="warn" .text=${sources.goneKind(kind)}></jg-notice>` : nothing}
      ${settings === null ? html`<jg-notice kind="warn" .text=${sources.lost}></jg-notice>` : nothing}
      <jg-source-meters .gateway=${this.gateway} .meters=${this.meters} .nowMs=${this.nowMs}></jg-source-meters>
      <div class="row">
        ${isLost ? nothing : linkTo(fleetAddress({ part: 'sources', source: id }), html`<span aria-hidden="true">${sources.change}</span><span class="visually-hidden">${sources.changeOf(name)}</span>`, 'button')}
        ${isLost ? nothing : html`<button ?disabled=${this.isBusy} @click=${this.#switch}>${isOn ? sources.switchOff : sources.switchOn}</button>`}
        <button ?disabled=${this.isBusy} aria-expanded=${this.isAsking} @click=${() => {
          this.isAsking = !this.isAsking;
        }}>${sources.remove}</button>
      </div>
      ${this.#question(name)}
      ${this.#work.error === null ? nothing : html`<jg-notice kind="bad" .text=${errorText(this.#work.error)}></jg-notice>`}
    </article>`;
  }

  #state(): TemplateResult {
    const { sources } = words();
    const { isOn, fault } = this.entry;
    if (!isOn) return html`<jg-state tone="idle" .text=${sources.isOff}></jg-state>`;
    return fault === null
      ? html`<jg-state tone="well" .text=${sources.isOn}></jg-state>`
      : html`<jg-state tone="bad" .text=${sources.isFaulty}></jg-state>`;
  }

  #question(name: string): TemplateResult | typeof nothing {
    if (!this.isAsking) return nothing;
    const { sources } = words();
    return askBox({
      label: sources.remove,
      text: sources.removeAsk(name),
      yes: sources.removeYes,
      isOff: this.isBusy,
      onYes: () => void this.#change(() => api.removeConnector(this.entry.id)),
      onNo: () => {
        this.isAsking = false;
      },
    });
  }

  #switch(): void {
    const { id, name, isOn, settings } = this.entry;
    void this.#change(() => api.changeConnector(id, { name, isOn: !isOn, settings }));
  }

  async #change(work: () => Promise<unknown>): Promise<void> {
    this.isAsking = false;
    await this.#work.do(async () => {
      await work();
      this.tell('jg-sources');
    });
  }
}

customElements.define('jg-source-item', JgSourceItem);
