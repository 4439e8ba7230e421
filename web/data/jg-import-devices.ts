import { css, html, nothing, type TemplateResult } from 'lit';
import type { Meter } from '../../host/api/contract.ts';
import { columnsMost } from '../../host/import/proposal/bounds.ts';
import { areTooMany, type ImportDevice } from '../../host/import/proposal/devices.ts';
import { formatNumber } from '../format.ts';
import { locale, words } from '../i18n/language.ts';
import { JgElement } from '../jg-element.ts';
import { tableStyles } from '../parts/table-styles.ts';
import { basics, controls } from '../styles.ts';
import { dataStyles } from './data-styles.ts';
import { namedTableStyles } from './named-table-styles.ts';

/** Devices that are shown: more than an import takes. */
const shownMost = 250;

/** The devices that the lines of a file name, and into which meter each goes. Tells `jg-devices`. */
export class JgImportDevices extends JgElement {
  static override properties = {
    devices: { attribute: false },
    otherLines: { attribute: false },
    meters: { attribute: false },
    values: { attribute: false },
  };
  static override styles = [
    basics,
    controls,
    tableStyles,
    dataStyles,
    namedTableStyles,
    css`
      :host {
        gap: 1rem;
      }
      .frame th,
      .frame td {
        vertical-align: middle;
      }
      th label {
        display: flex;
        gap: 0.75rem;
        align-items: center;
        min-height: 2.5rem;
        overflow-wrap: anywhere;
        white-space: normal;
      }
      input[list] {
        width: 100%;
        min-width: 10rem;
      }
    `,
  ];

  declare devices: readonly ImportDevice[];
  declare otherLines: number;
  declare meters: readonly Meter[];
  /** Columns of values that a device may have. */
  declare values: number;

  #change(at: number, part: Partial<ImportDevice>): void {
    this.tell(
      'jg-devices',
      this.devices.map((each, index) => (index === at ? { ...each, ...part } : each)),
    );
  }

  protected override render(): TemplateResult {
    const { import: text } = words().dataPages;
    const number = (value: number) => formatNumber(value, locale(), 0);
    const used = this.devices.filter(({ isUsed }) => isUsed).length;
    const unseen = this.devices.length - shownMost;
    return html`<h2 id="devices">${text.devices}</h2>
      <p class="muted" role="status">${text.devicesUsed(number(used), number(this.devices.length))}</p>
      <datalist id="meters">${this.meters.map(({ key }) => html`<option value=${key}></option>`)}</datalist>
      <div class="frame" tabindex="0" role="group" aria-labelledby="devices"><table>
        <caption class="visually-hidden">${text.devices}</caption>
        <thead><tr><th scope="col">${text.device}</th><th scope="col">${text.into}</th></tr></thead>
        <tbody>${this.devices.slice(0, shownMost).map((device, at) => this.#row(device, at))}</tbody>
      </table></div>
      ${unseen > 0 ? html`<p class="muted">${text.more(number(unseen))}</p>` : nothing}
      ${areTooMany(this.devices.length, this.values) ? html`<p>${text.devicesMost(number(columnsMost))}</p>` : nothing}
      ${this.otherLines > 0 ? html`<p class="muted">${text.otherNames(number(this.otherLines))}</p>` : nothing}`;
  }

  #row({ name, lines, meter, isUsed }: ImportDevice, at: number): TemplateResult {
    const { import: text } = words().dataPages;
    const title = name === '' ? text.noName : name;
    const chosen = () => this.#change(at, { isUsed: !isUsed });
    const into = ({ target }: Event) => {
      if (target instanceof HTMLInputElement) this.#change(at, { meter: target.value.trim() });
    };
    return html`<tr><th scope="row"><label><input type="checkbox" .checked=${isUsed} @change=${chosen} /><span>${title}<br /><span class="muted small">${text.linesOf(formatNumber(lines, locale(), 0))}</span></span></label></th>
      <td>${isUsed ? html`<input list="meters" autocomplete="off" aria-label=${`${title}: ${text.into}`} .value=${meter} @change=${into} />` : html`<span class="muted">${text.skipped}</span>`}</td></tr>`;
  }
}

customElements.define('jg-import-devices', JgImportDevices);
