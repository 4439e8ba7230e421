import { css, html, nothing, svg, type TemplateResult } from 'lit';
import type { Meter, Readings } from '../../host/api/contract.ts';
import { api } from '../api.ts';
import { errorText } from '../error-text.ts';
import { formatDuration, formatNumber, formatShare, formatText } from '../format.ts';
import { locale, words } from '../i18n/language.ts';
import { JgElement } from '../jg-element.ts';
import { hostNow } from '../site/clock.ts';
import { basics } from '../styles.ts';
import { Asked } from './asked.ts';
import { nominalOf, type VoltageBand, type VoltageSpan, voltageBand, voltageSpan } from './voltage-band.ts';
import '../parts/jg-notice.ts';
import '../parts/jg-state.ts';
import { meterPageStyles, phaseStyles } from './meter-page-styles.ts';

const dayMs = 86_400_000;
const refreshMs = 300_000;
/** A week in buckets of five minutes. */
const points = 2100;
/** So much of a week measured stands for all of it. */
const wholeWeek = 0.9;
/** The picture reaches this far from the nominal voltage. */
const pictureShare = 0.15;

/** The series that a phase's voltage to neutral is in, as far as the meter has them stored. */
export const voltageSeries = (stored: ReadonlySet<string>): readonly string[] => {
  const phases = ['voltageL1V', 'voltageL2V', 'voltageL3V'].filter(id => stored.has(id));
  return phases.length > 0 ? phases : ['voltageV'].filter(id => stored.has(id));
};

interface Week {
  readonly toMs: number;
  readonly readings: readonly Readings[];
}

/** The last week's voltages against the band of EN 50160, by phase. */
export class JgVoltageBand extends JgElement {
  static override properties = { meter: { attribute: false }, stored: { attribute: false } };
  static override styles = [
    basics,
    meterPageStyles,
    phaseStyles,
    css`
      .phases {
        display: grid;
        gap: 0.75rem;
      }
      .phase {
        display: grid;
        grid-template-columns: 2.5rem minmax(0, 1fr);
        align-items: center;
        gap: 0.25rem 0.75rem;
      }
      .phase svg {
        display: block;
        width: 100%;
        height: 2.25rem;
      }
      .phase p {
        grid-column: 2;
        display: flex;
        flex-wrap: wrap;
        gap: 0.25rem 0.75rem;
        align-items: center;
      }
      .ground {
        fill: var(--jg-sunken);
      }
      .kept {
        fill: var(--jg-well-tint);
      }
      .range {
        fill: var(--phase);
        opacity: 0.35;
      }
      .mean {
        stroke: var(--phase);
        stroke-width: 3;
        vector-effect: non-scaling-stroke;
      }
      .nominal {
        stroke: var(--jg-muted);
        stroke-dasharray: 3 3;
        vector-effect: non-scaling-stroke;
      }
      td,
      tbody th {
        white-space: nowrap;
      }
      @media (max-width: 40rem) {
        table {
          font-size: 0.8125rem;
        }
        th,
        td {
          padding-inline: 0.25rem;
        }
      }
    `,
  ];

  declare meter: Meter;
  declare stored: ReadonlySet<string>;
  readonly #week = new Asked<Week>(this, refreshMs, async signal => {
    const toMs = Math.ceil(hostNow());
    const keys = voltageSeries(this.stored).map(id => `${this.meter.key}.${id}`);
    const readings = keys.map(key => api.readings(key, toMs - 7 * dayMs, toMs, points, signal));
    return { toMs, readings: await Promise.all(readings) };
  });

  protected override willUpdate(): void {
    this.#week.want(this.meter.key, voltageSeries(this.stored).join(' '));
  }

  protected override render(): TemplateResult {
    const { load, meterPage } = words();
    const { value, error } = this.#week;
    return html`<section class="panel" aria-labelledby="band">
      <h2 id="band">${meterPage.band.title}</h2>
      ${error === null ? nothing : html`<jg-notice kind="bad" .text=${errorText(error)}></jg-notice>`}
      ${value === null ? (error === null ? html`<p class="muted" role="status">${load.loading}</p>` : nothing) : this.#content(value)}
    </section>`;
  }

  #content({ toMs, readings }: Week): TemplateResult {
    const { band: text, load } = words().meterPage;
    const week = { fromMs: toMs - 7 * dayMs, toMs };
    const day = { fromMs: toMs - dayMs, toMs };
    const phases = readings.map(each => ({
      name: phaseOf(each.series),
      band: voltageBand(each, week),
      week: voltageSpan(each, week),
      day: voltageSpan(each, day),
    }));
    const judged = phases.find(({ band }) => band !== null)?.band;
    const spans = phases.flatMap(({ name, week: all, day: last }) =>
      all === null ? [] : { name, all, last },
    );
    if (spans.length === 0) return html`<p class="muted">${load.empty}</p>`;
    return html`${
      judged == null
        ? nothing
        : html`<p class="small muted">${text.intro(`${formatNumber(judged.nominalV, locale(), 0)}\u202fV`)} ${text.nominal}
            ${judged.meanMs > 600_000 ? text.longer(formatDuration(judged.meanMs, locale())) : nothing}</p>
          <div class="phases">
            ${phases.map(({ name, band, week: all }) => (band === null || all === null ? nothing : this.#phase(name, band, all)))}
          </div>
          ${judged.coverage < wholeWeek ? html`<p class="small muted">${text.partly}</p>` : nothing}`
    }
    ${this.#table(spans)}`;
  }

  #phase(name: string | null, band: VoltageBand, span: VoltageSpan): TemplateResult {
    const { band: text } = words().meterPage;
    const volts = (value: number) => formatText(value, 'V', locale());
    const x = (value: number) =>
      Math.max(0, Math.min(100, (50 * (value / band.nominalV - 1)) / pictureShare + 50));
    const label = text.picture(name ?? text.title, volts(span.low), volts(span.mean), volts(span.high));
    const isWhole = band.coverage >= wholeWeek;
    const tone = !band.isKept ? 'warn' : isWhole ? 'well' : 'idle';
    const kept = !band.isKept ? text.notKept : isWhole ? text.kept : text.keptSoFar;
    const edges = [x(0.9 * band.nominalV), x(1.1 * band.nominalV)] as const;
    return html`<div class="phase ${name ?? 'single'}">
      <strong>${name ?? 'U'}</strong>
      <svg viewBox="0 0 100 20" preserveAspectRatio="none" role="img" aria-label=${label}>
        ${svg`<rect class="ground" width="100" height="20"></rect>
        <rect class="kept" x=${edges[0]} width=${edges[1] - edges[0]} height="20"></rect>
        <line class="nominal" x1="50" x2="50" y1="0" y2="20"></line>
        <rect class="range" x=${x(span.low)} width=${Math.max(x(span.high) - x(span.low), 0.5)} y="5" height="10"></rect>
        <line class="mean" x1=${x(span.mean)} x2=${x(span.mean)} y1="2" y2="18"></line>`}
      </svg>
      <p class="small">
        <jg-state .tone=${tone} .text=${kept}></jg-state>
        <span class="number">${text.within(formatShare(band.within / band.means, locale(), 1))}</span>
        <span class="muted number">${text.judged(formatNumber(band.means, locale(), 0))} · ${text.coverage(formatShare(band.coverage, locale()))}</span>
      </p>
    </div>`;
  }

  #table(
    spans: readonly { name: string | null; all: VoltageSpan; last: VoltageSpan | null }[],
  ): TemplateResult {
    const { band: text } = words().meterPage;
    const nominalV = nominalOf(spans[0]?.all.mean ?? Number.NaN);
    const volts = (value: number | undefined) => formatText(value, 'V', locale());
    const row = (name: string | null, span: VoltageSpan | null, when: string) => html`<tr>
      <th scope="row">${name ?? 'U'} · ${when}</th>
      <td>${volts(span?.low)}</td>
      <td>${volts(span?.mean)}</td>
      <td>${volts(span?.high)}</td>
      <td>${span === null ? '–' : formatShare(span.coverage, locale())}</td>
    </tr>`;
    return html`<div class="scroll"><table class="small">
        <caption class="visually-hidden">${text.caption}</caption>
        <thead>
          <tr>
            <th scope="col">${text.phase}</th>
            <th scope="col">${text.low}</th>
            <th scope="col">${text.mean}</th>
            <th scope="col">${text.high}</th>
            <th scope="col">${text.measured}</th>
          </tr>
        </thead>
        <tbody>${spans.map(({ name, all, last }) => html`${row(name, last, text.day)}${row(name, all, text.week)}`)}</tbody>
      </table></div>
      ${nominalV === null ? nothing : html`<p class="small muted">${text.scale(volts(0.9 * nominalV), volts(1.1 * nominalV))}</p>`}`;
  }
}

const phaseOf = (series: string): string | null => series.match(/voltage(L[123])V$/)?.[1] ?? null;

customElements.define('jg-voltage-band', JgVoltageBand);
