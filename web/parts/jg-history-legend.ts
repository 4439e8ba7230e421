import { css, html, nothing, type TemplateResult } from 'lit';
import type { Unit } from '#core/quantities.ts';
import { missingAt, missingByReason } from '../charts/columns.ts';
import { formatDuration, formatReading, formatText, formatTime } from '../format.ts';
import type { History } from '../history-loader.ts';
import { locale, words } from '../i18n/language.ts';
import { JgElement } from '../jg-element.ts';
import { basics } from '../styles.ts';

/** What the chart's marks mean; below the pointer its values instead, or why there are none. */
export class JgHistoryLegend extends JgElement {
  static override properties = {
    history: { attribute: false },
    unit: { attribute: false },
    readMs: { attribute: false },
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

  protected override render(): TemplateResult {
    return html`<p>${this.readMs === null ? this.#keys() : this.#reading(this.readMs)}</p>`;
  }

  #keys(): TemplateResult {
    const { history } = words();
    const { readings, missing, imported, span } = this.history;
    const isGauge = readings.kind === 'gauge';
    const absent = missingByReason(missing, span.fromMs, span.toMs);
    return html`<span class="key"><i class="mark"></i>${isGauge ? history.mean : history.reading}</span>
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
    const time = formatTime(isInBucket ? startMs : atMs, 'full', locale());
    if (!isInBucket) {
      const window = missingAt(missing, atMs);
      const why = window === null ? history.gap : `${history.missing}: ${this.#reason(window.reason)}`;
      return html`<span class="muted number">${time}</span><span class="bad">${why}</span>`;
    }
    const isGauge = readings.kind === 'gauge';
    return html`<span class="muted number">${time}</span>
      <span class="reading number">${isGauge ? text(readings.mean[index]) : formatReading(readings.last[index], this.unit, locale())}</span>
      ${isGauge ? html`<span class="number">${text(readings.min[index])} – ${text(readings.max[index])}</span>` : nothing}`;
  }
}

customElements.define('jg-history-legend', JgHistoryLegend);
