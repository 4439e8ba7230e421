import { css, html, nothing, type TemplateResult } from 'lit';
import type {
  Gateway,
  GatewayCommand,
  LineSettings,
  MeterSettings,
  Profile,
  ScanEvent,
} from '../../host/api/contract.ts';
import { mayHere } from '../access.ts';
import { gatewayAddress } from '../address.ts';
import { api } from '../api.ts';
import { formatDuration, formatNumber, formatText } from '../format.ts';
import { linkTo } from '../go-to.ts';
import { locale, quantityName, words } from '../i18n/language.ts';
import { unitOf } from '../i18n/quantity-names.ts';
import { JgElement } from '../jg-element.ts';
import { icon } from '../parts/icons.ts';
import { basics, controls } from '../styles.ts';
import { knownProfiles } from './known-profiles.ts';
import type { Found } from './line-health.ts';
import { RefusedByGateway } from './line-link.ts';
import { commandErrorText, speedText } from './line-words.ts';
import { profileName } from './profile-names.ts';
import { scanMs, usualWaitMs } from './scan-time.ts';
import '../parts/jg-notice.ts';
import '../parts/jg-state.ts';
import { pageStyles } from '../parts/page-styles.ts';
import { gatewayStyles } from './gateway-styles.ts';

/** The usual ones; others are in no data sheet of the meters that are known. */
const bauds: readonly number[] = [1200, 2400, 4800, 9600, 19_200, 38_400, 57_600, 115_200];
const parities = ['none', 'even', 'odd'] as const;
/** How long each address is waited for, where not as the line needs, ms. */
const waitsMs = Object.freeze({ usual: null, slow: 300, slower: 1000 });
type Wait = keyof typeof waitsMs;
const waitNames = Object.keys(waitsMs) as Wait[];
const highestAddress = 247;
const shownValues = 4;

/** Looks for meters on a line, names what it found, and leads to the settings with it. */
export class JgScan extends JgElement {
  static override properties = {
    gateway: { attribute: false },
    line: { attribute: false },
    meters: { attribute: false },
    scan: { attribute: false },
    from: { state: true },
    to: { state: true },
    allBauds: { state: true },
    allParities: { state: true },
    wait: { state: true },
    isBusy: { state: true },
    profiles: { state: true },
    error: { state: true },
  };
  static override styles = [
    basics,
    controls,
    pageStyles,
    gatewayStyles,
    css`
      section.panel {
        gap: 1rem;
        padding: clamp(1rem, 2.5vw, 1.5rem);
      }
      form {
        display: flex;
        flex-wrap: wrap;
        align-items: end;
        gap: 0.75rem 1.25rem;
      }
      .field input {
        width: 7rem;
      }
      .check {
        min-height: 2.5rem;
      }
      .found {
        display: grid;
        gap: 0.75rem;
      }
      .found li {
        display: grid;
        grid-template-columns: minmax(0, 1fr) auto;
        gap: 0.25rem 1rem;
        align-items: center;
        padding: 0.875rem 1rem;
        border: 1px solid var(--jg-border);
        border-radius: var(--jg-radius-small);
      }
      .found p {
        grid-column: 1;
      }
      .found .action {
        grid-column: 2;
        grid-row: 1 / span 2;
      }
      @media (max-width: 40rem) {
        .found li {
          grid-template-columns: minmax(0, 1fr);
        }
        .found .action {
          grid-column: 1;
          grid-row: auto;
        }
      }
    `,
  ];

  declare gateway: Gateway;
  declare line: LineSettings;
  declare meters: readonly MeterSettings[];
  declare scan: ScanEvent | null;
  declare from: number;
  declare to: number;
  declare allBauds: boolean;
  declare allParities: boolean;
  declare wait: Wait;
  declare isBusy: boolean;
  declare profiles: readonly Profile[];
  declare error: unknown;

  constructor() {
    super();
    this.meters = [];
    this.scan = null;
    this.from = 1;
    this.to = 32;
    this.allBauds = false;
    this.allParities = false;
    this.wait = 'usual';
    this.isBusy = false;
    this.profiles = [];
    this.error = null;
  }

  override connectedCallback(): void {
    super.connectedCallback();
    // Only for names.
    knownProfiles().then(
      profiles => {
        this.profiles = profiles;
      },
      () => {},
    );
  }

  get #tries(): number {
    const { from, to } = this;
    return (
      Math.max(0, to - from + 1) *
      (this.allBauds ? bauds.length : 1) *
      (this.allParities ? parities.length : 1)
    );
  }

  get #isRange(): boolean {
    const isAddress = (value: number) => Number.isInteger(value) && value >= 1 && value <= highestAddress;
    return isAddress(this.from) && isAddress(this.to) && this.from <= this.to;
  }

  protected override render(): TemplateResult {
    const { scan: text } = words().gatewayPages;
    const isRunning = this.scan?.state === 'running';
    return html`<section class="panel" aria-labelledby="scan">
      <div>
        <h2 id="scan">${text.title}</h2>
        <p class="small muted">${text.intro}</p>
      </div>
      <form @submit=${this.#start}>
        ${this.#number('from', text.from)} ${this.#number('to', text.to)} ${this.#check('allBauds', text.bauds)}
        ${this.#check('allParities', text.parities)} ${this.#waits()}
        <div class="row">
          ${
            isRunning
              ? html`<button type="button" @click=${this.#stop}>${text.stop}</button>`
              : html`<button class="primary" ?disabled=${!this.gateway.online || this.isBusy || !this.#isRange}>${text.start}</button>`
          }
          <span class="small muted number">${text.estimate(formatNumber(this.#tries, locale(), 0), this.#duration())}</span>
        </div>
      </form>
      ${this.#isRange ? nothing : html`<p class="small bad" role="alert">${text.badRange}</p>`}
      ${this.error === null ? nothing : html`<jg-notice kind="bad" .text=${commandErrorText(this.error)}></jg-notice>`}
      ${this.scan === null ? nothing : this.#outcome(this.scan)}
    </section>`;
  }

  #number(name: 'from' | 'to', label: string): TemplateResult {
    return html`<div class="field">
      <label for=${name}>${label}</label>
      <input id=${name} type="number" inputmode="numeric" min="1" max=${highestAddress} required .value=${String(this[name])} @input=${(
        event: Event,
      ) => {
        this[name] = (event.target as HTMLInputElement).valueAsNumber;
      }} />
    </div>`;
  }

  #waits(): TemplateResult {
    const { scan: text } = words().gatewayPages;
    return html`<div class="field">
      <label for="wait">${text.wait}</label>
      <select id="wait" @change=${(event: Event) => {
        const { value } = event.target as HTMLSelectElement;
        this.wait = waitNames.find(name => name === value) ?? 'usual';
      }}>
        ${waitNames.map(name => html`<option value=${name} ?selected=${name === this.wait}>${text.waits[name]}</option>`)}
      </select>
    </div>`;
  }

  /** How long the scan will take where nobody answers: who does takes a second or two more. */
  #duration(): string {
    const { baud = 9600, port } = this.line;
    const speeds = this.allBauds ? bauds : [baud];
    const waitMs = waitsMs[this.wait] ?? usualWaitMs(port);
    return formatDuration(scanMs(this.#tries / speeds.length, speeds, waitMs), locale());
  }

  #check(name: 'allBauds' | 'allParities', label: string): TemplateResult {
    return html`<label class="check"
      ><input type="checkbox" .checked=${this[name]} @change=${(event: Event) => {
        this[name] = (event.target as HTMLInputElement).checked;
      }} />${label}</label
    >`;
  }

  #outcome({ state, tried, total, found, message, timeoutMs }: ScanEvent): TemplateResult {
    const { scan: text } = words().gatewayPages;
    const count = (value: number) => formatNumber(value, locale(), 0);
    const isLeft = state === 'running' && timeoutMs !== undefined;
    const leftMs = isLeft ? scanMs(total - tried, [this.line.baud ?? 9600], timeoutMs) : 0;
    const left = isLeft ? `, ${text.remaining(formatDuration(leftMs, locale()))}` : '';
    return html`<div role="status">
        <p>
          <strong>${text.states[state]}</strong>
          <span class="muted number">${text.running(count(tried), count(total))}, ${text.found(found.length)}${left}</span>
        </p>
        ${message === undefined ? nothing : html`<p class=${state === 'failed' ? 'bad' : 'muted'}>${message}</p>`}
      </div>
      ${state === 'running' ? html`<progress aria-label=${text.states.running} value=${tried} max=${Math.max(1, total)}></progress>` : nothing}
      ${
        found.length > 0
          ? html`<ul class="found">${found.map(one => this.#meter(one))}</ul>`
          : state === 'running'
            ? nothing
            : html`<p class="muted">${text.nothing}</p>`
      }`;
  }

  #meter(found: Found): TemplateResult {
    const { scan: text, pages } = words().gatewayPages;
    const { address, profile, sureness, serial, values } = found;
    const { baud = 9600, parity = 'none', stopBits = 1 } = this.line;
    const isOther = found.baud !== baud || found.parity !== parity || found.stopBits !== stopBits;
    const isThere = this.meters.some(meter => meter.address === address);
    const shown = Object.entries(values).slice(0, shownValues);
    return html`<li>
      <p>
        <strong>${profile === null ? text.unknownMeter : this.#nameOf(profile)}</strong>
        <span class="muted number">${pages.address(String(address))}${serial === undefined ? nothing : html`, ${text.serial(serial)}`}</span>
        ${
          profile === null
            ? nothing
            : html`<jg-state .tone=${sureness === 'sure' ? 'well' : sureness === 'likely' ? 'warn' : 'idle'} .text=${text.sureness[sureness]}></jg-state>`
        }
      </p>
      <p class="small number muted">
        ${shown.map(([quantity, value]) => `${quantityName(quantity)} ${formatText(value, unitOf(quantity), locale())}`).join(' · ')}
      </p>
      ${isOther ? html`<p class="small warn">${text.otherSpeed(speedText(found))}</p>` : nothing}
      <div class="action">
        ${
          isThere
            ? html`<span class="muted small">${text.isThere}</span>`
            : mayHere('admin')
              ? linkTo(
                  gatewayAddress(this.gateway.id, 'settings', this.line.id, { address, profile }),
                  html`${icon('plus', 18)}${text.add}`,
                  'button',
                )
              : nothing
        }
      </div>
    </li>`;
  }

  /** The meter as a person knows it; its profile's id where the host does not know that. */
  #nameOf(id: string): string {
    const profile = this.profiles.find(one => one.id === id);
    return profile === undefined ? id : profileName(profile);
  }

  async #start(event: SubmitEvent): Promise<void> {
    event.preventDefault();
    const { from, to, allBauds, allParities, line } = this;
    const timeoutMs = waitsMs[this.wait];
    await this.#command({
      name: 'scan',
      line: line.id,
      scan: {
        fromAddress: from,
        toAddress: to,
        ...(allBauds && { bauds: [...bauds] }),
        ...(allParities && { parities: [...parities] }),
        ...(timeoutMs !== null && { timeoutMs }),
      },
    });
  }

  async #stop(): Promise<void> {
    await this.#command({ name: 'stopScan', line: this.line.id });
  }

  async #command(command: GatewayCommand): Promise<void> {
    this.isBusy = true;
    this.error = null;
    try {
      const { ok, message = '' } = await api.command(this.gateway.id, command);
      if (!ok) this.error = new RefusedByGateway(message);
    } catch (error) {
      this.error = error;
    }
    this.isBusy = false;
  }
}

customElements.define('jg-scan', JgScan);
