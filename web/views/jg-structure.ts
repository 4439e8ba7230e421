import { html, type TemplateResult } from 'lit';
import { words } from '../i18n/language.ts';
import { JgElement } from '../jg-element.ts';
import type { Site } from '../site.ts';
import { basics, controls } from '../styles.ts';

export class JgStructure extends JgElement {
  static override properties = { site: { attribute: false } };
  static override styles = [basics, controls];

  declare site: Site;

  protected override render(): TemplateResult {
    return html`<h1>${words().nav.structure}</h1>`;
  }
}

customElements.define('jg-structure', JgStructure);
