import { css, html, type TemplateResult } from 'lit';
import { mayEverywhere, mayHere } from '../access.ts';
import { type DataAddress, type DataPart, dataAddress, dataParts } from '../addresses/data-address.ts';
import { words } from '../i18n/language.ts';
import { JgElement } from '../jg-element.ts';
import '../outlets/jg-outlets.ts';
import './jg-backups.ts';
import './jg-corrections.ts';
import './jg-export.ts';
import './jg-import.ts';
import './jg-storage.ts';
import '../parts/jg-tabs.ts';
import { pageStyles } from '../parts/page-styles.ts';
import { hostNow } from '../site/clock.ts';
import type { Site } from '../site/site.ts';
import { basics, controls } from '../styles.ts';

/** Whose parts they are; the host refuses them to others. */
const isOpen: Readonly<Record<DataPart, () => boolean>> = Object.freeze({
  corrections: () => true,
  import: () => mayHere('admin'),
  export: () => true,
  outlets: () => mayHere('admin'),
  storage: () => mayEverywhere('viewer'),
  backups: () => mayEverywhere('admin'),
});

/** What is stored: corrected, brought in, taken out, given to other systems, kept; each part with an address of its own. */
export class JgData extends JgElement {
  static override properties = { site: { attribute: false }, address: { attribute: false } };
  static override styles = [
    basics,
    controls,
    pageStyles,
    css`
      :host {
        display: grid;
        grid-template-columns: minmax(0, 1fr);
        gap: 1.25rem;
      }
    `,
  ];

  declare site: Site;
  declare address: DataAddress;

  protected override render(): TemplateResult {
    const { nav, dataPages: text } = words();
    const parts = dataParts.filter(part => isOpen[part]());
    const part = parts.find(one => one === this.address.part) ?? 'corrections';
    const tabs = parts.map(each => ({
      address: dataAddress(each),
      text: text.parts[each],
      isShown: each === part,
    }));
    return html`<h1>${nav.data}</h1>
      <jg-tabs .label=${nav.data} .tabs=${tabs}></jg-tabs>
      ${this.#part(part)}`;
  }

  #part(part: DataPart): TemplateResult {
    const { site, address } = this;
    const zone = site.settings?.zone ?? Intl.DateTimeFormat().resolvedOptions().timeZone;
    switch (part) {
      case 'corrections':
        return html`<jg-corrections .meters=${site.meters} .address=${address} .zone=${zone}></jg-corrections>`;
      case 'import':
        return html`<jg-import .meters=${site.meters} .zone=${zone}></jg-import>`;
      case 'export':
        return html`<jg-export .meters=${site.meters} .address=${address} .zone=${zone}></jg-export>`;
      case 'outlets':
        return html`<jg-outlets .site=${site} .one=${address.outlet} .zone=${zone} .tick=${hostNow()}></jg-outlets>`;
      case 'storage':
        return html`<jg-storage></jg-storage>`;
      case 'backups':
        return html`<jg-backups></jg-backups>`;
    }
  }
}

customElements.define('jg-data', JgData);
