import { css, html, nothing, type TemplateResult } from 'lit';
import type { Ledger } from '../../host/api/contract.ts';
import { formatNumber } from '../format.ts';
import { locale, words } from '../i18n/language.ts';
import { JgElement } from '../jg-element.ts';
import { basics } from '../styles.ts';
import { type Account, daysOf, receivedShare, sumOf } from './ledger.ts';
import { legendMark, type Mark, markPatterns, markStyles } from './ledger-marks.ts';
import { estimatedText, lengthText, percentText, reasonText } from './ledger-words.ts';

/** All meters over the whole range: the share received, what is lost by reason, and what gateways say of themselves. */
export class JgLedgerSum extends JgElement {
  static override properties = { ledger: { attribute: false } };
  static override styles = [
    basics,
    markStyles,
    css`
      :host {
        position: relative;
      }
      .sum {
        display: flex;
        flex-wrap: wrap;
        align-items: center;
        gap: 1rem 3rem;
      }
      .share {
        font-size: 2.5rem;
        font-weight: 600;
        letter-spacing: -0.02em;
        line-height: 1.1;
      }
      .share span {
        display: block;
        font-size: 0.9375rem;
        font-weight: 400;
        letter-spacing: 0;
        line-height: 1.5;
      }
      .parts {
        display: grid;
        gap: 0.25rem;
      }
      .parts li {
        display: flex;
        align-items: center;
        gap: 0.625rem;
      }
      .notes {
        margin-top: 1rem;
        display: grid;
        gap: 0.25rem;
        color: var(--jg-warn);
      }
    `,
  ];

  declare ledger: Ledger;

  protected override render(): TemplateResult {
    const { ledger: text } = words();
    const sum = sumOf(this.ledger.meters.flatMap(meter => daysOf(this.ledger, meter)));
    const notes = this.#notes();
    return html`${markPatterns()}
      <div class="sum">
        <p class="share number">
          ${percentText(sum)}<span class="muted"
            >${receivedShare(sum) === null ? text.nothingDecided : text.received} · ${text.allMeters}</span
          >
        </p>
        <ul class="parts number">
          ${this.#parts(sum).map(([mark, line]) => html`<li>${legendMark(mark)}<span>${line}</span></li>`)}
        </ul>
      </div>
      ${notes.length === 0 ? nothing : html`<ul class="notes small">${notes.map(note => html`<li>${note}</li>`)}</ul>`}`;
  }

  #parts(sum: Account): [Mark, string][] {
    const { ledger: text } = words();
    return [
      ['received', `${text.received}: ${lengthText(sum.receivedS)}`],
      ...(sum.lateS > 0 ? [['late', `${text.ofThem}: ${lengthText(sum.lateS)}`] as [Mark, string]] : []),
      ...sum.lost.map(({ reason, seconds }): [Mark, string] => [
        'lost',
        `${text.lost}: ${lengthText(seconds)}, ${reasonText(reason)}`,
      ]),
      ...(sum.pendingS > 0
        ? [['pending', `${text.pending}: ${lengthText(sum.pendingS)}`] as [Mark, string]]
        : []),
      ...(sum.estimatedS > 0 ? [['estimated', estimatedText(sum)] as [Mark, string]] : []),
    ];
  }

  #notes(): string[] {
    const { ledger: text } = words();
    const count = (records: number) => formatNumber(records, locale(), 0);
    return this.ledger.gateways.flatMap(
      ({ gateway, state, pendingS, droppedRecords, lostAtHostRecords, unplacedRecords }) => [
        ...(state === 'away' && pendingS > 0 ? [text.states.away(gateway)] : []),
        ...(state === 'holding' && pendingS > 0 ? [text.states.holding(gateway)] : []),
        ...(droppedRecords > 0 ? [text.droppedRecords(gateway, count(droppedRecords))] : []),
        ...(lostAtHostRecords > 0 ? [text.lostAtHostRecords(gateway, count(lostAtHostRecords))] : []),
        ...(unplacedRecords > 0 ? [text.unplacedRecords(gateway, count(unplacedRecords))] : []),
      ],
    );
  }
}

customElements.define('jg-ledger-sum', JgLedgerSum);
