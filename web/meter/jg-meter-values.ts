import { css, html, nothing, type TemplateResult } from 'lit';
import type { QuantityId } from '#core/quantities.ts';
import type { Meter } from '../../host/api/contract.ts';
import { historyAddress } from '../addresses/history-address.ts';
import { formatAgo, formatReading, formatText } from '../format.ts';
import { linkTo } from '../go-to.ts';
import { locale, quantityName, words } from '../i18n/language.ts';
import { isCounter, type Stem, unitOf } from '../i18n/quantity-names.ts';
import { JgElement } from '../jg-element.ts';
import { basics } from '../styles.ts';
import { fold, foldStyles } from './fold.ts';
import { meterPageStyles } from './meter-page-styles.ts';
import { isOld, oldNote, oldText } from './old-values.ts';
import { type QuantityGroup, type QuantityRow, quantityGroups } from './quantity-groups.ts';

/**
 * Everything a meter measures, as it is now, in groups; each value leads to its history. Roles are written out, for what
 * a phone lays out as a grid would be no table any more.
 */
export class JgMeterValues extends JgElement {
  static override properties = { meter: { attribute: false }, nowMs: { attribute: false } };
  static override styles = [
    basics,
    meterPageStyles,
    foldStyles,
    css`
      .groups {
        columns: 2 28rem;
        column-gap: 1rem;
        margin-top: 0.75rem;
      }
      section.panel {
        height: auto;
        break-inside: avoid;
        margin-bottom: 1rem;
      }
      .head {
        gap: 0.25rem 1rem;
      }
      td a {
        color: inherit;
        text-decoration: none;
        white-space: nowrap;
      }
      td a:hover {
        text-decoration: underline;
      }
      .old td {
        color: var(--jg-muted);
        font-style: italic;
      }
      td small {
        display: block;
        color: var(--jg-muted);
        font-size: 0.75rem;
      }
      /* One column needs no head but for screen readers. */
      table:not(.phases) thead {
        position: absolute;
        clip-path: inset(50%);
      }
      .phases {
        font-size: 0.875rem;
      }
      /* Readings of four columns are long. */
      .energy.phases {
        font-size: 0.8125rem;
      }
      .energy.phases :is(th, td) {
        padding-inline: 0.1875rem;
      }
      .energy.phases :is(th, td):first-child {
        padding-left: 0;
      }
      @media (max-width: 40rem) {
        .phases tr {
          display: grid;
          grid-template-columns: repeat(4, minmax(0, 1fr));
        }
        .phases :is(th, td) {
          padding: 0.125rem 0 0.3125rem;
          font-size: 0.8125rem;
        }
        .phases :is(th[scope='row'], th:first-child) {
          grid-column: 1 / -1;
          padding: 0.375rem 0 0;
          font-size: 0.9375rem;
        }
        .phases td .unit {
          display: block;
          font-size: 0.6875rem;
        }
        .phases thead th:first-child {
          padding: 0;
        }
      }
    `,
  ];

  declare meter: Meter;
  declare nowMs: number;

  get #isOld(): boolean {
    return isOld(this.meter, this.nowMs);
  }

  protected override render(): TemplateResult {
    const { values } = words().meterPage;
    const groups = quantityGroups(this.meter.quantities);
    return html`<section aria-labelledby="values">
      <div class="head">
        <h2 id="values">${values.title}</h2>
        ${this.#age()}
      </div>
      ${
        groups.length === 0
          ? html`<p class="muted">${values.none}</p>`
          : html`<div class="groups">${groups.map((group, index) => this.#group(group, index === 0))}</div>`
      }
    </section>`;
  }

  #age(): TemplateResult | typeof nothing {
    const { latest } = this.meter;
    const { values } = words().meterPage;
    if (latest === null) return nothing;
    const old = oldText(this.meter, this.nowMs);
    if (old !== null) return oldNote(old);
    return html`<p class="small muted">${values.fresh(formatAgo(this.nowMs - latest.atMs, locale()))}</p>`;
  }

  /** The first value of a group that there is for all phases. */
  #brief(rows: readonly QuantityRow[]): TemplateResult | typeof nothing {
    const values = this.meter.latest?.values ?? {};
    const total = rows.map(row => row.total).find(id => id !== null && values[id] !== undefined);
    if (total == null) return nothing;
    const format = isCounter(total) ? formatReading : formatText;
    return html`${format(values[total], unitOf(total), locale())}`;
  }

  #group({ id, rows, hasPhases }: QuantityGroup, isFirst: boolean): TemplateResult {
    const { values } = words().meterPage;
    const hasTotal = !hasPhases || rows.some(({ total }) => total !== null);
    const heads = hasPhases ? ['L1', 'L2', 'L3', ...(hasTotal ? [values.total] : [])] : [values.value];
    const known = this.meter.latest?.values ?? {};
    const isKnown = ({ byPhase, total }: QuantityRow) =>
      [...byPhase, total].some(each => each !== null && known[each] !== undefined);
    const empty = rows.filter(row => !isKnown(row)).map(rowName);
    const table = html`<div class="scroll">
        <table role="table" class=${`${id} ${hasPhases ? 'phases' : ''} ${this.#isOld ? 'old' : ''}`}>
          <caption class="visually-hidden">${values.caption(values.groups[id])}</caption>
          <thead role="rowgroup">
            <tr role="row">
              <th scope="col" role="columnheader"><span class="visually-hidden">${values.quantity}</span></th>
              ${heads.map(head => html`<th scope="col" role="columnheader">${hasPhases ? head : html`<span class="visually-hidden">${head}</span>`}</th>`)}
            </tr>
          </thead>
          <tbody role="rowgroup">${rows.filter(isKnown).map(row => this.#row(row, hasPhases, hasTotal))}</tbody>
        </table>
      </div>
      ${empty.length === 0 ? nothing : html`<p class="small muted">${values.without(empty.join(', '))}</p>`}`;
    const heading = html`<h3 id=${id}>${values.groups[id]}</h3>`;
    return html`<section class="panel" aria-labelledby=${id}>${fold(heading, this.#brief(rows), isFirst, table)}</section>`;
  }

  #row(row: QuantityRow, hasPhases: boolean, hasTotal: boolean): TemplateResult {
    const { values } = words().meterPage;
    const phases = row.byPhase.length > 0 ? row.byPhase : [null, null, null];
    return html`<tr role="row">
      <th scope="row" role="rowheader">${rowName(row)}</th>
      ${hasPhases ? phases.map((id, index) => this.#cell(id, row.is === 'between' ? values.between[index] : undefined)) : nothing}
      ${hasTotal ? this.#cell(row.total) : nothing}
    </tr>`;
  }

  #cell(id: QuantityId | null, small?: string): TemplateResult {
    if (id === null) return html`<td role="cell"></td>`;
    const { values } = words().meterPage;
    const format = isCounter(id) ? formatReading : formatText;
    const text = format(this.meter.latest?.values[id], unitOf(id), locale());
    const label = values.open(quantityName(id), this.#isOld ? `${text}, ${values.stale}` : text);
    return html`<td role="cell">
      ${linkTo(historyAddress(this.meter.key, id), html`<span aria-hidden="true">${apart(text)}</span><span class="visually-hidden">${label}</span>`)}
      ${small === undefined ? nothing : html`<small>${small}</small>`}
    </td>`;
  }
}

/** A number, and its unit in the unit's colour: below it where there is no room beside it. */
function apart(text: string): TemplateResult {
  const [number, unit] = text.split('\u202f');
  return html`${number}${unit === undefined ? nothing : html`<span class="unit">\u202f${unit}</span>`}`;
}

/** A line's name: of its one quantity, or of what its columns share. */
function rowName({ is, stem, total }: QuantityRow): string {
  if (is === 'single' && total !== null) return quantityName(total);
  const { quantities } = words();
  return Object.hasOwn(quantities, stem) ? quantities[stem as Stem] : stem;
}

customElements.define('jg-meter-values', JgMeterValues);
