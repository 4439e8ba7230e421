import { css, html, nothing, type TemplateResult } from 'lit';
import type { DiagnosisEvent, MeterSettings } from '../../host/api/contract.ts';
import { formatNumber } from '../format.ts';
import { locale, words } from '../i18n/language.ts';
import { JgElement } from '../jg-element.ts';
import { icon } from '../parts/icons.ts';
import type { Tone } from '../site/condition.ts';
import { basics, controls } from '../styles.ts';
import { inOrder, medianClass, type Slave, surenessOf } from './line-health.ts';
import './jg-latency.ts';
import { latencyText } from './jg-latency.ts';
import '../parts/jg-state.ts';
import { pageStyles } from '../parts/page-styles.ts';
import { tableStyles } from '../parts/table-styles.ts';

const tones: Readonly<Record<Slave['state'], Tone>> = Object.freeze({
  answering: 'well',
  failing: 'bad',
  silent: 'bad',
  waiting: 'idle',
});

const counts = ['requests', 'answers', 'timeouts', 'crcErrors', 'exceptions', 'foreign', 'late'] as const;
const badCounts: ReadonlySet<string> = new Set(['timeouts', 'crcErrors', 'exceptions', 'foreign', 'late']);

/** What is most likely wrong on an RS485 line and what to do, and below it what it was concluded from. */
export class JgBusDoctor extends JgElement {
  static override properties = {
    diagnosis: { attribute: false },
    meters: { attribute: false },
    isAsked: { attribute: false },
  };
  static override styles = [
    basics,
    controls,
    tableStyles,
    pageStyles,
    css`
      :host {
        display: grid;
        gap: 1.5rem;
        min-width: 0;
      }
      .verdict {
        display: grid;
        grid-template-columns: auto minmax(0, 1fr);
        gap: 0 1rem;
        padding: clamp(1rem, 2.5vw, 1.5rem);
        border-radius: var(--jg-radius);
        background: var(--jg-idle-tint);
      }
      .verdict svg {
        margin-top: 0.125rem;
      }
      .verdict.fine {
        background: var(--jg-well-tint);
        color: var(--jg-well);
      }
      .verdict.ill {
        background: var(--jg-bad-tint);
      }
      .verdict.ill h2,
      .verdict.ill > svg {
        color: var(--jg-bad);
      }
      .verdict.unclear {
        background: var(--jg-warn-tint);
      }
      .verdict.unclear h2,
      .verdict.unclear > svg {
        color: var(--jg-warn);
      }
      .verdict h2 {
        font-size: 1.25rem;
      }
      .causes {
        display: grid;
        gap: 1rem;
      }
      .causes li + li {
        padding-top: 1rem;
        border-top: 1px solid color-mix(in srgb, currentColor 18%, transparent);
      }
      .steps {
        list-style: decimal;
        padding-left: 1.25rem;
        margin-top: 0.375rem;
        max-width: 46rem;
      }
      .steps li + li {
        padding: 0;
        border: 0;
      }
      .sure {
        font-size: 0.875rem;
        font-weight: 500;
      }
      .frame {
        max-height: none;
      }
      th,
      td {
        padding: 0.5rem 0.625rem;
      }
      thead th {
        white-space: normal;
        vertical-align: bottom;
        font-size: 0.8125rem;
      }
      :is(th, td):nth-child(-n + 3) {
        text-align: left;
      }
      td.bad {
        font-weight: 600;
      }
      tbody th strong {
        display: block;
        font-weight: 550;
      }
      .table {
        display: grid;
        gap: 0.75rem;
      }
      .cards {
        display: none;
      }
      @media (max-width: 76rem) {
        .frame.wide {
          display: none;
        }
        .cards {
          display: grid;
          gap: 1rem;
        }
        .cards > li {
          display: grid;
          gap: 0.5rem;
          padding-top: 1rem;
          border-top: 1px solid var(--jg-border);
        }
        .cards dl {
          display: grid;
          grid-template-columns: repeat(auto-fill, minmax(6.5rem, 1fr));
          gap: 0.5rem;
          font-size: 0.9375rem;
        }
        .cards dt {
          color: var(--jg-muted);
          font-size: 0.8125rem;
        }
      }
    `,
  ];

  declare diagnosis: DiagnosisEvent | null;
  declare meters: readonly MeterSettings[];
  declare isAsked: boolean;

  protected override render(): TemplateResult {
    const { doctor } = words().gatewayPages;
    const slaves = this.diagnosis?.slaves ?? [];
    return html`<div aria-live="polite">${this.#verdict()}</div>
      ${
        slaves.length === 0
          ? nothing
          : html`<section class="panel table" aria-labelledby="slaves">
              <h2 id="slaves">${doctor.slaves}</h2>
              ${this.#table(slaves)} ${this.#cards(slaves)}
              <p class="small muted">${doctor.since} ${doctor.timeout}: ${doctor.timeoutHelp}</p>
              <jg-latency-table .slaves=${slaves} .names=${this.#names}></jg-latency-table>
            </section>`
      }`;
  }

  get #names(): ReadonlyMap<string, string> {
    return new Map(this.meters.map(({ id, name }) => [id, name]));
  }

  #count(value: number): string {
    return formatNumber(value, locale(), 0);
  }

  #verdict(): TemplateResult {
    const { doctor } = words().gatewayPages;
    const { diagnosis } = this;
    if (diagnosis === null) {
      return html`<div class="verdict">
        ${icon('wait', 28)}
        <div><h2>${this.isAsked ? doctor.waiting : doctor.nothing}</h2></div>
      </div>`;
    }
    if (diagnosis.causes.length > 0) return this.#causes(diagnosis);
    const well = diagnosis.slaves.filter(({ state }) => state === 'answering').length;
    const all = diagnosis.slaves.length;
    const isFine = well === all;
    const text = all === 0 ? doctor.noSlaves : doctor.wellOf(this.#count(well), this.#count(all));
    return html`<div class="verdict ${isFine && all > 0 ? 'fine' : isFine ? '' : 'unclear'}">
      ${icon(isFine ? 'tick' : 'alert', 28)}
      <div>
        <h2>${isFine && all > 0 ? doctor.well : isFine ? doctor.noSlaves : doctor.unclear}</h2>
        ${all === 0 ? nothing : html`<p>${text}</p>`}
        ${isFine ? nothing : html`<p>${doctor.unclearHelp}</p>`}
      </div>
    </div>`;
  }

  #causes({ causes }: DiagnosisEvent): TemplateResult {
    const { doctor } = words().gatewayPages;
    return html`<div class="verdict ill">
      ${icon('alert', 28)}
      <ul class="causes">
        ${inOrder(causes).map(cause => {
          const text = doctor.causes[cause.code];
          const sure = doctor.sureness[surenessOf(cause)];
          const where = cause.address === undefined ? '' : `${doctor.atAddress(String(cause.address))}: `;
          return html`<li>
            <h2>${where}${text?.title ?? cause.code}</h2>
            <p class="sure">${sure}</p>
            <ol class="steps" aria-label=${doctor.whatToDo}>
              ${text?.steps.map(step => html`<li>${step}</li>`)}
            </ol>
          </li>`;
        })}
      </ul>
    </div>`;
  }

  #name({ meter, address }: Slave): string {
    return this.#names.get(meter) ?? (meter === '' ? String(address) : meter);
  }

  #table(slaves: readonly Slave[]): TemplateResult {
    const { doctor } = words().gatewayPages;
    return html`<div class="frame wide" tabindex="0" role="group" aria-labelledby="slaves">
      <table>
        <thead>
          <tr>
            <th scope="col">${doctor.meter}</th>
            <th scope="col">${doctor.state}</th>
            <th scope="col">${doctor.latency}</th>
            <th scope="col">${doctor.timeout}</th>
            ${counts.map(name => html`<th scope="col">${doctor[name]}</th>`)}
          </tr>
        </thead>
        <tbody>
          ${slaves.map(
            slave => html`<tr>
              <th scope="row"><strong>${this.#name(slave)}</strong><span class="small muted">${doctor.slave} ${slave.address}</span></th>
              <td>${this.#state(slave)}</td>
              <td>${this.#latency(slave)}</td>
              <td>${this.#count(slave.timeoutMs)} ms</td>
              ${counts.map(name => html`<td class=${this.#tone(slave, name)}>${this.#count(slave[name])}</td>`)}
            </tr>`,
          )}
        </tbody>
      </table>
    </div>`;
  }

  /** The same where there is no room for a table. */
  #cards(slaves: readonly Slave[]): TemplateResult {
    const { doctor } = words().gatewayPages;
    return html`<ul class="cards">
      ${slaves.map(
        slave => html`<li>
          <div class="head">
            <div><strong>${this.#name(slave)}</strong> <span class="small muted">${doctor.slave} ${slave.address}</span></div>
            ${this.#state(slave)}
          </div>
          ${this.#latency(slave)}
          <dl class="number">
            <div><dt>${doctor.timeout}</dt><dd>${this.#count(slave.timeoutMs)} ms</dd></div>
            ${counts.map(
              name =>
                html`<div><dt>${doctor[name]}</dt><dd class=${this.#tone(slave, name)}>${this.#count(slave[name])}</dd></div>`,
            )}
          </dl>
        </li>`,
      )}
    </ul>`;
  }

  #tone(slave: Slave, name: (typeof counts)[number]): string {
    return badCounts.has(name) && slave[name] > 0 ? 'bad' : '';
  }

  #state({ state }: Slave): TemplateResult {
    const { states } = words().gatewayPages.doctor;
    return html`<jg-state .tone=${tones[state]} .text=${states[state]}></jg-state>`;
  }

  #latency(slave: Slave): TemplateResult {
    const { doctor } = words().gatewayPages;
    const middle = medianClass(slave.latency);
    const median = middle === null ? doctor.noLatency : latencyText(middle);
    return html`<jg-latency
      .counts=${slave.latency}
      .text=${median}
      .label=${doctor.histogram(this.#name(slave), median)}
    ></jg-latency>`;
  }
}

customElements.define('jg-bus-doctor', JgBusDoctor);
