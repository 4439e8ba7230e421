import { html, type TemplateResult } from 'lit';
import type { DataAddress } from '../addresses/data-address.ts';
import { words } from '../i18n/language.ts';
import { JgElement } from '../jg-element.ts';
import type { Site } from '../site.ts';
import { basics, controls } from '../styles.ts';

export class JgData extends JgElement {
  static override properties = { site: { attribute: false }, address: { attribute: false } };
  static override styles = [basics, controls];

  declare site: Site;
  declare address: DataAddress;

  protected override render(): TemplateResult {
    return html`<h1>${words().nav.data}</h1>`;
  }
}

customElements.define('jg-data', JgData);
