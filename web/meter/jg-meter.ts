import { css, html, nothing, type TemplateResult } from 'lit';
import { quantities, quantityIds } from '#core/quantities.ts';
import type { Meter, Profile, Series, SettingsState, SiteSettings } from '../../host/api/contract.ts';
import { type LoadWeeks, type MeterAddress, weeksByDefault } from '../addresses/meter-address.ts';
import { api } from '../api.ts';
import { knownProfiles } from '../gateways/known-profiles.ts';
import { linkTo } from '../go-to.ts';
import { words } from '../i18n/language.ts';
import { JgElement } from '../jg-element.ts';
import { RequestError } from '../request-error.ts';
import { hostNow } from '../site/clock.ts';
import { Asked } from './asked.ts';
import { oldText } from './old-values.ts';
import { phasorPicture } from './phasors.ts';
import './jg-counters.ts';
import './jg-meter-events.ts';
import './jg-meter-head.ts';
import './jg-meter-ledger.ts';
import './jg-meter-load.ts';
import { loadQuantity } from './jg-meter-load.ts';
import './jg-meter-values.ts';
import './jg-phasors.ts';
import './jg-power-quality.ts';
import { hasQuality } from './jg-power-quality.ts';
import './jg-voltage-band.ts';
import type { Site } from '../site/site.ts';
import { basics, controls } from '../styles.ts';
import { Ticking } from '../ticking.ts';
import { voltageSeries } from './jg-voltage-band.ts';

const refreshMs = 60_000;

/** What the page needs besides the live values. */
interface Background {
  readonly stored: readonly Series[];
  readonly settings: SettingsState | null;
  readonly site: SiteSettings | null;
}

/** Everything about one meter. Cards appear only where their source exists. */
export class JgMeter extends JgElement {
  static override properties = {
    site: { attribute: false },
    meters: { attribute: false },
    address: { attribute: false },
    profiles: { state: true },
  };
  static override styles = [
    basics,
    controls,
    css`
      .cards {
        display: grid;
        gap: 1.5rem;
      }
      .two {
        display: grid;
        grid-template-columns: repeat(auto-fit, minmax(min(100%, 28rem), 1fr));
        gap: 1.5rem;
      }
      .two > *,
      .cards > * {
        min-width: 0;
      }
      .unknown {
        display: grid;
        gap: 0.75rem;
        padding: 1.5rem;
      }
    `,
  ];

  declare site: Site;
  declare meters: readonly Meter[];
  declare address: MeterAddress;
  declare profiles: readonly Profile[];
  readonly #background = new Asked<Background>(this, refreshMs, async signal => {
    const gateway = this.address.meter.split('.')[0] ?? '';
    const [stored, settings, site] = await Promise.all([
      api.series(),
      // Without them no address on the bus and another zone: all else is there.
      api.settings(gateway).catch(withoutIt),
      api.site(signal).catch(withoutIt),
    ]);
    signal.throwIfAborted();
    return { stored, settings, site };
  });

  constructor() {
    super();
    this.meters = [];
    this.profiles = [];
    new Ticking(this);
    this.addEventListener('jg-meter-at', event => this.#at((event as CustomEvent<number | null>).detail));
    this.addEventListener('jg-meter-weeks', event => this.#weeks((event as CustomEvent<LoadWeeks>).detail));
  }

  override connectedCallback(): void {
    super.connectedCallback();
    // Without them the device's maker and model are not known, and all else is there.
    knownProfiles().then(
      profiles => {
        this.profiles = profiles;
      },
      () => {},
    );
  }

  protected override willUpdate(): void {
    // Of a meter that is not there nothing is asked.
    if (this.#meter !== undefined) this.#background.want(this.address.meter);
  }

  get #meter(): Meter | undefined {
    return this.meters.find(({ key }) => key === this.address.meter);
  }

  protected override render(): TemplateResult {
    const meter = this.#meter;
    if (meter !== undefined) return this.#page(meter);
    const { meterPage, load } = words();
    if (!this.site.isLoaded) return html`<p class="muted" role="status">${load.loading}</p>`;
    return html`<div class="panel unknown">
      <h1>${meterPage.unknown(this.address.meter)}</h1>
      <p>${meterPage.unknownHelp}</p>
      <p>${linkTo({ view: 'overview' }, meterPage.toOverview)}</p>
    </div>`;
  }

  #page(meter: Meter): TemplateResult {
    const nowMs = hostNow();
    const background = this.#background.value;
    const settings = (background?.settings?.running ?? background?.settings?.desired)?.meters;
    return html`<div class="cards">
      <jg-meter-head
        .meter=${meter}
        .site=${this.site}
        .gateway=${this.site.gateway(meter.gateway)}
        .profile=${this.profiles.find(({ id }) => id === meter.profile)}
        .busAddress=${settings?.find(({ id }) => id === meter.id)?.address ?? null}
        .nowMs=${nowMs}
      ></jg-meter-head>
      <jg-meter-values .meter=${meter} .nowMs=${nowMs}></jg-meter-values>
      ${this.#electrical(meter, oldText(meter, nowMs))} ${background === null ? nothing : this.#past(meter, background)}
    </div>`;
  }

  #electrical(meter: Meter, old: string | null): TemplateResult | typeof nothing {
    const values = meter.latest?.values ?? {};
    const picture = phasorPicture(values);
    const isQuality = hasQuality(values);
    if (picture === null && !isQuality) return nothing;
    return html`<div class="two">
      ${picture === null ? nothing : html`<jg-phasors .picture=${picture} .old=${old}></jg-phasors>`}
      ${isQuality ? html`<jg-power-quality .values=${values} .old=${old}></jg-power-quality>` : nothing}
    </div>`;
  }

  #past(meter: Meter, { stored, site }: Background): TemplateResult {
    const series = stored.filter(each => each.meter === meter.key);
    const own = new Set(series.map(({ quantity }) => quantity));
    const zone = site?.zone ?? Intl.DateTimeFormat().resolvedOptions().timeZone;
    const counters = quantityIds.filter(id => own.has(id) && quantities[id].kind === 'counter');
    const load = loadQuantity(own);
    const sinceMs = series.find(({ quantity }) => quantity === load)?.firstMs ?? 0;
    const { atMs, weeks } = this.address;
    return html`${
      voltageSeries(own).length === 0 || phasorPicture(meter.latest?.values ?? {}) === null
        ? nothing
        : html`<jg-voltage-band .meter=${meter} .stored=${own}></jg-voltage-band>`
    }
    ${
      counters.length === 0
        ? nothing
        : html`<jg-counters .meter=${meter} .counters=${counters} .atMs=${atMs ?? null} .zone=${zone}></jg-counters>`
    }
    ${
      load === null
        ? nothing
        : html`<jg-meter-load .meter=${meter} .quantity=${load} .weeks=${weeks ?? weeksByDefault} .sinceMs=${sinceMs} .zone=${zone}></jg-meter-load>`
    }
    ${
      own.size === 0
        ? nothing
        : html`<div class="two">
            <jg-meter-events .meter=${meter} .zone=${zone}></jg-meter-events>
            <jg-meter-ledger .meter=${meter}></jg-meter-ledger>
          </div>`
    }`;
  }

  #at(atMs: number | null): void {
    const { atMs: _before, ...rest } = this.address;
    this.tell<MeterAddress>('jg-address', atMs === null ? rest : { ...rest, atMs });
  }

  #weeks(weeks: LoadWeeks): void {
    const { weeks: _before, ...rest } = this.address;
    this.tell<MeterAddress>('jg-address', weeks === weeksByDefault ? rest : { ...rest, weeks });
  }
}

/** What cannot be had is not there; whatever is no answer of the host is a fault of the page. */
function withoutIt(error: unknown): null {
  if (error instanceof RequestError) return null;
  throw error;
}

customElements.define('jg-meter', JgMeter);
