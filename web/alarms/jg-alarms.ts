import { html, type TemplateResult } from 'lit';
import { isPerson, mayHere } from '../access.ts';
import {
  type AlarmPart,
  type AlarmsAddress,
  alarmParts,
  alarmsAddress,
} from '../addresses/alarms-address.ts';
import { words } from '../i18n/language.ts';
import { JgElement } from '../jg-element.ts';
import { pageStyles } from '../parts/page-styles.ts';
import { hostNow } from '../site/clock.ts';
import type { Site } from '../site/site.ts';
import { basics, controls } from '../styles.ts';
import './jg-alarm-events.ts';
import './jg-alarm-rules.ts';
import './jg-channels.ts';
import '../parts/jg-tabs.ts';

/** Whoever may look sees events and rules; channels hold addresses of people, and a link is no person. */
const isOffered = (part: AlarmPart): boolean => part !== 'channels' || isPerson() || mayHere('admin');

/** What alarm rules told, the rules, and who is told; each part with an address of its own. */
export class JgAlarms extends JgElement {
  static override properties = {
    site: { attribute: false },
    address: { attribute: false },
    meters: { attribute: false },
  };
  static override styles = [basics, controls, pageStyles];

  declare site: Site;
  declare address: AlarmsAddress;
  /** As `site` has them: what changes makes this draw again. */
  declare meters: Site['meters'];

  protected override render(): TemplateResult {
    const { nav, alarms } = words();
    const parts = alarmParts.filter(isOffered);
    const part = parts.find(each => each === this.address.part) ?? 'events';
    const tabs = parts.map(each => ({
      address: alarmsAddress(each),
      text: alarms.parts[each],
      isShown: each === part,
    }));
    return html`<div class="page">
      <div>
        <h1>${nav.alarms}</h1>
        <p class="muted">${alarms.intro}</p>
      </div>
      <jg-tabs .label=${nav.alarms} .tabs=${tabs}></jg-tabs>
      ${this.#part(part)}
    </div>`;
  }

  #part(part: AlarmPart): TemplateResult {
    const { site, address } = this;
    const tick = hostNow();
    switch (part) {
      case 'events':
        return html`<jg-alarm-events .site=${site} .address=${address} .tick=${tick}></jg-alarm-events>`;
      case 'rules':
        return html`<jg-alarm-rules .site=${site} .one=${address.one} .tick=${tick}></jg-alarm-rules>`;
      case 'channels':
        return html`<jg-channels .site=${site} .one=${address.one} .tick=${tick}></jg-channels>`;
    }
  }
}

customElements.define('jg-alarms', JgAlarms);
