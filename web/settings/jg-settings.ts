import { css, html, type TemplateResult } from 'lit';
import type { Gateway, Session, SiteSettings, Site as VisibleSite } from '../../host/api/contract.ts';
import { isPerson, maySomewhere } from '../access.ts';
import { type SettingsPart, settingsAddress, settingsParts } from '../address.ts';
import type { SettingsAddress } from '../addresses/settings-address.ts';
import { words } from '../i18n/language.ts';
import { JgElement } from '../jg-element.ts';
import '../parts/jg-tabs.ts';
import './jg-account.ts';
import './jg-app-about.ts';
import './jg-audit.ts';
import './jg-device.ts';
import './jg-links.ts';
import './jg-people.ts';
import './jg-programs.ts';
import './jg-sites.ts';
import './jg-tokens.ts';
import type { Site } from '../site/site.ts';
import { basics, controls } from '../styles.ts';

/** Whose parts they are; the host refuses them to others. */
const isOpen: Readonly<Record<SettingsPart, () => boolean>> = Object.freeze({
  device: () => true,
  account: isPerson,
  people: () => isPerson() && maySomewhere('admin'),
  tokens: isPerson,
  links: () => isPerson() && maySomewhere('operator'),
  programs: () => isPerson() && maySomewhere('admin'),
  sites: () => isPerson() && maySomewhere('admin'),
  log: () => isPerson() && maySomewhere('admin'),
  about: () => true,
});

/** How the page looks to the person at this device, who that is, who else may come in, and what this installation is. */
export class JgSettings extends JgElement {
  static override properties = {
    site: { attribute: false },
    address: { attribute: false },
    settings: { attribute: false },
    gateways: { attribute: false },
    sites: { attribute: false },
    session: { attribute: false },
  };
  static override styles = [
    basics,
    controls,
    css`
      :host {
        display: grid;
        grid-template-columns: minmax(0, 1fr);
        gap: 1.25rem;
      }
      .page {
        display: grid;
        grid-template-columns: 12rem minmax(0, 1fr);
        gap: 1.25rem 2rem;
        align-items: start;
      }
      .about {
        padding: 1.5rem;
        max-width: 34rem;
      }
      h2 {
        margin-bottom: 1rem;
      }
      @media (max-width: 56rem) {
        .page {
          grid-template-columns: minmax(0, 1fr);
        }
      }
    `,
  ];

  declare site: Site;
  declare address: SettingsAddress;
  /** Of the site that is shown; null until they are there. */
  declare settings: SiteSettings | null;
  declare gateways: readonly Gateway[];
  declare sites: readonly VisibleSite[];
  declare session: Session | null;

  constructor() {
    super();
    this.settings = null;
    this.gateways = [];
    this.sites = [];
    this.session = null;
  }

  protected override render(): TemplateResult {
    const { nav, account } = words();
    const parts = settingsParts.filter(part => isOpen[part]());
    const { part: wanted = 'device' } = this.address;
    const part = parts.includes(wanted) ? wanted : 'device';
    const tabs = parts.map(each => ({
      address: settingsAddress(each),
      text: account.parts[each],
      isShown: each === part,
    }));
    return html`<h1>${nav.settings}</h1>
      <div class="page">
        <jg-tabs beside .label=${nav.settings} .tabs=${tabs}></jg-tabs>
        <div>${this.#part(part)}</div>
      </div>`;
  }

  #part(part: SettingsPart): TemplateResult {
    const { sites } = this;
    switch (part) {
      case 'device':
        return html`<jg-device .settings=${this.settings}></jg-device>`;
      case 'account':
        return html`<jg-account .session=${this.session} .sites=${sites}></jg-account>`;
      case 'people':
        return html`<jg-people .sites=${sites}></jg-people>`;
      case 'tokens':
        return html`<jg-tokens .sites=${sites}></jg-tokens>`;
      case 'links':
        return html`<jg-links .sites=${sites}></jg-links>`;
      case 'programs':
        return html`<jg-programs .sites=${sites}></jg-programs>`;
      case 'sites':
        return html`<jg-sites .shown=${this.site.id}></jg-sites>`;
      case 'log':
        return html`<jg-audit .sites=${sites}></jg-audit>`;
      case 'about':
        return html`<section class="panel about" aria-labelledby="about">
          <h2 id="about">${words().frame.settings.app}</h2><jg-app-about></jg-app-about></section>`;
    }
  }
}

customElements.define('jg-settings', JgSettings);
