import { html, type PropertyValues, type TemplateResult } from 'lit';
import { formatNumber } from '../format.ts';
import { locale, words } from '../i18n/language.ts';
import { JgElement } from '../jg-element.ts';
import { basics, controls } from '../styles.ts';
import { aimStyles } from './aim-styles.ts';
import { AimTone } from './aim-tone.ts';
import { type Aim, aimOf, aimShare, type Cause, type Head } from './line-health.ts';
import './jg-aim-course.ts';
import { type IconName, icon } from '../parts/icons.ts';
import { pageStyles } from '../parts/page-styles.ts';

const icons: Readonly<Record<Aim, IconName>> = Object.freeze({
  waiting: 'wait',
  dark: 'dark',
  turn: 'turn',
  almost: 'turn',
  pin: 'lock',
  good: 'tick',
});

const courseSeconds = 60;

/** Tells while a person turns an optical head, standing at the meter with a phone, how well it sits. */
export class JgAim extends JgElement {
  static override properties = {
    head: { attribute: false },
    causes: { attribute: false },
    baud: { attribute: false },
    course: { state: true },
    isLoud: { state: true },
  };
  static override styles = [basics, controls, pageStyles, aimStyles];

  declare head: Head | null;
  declare causes: readonly Cause[];
  declare baud: number;
  /** Bytes per second of the last minute, the newest last. */
  declare course: readonly number[];
  declare isLoud: boolean;
  readonly #tone = new AimTone();

  constructor() {
    super();
    this.head = null;
    this.causes = [];
    this.baud = 9600;
    this.course = [];
    this.isLoud = false;
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#tone.stop();
    this.isLoud = false;
  }

  protected override willUpdate(changed: PropertyValues): void {
    if (!changed.has('head') || this.head === null) return;
    this.course = [...this.course, this.head.bytesPerS].slice(-courseSeconds);
    this.#tone.share = aimShare(this.head);
  }

  protected override render(): TemplateResult {
    const { aim: text } = words().gatewayPages;
    const { head } = this;
    const isPinMissing = this.causes.some(({ code }) => code === 'pinMissing');
    const seen = aimOf(head ?? undefined);
    const aim: Aim = seen === 'good' && isPinMissing ? 'pin' : seen;
    const bytesPerS = head?.bytesPerS ?? 0;
    // A start bit, eight data bits, a stop bit.
    const most = this.baud / 10;
    return html`<section class="panel ${aim}">
      <div class="verdict" aria-live="polite">
        <span class="sign">${icon(icons[aim], 44)}</span>
        <div>
          <h2>${this.#verdict(aim)}</h2>
          <p>${this.#help(aim)}</p>
        </div>
      </div>
      <div class="light">
        <p class="rate number"><strong>${formatNumber(bytesPerS, locale(), 0)}</strong> ${text.bytes}</p>
        <svg
          class="bar"
          role="meter"
          aria-label=${text.bytes}
          aria-valuemin="0"
          aria-valuemax=${most}
          aria-valuenow=${bytesPerS}
          viewBox="0 0 100 1"
          preserveAspectRatio="none"
        >
          <rect width=${Math.min(100, (100 * bytesPerS) / most)} height="1"></rect>
        </svg>
        <jg-aim-course .course=${this.course} .most=${most} .label=${text.course}></jg-aim-course>
      </div>
      ${this.#numbers()}
      <div class="row">
        <button @click=${this.#switch}>${icon(this.isLoud ? 'mute' : 'sound', 20)}${this.isLoud ? text.soundOff : text.soundOn}</button>
        <span class="small muted">${text.soundHelp}</span>
      </div>
    </section>`;
  }

  #verdict(aim: Aim): string {
    const { aim: text } = words().gatewayPages;
    const { telegrams = 0, crcErrors = 0, broken = 0 } = this.head ?? {};
    const [good, all] = [telegrams, telegrams + crcErrors + broken].map(count =>
      formatNumber(count, locale(), 0),
    ) as [string, string];
    return aim === 'good' ? text.good(good, all) : aim === 'almost' ? text.almost(good, all) : text[aim];
  }

  #help(aim: Aim): string {
    return words().gatewayPages.aim[`${aim}Help`];
  }

  #numbers(): TemplateResult {
    const { aim: text } = words().gatewayPages;
    const { head } = this;
    const count = (value: number | undefined) =>
      value === undefined ? '–' : formatNumber(value, locale(), 0);
    const tone = (value = 0) => (value > 0 ? 'bad' : '');
    const format = head?.format == null ? text.noFormat : text.formats[head.format];
    return html`<dl>
        <div><dt>${text.telegrams}</dt><dd class="number ${(head?.telegrams ?? 0) > 0 ? 'well' : ''}">${count(head?.telegrams)}</dd></div>
        <div><dt>${text.crcErrors}</dt><dd class="number ${tone(head?.crcErrors)}">${count(head?.crcErrors)}</dd></div>
        <div><dt>${text.broken}</dt><dd class="number ${tone(head?.broken)}">${count(head?.broken)}</dd></div>
      </dl>
      <p class="small muted">
        ${text.window(count(head?.windowS ?? 10))} · ${text.format}: ${format} · ${text.lastError}:
        ${head?.lastError ?? text.noError}
      </p>`;
  }

  #switch(): void {
    this.isLoud = !this.isLoud;
    if (this.isLoud) this.#tone.start();
    else this.#tone.stop();
  }
}

customElements.define('jg-aim', JgAim);
