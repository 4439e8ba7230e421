import { css, html, nothing, type TemplateResult } from 'lit';
import type { FirmwareList, Gateway, Meter, Rollout } from '../../host/api/contract.ts';
import { api } from '../api.ts';
import { errorText } from '../error-text.ts';
import { formatNumber } from '../format.ts';
import { locale, words } from '../i18n/language.ts';
import { JgElement } from '../jg-element.ts';
import { basics, controls } from '../styles.ts';
import './jg-notice.ts';
import { optionOf } from './jg-update.ts';

const refreshMs = 5000;
/** Those before are in the API's list. */
const shownMost = 10;

/** Firmware that goes to many gateways in stages: how far each roll-out is, and one begun anew. */
export class JgRollouts extends JgElement {
  static override properties = {
    gateways: { attribute: false },
    meters: { attribute: false },
    rollouts: { state: true },
    list: { state: true },
    image: { state: true },
    isBusy: { state: true },
    error: { state: true },
  };
  static override styles = [
    basics,
    controls,
    css`
      section,
      form,
      ul,
      fieldset {
        display: grid;
        gap: 0.75rem;
      }
      fieldset {
        border: 1px solid var(--jg-border);
        border-radius: var(--jg-radius-small);
        padding: 0.75rem 1rem;
        max-height: 16rem;
        overflow: auto;
      }
      form {
        justify-items: start;
        padding: 1.25rem;
      }
      article {
        display: grid;
        gap: 0.5rem;
        padding: 1.25rem;
      }
      h3 {
        font-size: 1rem;
      }
      progress {
        width: 100%;
        accent-color: var(--jg-accent);
      }
      .row {
        display: flex;
        flex-wrap: wrap;
        gap: 0.5rem;
      }
      fieldset label {
        display: flex;
        align-items: center;
        gap: 0.5rem;
      }
      input[type='checkbox'] {
        inline-size: 1.125rem;
        block-size: 1.125rem;
        min-height: 0;
        margin: 0;
        accent-color: var(--jg-accent);
      }
      .members {
        gap: 0.25rem;
      }
      li {
        overflow-wrap: anywhere;
      }
    `,
  ];

  declare gateways: readonly Gateway[];
  declare meters: readonly Meter[];
  declare rollouts: readonly Rollout[] | null;
  declare list: FirmwareList | null;
  /** Of the form. */
  declare image: string;
  declare isBusy: boolean;
  declare error: unknown;
  #timer: ReturnType<typeof setInterval> | undefined;

  constructor() {
    super();
    this.gateways = [];
    this.meters = [];
    this.rollouts = null;
    this.list = null;
    this.image = '';
    this.isBusy = false;
    this.error = null;
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
      this.image ||= this.list.images.find(({ isOrderable }) => isOrderable)?.id ?? '';
    } catch (error) {
      this.error = error;
    }
  }

  protected override render(): TemplateResult {
    const { update: text } = words();
    const rollouts = this.rollouts ?? [];
    return html`<section aria-labelledby="rollouts">
      <h2 id="rollouts">${text.rollouts}</h2>
      <p class="muted small">${text.rolloutsIntro}</p>
      ${this.error === null ? nothing : html`<jg-notice kind="bad" .text=${errorText(this.error)}></jg-notice>`}
      ${this.#faults()}
      ${rollouts.length === 0 ? html`<p class="muted small">${text.noRollouts}</p>` : html`<ul>${rollouts.slice(0, shownMost).map(rollout => html`<li>${this.#rollout(rollout)}</li>`)}</ul>`}
      ${this.#form()}
    </section>`;
  }

  #faults(): TemplateResult | typeof nothing {
    const faults = this.list?.faults ?? [];
    if (faults.length === 0) return nothing;
    const told = faults.map(({ file, message }) => `${file}: ${message}`).join('; ');
    return html`<jg-notice kind="warn" .text=${told}></jg-notice>`;
  }

  #rollout(rollout: Rollout): TemplateResult {
    const { update: text } = words();
    const { image, gateways, state, stage, stages, why } = rollout;
    const done = gateways.filter(one => one.state === 'confirmed').length;
    const count = (value: number) => formatNumber(value, locale(), 0);
    const what = image === null ? text.settings : text.image(image.version, image.chip);
    const told = gateways.filter(one => one.state !== 'waiting');
    return html`<article class="panel small">
      <h3>${text.of(what, count(gateways.length))}: ${text.rolloutStates[state]}</h3>
      <progress max=${gateways.length} .value=${done} aria-label=${text.done(count(done), count(gateways.length))}></progress>
      <p class="number">${text.stage(count(stage + 1), count(stages))} · ${text.done(count(done), count(gateways.length))}</p>
      ${why === null ? nothing : html`<jg-notice kind="bad" .text=${why}></jg-notice>`}
      <ul class="members">
        ${told.map(({ gateway, state: is, message }) => html`<li><code>${gateway}</code> ${text.memberStates[is]}${this.#stateOf(gateway, is)}${message === null ? nothing : html` <span class="muted">${message}</span>`}</li>`)}
      </ul>
      <div class="row">
        ${state === 'running' ? this.#step(rollout, 'pause', text.pause) : nothing}
        ${state === 'paused' || state === 'stopped' ? this.#step(rollout, 'resume', text.resume) : nothing}
        ${state === 'done' || state === 'cancelled' ? nothing : this.#step(rollout, 'cancel', text.end)}
      </div>
    </article>`;
  }

  /** How the gateway's own update goes. */
  #stateOf(id: string, is: string): string {
    const update = this.gateways.find(gateway => gateway.id === id)?.update;
    return is === 'asked' && update ? `, ${words().update.states[update.state] ?? update.state}` : '';
  }

  #step({ id }: Rollout, step: 'pause' | 'resume' | 'cancel', label: string): TemplateResult {
    return html`<button ?disabled=${this.isBusy} @click=${() => this.#do(() => api.stepRollout(id, step))}>${label}</button>`;
  }

  #form(): TemplateResult | typeof nothing {
    const { update: text } = words();
    if (this.list === null) return nothing;
    const images = this.list.images.filter(({ isOrderable }) => isOrderable);
    if (images.length === 0)
      return html`<p class="muted small">${this.list.isFolderSet ? text.noImage : text.noFolder}</p>`;
    const chip = images.find(({ id }) => id === this.image)?.chip;
    const fitting = this.gateways.filter(gateway => gateway.chip === chip);
    return html`<form class="panel small" aria-label=${text.begin} @submit=${this.#begin}>
      <h3>${text.begin}</h3>
      <label class="field"><span>${text.choose}</span
        ><select name="image" @change=${(event: Event) => {
          this.image = (event.target as HTMLSelectElement).value;
        }}>${images.map(optionOf)}</select></label>
      <fieldset>
        <legend>${text.gateways}</legend>
        ${fitting.map(({ id, firmware }) => html`<label><input type="checkbox" name="gateway" value=${id} checked /> <code>${id}</code> <span class="muted">${firmware ?? ''}</span></label>`)}
      </fieldset>
      <label class="field"><span>${text.healthy}</span><input name="healthy" type="number" min="0" max="10080" value="10" /></label>
      <button class="primary" ?disabled=${this.isBusy || fitting.length === 0}>${text.begin}</button>
    </form>`;
  }

  #begin(event: SubmitEvent): void {
    event.preventDefault();
    const given = new FormData(event.target as HTMLFormElement);
    const gateways = given.getAll('gateway').map(String);
    const healthyMinutes = Number(given.get('healthy') ?? 10);
    if (gateways.length === 0) return;
    void this.#do(() => api.beginRollout({ gateways, image: this.image, healthyMinutes }));
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
