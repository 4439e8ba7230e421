import { css, html, nothing, type PropertyValues, type TemplateResult } from 'lit';
import { gatewayAddress } from '../address.ts';
import { formatAgo, formatDuration, formatNumber, formatShare } from '../format.ts';
import { linkTo } from '../go-to.ts';
import { locale, words } from '../i18n/language.ts';
import { JgElement } from '../jg-element.ts';
import { faultLine } from '../parts/fault-line.ts';
import { type Condition, conditionOf, tones } from '../site/condition.ts';
import { sourceKindName, sourceKindOf } from '../sources/source-board.ts';
import { basics } from '../styles.ts';
import { fleetItemStyles } from './fleet-item-styles.ts';
import type { FleetEntry } from './fleet-list.ts';
import { journalShare, journalTone } from './gateway-health.ts';
import { gatewayStyles } from './gateway-styles.ts';
import '../parts/jg-state.ts';
import { pageStyles } from '../parts/page-styles.ts';

/** More of a gateway are counted: its own page has them all. */
const mostMeters = 8;

/** A gateway in a few words: there or not, what waits in it, and whether its lines and meters are well. */
export class JgFleetItem extends JgElement {
  static override properties = {
    entry: { attribute: false },
    isBrief: { attribute: false },
    nowMs: { attribute: false },
  };
  static override styles = [
    basics,
    pageStyles,
    gatewayStyles,
    fleetItemStyles,
    css`
      :host {
        content-visibility: auto;
        contain-intrinsic-size: auto 9rem;
      }
    `,
  ];

  declare entry: FleetEntry;
  /** Of many: how the meters are is counted. */
  declare isBrief: boolean;
  declare nowMs: number;
  #told = '';

  constructor() {
    super();
    this.isBrief = false;
  }

  /** Of 200 gateways most say the same as a second ago. */
  protected override shouldUpdate(changed: PropertyValues): boolean {
    const told = this.#tellable();
    const isSame =
      this.hasUpdated &&
      changed.size > 0 &&
      !changed.has('isBrief') &&
      (changed.get('entry') ?? this.entry).gateway === this.entry.gateway &&
      told === this.#told;
    this.#told = told;
    return !isSame;
  }

  /** All that is told and that time, a name or a value changes, beside the gateway itself. */
  #tellable(): string {
    const { gateway, meters } = this.entry;
    return JSON.stringify([
      this.#seen(),
      ...meters.map(meter => [meter.name, conditionOf(meter, gateway, this.nowMs)]),
    ]);
  }

  #seen(): string {
    const { gateways: text } = words();
    const { lastSeenMs } = this.entry.gateway;
    return lastSeenMs === null
      ? text.neverSeen
      : text.lastSeen(formatAgo(Math.max(0, this.nowMs - lastSeenMs), locale()));
  }

  protected override render(): TemplateResult {
    const { states } = words();
    const { id, online, lastSeenMs } = this.entry.gateway;
    const seen = this.#seen();
    return html`<article class="panel ${this.isBrief ? 'brief' : ''}">
      <div class="who">
        <h2>${linkTo(gatewayAddress(id), id)}</h2>
        <jg-state .tone=${online ? 'well' : lastSeenMs === null ? 'idle' : 'bad'} .text=${online ? states.online : states.offline}></jg-state>
        <p class="small muted">${seen}</p>
      </div>
      <dl class="facts number">${this.#facts()}</dl>
      ${this.#meters()}
    </article>`;
  }

  #facts(): TemplateResult[] {
    const { gateways: text, gatewayPages, life: lives } = words();
    const { firmware, board, clock, uptimeS, online, lineFaults, settings, life, isOnTrial } =
      this.entry.gateway;
    const rows: TemplateResult[] = [];
    const row = (name: string, value: unknown, tone = '') =>
      rows.push(html`<dt>${name}</dt><dd class=${tone}>${value}</dd>`);
    const source = sourceKindOf(this.entry.gateway);
    if (source !== null) row(words().sources.source, sourceKindName(source));
    else if (firmware !== null) row(text.firmware, [firmware, board].filter(Boolean).join(' · '));
    if (isOnTrial) row('', words().update.states.onTrial, 'warn');
    if (uptimeS !== null && online && !this.isBrief)
      row(text.running, formatDuration(uptimeS * 1000, locale()));
    this.#journal(row);
    if (clock !== null && (!this.isBrief || clock !== 'synced')) {
      const isSynced = clock === 'synced';
      row(text.clock, isSynced ? text.clockSynced : text.clockUnsynced, isSynced ? '' : 'warn');
    }
    const faults = Object.entries(lineFaults);
    const { pages } = gatewayPages;
    if (faults.length > 0)
      row(
        source === null ? pages.lines : words().sources.isFaulty,
        faults.map(([line, why]) =>
          source === null
            ? html`<p><code>${line}</code> ${why}</p>`
            : html`<p>${faultLine(why, this.entry.gateway.why)}</p>`,
        ),
        'bad',
      );
    else if (source === null && firmware !== null && !this.isBrief) row(pages.lines, pages.linesWell);
    if (settings.refused.length > 0) row(pages.parts.settings, text.refused, 'bad');
    if (life?.mode === 'safe') row(pages.parts.state, lives.safe, 'bad');
    return rows;
  }

  /** What waits, how full that makes it, and what was lost. */
  #journal(row: (name: string, value: unknown, tone?: string) => void): void {
    const { journal } = this.entry.gateway;
    if (journal === null) return;
    const { gateways: text, gatewayPages } = words();
    const { records, dropped } = journal;
    const share = journalShare(journal);
    const full = formatShare(share, locale());
    const told = records === 0 ? text.journalEmpty : text.journalRecords(formatNumber(records, locale(), 0));
    row(
      text.journal,
      records === 0
        ? told
        : html`${told}
            <span class="fill"
              ><meter class=${journalTone(journal)} min="0" max="1" .value=${share} aria-label=${gatewayPages.fleet.full(full)}></meter> <span class="muted">${full}</span></span
            >`,
    );
    if (dropped > 0) row('', text.dropped(formatNumber(dropped, locale(), 0)), 'bad');
  }

  #meters(): TemplateResult | typeof nothing {
    const { states, reasons, gatewayPages } = words();
    const { gateway, meters } = this.entry;
    if (meters.length === 0) return html`<p class="muted small">${gatewayPages.pages.noneYet}</p>`;
    const all = meters.map(meter => ({ meter, condition: conditionOf(meter, gateway, this.nowMs) }));
    const nameOf = ({ is }: Condition) => (is === 'gatewayOffline' ? states.unknown : states[is]);
    const toneOf = ({ is }: Condition) => (is === 'gatewayOffline' ? 'idle' : tones[is]);
    const { shown, rest } = this.isBrief ? illOf(all) : brief(all);
    const well = all.filter(({ condition: { is } }) => is === 'well').length;
    const count = (value: number) => formatNumber(value, locale(), 0);
    return html`<ul class="meters">
      ${this.isBrief ? html`<li class="muted">${gateway.online ? gatewayPages.fleet.metersWell(count(well), count(all.length)) : gatewayPages.fleet.meters(count(all.length))}</li>` : nothing}
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
  readonly meter: FleetEntry['meters'][number];
  readonly condition: Condition;
}

interface Brief {
  readonly shown: readonly Told[];
  readonly rest: readonly { readonly condition: Condition; readonly count: number }[];
}

const isIll = ({ condition: { is } }: Told): boolean => is !== 'well' && is !== 'gatewayOffline';

/** Two of those that are not well, the rest of them counted by how they are. */
const illOf = (all: readonly Told[]): Brief => briefOf(all.filter(isIll), 2);

/** All meters of a small gateway; of a large one those that are not well first. */
function brief(all: readonly Told[]): Brief {
  if (all.length <= mostMeters) return { shown: all, rest: [] };
  return briefOf([...all.filter(isIll), ...all.filter(one => !isIll(one))], mostMeters - 1);
}

function briefOf(all: readonly Told[], most: number): Brief {
  const others = all.slice(most);
  const kinds = [...new Set(others.map(({ condition }) => condition.is))];
  const rest = kinds.flatMap(kind => {
    const alike = others.filter(({ condition: { is } }) => is === kind);
    const [first] = alike;
    return first === undefined ? [] : [{ condition: first.condition, count: alike.length }];
  });
  return { shown: all.slice(0, most), rest };
}

customElements.define('jg-fleet-item', JgFleetItem);
