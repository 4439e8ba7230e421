import { css, html, nothing, type TemplateResult } from 'lit';
import type {
  FirmwareImage,
  FirmwareList,
  Gateway,
  Meter,
  NewRollout,
  Rollout,
} from '../../host/api/contract.ts';
import { formatNumber } from '../format.ts';
import { locale, words } from '../i18n/language.ts';
import { JgElement } from '../jg-element.ts';
import { pageStyles } from '../parts/page-styles.ts';
import { basics, controls } from '../styles.ts';
import { fitOf, fitSides } from './firmware-images.ts';
import { gatewayStyles } from './gateway-styles.ts';
import { optionsOf } from './jg-update.ts';
import {
  type Pace,
  paces,
  settingsTargets,
  stageSizes,
  usedProfiles,
  windowLengthsS,
} from './rollout-plan.ts';

type Kind = 'settings' | 'firmware';

/** A gateway that can be chosen, with what it means for it; `isFit` false: and why it cannot. */
interface Choice {
  readonly gateway: Gateway;
  readonly note: string;
  readonly isFit: boolean;
}

/** Chooses what goes to which gateways, and how fast; begins it by the event `jg-begin`. */
export class JgRolloutForm extends JgElement {
  static override properties = {
    gateways: { attribute: false },
    meters: { attribute: false },
    list: { attribute: false },
    rollouts: { attribute: false },
    isBusy: { attribute: false },
    kind: { state: true },
    image: { state: true },
    profile: { state: true },
    windowS: { state: true },
    sampleMs: { state: true },
    timeoutMs: { state: true },
    left: { state: true },
    pace: { state: true },
  };
  static override styles = [
    basics,
    controls,
    pageStyles,
    gatewayStyles,
    css`
      form {
        gap: 1rem;
        padding: 1.25rem;
      }
      .fields {
        display: flex;
        flex-wrap: wrap;
        align-items: end;
        gap: 0.75rem 1.25rem;
      }
      .fields input {
        width: 8rem;
      }
      fieldset {
        display: grid;
        gap: 0.375rem;
        width: 100%;
        margin: 0;
        min-width: 0;
        border: 1px solid var(--jg-border);
        border-radius: var(--jg-radius-small);
        padding: 0.75rem 1rem;
      }
      .choices {
        display: grid;
        grid-template-columns: repeat(auto-fill, minmax(min(20rem, 100%), 1fr));
        gap: 0.25rem 1rem;
        max-height: 16rem;
        overflow: auto;
      }
      .check {
        min-width: 0;
        overflow-wrap: anywhere;
      }
    `,
  ];

  declare gateways: readonly Gateway[];
  declare meters: readonly Meter[];
  declare list: FirmwareList;
  declare rollouts: readonly Rollout[];
  declare isBusy: boolean;
  declare kind: Kind;
  declare image: string;
  /** '': all of them. */
  declare profile: string;
  declare windowS: number | null;
  declare sampleMs: number | null;
  declare timeoutMs: number | null;
  /** Gateways that are left out. */
  declare left: ReadonlySet<string>;
  declare pace: Pace;

  constructor() {
    super();
    this.kind = 'firmware';
    this.image = '';
    this.profile = '';
    this.windowS = null;
    this.sampleMs = null;
    this.timeoutMs = null;
    this.left = new Set();
    this.pace = 'usual';
  }

  get #images(): readonly FirmwareImage[] {
    return this.list.images.filter(({ isOrderable }) => isOrderable);
  }

  get #chosenImage(): FirmwareImage | undefined {
    const images = this.#images;
    return images.find(({ id }) => id === this.image) ?? images[0];
  }

  get #change(): NonNullable<NewRollout['change']> {
    const { profile, windowS, sampleMs, timeoutMs } = this;
    return {
      ...(profile !== '' && { profile }),
      ...(windowS !== null && { windowS }),
      ...(sampleMs !== null && { sampleMs }),
      ...(timeoutMs !== null && { timeoutMs }),
    };
  }

  protected override render(): TemplateResult {
    const { update: text } = words();
    const choices = this.#choices();
    const chosen = choices.filter(({ gateway: { id }, isFit }) => isFit && !this.left.has(id));
    const { profile: _profile, ...fields } = this.#change;
    const isWhole =
      this.kind === 'firmware' ? this.#chosenImage !== undefined : Object.keys(fields).length > 0;
    return html`<form class="panel" aria-label=${text.begin} @submit=${(event: SubmitEvent) => this.#begin(event, chosen)}>
      <h2>${text.begin}</h2>
      <div class="row" role="radiogroup" aria-label=${text.what}>
        ${(['firmware', 'settings'] as const).map(
          kind =>
            html`<label class="check"><input type="radio" name="kind" .checked=${kind === this.kind} @change=${() => {
              this.kind = kind;
            }} />${text.kinds[kind]}</label>`,
        )}
      </div>
      ${this.kind === 'firmware' ? this.#firmware() : this.#settings()} ${this.#gateways(choices, chosen.length)}
      ${this.#stages(chosen.length)}
      <button class="primary" ?disabled=${this.isBusy || chosen.length === 0 || !isWhole}>${text.begin}</button>
    </form>`;
  }

  #firmware(): TemplateResult {
    const { update: text } = words();
    const images = this.#images;
    if (images.length === 0)
      return html`<p class="muted">${this.list.isFolderSet ? text.noSigned : text.noFolder}</p>`;
    return html`<label class="field"
      ><span>${text.choose}</span
      ><select @change=${(event: Event) => {
        this.image = chosenIn(event);
      }}>${optionsOf(images)}</select></label
    >`;
  }

  #settings(): TemplateResult {
    const { update: text } = words();
    const number = (name: 'sampleMs' | 'timeoutMs', min: number, max: number) =>
      html`<label class="field"
        ><span>${text.fields[name]}</span
        ><input type="number" min=${min} max=${max} placeholder=${text.asItIs} .value=${String(this[name] ?? '')} @input=${(
          event: Event,
        ) => {
          const { valueAsNumber } = event.target as HTMLInputElement;
          this[name] = Number.isNaN(valueAsNumber) ? null : valueAsNumber;
        }}
      /></label>`;
    return html`<p class="muted small">${text.changeHelp}</p>
      <div class="fields">
        <label class="field"
          ><span>${text.ofMeters}</span
          ><select @change=${(event: Event) => {
            this.profile = chosenIn(event);
          }}>
            <option value="">${text.allMeters(count(this.meters.length))}</option>
            ${usedProfiles(this.meters).map(({ profile, count: of }) => html`<option value=${profile} ?selected=${profile === this.profile}>${text.metersOf(profile, count(of))}</option>`)}
          </select></label
        >
        <label class="field"
          ><span>${text.fields.windowS}</span
          ><select @change=${(event: Event) => {
            const value = chosenIn(event);
            this.windowS = value === '' ? null : Number(value);
          }}>
            <option value="">${text.asItIs}</option>
            ${windowLengthsS.map(seconds => html`<option value=${seconds} ?selected=${seconds === this.windowS}>${count(seconds)}</option>`)}
          </select></label
        >
        ${number('sampleMs', 100, 900_000)} ${number('timeoutMs', 20, 10_000)}
      </div>`;
  }

  /** Which gateways can have it. */
  #choices(): Choice[] {
    const { update: text } = words();
    if (this.kind === 'settings') {
      const change = this.#change;
      const { profile: _profile, ...fields } = change;
      const isSaid = Object.keys(fields).length > 0;
      return settingsTargets(this.gateways, this.meters, change).map(({ gateway, meters, changing }) => ({
        gateway,
        note: isSaid ? text.changing(count(changing), count(meters)) : text.meters(count(meters)),
        isFit: changing > 0,
      }));
    }
    const image = this.#chosenImage;
    if (image === undefined) return [];
    return this.gateways.map(gateway => {
      const fit = fitOf(gateway, image);
      const note =
        fit === 'newer' ? (gateway.firmware ?? '') : text.unfit[fit](...fitSides(gateway, image, fit));
      return { gateway, note, isFit: fit === 'newer' };
    });
  }

  #gateways(choices: readonly Choice[], chosen: number): TemplateResult {
    const { update: text, gatewayPages } = words();
    const { fleet } = gatewayPages;
    const fit = choices.filter(({ isFit }) => isFit);
    return html`<fieldset>
      <legend>${text.gateways}</legend>
      ${choices.length === 0 ? html`<p class="muted small">${text.noGateway}</p>` : nothing}
      ${
        fit.length < 2
          ? nothing
          : html`<div class="row small">
              <span role="status">${fleet.chosen(count(chosen))}</span>
              <button type="button" class="quiet" @click=${() => {
                this.left = new Set();
              }}>${fleet.chooseAll}</button>
              <button type="button" class="quiet" @click=${() => {
                this.left = new Set(fit.map(({ gateway }) => gateway.id));
              }}>${fleet.chooseNone}</button>
            </div>`
      }
      <div class="choices">
        ${choices.map(
          ({ gateway: { id, online }, note, isFit }) =>
            html`<label class="check"
              ><input type="checkbox" .checked=${isFit && !this.left.has(id)} ?disabled=${!isFit} @change=${() => this.#toggle(id)} /><span
                ><code>${id}</code> <span class="muted small">${online ? nothing : `${words().states.offline} · `}${note}</span></span
              ></label
            >`,
        )}
      </div>
    </fieldset>`;
  }

  #stages(chosen: number): TemplateResult {
    const { update: text } = words();
    const sizes = stageSizes(chosen, paces[this.pace]).map(count);
    return html`<div class="fields">
        <label class="field"
          ><span>${text.pace}</span
          ><select @change=${(event: Event) => {
            const value = chosenIn(event);
            this.pace = value === 'careful' || value === 'quick' ? value : 'usual';
          }}>
            ${(['careful', 'usual', 'quick'] as const).map(pace => html`<option value=${pace} ?selected=${pace === this.pace}>${text.paces[pace]}</option>`)}
          </select></label
        >
        <label class="field"
          ><span>${text.healthy}</span><input name="healthy" type="number" min="0" max="10080" value="10" required
        /></label>
      </div>
      ${sizes.length === 0 ? nothing : html`<p class="small muted number">${text.stagesOf(sizes.join(', '))}</p>`}`;
  }

  #toggle(id: string): void {
    const left = new Set(this.left);
    if (!left.delete(id)) left.add(id);
    this.left = left;
  }

  #begin(event: SubmitEvent, chosen: readonly Choice[]): void {
    event.preventDefault();
    const given = new FormData(event.target as HTMLFormElement);
    const image = this.#chosenImage?.id ?? '';
    const wanted: NewRollout = {
      gateways: chosen.map(({ gateway: { id } }) => id),
      ...(this.kind === 'firmware' ? { image } : { change: this.#change }),
      shares: [...paces[this.pace]],
      healthyMinutes: Number(given.get('healthy') ?? 10),
    };
    this.tell('jg-begin', wanted);
  }
}

const chosenIn = (event: Event): string => (event.target as HTMLSelectElement).value;

const count = (value: number): string => formatNumber(value, locale(), 0);

customElements.define('jg-rollout-form', JgRolloutForm);
