import { css, html, nothing, type TemplateResult } from 'lit';
import type { Gateway, Meter } from '../../host/api/contract.ts';
import { formatAddress } from '../address.ts';
import { meterAddress } from '../addresses/meter-address.ts';
import { formatAgo, formatText } from '../format.ts';
import { goTo } from '../go-to.ts';
import { locale, words } from '../i18n/language.ts';
import { JgElement } from '../jg-element.ts';
import { powerNow } from '../site/balance.ts';
import { tones } from '../site/condition.ts';
import { type MeterColour, meterColourStyles } from '../site/meter-colours.ts';
import { basics, controls } from '../styles.ts';
import { explanation, stateWord } from './condition-words.ts';
import { byGateway, filtered, type SeenMeter, seenMeters } from './meter-groups.ts';
import '../parts/jg-state.ts';

/** Many meters: a line each, by gateway, with a field to find some of them. */
export class JgMeterList extends JgElement {
  static override properties = {
    meters: { attribute: false },
    gateways: { attribute: false },
    colours: { attribute: false },
    nowMs: { attribute: false },
    find: { attribute: false },
    troubledOnly: { attribute: false },
  };
  static override styles = [
    basics,
    controls,
    meterColourStyles,
    css`
      .tools {
        display: flex;
        flex-wrap: wrap;
        align-items: end;
        gap: 0.75rem 1.5rem;
        margin-bottom: 1rem;
      }
      .field {
        flex: 1 1 16rem;
        max-width: 26rem;
      }
      .only {
        display: flex;
        align-items: center;
        gap: 0.5rem;
        min-height: 2.5rem;
        font-weight: 400;
      }
      .only input {
        width: 1.125rem;
        min-height: 1.125rem;
        accent-color: var(--jg-accent);
      }
      details {
        margin-bottom: 0.75rem;
        overflow: hidden;
      }
      summary {
        display: flex;
        flex-wrap: wrap;
        gap: 0.25rem 1rem;
        padding: 0.75rem 1.25rem;
        cursor: pointer;
        font-weight: 600;
        border-radius: var(--jg-radius);
      }
      summary span {
        font-weight: 400;
      }
      .troubled {
        color: var(--jg-bad);
      }
      li {
        display: grid;
        grid-template-columns: minmax(0, 1fr) 6.5rem 7rem 11rem;
        align-items: center;
        gap: 0.125rem 1rem;
        padding: 0.5rem 1.25rem;
        border-top: 1px solid var(--jg-border);
        min-height: 2.875rem;
        content-visibility: auto;
        contain-intrinsic-block-size: auto 2.875rem;
      }
      .name {
        display: flex;
        align-items: baseline;
        gap: 0.5rem;
        overflow-wrap: anywhere;
      }
      .name a {
        color: inherit;
        text-decoration-color: color-mix(in srgb, currentColor 35%, transparent);
        text-underline-offset: 0.2em;
      }
      .dot {
        flex: none;
        width: 0.625rem;
        height: 0.625rem;
        border-radius: 3px;
        background: var(--jg-colour);
      }
      .power,
      .energy {
        text-align: right;
      }
      .power {
        font-weight: 600;
      }
      .old {
        color: var(--jg-muted);
        font-weight: 400;
      }
      .why {
        grid-column: 1 / -1;
      }
      jg-state {
        justify-self: end;
      }
      @media (max-width: 40rem) {
        li {
          grid-template-columns: minmax(0, 1fr) auto;
        }
        .energy {
          display: none;
        }
        .name {
          grid-column: 1 / -1;
        }
        .power {
          text-align: left;
        }
      }
    `,
  ];

  declare meters: readonly Meter[];
  declare gateways: readonly Gateway[];
  declare colours: ReadonlyMap<string, MeterColour>;
  declare nowMs: number;
  /** What is searched for. Changes are told by `jg-find`. */
  declare find: string;
  declare troubledOnly: boolean;

  protected override render(): TemplateResult {
    const { list } = words().home;
    const seen = seenMeters(this.meters, this.gateways, this.nowMs);
    const shown = filtered(seen, { find: this.find, troubledOnly: this.troubledOnly });
    return html`<div class="tools">
        <div class="field">
          <label for="find">${list.find}</label>
          <input id="find" type="search" autocomplete="off" placeholder=${list.findHint} .value=${this.find} @input=${this.#found} />
        </div>
        <label class="only"
          ><input type="checkbox" .checked=${this.troubledOnly} @change=${this.#only} />${list.troubledOnly}</label
        >
        <p class="small muted number only" role="status">${list.count(shown.length, seen.length)}</p>
      </div>
      ${shown.length === 0 ? html`<p class="muted">${list.none}</p>` : nothing}
      ${[...byGateway(shown)].map(([gateway, group]) => this.#group(gateway, group))}`;
  }

  #found(event: Event): void {
    if (event.currentTarget instanceof HTMLInputElement)
      this.#tell(event.currentTarget.value, this.troubledOnly);
  }

  #only(event: Event): void {
    if (event.currentTarget instanceof HTMLInputElement) this.#tell(this.find, event.currentTarget.checked);
  }

  #tell(find: string, troubledOnly: boolean): void {
    this.tell('jg-find', { find, troubledOnly });
  }

  #group(gateway: string, group: readonly SeenMeter[]): TemplateResult {
    const { list } = words().home;
    const troubled = group.filter(({ isTroubled }) => isTroubled).length;
    return html`<details class="panel" open>
      <summary>
        ${list.ofGateway(gateway, group.length)}
        <span class="small muted">${list.wellCount(group.length - troubled)}</span>
        ${troubled === 0 ? nothing : html`<span class="small troubled">${list.troubledCount(troubled)}</span>`}
      </summary>
      <ul>
        ${group.map(one => this.#line(one))}
      </ul>
    </details>`;
  }

  #line({ meter, condition }: SeenMeter): TemplateResult {
    const { list } = words().home;
    const powerW = powerNow(meter, this.nowMs);
    const why = explanation(condition, meter.windowS, this.nowMs);
    const address = meterAddress(meter.key);
    const newest = meter.latest;
    const energy = meter.today.importWh ?? meter.today.exportWh;
    return html`<li class=${this.colours.get(meter.key) ?? 'load-0'}>
      <span class="name"
        ><i class="dot"></i><a href=${formatAddress(address)} @click=${goTo(address)}>${meter.name}</a></span
      >
      <span class="power number ${powerW === null ? 'old' : ''}" data-at-ms=${newest?.atMs ?? nothing}
        >${
          powerW === null && newest !== null
            ? formatAgo(this.nowMs - newest.atMs, locale())
            : formatText(powerW, 'W', locale())
        }</span
      >
      <span class="energy small muted number">${energy === null ? nothing : html`${list.today} ${formatText(energy, 'Wh', locale())}`}</span>
      <jg-state .tone=${tones[condition.is]} .text=${stateWord(condition)}></jg-state>
      ${why === null ? nothing : html`<span class="why small muted">${why}</span>`}
    </li>`;
  }
}

customElements.define('jg-meter-list', JgMeterList);
