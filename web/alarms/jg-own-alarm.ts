import { html, type TemplateResult } from 'lit';
import { isQuantityId, quantities } from '#core/quantities.ts';
import type { Meter } from '../../host/api/contract.ts';
import { gatewayAddress, meterAddress } from '../address.ts';
import { linkTo } from '../go-to.ts';
import { words } from '../i18n/language.ts';
import { JgElement } from '../jg-element.ts';
import '../parts/jg-state.ts';
import { pageStyles } from '../parts/page-styles.ts';
import { basics } from '../styles.ts';
import { alarmStyles } from './alarm-styles.ts';
import { measuredText, whenText } from './event-words.ts';
import type { OwnAlarm } from './own-alarms.ts';

/** What a gateway's own rule told: it is changed there, and nobody acknowledges it. */
export class JgOwnAlarm extends JgElement {
  static override properties = {
    alarm: { attribute: false },
    meter: { attribute: false },
    zone: { attribute: false },
    nowMs: { attribute: false },
  };
  static override styles = [basics, pageStyles, alarmStyles];

  declare alarm: OwnAlarm;
  declare meter: Meter | undefined;
  declare zone: string | undefined;
  declare nowMs: number;

  protected override render(): TemplateResult {
    const { events } = words().alarms;
    const { gateway, rule, meter, quantity, value, beganMs, endedMs } = this.alarm;
    const unit = isQuantityId(quantity) ? quantities[quantity].unit : '1';
    const isOver = endedMs !== null;
    return html`<article class="panel">
      <div class="top">
        <h3>${rule}</h3>
        <jg-state .tone=${isOver ? 'idle' : 'warn'} .text=${isOver ? events.over : events.lasting}></jg-state>
      </div>
      <p>${this.meter === undefined ? meter : linkTo(meterAddress(meter), this.meter.name)} · ${measuredText({ subject: quantity, value, worst: null, unit })}</p>
      <p class="small muted number">${whenText({ beganMs: beganMs ?? endedMs ?? this.nowMs, endedMs }, this.nowMs, this.zone)} · ${linkTo(gatewayAddress(gateway), events.ofGateway(gateway))}</p>
    </article>`;
  }
}

customElements.define('jg-own-alarm', JgOwnAlarm);
