import { css, html, nothing, type TemplateResult } from 'lit';
import { mayHere } from '../access.ts';
import { dataAddress } from '../addresses/data-address.ts';
import { formatDuration, formatNumber, formatShare, formatText } from '../format.ts';
import { linkTo } from '../go-to.ts';
import { locale, words } from '../i18n/language.ts';
import { JgElement } from '../jg-element.ts';
import { changeText } from '../parts/change-text.ts';
import { icon } from '../parts/icons.ts';
import { basics, controls } from '../styles.ts';
import { type Figure, figureList } from './figure-list.ts';
import { spanText } from './range-words.ts';
import type { Span } from './ranges.ts';
import type { Figures } from './selection.ts';

/** Less than this is told in colour; a window at either edge of an hour is not worth alarm. */
const lowShare = 0.98;

/** What is told of a stretch: its span, its figures (null: all still to come), and those of the compared time. */
export interface Told {
  readonly span: Span;
  readonly now: Figures | null;
  readonly before: Figures | null | undefined;
  readonly beforeSpan: Span | null;
}

/** Statistics of what is chosen, or of all that is shown. Tells `jg-zoom` (detail: Span) and `jg-clear`. */
export class JgHistoryFigures extends JgElement {
  static override properties = {
    told: { attribute: false },
    meter: { attribute: false },
    quantity: { attribute: false },
    isChosen: { attribute: false },
    nowMs: { attribute: false },
    zone: { attribute: false },
  };
  static override styles = [
    basics,
    controls,
    css`
      h3 {
        font-size: 0.9375rem;
      }
      .span {
        font-size: 0.8125rem;
        min-height: 1.25rem;
      }
      dl {
        display: grid;
        grid-template-columns: repeat(auto-fill, minmax(7.75rem, 1fr));
        gap: 0.625rem 1rem;
        margin-top: 0.625rem;
      }
      dt {
        color: var(--jg-muted);
        font-size: 0.8125rem;
      }
      dd {
        font-weight: 600;
      }
      dd small {
        display: block;
        font-weight: 400;
        font-size: 0.8125rem;
        color: var(--jg-muted);
      }
      .low {
        color: var(--jg-bad);
      }
      .buttons {
        display: flex;
        flex-wrap: wrap;
        gap: 0.5rem;
        margin-top: 0.75rem;
      }
      .buttons button,
      .buttons a {
        min-height: 2.25rem;
        font-size: 0.875rem;
      }
    `,
  ];

  declare told: Told;
  /** gateway.meter */
  declare meter: string;
  declare quantity: string;
  declare isChosen: boolean;
  declare nowMs: number;
  declare zone: string;

  protected override render(): TemplateResult {
    const { past } = words();
    const { span, now, before, beforeSpan } = this.told;
    const text = (each: Span) => spanText(each, this.nowMs, locale(), this.zone);
    return html`<h3>${this.isChosen ? past.selection : past.shown}</h3>
      <p class="span muted number" aria-live="polite">${text(span)}</p>
      ${beforeSpan === null ? nothing : html`<p class="span muted number">${past.comparedWith(text(beforeSpan))}</p>`}
      ${
        now === null
          ? html`<p class="muted small">${past.future}</p>`
          : html`<dl>${figureList(this.quantity, now, before).map(figure => this.#figure(figure, now))}</dl>`
      }
      ${
        this.isChosen
          ? html`<div class="buttons">
            <button class="primary" @click=${() => this.tell('jg-zoom', span)}>${icon('search', 16)}<span>${past.zoomHere}</span></button>
            <button @click=${() => this.tell('jg-clear')}>${past.clear}</button>
            ${mayHere('operator') ? linkTo(dataAddress('corrections', { meter: this.meter, ...span }), [icon('edit', 16), past.correct], 'button') : nothing}
          </div>`
          : nothing
      }`;
  }

  #figure(figure: Figure, now: Figures): TemplateResult {
    const { past } = words();
    const { name, value } = figure;
    const isLow = name === 'coverage' && value !== null && value < lowShare;
    return html`<div>
      <dt title=${name === 'loadFactor' ? past.loadFactorHelp : nothing}>${past.figures[name]}</dt>
      <dd class=${isLow ? 'number low' : 'number'}>${this.#text(figure)}${this.#help(figure, now)}</dd>
    </div>`;
  }

  #text({ name, form, unit, value }: Figure): string {
    switch (form) {
      case 'value':
      case 'energy':
        return formatText(value, unit, locale());
      case 'share':
        return formatShare(value, locale());
      case 'duration':
        return formatDuration(value ?? 0, locale());
      case 'count':
        if (value !== null) return formatNumber(value, locale(), 0);
        return name === 'samples' ? words().past.samplesGone : '–';
    }
  }

  #help(
    { name, unit, before, difference }: Figure,
    { statistics }: Figures,
  ): TemplateResult | typeof nothing {
    const { past } = words();
    if (name === 'samples' && statistics.windows !== null)
      return html`<small>${past.samplesHelp(formatNumber(statistics.windows, locale(), 0))}</small>`;
    if (before === undefined) return nothing;
    return html`<small>${past.before} ${formatText(before, unit, locale())}</small>
      ${difference === null ? nothing : html`<small>${changeText(difference, unit)}</small>`}`;
  }
}

customElements.define('jg-history-figures', JgHistoryFigures);
