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

const refreshMs = 5000;
/** Those before are in the API's list. */
const shownMost = 10;

interface Step {
  readonly id: string;
  readonly step: 'pause' | 'resume' | 'cancel';
}

/** Firmware or settings that go to many gateways in stages: how far each roll-out is, and one begun anew. */
export class JgRollouts extends JgElement {
  static override properties = {
    gateways: { attribute: false },
    meters: { attribute: false },
    rollouts: { state: true },
    list: { state: true },
    isBusy: { state: true },
    error: { state: true },
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
  declare rollouts: readonly Rollout[] | null;
  declare list: FirmwareList | null;
  declare isBusy: boolean;
  declare error: unknown;
  #timer: ReturnType<typeof setInterval> | undefined;

  constructor() {
    super();
    this.gateways = [];
    this.meters = [];
    this.rollouts = null;
    this.list = null;
    this.isBusy = false;
    this.error = null;
    this.addEventListener('jg-step', event => {
      const { id, step } = (event as CustomEvent<Step>).detail;
      void this.#do(() => api.stepRollout(id, step));
    });
    this.addEventListener('jg-begin', event => {
      const wanted = (event as CustomEvent<NewRollout>).detail;
      void this.#do(() => api.beginRollout(wanted));
    });
  }

  override connectedCallback(): void {
    super.connectedCallback();
    void this.#load();
    this.#timer = setInterval(() => void this.#load(), refreshMs);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    clearInterval(this.#timer);
  }

  async #load(): Promise<void> {
    try {
      [this.rollouts, this.list] = await Promise.all([api.rollouts(), api.firmware()]);
    } catch (error) {
      this.error = error;
    }
  }

  protected override render(): TemplateResult {
    const { update: text, load } = words();
    const { rollouts, list } = this;
    return html`<p class="muted">${text.rolloutsIntro}</p>
      ${this.error === null ? nothing : html`<jg-notice kind="bad" .text=${errorText(this.error)}></jg-notice>`}
      ${this.#faults()}
      ${list === null ? nothing : html`<jg-rollout-form .gateways=${this.gateways} .meters=${this.meters} .list=${list} .rollouts=${rollouts ?? []} .isBusy=${this.isBusy}></jg-rollout-form>`}
      <h2>${text.rollouts}</h2>
      ${rollouts === null ? html`<p class="muted" role="status">${load.loading}</p>` : rollouts.length === 0 ? html`<p class="muted small">${text.noRollouts}</p>` : nothing}
      <ul>
        ${(rollouts ?? []).slice(0, shownMost).map(rollout => html`<li><jg-rollout .rollout=${rollout} .gateways=${this.gateways} .isBusy=${this.isBusy}></jg-rollout></li>`)}
      </ul>`;
  }

  #faults(): TemplateResult | typeof nothing {
    const faults = this.list?.faults ?? [];
    if (faults.length === 0) return nothing;
    const told = faults.map(({ file, message }) => `${file}: ${message}`).join('; ');
    return html`<jg-notice kind="warn" .text=${told}></jg-notice>`;
  }

  async #do(work: () => Promise<unknown>): Promise<void> {
    this.isBusy = true;
    this.error = null;
    try {
      await work();
    } catch (error) {
      this.error = error;
    }
    this.isBusy = false;
    await this.#load();
  }
}

customElements.define('jg-rollouts', JgRollouts);
