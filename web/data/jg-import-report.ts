import { css, html, nothing, type TemplateResult } from 'lit';
import type { ImportReport } from '../../host/api/contract.ts';
import { faultText } from '../fault-text.ts';
import { formatDuration, formatNumber, formatTime } from '../format.ts';
import { locale, quantityName, words } from '../i18n/language.ts';
import { JgElement } from '../jg-element.ts';
import { basics } from '../styles.ts';
import { dataStyles } from './data-styles.ts';
import '../parts/jg-notice.ts';
import { tableStyles } from '../parts/table-styles.ts';

const mistakesMost = 12;

/** What an import would do: how much, from when to when, and each mistake with its line. */
export class JgImportReport extends JgElement {
  static override properties = { report: { attribute: false }, zone: { attribute: false } };
  static override styles = [
    basics,
    tableStyles,
    dataStyles,
    css`
      :host {
        gap: 1rem;
      }
      ul {
        display: grid;
        gap: 0.25rem;
      }
      li {
        overflow-wrap: anywhere;
      }
    `,
  ];

  declare report: ImportReport;
  declare zone: string;

  protected override render(): TemplateResult {
    const { dataPages } = words();
    const { import: text } = dataPages;
    const { lines, windows, fromMs, toMs, series, mistakes, implausible, doubts, obstacles, others, twice } =
      this.report;
    const number = (value: number) => formatNumber(value, locale(), 0);
    const time = (atMs: number) => formatTime(atMs, 'dayTimeYear', locale(), this.zone);
    const span = fromMs === null || toMs === null ? '' : dataPages.range(time(fromMs), time(toMs));
    return html`<section aria-labelledby="report"><h2 id="report">${text.report}</h2>
      <p role="status">${windows === 0 ? text.nothingFound : text.found(number(lines), number(windows))} <span class="number">${span}</span></p>
      ${obstacles.length > 0 ? html`<jg-notice kind="warn" .text=${`${text.obstacles}: ${this.#obstacles().join('; ')}`}></jg-notice>` : windows > 0 ? html`<p>${text.good}</p>` : nothing}
      ${series.length === 0 ? nothing : this.#table(series)}
      ${others.lines === 0 ? nothing : html`<p>${text.others(number(others.lines), others.first.map(({ name, lines: own }) => `${name === '' ? text.noName : name} (${number(own)})`).join(', '))}</p>`}
      ${twice === 0 ? nothing : html`<p>${text.twice(number(twice))}</p>`}
      ${this.#mistakes(mistakes, text.lineMistakes)}
      ${this.#mistakes(implausible, text.implausible)}
      ${this.#mistakes(doubts, text.doubts)}</section>`;
  }

  /** In the page's words where it has some; else in the host's. */
  #obstacles(): readonly string[] {
    const { import: text } = words().dataPages;
    const { mistakes, overlaps, obstacles } = this.report;
    const known = [
      ...(mistakes.count > 0 ? [text.mendLines] : []),
      ...(overlaps.length > 0 ? [text.thereAlready] : []),
    ];
    return known.length < obstacles.length ? obstacles : known;
  }

  #table(series: ImportReport['series']): TemplateResult {
    const { dataPages } = words();
    const { import: text } = dataPages;
    const number = (value: number) => formatNumber(value, locale(), 0);
    return html`<div class="frame" tabindex="0" role="group" aria-label=${text.report}><table>
      <caption class="visually-hidden">${text.report}</caption>
      <thead><tr><th scope="col">${dataPages.quantity}</th><th scope="col">${text.values}</th><th scope="col">${text.each}</th><th scope="col">${text.overlapping}</th></tr></thead>
      <tbody>${series.map(({ key, isNew, values, windowS, overlapping }) => {
        const dot = key.lastIndexOf('.');
        return html`<tr><th scope="row">${key.slice(0, dot)}: ${quantityName(key.slice(dot + 1))}${isNew ? html` <span class="muted small">(${text.isNew})</span>` : nothing}</th>
          <td>${number(values)}</td><td>${windowS === null ? '–' : formatDuration(windowS * 1000, locale())}</td><td>${number(overlapping)}</td></tr>`;
      })}</tbody></table></div>`;
  }

  #mistakes(
    { count, first }: ImportReport['mistakes'],
    title: (count: string, n: number) => string,
  ): TemplateResult | typeof nothing {
    const { dataPages, faults } = words();
    const { import: text } = dataPages;
    if (count === 0) return nothing;
    const shown = first.slice(0, mistakesMost);
    const number = (value: number) => formatNumber(value, locale(), 0);
    return html`<h3>${title(number(count), count)}</h3>
      <ul class="small">
        ${shown.map(({ line, column, message, why }) => {
          const told = faultText(message, why, faults).text;
          return html`<li>${line === 0 ? text.wholeFile(column === '' ? told : `${column}: ${told}`) : text.line(number(line), column, told)}</li>`;
        })}
        ${count > shown.length ? html`<li class="muted">${text.more(number(count - shown.length))}</li>` : nothing}
      </ul>`;
  }
}

customElements.define('jg-import-report', JgImportReport);
