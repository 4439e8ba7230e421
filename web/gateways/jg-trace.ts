import { html, nothing, type TemplateResult } from 'lit';
import { repeat } from 'lit/directives/repeat.js';
import type { TraceEvent } from '../../host/api/contract.ts';
import { formatNumber } from '../format.ts';
import { locale, words } from '../i18n/language.ts';
import { JgElement } from '../jg-element.ts';
import { icon } from '../parts/icons.ts';
import { pageStyles } from '../parts/page-styles.ts';
import { basics, controls } from '../styles.ts';
import { addressOf, frameText, spacedHex, type TraceFrame } from './frame-words.ts';
import { traceStyles } from './trace-styles.ts';
import { type ShownValue, shownValues } from './trace-values.ts';

/** So many frames are kept; the browser draws no more without getting slow. */
const mostFrames = 400;
const drawnFrames = 120;
/** A longer frame is shown by its first bytes. */
const shortBytes = 16;
/** So many values of a frame are shown at once, the others when they are asked for. */
const shortValues = 6;

const troubles: ReadonlySet<TraceFrame['is']> = new Set(['exception', 'foreign', 'late', 'noise', 'damaged']);

/** Browsers let a page copy over TLS and on the host's own machine alone. */
const canCopy = (): boolean => navigator.clipboard !== undefined;

interface Row {
  readonly number: number;
  readonly frame: TraceFrame;
  /** Since the frame before, ms. */
  readonly sinceMs: number | null;
}

/** Every frame on a line as it goes by, with its meaning. Tells `jg-trace` (detail: whether frames are wanted). */
export class JgTrace extends JgElement {
  static override properties = {
    addresses: { attribute: false },
    line: { attribute: false },
    canRun: { attribute: false },
    isHead: { attribute: false },
    state: { state: true },
    rows: { state: true },
    dropped: { state: true },
    only: { state: true },
    copied: { state: true },
  };
  static override styles = [basics, controls, pageStyles, traceStyles];

  declare addresses: readonly number[];
  declare line: string;
  declare canRun: boolean;
  /** An optical head's: it has no addresses. */
  declare isHead: boolean;
  declare state: 'stopped' | 'running' | 'paused';
  declare rows: readonly Row[];
  declare dropped: number;
  /** Which frames are shown: all, those of an address, or those that went wrong. */
  declare only: string;
  declare copied: boolean;
  #number = 0;

  constructor() {
    super();
    this.addresses = [];
    this.line = '';
    this.canRun = false;
    this.isHead = false;
    this.state = 'stopped';
    this.rows = [];
    this.dropped = 0;
    this.only = 'all';
    this.copied = false;
  }

  /** Takes frames in, unless it is paused. */
  add({ frames, dropped }: TraceEvent): void {
    if (this.state !== 'running') return;
    let before = this.rows.at(-1)?.frame.ticksMs ?? null;
    const fresh = frames.map(frame => {
      const row = { number: this.#number++, frame, sinceMs: before === null ? null : frame.ticksMs - before };
      before = frame.ticksMs;
      return row;
    });
    this.rows = [...this.rows, ...fresh].slice(-mostFrames);
    this.dropped += dropped;
  }

  get #shown(): readonly Row[] {
    const { only } = this;
    if (only === 'all') return this.rows;
    return this.rows.filter(({ frame }) =>
      only === 'errors' ? troubles.has(frame.is) : addressOf(frame) === Number(only),
    );
  }

  protected override render(): TemplateResult {
    const { trace } = words().gatewayPages;
    return html`<section class="panel" aria-labelledby="trace">
      <div class="head">
        <div>
          <h2 id="trace">${trace.title}</h2>
          <p class="small muted">${this.isHead ? trace.introHead : trace.intro}</p>
        </div>
        <div class="row">${this.#buttons()}</div>
      </div>
      ${this.state === 'stopped' ? html`<p class="muted blank">${trace.stopped}</p>` : this.#frames()}
    </section>`;
  }

  #buttons(): TemplateResult {
    const { trace } = words().gatewayPages;
    const isRunning = this.state === 'running';
    const name = isRunning ? trace.pause : this.state === 'paused' ? trace.resume : trace.start;
    return html`<button class=${this.state === 'stopped' ? 'primary' : ''} ?disabled=${!this.canRun} @click=${this.#switch}>
        ${icon(isRunning ? 'pause' : 'play', 18)}${name}
      </button>
      ${
        this.state === 'stopped'
          ? nothing
          : html`<select aria-label=${trace.filter} @change=${(event: Event) => {
              this.only = (event.target as HTMLSelectElement).value;
            }}>
                <option value="all" ?selected=${this.only === 'all'}>${trace.all}</option>
                <option value="errors" ?selected=${this.only === 'errors'}>${trace.errorsOnly}</option>
                ${this.addresses.map(
                  address =>
                    html`<option value=${address} ?selected=${this.only === String(address)}>${trace.only(String(address))}</option>`,
                )}
              </select>
              ${
                canCopy()
                  ? html`<button ?disabled=${this.rows.length === 0} @click=${this.#copy}>${icon(this.copied ? 'tick' : 'copy', 18)}${this.copied ? trace.copied : trace.copy}</button>`
                  : nothing
              }
              <button ?disabled=${this.rows.length === 0} @click=${this.#download}>${icon('download', 18)}${trace.download}</button>
              <button class="quiet" ?disabled=${this.rows.length === 0} @click=${this.#clear}>${trace.clear}</button>`
      }`;
  }

  #frames(): TemplateResult {
    const { trace } = words().gatewayPages;
    const shown = this.#shown.slice(-drawnFrames).reverse();
    if (shown.length === 0) return html`<p class="muted blank" role="status">${trace.empty}</p>`;
    return html`${
      this.dropped === 0
        ? nothing
        : html`<p class="small warn">${trace.dropped(formatNumber(this.dropped, locale(), 0))}</p>`
    }
      <div class="frames" tabindex="0" role="group" aria-labelledby="trace">
        <ol>
          ${repeat(
            shown,
            ({ number }) => number,
            row => this.#row(row),
          )}
        </ol>
      </div>
      <p class="small muted">${trace.rows(formatNumber(mostFrames, locale(), 0))}</p>`;
  }

  #row({ frame, sinceMs }: Row): TemplateResult {
    const { trace } = words().gatewayPages;
    const since = sinceMs === null ? '' : `+${formatNumber(Math.max(0, sinceMs), locale(), 0)} ms`;
    // The gateway's own words (English) where this page has none.
    const meaning = frameText(frame, trace.frame) || (frame.note ?? '');
    return html`<li class=${frame.is}>
      <span class="since number">${since}</span>
      <span class="is">${trace.is[frame.is]}</span>
      <span class="meaning">${meaning}</span>
      ${this.#bytes(frame)} ${this.#values(shownValues(frame, locale(), words()))}
    </li>`;
  }

  #values(values: readonly ShownValue[]): TemplateResult | typeof nothing {
    if (values.length === 0) return nothing;
    const { trace } = words().gatewayPages;
    const item = ({ name, text, code }: ShownValue) =>
      html`<li title=${code}><span>${name}</span> <strong class="number">${text}</strong></li>`;
    const others = values.slice(shortValues);
    return html`<div class="values">
      <ul>${values.slice(0, shortValues).map(item)}</ul>
      ${
        others.length === 0
          ? nothing
          : html`<details>
              <summary>${trace.moreValues(formatNumber(others.length, locale(), 0))}</summary>
              <ul>${others.map(item)}</ul>
            </details>`
      }
    </div>`;
  }

  /** All bytes of a short frame; of a long one the first, and the rest when it is opened. */
  #bytes({ hex, bytes }: TraceFrame): TemplateResult {
    const { trace } = words().gatewayPages;
    const untold = bytes - hex.length / 2;
    const end = untold > 0 ? html` <i>${trace.more(String(untold))}</i>` : nothing;
    if (hex.length <= 2 * shortBytes) return html`<code class="hex">${spacedHex(hex)}${end}</code>`;
    const rest = trace.more(String(bytes - shortBytes));
    return html`<details class="hex">
      <summary><code>${spacedHex(hex.slice(0, 2 * shortBytes))}</code> <i>${rest}</i></summary>
      <code>${spacedHex(hex.slice(2 * shortBytes))}${end}</code>
    </details>`;
  }

  #switch(): void {
    this.state = this.state === 'running' ? 'paused' : 'running';
    this.tell('jg-trace', this.state === 'running');
  }

  #clear(): void {
    this.rows = [];
    this.dropped = 0;
  }

  /** What is shown as lines of text: time, kind and bytes; below them the values. */
  #text(): string {
    return this.#shown
      .map(({ frame }) => {
        const values = shownValues(frame, locale(), words()).map(
          ({ name, code, text }) => `    ${code}  ${name}  ${text}\n`,
        );
        return `${frame.ticksMs.toFixed(0)} ${frame.is} ${spacedHex(frame.hex)}\n${values.join('')}`;
      })
      .join('');
  }

  async #copy(): Promise<void> {
    await navigator.clipboard.writeText(this.#text());
    this.copied = true;
    setTimeout(() => {
      this.copied = false;
    }, 2000);
  }

  #download(): void {
    const link = document.createElement('a');
    link.href = URL.createObjectURL(new Blob([this.#text()], { type: 'text/plain' }));
    link.download = `trace-${this.line}-${new Date().toISOString().slice(0, 19).replaceAll(':', '-')}.txt`;
    link.click();
    URL.revokeObjectURL(link.href);
  }
}

customElements.define('jg-trace', JgTrace);
