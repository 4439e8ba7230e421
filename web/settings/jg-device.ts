import { html, type TemplateResult } from 'lit';
import type { SiteSettings } from '../../host/api/contract.ts';
import { energyUnit, energyUnits } from '../energy-unit.ts';
import { formatDuration, formatNumber, formatTime } from '../format.ts';
import { locale, words } from '../i18n/language.ts';
import { JgElement } from '../jg-element.ts';
import { choiceField } from '../parts/choice-field.ts';
import { pageStyles } from '../parts/page-styles.ts';
import { firstDayOfWeek, weekdayName, zoneOffsetMinutes } from '../regions.ts';
import { hostNow } from '../site/clock.ts';
import { basics, controls } from '../styles.ts';
import { chooseEnergyUnit } from './energy-choice.ts';
import { ownChoices } from './own-choices.ts';
import { settingsPageStyles } from './settings-page-styles.ts';

/** How the page looks to the person at this device. */
export class JgDevice extends JgElement {
  static override properties = { settings: { attribute: false } };
  static override styles = [basics, controls, pageStyles, settingsPageStyles];

  declare settings: SiteSettings | null;

  constructor() {
    super();
    this.settings = null;
  }

  protected override render(): TemplateResult {
    const { settings } = words().frame;
    return html`<div class="panels">
      <section class="panel" aria-labelledby="appearance"><h2 id="appearance">${settings.appearance}</h2>${this.#appearance()}</section>
      <section class="panel" aria-labelledby="region"><h2 id="region">${settings.region}</h2>${this.#region()}</section>
    </div>`;
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
}

customElements.define('jg-device', JgDevice);
