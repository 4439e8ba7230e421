import { html, type TemplateResult } from 'lit';
import type { Gateway, SiteSettings } from '../../host/api/contract.ts';
import { gatewayAddress } from '../address.ts';
import { api } from '../api.ts';
import { energyUnit, energyUnits } from '../energy-unit.ts';
import { formatDuration, formatNumber, formatTime } from '../format.ts';
import { linkTo } from '../go-to.ts';
import { locale, words } from '../i18n/language.ts';
import { JgElement } from '../jg-element.ts';
import { hostNow } from '../site/clock.ts';
import { chooseEnergyUnit } from './energy-choice.ts';
import './jg-app-about.ts';
import './jg-site-name.ts';
import { choiceField } from '../parts/choice-field.ts';
import { pageStyles } from '../parts/page-styles.ts';
import { firstDayOfWeek, weekdayName, zoneOffsetMinutes } from '../regions.ts';
import type { Site } from '../site/site.ts';
import { basics, controls } from '../styles.ts';
import { ownChoices } from './own-choices.ts';
import { settingsPageStyles } from './settings-page-styles.ts';

/** How the page looks to the person at this device, who that is, and what this installation is. */
export class JgSettings extends JgElement {
  static override properties = {
    site: { attribute: false },
    settings: { attribute: false },
    gateways: { attribute: false },
    user: { attribute: false },
    endsMs: { state: true },
  };
  static override styles = [basics, controls, pageStyles, settingsPageStyles];

  declare site: Site;
  declare settings: SiteSettings | null;
  declare gateways: readonly Gateway[];
  declare user: string | null;
  /** When the session ends; null until it is known. */
  declare endsMs: number | null;

  constructor() {
    super();
    this.settings = null;
    this.gateways = [];
    this.user = null;
    this.endsMs = null;
  }

  override connectedCallback(): void {
    super.connectedCallback();
    void this.#load();
  }

  async #load(): Promise<void> {
    try {
      this.endsMs = (await api.session()).expiresMs;
    } catch {
      // What is wrong with the host stands above all views; a session that is over ends them all.
    }
  }

  protected override render(): TemplateResult {
    const { nav, frame } = words();
    const { settings } = frame;
    return html`<div class="page">
      <h1>${nav.settings}</h1>
      <div class="panels">
        <div class="column">
          ${this.#panel('appearance', settings.appearance, this.#appearance())}
          ${this.#panel('region', settings.region, this.#region())}
        </div>
        <div class="column">
          ${this.#panel('site', settings.siteTitle, html`<jg-site-name .settings=${this.settings}></jg-site-name>`)}
          ${this.#panel('account', settings.account, this.#account())}
          ${this.#panel('about', settings.app, html`<jg-app-about></jg-app-about>`)}
        </div>
      </div>
    </div>`;
  }

  #panel(id: string, title: string, content: TemplateResult): TemplateResult {
    return html`<section class="panel" aria-labelledby=${id}><h2 id=${id}>${title}</h2>${content}</section>`;
  }

  #appearance(): TemplateResult {
    const { energy, energyUnits: units, device } = words().frame.settings;
    return html`
      ${ownChoices()}
      ${choiceField(
        'energy',
        energy,
        energyUnit(),
        energyUnits.map(id => [id, units[id]]),
        select => chooseEnergyUnit(select.value),
      )}
      <p class="small muted">${device}</p>
    `;
  }

  #region(): TemplateResult {
    const { settings } = words().frame;
    const nowMs = hostNow();
    const example = `${formatNumber(1234.5, locale(), 1)} · ${formatTime(nowMs, 'full', locale())}`;
    return html`<dl>
      <div>
        <dt>${settings.format}</dt>
        <dd class="number">${example}</dd>
        <dd class="small muted">${settings.formatHelp}</dd>
      </div>
      <div>
        <dt>${settings.weekStart}</dt>
        <dd>${weekdayName(firstDayOfWeek(locale()), locale())}</dd>
      </div>
      <div>
        <dt>${settings.zone}</dt>
        <dd>${this.settings?.zone ?? settings.zoneUnknown}</dd>
        <dd class="small muted">${settings.zoneHelp} ${this.#zoneDifference(nowMs)}</dd>
      </div>
    </dl>`;
  }

  /** Whether a clock on the wall here shows what one at the site does. */
  #zoneDifference(nowMs: number): string {
    const { settings } = words().frame;
    const zone = this.settings?.zone;
    const own = Intl.DateTimeFormat().resolvedOptions().timeZone;
    if (zone === undefined) return '';
    const minutes = zoneOffsetMinutes(own, nowMs) - zoneOffsetMinutes(zone, nowMs);
    if (own === zone || minutes === 0) return settings.zoneSame;
    const length = formatDuration(Math.abs(minutes) * 60_000, locale());
    return settings.zoneDiffers(own, minutes > 0 ? settings.later(length) : settings.earlier(length));
  }

  #account(): TemplateResult {
    const { nav, frame } = words();
    const { settings } = frame;
    const ends = this.endsMs === null ? '' : formatTime(this.endsMs, 'dayTimeYear', locale());
    return html`<dl>
        <div><dt>${settings.signedInAs}</dt><dd>${this.user ?? ''}</dd></div>
        <div>
          <dt>${settings.sessionEnds}</dt>
          <dd class="number">${ends}</dd>
          <dd class="small muted">${settings.sessionHelp}</dd>
        </div>
        <div><dt>${settings.accounts}</dt><dd>${settings.accountsHelp}</dd></div>
        <div>
          <dt>${settings.tokens}</dt>
          <dd>${settings.tokensHelp}</dd>
          <dd>${settings.credentials} ${this.#gatewayLinks()}</dd>
        </div>
      </dl>
      <div class="actions"><button @click=${() => this.tell('jg-sign-out')}>${nav.signOut}</button></div>`;
  }

  #gatewayLinks(): TemplateResult {
    return linkTo(gatewayAddress(null), `${words().nav.gateways} (${this.gateways.length})`);
  }
}

customElements.define('jg-settings', JgSettings);
