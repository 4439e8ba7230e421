import { css, html, nothing, type TemplateResult } from 'lit';
import type { ProbeEvent } from '../../host/api/contract.ts';
import { api } from '../api.ts';
import { formatNumber, formatReading, formatText } from '../format.ts';
import { locale, quantityName, words } from '../i18n/language.ts';
import { isCounter, unitOf } from '../i18n/quantity-names.ts';
import { JgElement } from '../jg-element.ts';
import { RequestError } from '../request-error.ts';
import { basics, controls } from '../styles.ts';
import { RefusedByGateway, SilentGateway } from './line-link.ts';
import { commandErrorText } from './line-words.ts';
import '../parts/jg-notice.ts';
import { pageStyles } from '../parts/page-styles.ts';
import { tableStyles } from '../parts/table-styles.ts';

/** A meter is read within this, or not at all. */
const answerMs = 30_000;

/** Reads a live meter by a profile, and shows what each register gave. */
export class JgProbe extends JgElement {
  static override properties = {
    gateway: { attribute: false },
    lines: { attribute: false },
    profile: { attribute: false },
    line: { state: true },
    address: { state: true },
    isBusy: { state: true },
    result: { state: true },
    error: { state: true },
  };
  static override styles = [
    basics,
    controls,
    tableStyles,
    pageStyles,
    css`
      section {
        display: grid;
        grid-template-columns: minmax(0, 1fr);
        gap: 1rem;
      }
      form {
        display: flex;
        flex-wrap: wrap;
        align-items: end;
        gap: 0.75rem;
      }
      .field input {
        width: 6rem;
      }
      td,
      th {
        padding: 0.375rem 0.625rem;
      }
      tbody th {
        white-space: normal;
      }
      td.why {
        white-space: normal;
        text-align: left;
      }
    `,
  ];

  declare gateway: string;
  declare lines: readonly string[];
  declare profile: object | null;
  declare line: string | null;
  declare address: number;
  declare isBusy: boolean;
  declare result: ProbeEvent | null;
  declare error: unknown;
  #source: EventSource | null = null;
  #limit: ReturnType<typeof setTimeout> | undefined;

  constructor() {
    super();
    this.lines = [];
    this.profile = null;
    this.line = null;
    this.address = 1;
    this.isBusy = false;
    this.result = null;
    this.error = null;
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#end();
  }

  protected override render(): TemplateResult {
    const { editor } = words().gatewayPages;
    const canRun = this.profile !== null && this.lines.length > 0 && !this.isBusy;
    return html`<section class="panel" aria-labelledby="probe">
      <h2 id="probe">${editor.probe}</h2>
      ${this.lines.length === 0 ? html`<p class="muted">${editor.noLine}</p>` : nothing}
      <form @submit=${this.#start}>
        <div class="field">
          <label for="line">${editor.probeLine}</label>
          <select id="line" @change=${(event: Event) => {
            this.line = (event.target as HTMLSelectElement).value;
          }}>
            ${this.lines.map(id => html`<option value=${id} ?selected=${id === this.line}>${id}</option>`)}
          </select>
        </div>
        <div class="field">
          <label for="address">${editor.probeAddress}</label>
          <input id="address" type="number" inputmode="numeric" min="1" max="247" required .value=${String(this.address)} @input=${(
            event: Event,
          ) => {
            this.address = (event.target as HTMLInputElement).valueAsNumber;
          }} />
        </div>
        <button class="primary" ?disabled=${!canRun}>${this.isBusy ? editor.probing : editor.probeStart}</button>
      </form>
      ${this.error === null ? nothing : html`<jg-notice kind="bad" .text=${commandErrorText(this.error)}></jg-notice>`}
      <div aria-live="polite">${this.result === null ? nothing : this.#table(this.result)}</div>
    </section>`;
  }

  #table({ registers, message }: ProbeEvent): TemplateResult {
    const { editor } = words().gatewayPages;
    const good = registers.filter(({ value }) => value !== undefined).length;
    const count = (value: number) => formatNumber(value, locale(), 0);
    const isAll = good === registers.length && good > 0;
    return html`${message === undefined ? nothing : html`<p class="warn">${message}</p>`}
      <p class=${isAll ? 'well' : 'warn'}>${editor.probed(count(good), count(registers.length))}</p>
      <div class="frame" tabindex="0" role="group" aria-label=${editor.probe}>
        <table>
          <thead>
            <tr>
              <th scope="col">${editor.quantity}</th>
              <th scope="col">${editor.register}</th>
              <th scope="col">${editor.value}</th>
              <th scope="col">${editor.hex}</th>
            </tr>
          </thead>
          <tbody>
            ${registers.map(
              ({ quantity, address, value, hex, error }) => html`<tr>
                <th scope="row">${quantityName(quantity)}</th>
                <td class="mono">0x${address.toString(16).padStart(4, '0')}</td>
                ${
                  value === undefined
                    ? html`<td class="bad why">${error}</td>`
                    : html`<td>${valueText(quantity, value)}</td>`
                }
                <td class="mono muted">${hex}</td>
              </tr>`,
            )}
          </tbody>
        </table>
      </div>`;
  }

  async #start(event: SubmitEvent): Promise<void> {
    event.preventDefault();
    const line = this.line ?? this.lines[0];
    if (line === undefined || this.profile === null) return;
    this.isBusy = true;
    this.error = null;
    this.result = null;
    const early: ProbeEvent[] = [];
    let wanted: string | null = null;
    // What the meter gave may come before the answer to the command.
    this.#source = new EventSource(api.lineEventsUrl(this.gateway, line));
    this.#source.addEventListener('probe', ({ data }) => {
      const result: ProbeEvent = JSON.parse(data);
      if (wanted === null) early.push(result);
      else if (result.id === wanted) this.#done(result);
    });
    try {
      await opened(this.#source);
      const {
        ok,
        message = '',
        id,
      } = await api.command(this.gateway, {
        name: 'probe',
        line,
        address: this.address,
        profile: this.profile,
      });
      if (!ok) throw new RefusedByGateway(message);
      wanted = id;
      const result = early.find(one => one.id === id);
      if (result !== undefined) this.#done(result);
      else this.#limit = setTimeout(() => this.#giveUp(), answerMs);
    } catch (error) {
      this.error = error;
      this.#end();
    }
  }

  #done(result: ProbeEvent): void {
    this.result = result;
    const line = this.line ?? this.lines[0];
    if (result.registers.some(({ value }) => value !== undefined))
      this.tell('jg-tried', { line, address: this.address });
    this.#end();
  }

  #giveUp(): void {
    this.error = new SilentGateway();
    this.#end();
  }

  #end(): void {
    clearTimeout(this.#limit);
    this.#source?.close();
    this.#source = null;
    this.isBusy = false;
  }
}

/** Ends when the stream is there. Rejects where the host has no more of them, or cannot be reached. */
const opened = (source: EventSource): Promise<unknown> =>
  new Promise((resolve, reject) => {
    source.addEventListener('open', resolve, { once: true });
    source.addEventListener('error', () => reject(new RequestError('unreachable', 0, null)), { once: true });
  });

/** Counters as they stand on the meter. */
const valueText = (quantity: string, value: number): string =>
  (isCounter(quantity) ? formatReading : formatText)(value, unitOf(quantity), locale());

customElements.define('jg-probe', JgProbe);
