import { html, nothing, type TemplateResult } from 'lit';
import type { Why } from '../../host/api/contract.ts';
import type { Address } from '../address.ts';
import { errorText } from '../error-text.ts';
import { linkTo } from '../go-to.ts';
import { words } from '../i18n/language.ts';
import { JgElement } from '../jg-element.ts';
import { askBox } from '../parts/ask-box.ts';
import { faultLine } from '../parts/fault-line.ts';
import { FocusKeeper } from '../parts/focus-keeper.ts';
import '../parts/jg-notice.ts';
import '../parts/jg-state.ts';
import { pageStyles } from '../parts/page-styles.ts';
import { Work } from '../parts/work.ts';
import type { Tone } from '../site/condition.ts';
import { basics, controls } from '../styles.ts';
import { setUpStyles } from './set-up-styles.ts';
import { type Tested, testedBox } from './tested-box.ts';

/** What is asked about before it is done. */
interface Asked {
  readonly label: string;
  readonly text: string;
  readonly yes: string;
  readonly done: () => Promise<unknown>;
}

/** What sends can be tried, and tells what it sent. */
interface Sends {
  readonly words: {
    readonly test: string;
    readonly testOf: (name: string) => string;
    readonly arrived: string;
    readonly failed: string;
    readonly log: string;
    readonly logOf: (name: string) => string;
  };
  readonly test?: () => Promise<Tested>;
  readonly log?: () => TemplateResult;
}

/** A source, a channel or another system, as it stands in the list of its like. */
export interface SetUpItem {
  readonly name: string;
  /** What it is, and whose. */
  readonly about: readonly string[];
  readonly tone: Tone;
  readonly state: string;
  readonly isOn: boolean;
  /** Why it does not do what it is for, in the host's words, and what the page's are made of. */
  readonly fault: string | null;
  readonly why?: Why | null;
  /** Its settings without secrets; null or absent where they cannot be read any more. */
  readonly settings?: unknown;
  /** The id of its kind, where this host does not know that any more. */
  readonly goneKind: string | null;
  readonly changeAt: Address;
  readonly switchTo: (isOn: boolean) => Promise<unknown>;
  /** The last: to remove it. */
  readonly questions: readonly Asked[];
  readonly sends?: Sends;
}

/** One that was set up: how it goes, and what can be done with it. Tells `jg-set-up` when it was changed. */
export class JgSetUpItem extends JgElement {
  static override properties = {
    item: { attribute: false },
    asked: { state: true },
    isLogShown: { state: true },
    tested: { state: true },
  };
  static override styles = [basics, controls, pageStyles, setUpStyles];

  declare item: SetUpItem;
  /** The label of a question that is open. */
  declare asked: string | null;
  declare isLogShown: boolean;
  declare tested: Tested | null;
  readonly #work = new Work<'test'>(this);

  constructor() {
    super();
    this.asked = null;
    this.isLogShown = false;
    this.tested = null;
    new FocusKeeper(this, () => this.renderRoot.querySelector('button'));
  }

  get isBusy(): boolean {
    return this.#work.isBusy;
  }

  protected override render(): TemplateResult {
    const { setUp } = words();
    const { name, about, tone, state, isOn, fault, why, goneKind, sends } = this.item;
    const { error } = this.#work;
    return html`<article class="panel stack" aria-labelledby="name">
      <div class="head">
        <div>
          <h2 id="name">${name}</h2>
          ${about.length === 0 ? nothing : html`<p class="small muted">${about.join(' · ')}</p>`}
        </div>
        <jg-state .tone=${tone} .text=${state}></jg-state>
      </div>
      ${fault === null || !isOn || this.#isUnreadable ? nothing : html`<p class="wrong">${faultLine(fault, why)}</p>`}
      ${goneKind === null ? nothing : html`<jg-notice kind="warn" .text=${setUp.goneKind(goneKind)}></jg-notice>`}
      ${this.#isUnreadable ? html`<jg-notice kind="warn" .text=${setUp.lost}></jg-notice>` : nothing}
      <slot></slot>
      ${this.#buttons()}
      ${this.#question()}
      ${sends === undefined ? nothing : testedBox(this.tested, sends.words)}
      ${error === null ? nothing : html`<jg-notice kind="bad" .text=${errorText(error)}></jg-notice>`}
      ${this.isLogShown ? sends?.log?.() : nothing}
    </article>`;
  }

  get #isUnreadable(): boolean {
    return (this.item.settings ?? null) === null;
  }

  #buttons(): TemplateResult {
    const { setUp } = words();
    const { name, isOn, goneKind, changeAt, switchTo, questions } = this.item;
    const isLost = this.#isUnreadable || goneKind !== null;
    return html`<div class="row">
      ${
        isLost
          ? nothing
          : html`${this.#testButton()}
            ${linkTo(changeAt, html`<span aria-hidden="true">${setUp.change}</span><span class="visually-hidden">${setUp.changeOf(name)}</span>`, 'button')}
            <button ?disabled=${this.isBusy} @click=${() => void this.#change(() => switchTo(!isOn))}>${isOn ? setUp.switchOff : setUp.switchOn}</button>`
      }
      ${questions.map(
        ({ label }) =>
          html`<button ?disabled=${this.isBusy} aria-expanded=${this.asked === label} @click=${() => {
            this.asked = this.asked === label ? null : label;
          }}>${label}</button>`,
      )}
      ${this.#logButton()}
    </div>`;
  }

  #testButton(): TemplateResult | typeof nothing {
    const { name, sends } = this.item;
    const test = sends?.test;
    if (sends === undefined || test === undefined) return nothing;
    const { words: text } = sends;
    const send = () => {
      this.tested = null;
      void this.#change(async () => {
        this.tested = await test();
      }, 'test');
    };
    return html`<button ?disabled=${this.isBusy} aria-label=${text.testOf(name)} @click=${send}>${this.#work.doing === 'test' ? words().setUp.testing : text.test}</button>`;
  }

  #logButton(): TemplateResult | typeof nothing {
    const { name, sends } = this.item;
    if (sends?.log === undefined) return nothing;
    return html`<button class="quiet" aria-expanded=${this.isLogShown} aria-label=${sends.words.logOf(name)} @click=${() => {
      this.isLogShown = !this.isLogShown;
    }}>${sends.words.log}</button>`;
  }

  #question(): TemplateResult | typeof nothing {
    const question = this.item.questions.find(({ label }) => label === this.asked);
    if (question === undefined) return nothing;
    return askBox({
      ...question,
      isOff: this.isBusy,
      onYes: () => void this.#change(question.done),
      onNo: () => {
        this.asked = null;
      },
    });
  }

  async #change(work: () => Promise<unknown>, what?: 'test'): Promise<void> {
    this.asked = null;
    await this.#work.do(async () => {
      await work();
      this.tell('jg-set-up');
    }, what);
  }
}

customElements.define('jg-set-up-item', JgSetUpItem);
