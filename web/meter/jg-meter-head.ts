import { css, html, nothing, type TemplateResult } from 'lit';
import type { Gateway, Meter, Profile } from '../../host/api/contract.ts';
import { mayHere } from '../access.ts';
import { type Address, dataAddress, gatewayAddress, meterAddress } from '../address.ts';
import { historyAddress } from '../addresses/history-address.ts';
import { ledgerAddress } from '../addresses/ledger-address.ts';
import { formatAgo, formatDuration, formatText, formatTime } from '../format.ts';
import { isOpen } from '../frame/targets.ts';
import { profileName } from '../gateways/profile-names.ts';
import { linkTo } from '../go-to.ts';
import { locale, quantityName, words } from '../i18n/language.ts';
import { unitOf } from '../i18n/quantity-names.ts';
import { JgElement } from '../jg-element.ts';
import { explanation, stateWord } from '../overview/condition-words.ts';
import { type IconName, icon } from '../parts/icons.ts';
import { type Condition, conditionOf, tones } from '../site/condition.ts';
import type { Site } from '../site/site.ts';
import { basics, controls } from '../styles.ts';
import { deviceKind } from './device-kind.ts';
import { devicePicture, deviceStyles } from './device-pictures.ts';
import { isOld } from './old-values.ts';
import '../parts/jg-share.ts';
import '../parts/jg-state.ts';

/** What a meter is, how it is, what it measured last, and where more of it is. */
export class JgMeterHead extends JgElement {
  static override properties = {
    site: { attribute: false },
    meter: { attribute: false },
    gateway: { attribute: false },
    profile: { attribute: false },
    busAddress: { attribute: false },
    nowMs: { attribute: false },
  };
  static override styles = [
    basics,
    controls,
    deviceStyles,
    css`
      .panel {
        display: grid;
        grid-template-columns: 8.5rem minmax(0, 1fr);
        gap: 0.75rem 1.75rem;
        padding: 1.5rem;
      }
      .picture {
        align-self: center;
      }
      .what {
        display: grid;
        gap: 0.75rem;
        align-content: center;
      }
      h1 {
        font-size: 1.625rem;
        overflow-wrap: anywhere;
      }
      .title {
        display: flex;
        flex-wrap: wrap;
        align-items: center;
        gap: 0.5rem 1rem;
      }
      dl {
        display: flex;
        flex-wrap: wrap;
        gap: 0.5rem 2rem;
      }
      dt {
        font-size: 0.8125rem;
        color: var(--jg-muted);
      }
      dd {
        overflow-wrap: anywhere;
      }
      .newest {
        font-size: 1.375rem;
        font-weight: 600;
      }
      .newest small {
        font-size: 0.875rem;
        font-weight: 400;
        color: var(--jg-muted);
      }
      .old {
        color: var(--jg-muted);
      }
      ul {
        display: flex;
        flex-wrap: wrap;
        gap: 0.5rem;
      }
      @media (max-width: 40rem) {
        .panel {
          grid-template-columns: minmax(0, 1fr);
          padding: 1rem;
        }
        .picture {
          width: 5rem;
        }
      }
    `,
  ];

  declare site: Site;
  declare meter: Meter;
  declare gateway: Gateway | undefined;
  declare profile: Profile | undefined;
  /** On its bus; null where it has none, or it is not known. */
  declare busAddress: number | null;
  declare nowMs: number;

  protected override render(): TemplateResult {
    const { meter, profile } = this;
    const { device } = words().meterPage;
    const condition = conditionOf(meter, this.gateway, this.nowMs);
    const kind = deviceKind(profile, meter.quantities);
    const model = profile === undefined ? '' : profileName(profile);
    return html`<div class="panel">
      <div class="picture">${devicePicture(kind, device.pictures[kind])}</div>
      <div class="what">
        <div>
          <div class="title">
            <h1>${meter.name}</h1>
            <jg-state .tone=${tones[condition.is]} .text=${stateWord(condition)}></jg-state>
          </div>
          ${model === '' ? nothing : html`<p class="muted">${model}</p>`}
        </div>
        <div>
          ${this.#newest()}
          <p class="small">${this.#state(condition)}</p>
        </div>
        ${this.#facts()} ${this.#links()}
      </div>
    </div>`;
  }

  #state(condition: Condition): string {
    const { device } = words().meterPage;
    if (condition.is === 'well') return device.well;
    return explanation(condition, this.meter.windowS, this.nowMs) ?? device.gatewayOffline;
  }

  #newest(): TemplateResult {
    const { device } = words().meterPage;
    const { latest, quantities } = this.meter;
    const main = ['powerW', ...quantities].find(id => latest?.values[id] !== undefined);
    if (latest === null || main === undefined) return html`<p class="muted">${device.never}</p>`;
    return html`<p class="newest number ${isOld(this.meter, this.nowMs) ? 'old' : ''}" data-at-ms=${latest.atMs}>
      ${formatText(latest.values[main], unitOf(main), locale())}
      <small
        ><span>${quantityName(main)}</span> ·
        <time datetime=${new Date(latest.atMs).toISOString()} title=${formatTime(latest.atMs, 'full', locale())}
          >${formatAgo(this.nowMs - latest.atMs, locale())}</time
        ></small
      >
    </p>`;
  }

  #facts(): TemplateResult {
    const { device } = words().meterPage;
    const { profile, gateway, line, identity, windowS } = this.meter;
    const fact = (name: string, value: unknown) =>
      value === undefined || value === null || value === ''
        ? nothing
        : html`<div><dt>${name}</dt><dd>${value}</dd></div>`;
    const lineLink =
      line === undefined || !mayHere('operator') ? line : linkTo(gatewayAddress(gateway, 'line', line), line);
    return html`<dl class="small">
      ${fact(device.gateway, isOpen('gateways') ? linkTo(gatewayAddress(gateway), gateway) : gateway)} ${fact(device.line, lineLink)}
      ${fact(device.address, this.#address())} ${fact(device.profile, profile)}
      ${fact(device.serial, identity?.serial)} ${fact(device.model, identity?.model)}
      ${fact(device.firmware, identity?.firmware)}
      ${windowS > 0 ? fact(device.window, device.windowLength(formatDuration(windowS * 1000, locale()))) : nothing}
    </dl>`;
  }

  /** Chips on I²C are known by their hexadecimal address, Modbus meters by a number. */
  #address(): string | null {
    const { busAddress, profile } = this;
    if (busAddress === null) return null;
    return profile?.kind === 'ina219' ? `0x${busAddress.toString(16)}` : String(busAddress);
  }

  #links(): TemplateResult {
    const { device } = words().meterPage;
    const link = (name: IconName, address: Address, text: string) =>
      html`<li>${linkTo(address, html`${icon(name, 18)}<span>${text}</span>`, 'button')}</li>`;
    const { key, gateway } = this.meter;
    return html`<nav aria-label=${device.links}>
      <ul>
        ${link('history', historyAddress(key), device.history)}
        ${link('ledger', ledgerAddress(key, Math.floor(this.nowMs)), device.ledgerDay)}
        ${isOpen('gateways') ? link('gateways', gatewayAddress(gateway), device.gateway) : nothing}
        ${isOpen('data') ? link('data', dataAddress('corrections', { meter: key }), device.corrections) : nothing}
        <li><jg-share .site=${this.site} .address=${meterAddress(key)} .meter=${key}></jg-share></li>
      </ul>
    </nav>`;
  }
}

customElements.define('jg-meter-head', JgMeterHead);
