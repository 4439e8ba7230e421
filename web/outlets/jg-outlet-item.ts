import { html, nothing, type TemplateResult } from 'lit';
import type { ForwardTest, Meter } from '../../host/api/contract.ts';
import { dataAddress } from '../addresses/data-address.ts';
import { errorText } from '../error-text.ts';
import { linkTo } from '../go-to.ts';
import { locale, words } from '../i18n/language.ts';
import { JgElement } from '../jg-element.ts';
import { askBox } from '../parts/ask-box.ts';
import { FocusKeeper } from '../parts/focus-keeper.ts';
import '../parts/jg-notice.ts';
import '../parts/jg-state.ts';
import { pageStyles } from '../parts/page-styles.ts';
import { Work } from '../parts/work.ts';
import { setUpStyles } from '../set-up/set-up-styles.ts';
import { testedBox } from '../set-up/tested-box.ts';
import { hostNow } from '../site/clock.ts';
import { basics, controls } from '../styles.ts';
import { changeOf, doors, type OutletKind } from './doors.ts';
import './jg-outlet-log.ts';
import { isLate, type Outlet, type OutletState, stateOf } from './outlet.ts';
import { factsOf, lossesOf } from './outlet-facts.ts';

const tones = Object.freeze({
  off: 'idle',
  faulty: 'bad',
  waiting: 'warn',
  well: 'well',
} as const satisfies Record<OutletState, string>);

/** Another system: how it goes, and what can be done with it. Tells `jg-outlets` when it was changed. */
export class JgOutletItem extends JgElement {
  static override properties = {
    outlet: { attribute: false },
    kind: { attribute: false },
    place: { attribute: false },
    meters: { attribute: false },
    zone: { attribute: false },
    asked: { state: true },
    isLogShown: { state: true },
    isTesting: { state: true },
    tested: { state: true },
  };
  static override styles = [basics, controls, pageStyles, setUpStyles];

  declare outlet: Outlet;
  /** Undefined where this host does not know it any more. */
  declare kind: OutletKind | undefined;
  /** Whose it is, where there are several sites. */
  declare place: string | null;
  declare meters: readonly Meter[];
  declare zone: string;
  /** Before what cannot be undone. */
  declare asked: 'remove' | 'skip' | null;
  declare isLogShown: boolean;
  declare isTesting: boolean;
  declare tested: ForwardTest | null;
  readonly #work = new Work(this);

  constructor() {
    super();
    this.place = null;
    this.meters = [];
    this.asked = null;
    this.isLogShown = false;
    this.isTesting = false;
    this.tested = null;
    new FocusKeeper(this, () => this.renderRoot.querySelector('button'));
  }

  get isBusy(): boolean {
    return this.#work.isBusy;
  }

  protected override render(): TemplateResult {
    const { outlets: text, sources } = words();
    const { outlet } = this;
    const { name, kind, isOn, settings, fault } = outlet;
    const kindName = this.kind?.name() ?? kind;
    const about = [...(kindName === name ? [] : [kindName]), ...(this.place === null ? [] : [this.place])];
    const nameOf = (key: string) => this.meters.find(meter => meter.key === key)?.name ?? key;
    const telling = { text, locale: locale(), nameOf, nowMs: hostNow() };
    const facts = settings === null ? [] : factsOf(outlet, telling);
    const state = stateOf(outlet);
    return html`<article class="panel stack" aria-labelledby="name">
      <div class="head">
        <div>
          <h2 id="name">${name}</h2>
          ${about.length === 0 ? nothing : html`<p class="small muted">${about.join(' · ')}</p>`}
        </div>
        <jg-state .tone=${tones[state]} .text=${text.states[state]}></jg-state>
      </div>
      ${facts.length === 0 ? nothing : html`<p class="number">${facts.join(' · ')}</p>`}
      ${fault === null || !isOn || settings === null ? nothing : html`<p class="wrong" lang="en">${fault}</p>`}
      ${lossesOf(outlet, telling).map(loss => html`<p class="small warn">${loss}</p>`)}
      ${this.kind === undefined ? html`<jg-notice kind="warn" .text=${sources.goneKind(kind)}></jg-notice>` : nothing}
      ${settings === null ? html`<jg-notice kind="warn" .text=${sources.lost}></jg-notice>` : nothing}
      ${this.#buttons()}
      ${this.#question()}
      ${testedBox(this.tested, text)}
      ${this.#work.error === null ? nothing : html`<jg-notice kind="bad" .text=${errorText(this.#work.error)}></jg-notice>`}
      ${this.isLogShown ? html`<jg-outlet-log .forward=${outlet.id} .zone=${this.zone}></jg-outlet-log>` : nothing}
    </article>`;
  }

  #buttons(): TemplateResult {
    const { outlets: text, sources, alarms } = words();
    const { key, name, door, isOn, settings } = this.outlet;
    const isLost = settings === null || this.kind === undefined;
    const { test } = doors[door];
    return html`<div class="row">
      ${
        isLost || test === undefined
          ? nothing
          : html`<button ?disabled=${this.isBusy} aria-label=${text.testOf(name)} @click=${() => void this.#test(test)}>${this.isTesting ? alarms.channels.testing : text.test}</button>`
      }
      ${
        isLost
          ? nothing
          : html`${linkTo(dataAddress('outlets', { outlet: key }), html`<span aria-hidden="true">${sources.change}</span><span class="visually-hidden">${sources.changeOf(name)}</span>`, 'button')}
            <button ?disabled=${this.isBusy} @click=${this.#switch}>${isOn ? sources.switchOff : sources.switchOn}</button>`
      }
      ${
        doors[door].skip === undefined || !isLate(this.outlet)
          ? nothing
          : html`<button ?disabled=${this.isBusy} aria-expanded=${this.asked === 'skip'} @click=${() => this.#ask('skip')}>${text.skip}</button>`
      }
      <button ?disabled=${this.isBusy} aria-expanded=${this.asked === 'remove'} @click=${() => this.#ask('remove')}>${sources.remove}</button>
      ${
        door === 'forward'
          ? html`<button class="quiet" aria-expanded=${this.isLogShown} aria-label=${text.logOf(name)} @click=${() => {
              this.isLogShown = !this.isLogShown;
            }}>${text.log}</button>`
          : nothing
      }
    </div>`;
  }

  #ask(what: 'remove' | 'skip'): void {
    this.asked = this.asked === what ? null : what;
  }

  #question(): TemplateResult | typeof nothing {
    const { outlets: text, sources } = words();
    const { id, door, name } = this.outlet;
    const { remove, skip } = doors[door];
    const common = {
      isOff: this.isBusy,
      onNo: () => {
        this.asked = null;
      },
    };
    if (this.asked === 'remove')
      return askBox({
        ...common,
        label: sources.remove,
        text: text.removeAsk[door](name),
        yes: sources.removeYes,
        onYes: () => void this.#change(() => remove(id)),
      });
    if (this.asked === 'skip' && skip !== undefined)
      return askBox({
        ...common,
        label: text.skip,
        text: text.skipAsk(name),
        yes: text.skipYes,
        onYes: () => void this.#change(() => skip(id)),
      });
    return nothing;
  }

  #switch(): void {
    const { id, door, isOn } = this.outlet;
    void this.#change(() => doors[door].change(id, { ...changeOf(this.outlet), isOn: !isOn }));
  }

  async #test(test: (id: string) => Promise<ForwardTest>): Promise<void> {
    this.isTesting = true;
    this.tested = null;
    await this.#change(async () => {
      this.tested = await test(this.outlet.id);
    });
    this.isTesting = false;
  }

  async #change(work: () => Promise<unknown>): Promise<void> {
    this.asked = null;
    await this.#work.do(async () => {
      await work();
      this.tell('jg-outlets');
    });
  }
}

customElements.define('jg-outlet-item', JgOutletItem);
