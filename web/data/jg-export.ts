import { css, html, nothing, type PropertyValues, type TemplateResult } from 'lit';
import type { Meter, Series } from '../../host/api/contract.ts';
import type { DataAddress } from '../addresses/data-address.ts';
import { api } from '../api.ts';
import { errorText } from '../error-text.ts';
import { formatNumber } from '../format.ts';
import { ofLocalInput, toLocalInput } from '../history/ranges.ts';
import { locale, quantityName, words } from '../i18n/language.ts';
import { JgElement } from '../jg-element.ts';
import { icon } from '../parts/icons.ts';
import { hostNow } from '../site/clock.ts';
import { basics, controls } from '../styles.ts';
import { byteText } from './byte-text.ts';
import { choiceField, selectField } from './data-fields.ts';
import { dataStyles } from './data-styles.ts';
import {
  type ExportChoice,
  expected,
  exportForms,
  exportPath,
  periods,
  resolutions,
  seriesOf,
} from './export-choice.ts';
import '../parts/jg-notice.ts';

const dayMs = 86_400_000;
/** What could not be had, or of which there is nothing yet, is asked for again after so long. */
const againMs = 5000;
/** More of them are unfolded by who wants them: the rest of the form is seen before. */
const quantitiesMost = 12;
const lengths = Object.freeze({ day: 0, week: 7, month: 30, year: 365, ever: Number.POSITIVE_INFINITY });
type Length = keyof typeof lengths;
const isLength = (text: string): text is Length => Object.hasOwn(lengths, text);

/** What is stored, as a file: chosen here, made and streamed by the host. */
export class JgExport extends JgElement {
  static override properties = {
    meters: { attribute: false },
    address: { attribute: false },
    zone: { attribute: false },
    series: { state: true },
    choice: { state: true },
    error: { state: true },
  };
  static override styles = [
    basics,
    controls,
    dataStyles,
    css`
      /* Its name is that of the fold above it. */
      details legend {
        position: absolute;
        inline-size: 1px;
        block-size: 1px;
        overflow: hidden;
        clip-path: inset(50%);
      }
      summary {
        padding-block: 0.5rem;
        font-weight: 500;
        cursor: pointer;
      }
    `,
  ];

  declare meters: readonly Meter[];
  declare address: DataAddress;
  /** IANA zone of the site. */
  declare zone: string;
  declare series: readonly Series[] | null;
  declare choice: ExportChoice;
  declare error: unknown;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor() {
    super();
    this.meters = [];
    this.series = null;
    this.error = null;
    const toMs = Math.ceil(hostNow() / 60_000) * 60_000;
    this.choice = {
      what: 'readings',
      meters: new Set(),
      quantities: new Set(),
      resolution: '15min',
      period: 'day',
      form: 'csv',
      fromMs: toMs - 7 * dayMs,
      toMs,
    };
  }

  override connectedCallback(): void {
    super.connectedCallback();
    void this.#load();
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    clearTimeout(this.#timer);
  }

  protected override willUpdate(changed: PropertyValues<this>): void {
    if (!changed.has('address')) return;
    const { meter, fromMs, toMs } = this.address;
    if (meter !== null) this.#set({ meters: new Set([meter]) });
    if (fromMs !== null) this.#set({ fromMs, toMs: toMs ?? this.choice.toMs });
  }

  async #load(): Promise<void> {
    try {
      this.series = await api.series();
      this.error = null;
    } catch (error) {
      this.error = error;
    }
    if (this.series !== null && this.series.length > 0) return;
    if (this.isConnected) this.#timer = setTimeout(() => void this.#load(), againMs);
  }

  #set(part: Partial<ExportChoice>): void {
    this.choice = { ...this.choice, ...part };
  }

  protected override render(): TemplateResult {
    const { export: text } = words().dataPages;
    return html`<p class="muted intro">${text.intro}</p>
      ${this.error === null ? nothing : html`<jg-notice .text=${errorText(this.error)}></jg-notice>`}
      ${this.series === null ? html`<p class="muted">${this.error === null ? words().load.loading : ''}</p>` : this.#form(this.series)}`;
  }

  #form(series: readonly Series[]): TemplateResult {
    const { dataPages } = words();
    const { export: text } = dataPages;
    const { choice } = this;
    const isReadings = choice.what === 'readings';
    const whats = ['readings', 'totals'] as const;
    const moment = (name: 'fromMs' | 'toMs', label: string) => html`<label class="field"><span>${label}</span>
      <input type="datetime-local" .value=${toLocalInput(choice[name], this.zone)} @change=${(event: Event) => this.#moment(name, event)} /></label>`;
    return html`<div class="panel">
      ${choiceField(
        text.what,
        'what',
        whats.map(each => [each, text.whats[each]]),
        choice.what,
        value => this.#set({ what: value === 'totals' ? 'totals' : 'readings' }),
      )}
      ${this.#sets(series)}
      <fieldset><legend>${words().history.range}</legend><div class="choices">
        ${Object.keys(lengths).map(each => (isLength(each) ? html`<button type="button" @click=${() => this.#last(each, series)}>${text.presets[each]}</button>` : nothing))}
      </div></fieldset>
      <div class="fields">${moment('fromMs', dataPages.from)}${moment('toMs', dataPages.to)}
        ${
          isReadings
            ? selectField(
                text.resolution,
                resolutions.map(each => [each, text.resolutions[each]]),
                choice.resolution,
                value => this.#set({ resolution: resolutions.find(each => each === value) ?? '15min' }),
              )
            : selectField(
                text.resolution,
                periods.map(each => [each, text.periods[each]]),
                choice.period,
                value => this.#set({ period: periods.find(each => each === value) ?? 'day' }),
              )
        }
        ${selectField(
          text.form,
          exportForms.map(each => [each, text.forms[each]]),
          choice.form,
          value => this.#set({ form: exportForms.find(each => each === value) ?? 'csv' }),
        )}
      </div>
      <p class="muted small">${text.times}</p>
      ${this.#end(series)}
    </div>`;
  }

  #sets(series: readonly Series[]): TemplateResult {
    const { export: text } = words().dataPages;
    const { choice } = this;
    const known = new Set(series.map(({ meter }) => meter));
    const meters = this.meters.filter(({ key }) => known.has(key));
    const quantities = [
      ...new Set(seriesOf({ ...choice, quantities: new Set() }, series).map(each => each.quantity)),
    ];
    const toggle = (name: 'meters' | 'quantities', value: string) => {
      const next = new Set(choice[name]);
      if (!next.delete(value)) next.add(value);
      this.#set({ [name]: next });
    };
    const checks = (
      label: string,
      name: 'meters' | 'quantities',
      options: readonly (readonly [string, string])[],
    ) =>
      html`<fieldset><legend>${label}${choice[name].size === 0 ? html` <span class="muted">(${text.all})</span>` : nothing}</legend><div class="choices">
        ${options.map(([value, title]) => html`<label><input type="checkbox" .checked=${choice[name].has(value)} @change=${() => toggle(name, value)} />${title}</label>`)}
      </div></fieldset>`;
    const picked = choice.quantities.size;
    return html`${checks(
      text.meters,
      'meters',
      meters.map(({ key, name }) => [key, name]),
    )}
      ${
        choice.what === 'totals'
          ? nothing
          : html`<details ?open=${quantities.length <= quantitiesMost}>
              <summary>${text.quantities} <span class="muted">(${picked === 0 ? text.all : formatNumber(picked, locale(), 0)})</span></summary>
              ${checks(
                text.quantities,
                'quantities',
                quantities.map(id => [id, quantityName(id)]),
              )}</details>`
      }`;
  }

  #end(series: readonly Series[]): TemplateResult {
    const { export: text } = words().dataPages;
    const path = exportPath(this.choice, series);
    const { rows, bytes } = expected(this.choice, series, this.meters);
    if (path === null || rows === 0) return html`<p role="status">${text.nothing}</p>`;
    const round = rows < 1000 ? rows : Number(rows.toPrecision(2));
    return html`<p role="status">${text.expected(formatNumber(round, locale(), 0), byteText(bytes, locale()))}
        ${this.choice.form === 'parquet' ? html`<span class="muted">${text.expectedFile}</span>` : nothing}</p>
      <div class="row"><a class="button primary" href=${api.exportUrl(path).href} download>${icon('download')}${text.download}</a></div>`;
  }

  #moment(name: 'fromMs' | 'toMs', event: Event): void {
    if (!(event.target instanceof HTMLInputElement)) return;
    const atMs = ofLocalInput(event.target.value, this.zone);
    if (Number.isFinite(atMs)) this.#set({ [name]: atMs });
  }

  #last(length: Length, series: readonly Series[]): void {
    const toMs = Math.ceil(hostNow() / 60_000) * 60_000;
    const oldestMs = Math.min(toMs, ...series.flatMap(({ firstMs }) => firstMs ?? []));
    const fromMs =
      length === 'ever'
        ? oldestMs
        : length === 'day'
          ? ofLocalInput(`${toLocalInput(toMs, this.zone).slice(0, 10)}T00:00`, this.zone)
          : toMs - lengths[length] * dayMs;
    this.#set({ fromMs, toMs });
  }
}

customElements.define('jg-export', JgExport);
