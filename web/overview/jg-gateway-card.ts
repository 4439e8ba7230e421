import { css, html, nothing, type TemplateResult } from 'lit';
import type { Gateway } from '../../host/api/contract.ts';
import { formatAgo, formatDuration, formatNumber, formatTime } from '../format.ts';
import { fieldName } from '../gateways/field-names.ts';
import { locale, words } from '../i18n/language.ts';
import { JgElement } from '../jg-element.ts';
import { faultLine } from '../parts/fault-line.ts';
import { sourceKindName, sourceKindOf } from '../sources/source-board.ts';
import { basics } from '../styles.ts';
import '../parts/jg-state.ts';

/** One gateway: whether it is there, what waits in its journal, what was refused and why. */
export class JgGatewayCard extends JgElement {
  static override properties = { gateway: { attribute: false }, nowMs: { attribute: false } };
  static override styles = [
    basics,
    css`
      :host {
        height: 100%;
      }
      article {
        padding: 1.25rem;
        height: 100%;
      }
      header {
        display: flex;
        align-items: center;
        justify-content: space-between;
        gap: 0.75rem;
      }
      h3 {
        font-size: 1rem;
        overflow-wrap: anywhere;
      }
      dl {
        display: grid;
        grid-template-columns: auto minmax(0, 1fr);
        gap: 0.25rem 1rem;
        margin-top: 0.875rem;
      }
      dt {
        color: var(--jg-muted);
      }
      dd {
        overflow-wrap: anywhere;
      }
      .warn {
        color: var(--jg-warn);
      }
      .bad {
        color: var(--jg-bad);
      }
      .box,
      details {
        margin-top: 0.875rem;
      }
      .box {
        padding: 0.75rem 1rem;
        border-radius: var(--jg-radius-small);
        background: var(--jg-bad-tint);
        color: var(--jg-bad);
      }
      .box li,
      details li {
        margin-top: 0.375rem;
        overflow-wrap: anywhere;
      }
      summary {
        cursor: pointer;
        font-weight: 500;
      }
      details li {
        padding-left: 1rem;
        border-left: 2px solid var(--jg-border);
      }
    `,
  ];

  declare gateway: Gateway;
  declare nowMs: number;

  #count(value: number): string {
    return formatNumber(value, locale(), 0);
  }

  protected override render(): TemplateResult {
    const { gateway } = this;
    const { gateways, states } = words();
    const seen =
      gateway.lastSeenMs === null
        ? gateways.neverSeen
        : gateways.lastSeen(formatAgo(this.nowMs - gateway.lastSeenMs, locale()));
    return html`<article class="panel small">
      <header>
        <h3>${gateway.id}</h3>
        <jg-state
          .tone=${gateway.online ? 'well' : gateway.lastSeenMs === null ? 'idle' : 'bad'}
          .text=${gateway.online ? states.online : states.offline}
        ></jg-state>
      </header>
      <p class="muted">${seen}</p>
      <dl class="number">${this.#rows()}</dl>
      ${this.#lineFaults()} ${this.#refused()} ${this.#problems()}
    </article>`;
  }

  #rows(): TemplateResult[] {
    const { gateway } = this;
    const { gateways } = words();
    const rows: TemplateResult[] = [];
    const row = (name: string, value: TemplateResult | string) =>
      rows.push(html`<dt>${name}</dt><dd>${value}</dd>`);
    if (gateway.journal !== null) row(gateways.journal, this.#journal(gateway.journal));
    const { records, lost = 0 } = gateway.ingest;
    if (records !== undefined) {
      const lostText =
        lost > 0 ? html` <span class="bad">${gateways.lost(this.#count(lost))}</span>` : nothing;
      row(gateways.stored, html`${gateways.storedRecords(this.#count(records))}${lostText}`);
    }
    if (gateway.clock !== null) row(gateways.clock, this.#clock(gateway.clock));
    const source = sourceKindOf(gateway);
    if (source !== null) row(words().sources.source, sourceKindName(source));
    else if (gateway.firmware !== null)
      row(gateways.firmware, [gateway.firmware, gateway.board].filter(Boolean).join(' · '));
    if (gateway.uptimeS !== null && gateway.online) {
      row(gateways.running, formatDuration(gateway.uptimeS * 1000, locale()));
    }
    return rows;
  }

  #journal({ records, dropped }: NonNullable<Gateway['journal']>): TemplateResult {
    const { gateways } = words();
    return html`${records === 0 ? gateways.journalEmpty : gateways.journalRecords(this.#count(records))}
    ${dropped > 0 ? html`<span class="bad">${gateways.dropped(this.#count(dropped))}</span>` : nothing}`;
  }

  #clock(clock: string): TemplateResult {
    const { gateways } = words();
    return clock === 'synced'
      ? html`${gateways.clockSynced}`
      : html`<span class="warn">${gateways.clockUnsynced}</span>`;
  }

  #lineFaults(): TemplateResult | typeof nothing {
    const faults = Object.entries(this.gateway.lineFaults);
    if (faults.length === 0) return nothing;
    const isSource = sourceKindOf(this.gateway) !== null;
    return html`<div class="box">
      <strong>${isSource ? words().sources.isFaulty : words().gateways.lineFaults}</strong>
      <ul>
        ${faults.map(([line, why]) => (isSource ? html`<li>${faultLine(why, this.gateway.why)}</li>` : html`<li><code>${line}</code> ${why}</li>`))}
      </ul>
    </div>`;
  }

  #refused(): TemplateResult | typeof nothing {
    const { desiredVersion, runningVersion, refused } = this.gateway.settings;
    if (refused.length === 0) return nothing;
    const { gateways } = words();
    return html`<div class="box">
      <strong>${gateways.refused}</strong>
      <p>${gateways.refusedVersion(String(desiredVersion ?? '–'), String(runningVersion ?? '–'))}</p>
      <ul>
        ${refused.map(({ field, message }) => html`<li><strong title=${field}>${fieldName(field, words())}</strong>: <span lang="en">${message}</span></li>`)}
      </ul>
    </div>`;
  }

  #problems(): TemplateResult | typeof nothing {
    const { problems } = this.gateway;
    const { gateways } = words();
    if (problems.length === 0) return nothing;
    return html`<details>
      <summary class="warn">${gateways.problems(problems.length)}</summary>
      <ul>
        ${problems.map(
          ({ atMs, code, detail, count }) => html`<li>
            <strong>${code}</strong> · ${gateways.times(this.#count(count))} · ${formatTime(atMs, 'dayTime', locale())}<br />
            <span class="muted">${detail}</span>
          </li>`,
        )}
      </ul>
    </details>`;
  }
}

customElements.define('jg-gateway-card', JgGatewayCard);
