import { css, html, nothing, type TemplateResult } from 'lit';
import type { FirmwareList, Gateway, Meter, NewRollout, Rollout } from '../../host/api/contract.ts';
import { api } from '../api.ts';
import { errorText } from '../error-text.ts';
import { words } from '../i18n/language.ts';
import { JgElement } from '../jg-element.ts';
import { basics, controls } from '../styles.ts';
import '../parts/jg-notice.ts';
import './jg-rollout.ts';
import './jg-rollout-form.ts';
import { pageStyles } from '../parts/page-styles.ts';
import { Work } from '../parts/work.ts';
import { Polled } from '../polled.ts';

const refreshMs = 5000;
/** Those before are in the API's list. */
const shownMost = 10;

interface Listed {
  readonly rollouts: readonly Rollout[];
  readonly list: FirmwareList;
}

interface Step {
  readonly id: string;
  readonly step: 'pause' | 'resume' | 'cancel';
}

/** Firmware or settings that go to many gateways in stages: how far each roll-out is, and one begun anew. */
export class JgRollouts extends JgElement {
  static override properties = {
    gateways: { attribute: false },
    meters: { attribute: false },
  };
  static override styles = [
    basics,
    controls,
    pageStyles,
    css`
      :host,
      ul {
        display: grid;
        grid-template-columns: minmax(0, 1fr);
        gap: 1rem;
      }
    `,
  ];

  declare gateways: readonly Gateway[];
  declare meters: readonly Meter[];
  readonly #listed = new Polled<Listed>(this, refreshMs, async () => {
    const [rollouts, list] = await Promise.all([api.rollouts(), api.firmware()]);
    return { rollouts, list };
  });
  readonly #work = new Work(this);

  constructor() {
    super();
    this.gateways = [];
    this.meters = [];
    this.addEventListener('jg-step', event => {
      const { id, step } = (event as CustomEvent<Step>).detail;
      void this.#do(() => api.stepRollout(id, step));
    });
    this.addEventListener('jg-begin', event => {
      const wanted = (event as CustomEvent<NewRollout>).detail;
      void this.#do(() => api.beginRollout(wanted));
    });
  }

  protected override render(): TemplateResult {
    const { error } = this.#work;
    return html`<p class="muted">${words().update.rolloutsIntro}</p>
      ${error === null ? nothing : html`<jg-notice kind="bad" .text=${errorText(error)}></jg-notice>`}
      ${this.#listed.drawn(listed => this.#content(listed))}`;
  }

  #content({ rollouts, list }: Listed): TemplateResult {
    const { update: text } = words();
    const { isBusy } = this.#work;
    return html`${this.#faults(list)}
      <jg-rollout-form .gateways=${this.gateways} .meters=${this.meters} .list=${list} .rollouts=${rollouts} .isBusy=${isBusy}></jg-rollout-form>
      <h2>${text.rollouts}</h2>
      ${rollouts.length === 0 ? html`<p class="muted small">${text.noRollouts}</p>` : nothing}
      <ul>
        ${rollouts.slice(0, shownMost).map(rollout => html`<li><jg-rollout .rollout=${rollout} .gateways=${this.gateways} .isBusy=${isBusy}></jg-rollout></li>`)}
      </ul>`;
  }

  #faults({ faults }: FirmwareList): TemplateResult | typeof nothing {
    if (faults.length === 0) return nothing;
    const told = faults.map(({ file, message }) => `${file}: ${message}`).join('; ');
    return html`<jg-notice kind="warn" .text=${told}></jg-notice>`;
  }

  async #do(work: () => Promise<unknown>): Promise<void> {
    await this.#work.do(work);
    await this.#listed.load();
  }
}

customElements.define('jg-rollouts', JgRollouts);
