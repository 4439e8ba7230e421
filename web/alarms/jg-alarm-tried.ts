import { html, nothing, type TemplateResult } from 'lit';
import type { AlarmTried } from '../../host/api/contract.ts';
import { formatNumber } from '../format.ts';
import { locale, words } from '../i18n/language.ts';
import { JgElement } from '../jg-element.ts';
import { pageStyles } from '../parts/page-styles.ts';
import { hostNow } from '../site/clock.ts';
import type { Site } from '../site/site.ts';
import { basics } from '../styles.ts';
import { alarmStyles } from './alarm-styles.ts';
import { eventValue, whenText } from './event-words.ts';

const shown = 12;

/** How often a rule would have fired in the last week, and when. */
export class JgAlarmTried extends JgElement {
  static override properties = {
    tried: { attribute: false },
    unit: { attribute: false },
    site: { attribute: false },
  };
  static override styles = [basics, pageStyles, alarmStyles];

  declare tried: AlarmTried;
  declare unit: string;
  declare site: Site;

  protected override render(): TemplateResult {
    const { rules } = words().alarms;
    const { fired, events, metersTried, isWhole, neverFires } = this.tried;
    const newest = [...events].sort((one, other) => other.beganMs - one.beganMs);
    const left = fired - Math.min(newest.length, shown);
    const number = (value: number) => formatNumber(value, locale(), 0);
    return html`<div class="box">
      <p role="status"><strong>${metersTried === 0 ? rules.triedNone : rules.tried(fired)}</strong></p>
      ${
        newest.length === 0
          ? nothing
          : html`<ul class="small number">
              ${newest.slice(0, shown).map(event => html`<li>${this.#one(event, metersTried > 1)}</li>`)}
              ${left > 0 ? html`<li class="muted">${rules.triedMore(number(left))}</li>` : nothing}
            </ul>`
      }
      ${neverFires ? html`<p class="small">${rules.triedNever}</p>` : nothing}
      ${isWhole ? nothing : html`<p class="small muted">${rules.triedPart(number(metersTried))}</p>`}
    </div>`;
  }

  #one(
    { beganMs, endedMs, meter, worst, value }: AlarmTried['events'][number],
    isOfSeveral: boolean,
  ): string {
    const { settings, meters } = this.site;
    const day = new Intl.DateTimeFormat(locale(), {
      weekday: 'short',
      day: 'numeric',
      month: 'short',
      ...(settings !== null && { timeZone: settings.zone }),
    }).format(beganMs);
    const most = worst ?? value;
    return [
      `${day}, ${whenText({ beganMs, endedMs }, hostNow(), settings?.zone)}`,
      ...(isOfSeveral ? [meters.find(({ key }) => key === meter)?.name ?? meter] : []),
      ...(most === null ? [] : [eventValue(most, this.unit)]),
    ].join(' · ');
  }
}

customElements.define('jg-alarm-tried', JgAlarmTried);
