import { css, html, nothing, type TemplateResult } from 'lit';
import { formatTime } from '../format.ts';
import { locale, words } from '../i18n/language.ts';
import { JgElement } from '../jg-element.ts';
import { basics } from '../styles.ts';
import { bandsOf, type DayAccount } from './ledger.ts';
import { bandMark, estimatedMark, markPatterns, markStyles } from './ledger-marks.ts';
import { accountText } from './ledger-words.ts';

/** Days of one meter side by side, each drawn by what became of it. Tells `jg-day` (detail: its start) when chosen. */
export class JgLedgerStrip extends JgElement {
  static override properties = {
    days: { attribute: false },
    name: { attribute: false },
    zone: { attribute: false },
    chosenMs: { attribute: false },
  };
  static override styles = [
    basics,
    markStyles,
    css`
      :host {
        position: relative;
      }
      .days {
        display: grid;
        grid-template-columns: repeat(auto-fit, minmax(1.5rem, 1fr));
        gap: 4px 3px;
      }
      .few {
        grid-template-columns: repeat(7, minmax(0, 1fr));
      }
      button {
        display: block;
        min-width: 0;
        height: 2.75rem;
        padding: 0;
        border: 0;
        border-radius: 4px;
        background: var(--jg-idle-tint);
        cursor: pointer;
        overflow: hidden;
      }
      button:hover {
        filter: brightness(light-dark(0.93, 1.15));
      }
      button[aria-pressed='true'] {
        box-shadow:
          0 0 0 2px var(--jg-surface),
          0 0 0 4px var(--jg-accent);
      }
      button svg {
        display: block;
        width: 100%;
        height: 100%;
      }
      .ends {
        display: flex;
        justify-content: space-between;
        margin-top: 0.25rem;
        font-size: 0.8125rem;
      }
    `,
  ];

  declare days: readonly DayAccount[];
  declare name: string;
  declare zone: string;
  declare chosenMs: number | null;

  /** The one day that the tab key reaches: the chosen one, else the newest. */
  get #current(): number {
    const chosen = this.days.findIndex(({ startMs }) => startMs === this.chosenMs);
    return chosen < 0 ? this.days.length - 1 : chosen;
  }

  protected override render(): TemplateResult {
    const [first, last] = [this.days[0], this.days.at(-1)];
    return html`${markPatterns()}
      <div class="days ${this.days.length <= 8 ? 'few' : ''}" role="toolbar" aria-label=${words().ledger.strip(this.name)} @keydown=${this.#key}>
        ${this.days.map((day, index) => this.#day(day, index))}
      </div>
      <p class="ends muted number" aria-hidden="true">
        <span>${first === undefined ? nothing : this.#dateOf(first)}</span>
        <span>${last === undefined || last === first ? nothing : this.#dateOf(last)}</span>
      </p>`;
  }

  #day(day: DayAccount, index: number): TemplateResult {
    const text = `${this.#dateOf(day)}: ${accountText(day)}`;
    return html`<button
      tabindex=${index === this.#current ? 0 : -1}
      aria-pressed=${day.startMs === this.chosenMs}
      aria-label=${text}
      title=${text}
      @click=${() => this.tell('jg-day', day.startMs)}
    >
      <svg aria-hidden="true">
        ${bandsOf(day, (day.endMs - day.startMs) / 1000).map(bandMark)}
        ${day.estimatedS > 0 ? estimatedMark() : nothing}
      </svg>
    </button>`;
  }

  #dateOf({ startMs }: DayAccount): string {
    return formatTime(startMs, 'day', locale(), this.zone);
  }

  #key(event: KeyboardEvent): void {
    const buttons = [...this.renderRoot.querySelectorAll('button')];
    const at = buttons.findIndex(button => button.matches(':focus'));
    const steps: Readonly<Record<string, number>> = {
      ArrowLeft: at - 1,
      ArrowRight: at + 1,
      ArrowUp: at - this.#columns(buttons),
      ArrowDown: at + this.#columns(buttons),
      Home: 0,
      End: buttons.length - 1,
    };
    const to = steps[event.key];
    if (to === undefined) return;
    event.preventDefault();
    buttons[to]?.focus();
  }

  /** How many days stand in the first row. */
  #columns(buttons: readonly HTMLElement[]): number {
    const topPx = buttons[0]?.offsetTop;
    const second = buttons.findIndex(({ offsetTop }) => offsetTop !== topPx);
    return second < 0 ? buttons.length : second;
  }
}

customElements.define('jg-ledger-strip', JgLedgerStrip);
