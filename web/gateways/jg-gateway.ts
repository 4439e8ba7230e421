import { css, html, nothing, type TemplateResult } from 'lit';
import type {
  Gateway,
  LineSettings,
  Meter,
  MeterSettings,
  Profile,
  SettingsState,
} from '../../host/api/contract.ts';
import { mayHere } from '../access.ts';
import { gatewayAddress, historyOf } from '../address.ts';
import { formatNumber } from '../format.ts';
import { linkTo } from '../go-to.ts';
import { locale, words } from '../i18n/language.ts';
import { JgElement } from '../jg-element.ts';
import { icon } from '../parts/icons.ts';
import { conditionOf, tones } from '../site/condition.ts';
import { basics, controls } from '../styles.ts';
import { knownProfiles } from './known-profiles.ts';
import { speedText } from './line-words.ts';
import './jg-gateway-actions.ts';
import './jg-gateway-alarms.ts';
import '../overview/jg-gateway-card.ts';
import './jg-gateway-life.ts';
import './jg-meter-commands.ts';
import '../parts/jg-state.ts';
import './jg-update.ts';
import { pageStyles } from '../parts/page-styles.ts';

/** One gateway: how it is and what it can be told, its lines, and each meter with what went wrong with it. */
export class JgGateway extends JgElement {
  static override properties = {
    gateway: { attribute: false },
    meters: { attribute: false },
    settings: { attribute: false },
    nowMs: { attribute: false },
    profiles: { state: true },
  };
  static override styles = [
    basics,
    controls,
    pageStyles,
    css`
      .both {
        display: grid;
        grid-template-columns: minmax(0, 2fr) minmax(18rem, 1fr);
        gap: 1.5rem;
        align-items: start;
      }
      .lines {
        display: grid;
        gap: 1rem;
        margin-top: 0.75rem;
      }
      .line {
        padding: 1.25rem 1.5rem;
      }
      h3 {
        font-size: 1.0625rem;
      }
      h4 {
        margin: 0;
        font-size: 1rem;
        font-weight: 550;
      }
      .meters {
        margin-top: 0.75rem;
      }
      .meters li {
        display: grid;
        grid-template-columns: minmax(0, 1fr) auto;
        gap: 0.125rem 1rem;
        padding: 0.625rem 0;
        border-top: 1px solid var(--jg-border);
      }
      .meters p,
      jg-meter-commands {
        grid-column: 1 / -1;
      }
      .fault {
        margin-top: 0.75rem;
        padding: 0.75rem 1rem;
        border-radius: var(--jg-radius-small);
        background: var(--jg-bad-tint);
        color: var(--jg-bad);
      }
      .first {
        margin-top: 0.75rem;
      }
      .now,
      .more {
        display: grid;
        gap: 1rem;
      }
      @media (min-width: 60.01rem) {
        .both {
          grid-template-rows: auto 1fr;
        }
        section {
          grid-row: 1 / 3;
          grid-column: 1;
        }
        .now,
        .more {
          grid-column: 2;
        }
        .now {
          margin-bottom: -0.5rem;
        }
      }
      @media (max-width: 60rem) {
        .both {
          grid-template-columns: minmax(0, 1fr);
        }
      }
    `,
  ];

  declare gateway: Gateway;
  declare meters: readonly Meter[];
  declare settings: SettingsState | null;
  declare nowMs: number;
  declare profiles: readonly Profile[];

  constructor() {
    super();
    this.profiles = [];
  }

  override connectedCallback(): void {
    super.connectedCallback();
    // Only for what can be written; without them all else is there.
    knownProfiles().then(
      profiles => {
        this.profiles = profiles;
      },
      () => {},
    );
  }

  protected override render(): TemplateResult {
    const { pages } = words().gatewayPages;
    return html`<div class="both">
      <div class="now">
        <h2 class="visually-hidden">${pages.parts.state}</h2>
        <jg-gateway-card .gateway=${this.gateway} .nowMs=${this.nowMs}></jg-gateway-card>
        ${mayHere('operator') ? html`<jg-gateway-actions .gateway=${this.gateway}></jg-gateway-actions>` : nothing}
      </div>
      <section aria-labelledby="lines">
        <h2 id="lines">${pages.lines}</h2>
        ${this.#lines()}
      </section>
      <div class="more">
        <jg-update .gateway=${this.gateway}></jg-update>
        <jg-gateway-life .gateway=${this.gateway}></jg-gateway-life>
        <jg-gateway-alarms .gateway=${this.gateway}></jg-gateway-alarms>
      </div>
    </div>`;
  }

  #lines(): TemplateResult {
    const { gatewayPages, load } = words();
    if (this.settings === null) return html`<p class="muted" role="status">${load.loading}</p>`;
    const running = this.settings.running ?? this.settings.desired;
    if (running === null || running.lines.length === 0) {
      return html`<p class="muted">${gatewayPages.pages.noLines}</p>
        ${mayHere('admin') ? html`<p class="first">${linkTo(gatewayAddress(this.gateway.id, 'settings'), gatewayPages.setup.addLine, 'button')}</p>` : nothing}`;
    }
    return html`<ul class="lines">
      ${running.lines.map(line =>
        this.#line(
          line,
          running.meters.filter(meter => meter.line === line.id),
        ),
      )}
    </ul>`;
  }

  #line(line: LineSettings, meters: readonly MeterSettings[]): TemplateResult {
    const { pages } = words().gatewayPages;
    const fault = this.gateway.lineFaults[line.id];
    const isLookedAt = line.kind !== 'i2c' && mayHere('operator');
    return html`<li class="panel line">
      <div class="head">
        <div>
          <h3><code>${line.id}</code> ${pages.kinds[line.kind] ?? line.kind}</h3>
          <p class="small muted"><code>${line.port}</code>${line.kind === 'i2c' ? nothing : html` · ${speedText(line)}`}</p>
        </div>
        ${
          isLookedAt
            ? linkTo(
                gatewayAddress(this.gateway.id, 'line', line.id),
                html`${icon(line.kind === 'ir' ? 'aim' : 'doctor', 18)}${line.kind === 'ir' ? pages.aim : pages.doctor}`,
                'button',
              )
            : nothing
        }
      </div>
      ${fault === undefined ? nothing : html`<p class="fault"><strong>${pages.fault}.</strong> ${fault}</p>`}
      ${
        meters.length === 0
          ? html`<p class="muted small">${pages.noMeters}</p>`
          : html`<ul class="meters">${meters.map(meter => this.#meter(meter))}</ul>`
      }
    </li>`;
  }

  #meter(settings: MeterSettings): TemplateResult {
    const { states, reasons, gatewayPages } = words();
    const { pages } = gatewayPages;
    const key = `${this.gateway.id}.${settings.id}`;
    const meter = this.meters.find(one => one.key === key);
    const condition = meter === undefined ? null : conditionOf(meter, this.gateway, this.nowMs);
    const is = condition === null || condition.is === 'gatewayOffline' ? 'unknown' : condition.is;
    const why = condition?.is === 'failing' ? `: ${reasons[condition.reason] ?? condition.reason}` : '';
    const failures = Object.entries(meter?.failures ?? {}).filter(([, count]) => count > 0);
    const about = [
      settings.profile,
      ...(settings.address === undefined ? [] : [pages.address(addressText(settings.address))]),
    ];
    return html`<li>
      <div>
        <h4><a href=${historyOf(key)}>${settings.name}</a></h4>
        <span class="small muted">${about.join(' · ')}</span>
      </div>
      <span><jg-state .tone=${tones[is]} .text=${`${states[is]}${why}`}></jg-state></span>
      ${mayHere('operator') ? html`<jg-meter-commands .gateway=${this.gateway.id} .meter=${settings.id} .commands=${this.#commands(settings)}></jg-meter-commands>` : nothing}
      ${
        failures.length === 0
          ? nothing
          : html`<p class="small muted number">
              ${pages.failures}:
              ${failures
                .map(([reason, count]) =>
                  pages.failure(formatNumber(count, locale(), 0), reasons[reason] ?? reason),
                )
                .join(', ')}
            </p>`
      }
    </li>`;
  }

  #commands({ profile }: MeterSettings): Profile['commands'] {
    const own = (this.settings?.running?.profiles ?? []).find(({ id }) => id === profile);
    if (own === undefined) return this.profiles.find(({ id }) => id === profile)?.commands ?? [];
    return (own.commands ?? []).map(({ id, name, min, max, unit = null }) => ({ id, name, min, max, unit }));
  }
}

/** I²C addresses are written in hexadecimal. */
const addressText = (address: number): string =>
  address >= 0x40 && address <= 0x4f ? `${address} (0x${address.toString(16)})` : String(address);

customElements.define('jg-gateway', JgGateway);
