import { css, html, nothing, type TemplateResult } from 'lit';
import type { Unit } from '#core/quantities.ts';
import { missingAt, missingByReason } from '../charts/columns.ts';
import type { ChartLine } from '../charts/lines.ts';
import { formatDuration, formatReading, formatText, formatTime } from '../format.ts';
import { locale, words } from '../i18n/language.ts';
import { JgElement } from '../jg-element.ts';
import { changeText } from '../parts/change-text.ts';
import { basics } from '../styles.ts';
import { differenceOf, earlier } from './compare.ts';
import type { History } from './history.ts';
import { type OtherColumn, valueAt } from './shown-rows.ts';

/** What the chart's marks mean; below the pointer its values instead, or why there are none. */
export class JgHistoryLegend extends JgElement {
  static override properties = {
    history: { attribute: false },
    unit: { attribute: false },
    readMs: { attribute: false },
    lines: { attribute: false },
    others: { attribute: false },
    colour: { attribute: false },
    name: { attribute: false },
    zone: { attribute: false },
  };
  static override styles = [
    basics,
    css`
      p {
        display: flex;
        flex-wrap: wrap;
        gap: 0.125rem 1.25rem;
        min-height: 1.5rem;
        font-size: 0.875rem;
      }
      .key {
        display: inline-flex;
        align-items: center;
        gap: 0.4375rem;
      }
      .mark {
        width: 1rem;
        height: 0.1875rem;
        border-radius: 2px;
        background: var(--jg-grid);
      }
      .band {
        height: 0.75rem;
        opacity: 0.3;
      }
      .stripes {
        height: 0.75rem;
        background: repeating-linear-gradient(-45deg, var(--jg-bad) 0 1px, transparent 1px 5px);
      }
      .imported {
        height: 0.75rem;
        background: color-mix(in srgb, var(--jg-accent) 25%, transparent);
      }
      .reading {
        font-weight: 600;
      }
      .bad {
        color: var(--jg-bad);
      }
    `,
  ];

  declare history: History;
  declare unit: Unit;
  declare readMs: number | null;
  /** Lines beside the quantity's own, and their values in the same order. */
  declare lines: readonly ChartLine[];
  declare others: readonly OtherColumn[];
  /** Of the quantity's own line, where others stand beside it. */
  declare colour: ChartLine['colour'] | null;
  declare name: string;
  declare zone: string;

  constructor() {
    super();
    this.lines = [];
    this.others = [];
    this.colour = null;
  }

  protected override updated(): void {
    const marks = this.renderRoot.querySelectorAll<SVGLineElement>('line[data-colour]');
    for (const mark of marks) mark.style.setProperty('stroke', `var(--jg-${mark.dataset.colour})`);
  }

  protected override render(): TemplateResult {
    return html`<p>${this.readMs === null ? this.#keys() : this.#reading(this.readMs)}</p>`;
  }

  #keys(): TemplateResult {
    const { history } = words();
    const { readings, missing, imported, span } = this.history;
    const isGauge = readings.kind === 'gauge';
    const absent = missingByReason(missing, span.fromMs, span.toMs);
    return html`<span class="key">${this.#mark(this.colour ?? 'grid', [])}${this.#ownName(isGauge)}</span>
      ${this.lines.map(({ name, colour, dash }) => html`<span class="key">${this.#mark(colour, dash)}${name}</span>`)}
      ${isGauge ? html`<span class="key"><i class="mark band"></i>${history.lowHigh}</span>` : nothing}
      ${imported.map(
        ({ fileName }) =>
          html`<span class="key"><i class="mark imported"></i>${history.imported}: ${fileName}</span>`,
      )}
      ${absent.map(
        ({ reason, durationMs }) => html`<span class="key bad"
          ><i class="mark stripes"></i>${history.missing}: ${this.#reason(reason)}, ${formatDuration(durationMs, locale())}</span
        >`,
      )}
      <span class="muted">${history.each(formatDuration(readings.bucketMs, locale()))}</span>`;
  }

  #ownName(isGauge: boolean): string {
    if (this.colour !== null) return this.name;
    return isGauge ? words().history.mean : words().history.reading;
  }

  #mark(colour: string, dash: readonly number[]): TemplateResult {
    return html`<svg width="24" height="8" aria-hidden="true"><line x1="0" x2="24" y1="4" y2="4" stroke-width="2.5" stroke-dasharray=${dash.join(' ')} data-colour=${colour}></line></svg>`;
  }

  #reason(reason: string): string {
    return words().reasons[reason] ?? reason;
  }

  #reading(atMs: number): TemplateResult {
    const { history } = words();
    const { readings, missing } = this.history;
    const text = (value: number | null | undefined) => formatText(value, this.unit, locale());
    const index = readings.startMs.findLastIndex(startMs => startMs <= atMs);
    const startMs = readings.startMs[index];
    const isInBucket = startMs !== undefined && atMs < startMs + readings.bucketMs;
    const time = formatTime(isInBucket ? startMs : atMs, 'full', locale(), this.zone);
    if (!isInBucket) {
      const window = missingAt(missing, atMs);
      const why = window === null ? history.gap : `${history.missing}: ${this.#reason(window.reason)}`;
      return html`<span class="muted number">${time}</span><span class="bad">${why}</span>${this.#others(atMs, null)}`;
    }
    const isGauge = readings.kind === 'gauge';
    return html`<span class="muted number">${time}</span>
      <span class="reading number">${isGauge ? text(readings.mean[index]) : formatReading(readings.last[index], this.unit, locale())}</span>
      ${isGauge ? html`<span class="number">${text(readings.min[index])} – ${text(readings.max[index])}</span>` : nothing}
      ${this.#others(startMs, (isGauge ? readings.mean : readings.last)[index] ?? null)}`;
  }

  /** What the other lines say of a moment. */
  #others(atMs: number, own: number | null): TemplateResult[] {
    return this.others.map(({ readings, shift, name }, index) => {
      const at = shift === null ? atMs : earlier(atMs, shift, this.zone);
      const value = valueAt(readings, at);
      const line = this.lines[index];
      const when = shift === null ? name : `${name}, ${formatTime(at, 'full', locale(), this.zone)}`;
      const change = shift === null ? '' : changeText(differenceOf(own, value), this.unit);
      return html`<span class="key"
        >${line === undefined ? nothing : this.#mark(line.colour, line.dash)}<span class="muted">${when}</span>
        <b class="number">${formatText(value, this.unit, locale())}</b> ${change}</span
      >`;
    });
  }
}

customElements.define('jg-history-legend', JgHistoryLegend);
