import { html, nothing, type PropertyValues, type TemplateResult } from 'lit';
import { repeat } from 'lit/directives/repeat.js';
import type { FirmwareImage, FirmwareList, Gateway } from '../../host/api/contract.ts';
import { mayHere } from '../access.ts';
import { api } from '../api.ts';
import { errorText } from '../error-text.ts';
import { formatNumber } from '../format.ts';
import { locale, words } from '../i18n/language.ts';
import { JgElement } from '../jg-element.ts';
import { basics, controls } from '../styles.ts';
import { fitSides, imagesFor, isUpdating, type Unfit, unfitFor } from './firmware-images.ts';
import { gatewayStyles } from './gateway-styles.ts';
import '../parts/jg-notice.ts';
import { pageStyles } from '../parts/page-styles.ts';

/** The firmware of a gateway: what runs, what it could be updated to, and how an update goes. */
export class JgUpdate extends JgElement {
  static override properties = {
    gateway: { attribute: false },
    list: { state: true },
    isBusy: { state: true },
    said: { state: true },
    error: { state: true },
  };
  static override styles = [basics, controls, pageStyles, gatewayStyles];

  declare gateway: Gateway;
  declare list: FirmwareList | null;
  declare isBusy: boolean;
  declare said: string;
  declare error: unknown;
  #asked = '';
  #state = '';

  constructor() {
    super();
    this.list = null;
    this.isBusy = false;
    this.said = '';
    this.error = null;
  }

  protected override willUpdate(_changed: PropertyValues): void {
    const { update } = this.gateway;
    const state = update === null ? '' : `${update.version} ${update.state}`;
    // What was said of an order is old news once the gateway tells how it goes.
    if (state !== this.#state) this.said = '';
    this.#state = state;
    const asked = `${this.gateway.id} ${this.gateway.firmware}`;
    if (asked === this.#asked) return;
    this.#asked = asked;
    void this.#load();
  }

  async #load(): Promise<void> {
    try {
      this.list = await api.firmware();
    } catch (error) {
      this.error = error;
    }
  }

  protected override render(): TemplateResult {
    const { update: text } = words();
    const { firmware, isOnTrial } = this.gateway;
    return html`<section class="panel small" aria-labelledby="firmware">
      <h3 id="firmware">${text.title}</h3>
      <p>${text.version}: <strong class="number">${firmware ?? '–'}</strong></p>
      ${isOnTrial ? html`<p class="muted">${text.onTrial}</p>` : nothing}
      ${this.#progress()}
      ${mayHere('admin') ? html`${isUpdating(this.gateway) ? this.#cancel() : this.#form()} ${this.#others()}` : nothing}
      <p role="status">${this.said}</p>
      ${this.error === null ? nothing : html`<jg-notice kind="bad" .text=${errorText(this.error)}></jg-notice>`}
    </section>`;
  }

  #progress(): TemplateResult | typeof nothing {
    const { update: text } = words();
    const { update } = this.gateway;
    if (update === null) return nothing;
    const { version, state, fetchedBytes, imageBytes, message } = update;
    const share = imageBytes === 0 ? 0 : fetchedBytes / imageBytes;
    const shown = text.progress(`${formatNumber(share * 100, locale(), 0)} %`);
    return html`<div>
      <p>${text.to(version, text.states[state] ?? state)}</p>
      ${isUpdating(this.gateway) ? html`<progress max="1" .value=${share} aria-label=${shown}></progress> <p class="muted number">${shown}</p>` : nothing}
      ${message === null ? nothing : html`<p class="muted why">${message}</p>`}
    </div>`;
  }

  #form(): TemplateResult | typeof nothing {
    const { update: text } = words();
    if (this.list === null) return nothing;
    const images = imagesFor(this.gateway, this.list.images);
    if (images.length === 0) {
      const isNewest = unfitFor(this.gateway, this.list.images).some(({ fit }) => fit === 'same');
      const why = !this.list.isFolderSet ? text.noFolder : isNewest ? text.newest : text.noImage;
      return html`<p class="muted">${why}</p>`;
    }
    return html`<form @submit=${this.#start}>
      <label class="field"><span>${text.choose}</span><select name="image">${optionsOf(images)}</select></label>
      <button class="primary" ?disabled=${this.isBusy}>${text.start}</button>
    </form>`;
  }

  /** What else this host has, so that nobody looks for it in vain. */
  #others(): TemplateResult | typeof nothing {
    const { update: text } = words();
    const others = unfitFor(this.gateway, this.list?.images ?? []);
    if (others.length === 0 || isUpdating(this.gateway)) return nothing;
    const why = ({ image, fit }: Unfit) => text.unfit[fit](...fitSides(this.gateway, image, fit));
    return html`<details>
      <summary>${text.others(others.length)}</summary>
      <ul>
        ${others.map(one => html`<li><span class="number">${text.image(one.image.version, one.image.chip)}</span> <span class="muted">${why(one)}</span></li>`)}
      </ul>
    </details>`;
  }

  #cancel(): TemplateResult {
    const { update: text } = words();
    const { gateway } = this;
    const isLate = gateway.update?.state !== 'fetching';
    return html`<div><button ?disabled=${this.isBusy || isLate || !gateway.online} @click=${() =>
      this.#do(async () => {
        const { ok, message = '' } = await api.command(gateway.id, { name: 'cancelUpdate' });
        return ok ? text.cancelled : message;
      })}>${text.cancel}</button></div>`;
  }

  #start(event: SubmitEvent): void {
    event.preventDefault();
    const image = String(new FormData(event.target as HTMLFormElement).get('image'));
    void this.#do(async () => {
      await api.updateGateway(this.gateway.id, image);
      return words().update.ordered;
    });
  }

  async #do(work: () => Promise<string>): Promise<void> {
    this.isBusy = true;
    this.said = '';
    this.error = null;
    try {
      this.said = await work();
    } catch (error) {
      this.error = error;
    }
    this.isBusy = false;
  }
}

/** To choose from. Each stays what it is while others come and go, so the chosen one does. */
export const optionsOf = (images: readonly FirmwareImage[]): unknown =>
  repeat(
    images,
    ({ id }) => id,
    ({ id, version, chip }) => html`<option value=${id}>${words().update.image(version, chip)}</option>`,
  );

customElements.define('jg-update', JgUpdate);
