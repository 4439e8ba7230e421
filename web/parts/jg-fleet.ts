import { css, html, type nothing, type TemplateResult } from 'lit';
import type { Gateway, Meter } from '../../host/api/contract.ts';
import { gatewayAddress } from '../address.ts';
import { type Condition, conditionOf, tones } from '../condition.ts';
import { formatAgo, formatDuration, formatNumber } from '../format.ts';
import { linkTo } from '../go-to.ts';
import { locale, words } from '../i18n/language.ts';
import { JgElement } from '../jg-element.ts';
import { basics } from '../styles.ts';
import './jg-state.ts';
import { pageStyles } from './page-styles.ts';

/** More of a gateway are counted: its own page has them all. */
const mostMeters = 8;

/** Every gateway in a few words: there or not, what waits in it, and whether its lines and meters are well. */
export class JgFleet extends JgElement {
  static override properties = {
    gateways: { attribute: false },
    meters: { attribute: false },
    isLoaded: { attribute: false },
    nowMs: { attribute: false },
  };
  static override styles = [
    basics,
    pageStyles,
    css`
      ul.all {
        display: grid;
        grid-template-columns: minmax(0, 1fr);
        gap: 1rem;
      }
      article {
        position: relative;
        display: grid;
        grid-template-columns: minmax(12rem, 1.2fr) minmax(0, 2fr) minmax(0, 2fr);
        gap: 1rem 2rem;
        padding: 1.25rem 1.5rem;
      }
      article:hover {
        border-color: var(--jg-accent);
      }
      h2 {
        font-size: 1.0625rem;
      }
      h2 a {
        color: inherit;
        text-decoration: none;
      }
      /* The whole card leads to the gateway. */
      h2 a::after {
        content: '';
        position: absolute;
        inset: 0;
        border-radius: var(--jg-radius);
      }
      .who {
        display: grid;
        gap: 0.375rem;
        justify-items: start;
        align-content: start;
      }
      dl {
        display: grid;
        grid-template-columns: auto minmax(0, 1fr);
        gap: 0.25rem 1rem;
        align-content: start;
        font-size: 0.9375rem;
      }
      dt {
        color: var(--jg-muted);
      }
      dd {
        overflow-wrap: anywhere;
      }
      .meters {
        display: grid;
        gap: 0.375rem;
        align-content: start;
        font-size: 0.9375rem;
      }
      .who,
      .meters {
        grid-template-columns: minmax(0, 1fr);
      }
      h2,
      .meters span {
        min-width: 0;
        overflow-wrap: anywhere;
      }
      .meters li {
        display: flex;
        flex-wrap: wrap;
        justify-content: space-between;
        gap: 0.125rem 0.75rem;
      }
      @media (max-width: 56rem) {
        article {
          grid-template-columns: minmax(0, 1fr);
        }
      }
    `,
  ];

  declare gateways: readonly Gateway[];
  declare meters: readonly Meter[];
  declare isLoaded: boolean;
  declare nowMs: number;

  protected override render(): TemplateResult {
    const { gatewayPages, load } = words();
    if (this.gateways.length === 0) {
      return html`<p class="muted" role="status">${this.isLoaded ? gatewayPages.pages.none : load.loading}</p>`;
    }
    return html`<ul class="all">
      ${this.gateways.map(gateway => html`<li>${this.#gateway(gateway)}</li>`)}
    </ul>`;
  }

  #gateway(gateway: Gateway): TemplateResult {
    const { states, gateways: text } = words();
    const { id, online, lastSeenMs } = gateway;
    const seen =
      lastSeenMs === null
        ? text.neverSeen
        : text.lastSeen(formatAgo(Math.max(0, this.nowMs - lastSeenMs), locale()));
    return html`<article class="panel">
      <div class="who">
        <h2>${linkTo(gatewayAddress(id), id)}</h2>
        <jg-state .tone=${online ? 'well' : lastSeenMs === null ? 'idle' : 'bad'} .text=${online ? states.online : states.offline}></jg-state>
        <p class="small muted">${seen}</p>
      </div>
      <dl class="number">${this.#facts(gateway)}</dl>
      ${this.#meters(gateway)}
    </article>`;
  }

  #facts(gateway: Gateway): TemplateResult[] {
    const { gateways: text, gatewayPages } = words();
    const { firmware, board, journal, clock, uptimeS, online, lineFaults, settings } = gateway;
    const count = (value: number) => formatNumber(value, locale(), 0);
    const rows: TemplateResult[] = [];
    const row = (name: string, value: unknown, tone = '') =>
      rows.push(html`<dt>${name}</dt><dd class=${tone}>${value}</dd>`);
    if (firmware !== null) row(text.firmware, [firmware, board].filter(Boolean).join(' · '));
    if (uptimeS !== null && online) row(text.running, formatDuration(uptimeS * 1000, locale()));
    if (journal !== null) {
      row(
        text.journal,
        journal.records === 0 ? text.journalEmpty : text.journalRecords(count(journal.records)),
      );
      if (journal.dropped > 0) row('', text.dropped(count(journal.dropped)), 'bad');
    }
    if (clock !== null) {
      const isSynced = clock === 'synced';
      row(text.clock, isSynced ? text.clockSynced : text.clockUnsynced, isSynced ? '' : 'warn');
    }
    const faults = Object.entries(lineFaults);
    const { pages } = gatewayPages;
    if (faults.length > 0)
      row(
        pages.lines,
        faults.map(([line, why]) => html`<p><code>${line}</code> ${why}</p>`),
        'bad',
      );
    else if (firmware !== null) row(pages.lines, pages.linesWell);
    if (settings.refused.length > 0) row(pages.parts.settings, text.refused, 'bad');
    return rows;
  }

  #meters({ id, meters: keys }: Gateway): TemplateResult | typeof nothing {
    const { states, reasons, gatewayPages } = words();
    const meters = this.meters.filter(({ key }) => keys.includes(key));
    if (meters.length === 0) return html`<p class="muted">${gatewayPages.pages.noneYet}</p>`;
    const gateway = this.gateways.find(one => one.id === id);
    const all = meters.map(meter => ({ meter, condition: conditionOf(meter, gateway, this.nowMs) }));
    const { shown, rest } = brief(all);
    const nameOf = ({ is }: Condition) => (is === 'gatewayOffline' ? states.unknown : states[is]);
    const toneOf = ({ is }: Condition) => (is === 'gatewayOffline' ? 'idle' : tones[is]);
    return html`<ul class="meters">
      ${shown.map(({ meter, condition }) => {
        const why = condition.is === 'failing' ? `: ${reasons[condition.reason] ?? condition.reason}` : '';
        return html`<li><span>${meter.name}</span><jg-state .tone=${toneOf(condition)} .text=${`${nameOf(condition)}${why}`}></jg-state></li>`;
      })}
      ${rest.map(
        ({ condition, count }) =>
          html`<li class="muted"><span>${gatewayPages.pages.metersMore(count)}</span><jg-state .tone=${toneOf(condition)} .text=${nameOf(condition)}></jg-state></li>`,
      )}
    </ul>`;
  }
}

interface Told {
  readonly meter: Meter;
  readonly condition: Condition;
}

/** All meters of a small gateway; of a large one those that are not well first, and the rest counted by how they are. */
function brief(all: readonly Told[]): {
  readonly shown: readonly Told[];
  readonly rest: readonly { readonly condition: Condition; readonly count: number }[];
} {
  if (all.length <= mostMeters) return { shown: all, rest: [] };
  const isIll = ({ condition: { is } }: Told) => is !== 'well' && is !== 'gatewayOffline';
  const shown = [...all.filter(isIll), ...all.filter(one => !isIll(one))].slice(0, mostMeters - 1);
  const others = all.filter(one => !shown.includes(one));
  const kinds = [...new Set(others.map(({ condition }) => condition.is))];
  const rest = kinds.flatMap(kind => {
    const alike = others.filter(({ condition: { is } }) => is === kind);
    const [first] = alike;
    return first === undefined ? [] : [{ condition: first.condition, count: alike.length }];
  });
  return { shown, rest };
}

customElements.define('jg-fleet', JgFleet);
