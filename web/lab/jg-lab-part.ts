import { css, html, nothing, type TemplateResult } from 'lit';
import type { LabFigure, LabKind, LabPartInfo, LabRunning } from '../../simulator/control/contract.ts';
import { locale } from '../i18n/language.ts';
import { JgElement } from '../jg-element.ts';
import { type IconName, icon } from '../parts/icons.ts';
import '../parts/jg-state.ts';
import { basics, controls } from '../styles.ts';
import './jg-begin-form.ts';
import { figureName, labWords, partAbout, partTitle, stateName } from './lab-language.ts';
import { labStyles } from './lab-styles.ts';
import { wrongItem } from './wrong-item.ts';

const icons: Readonly<Record<LabPartInfo['kind'], IconName>> = {
  line: 'structure',
  head: 'eye',
  meter: 'meter',
  chip: 'battery',
  gateway: 'gateways',
  clock: 'wait',
  network: 'share',
  broker: 'turn',
  host: 'data',
};

/** A part: how it is, what is wrong with it, and a form to let something go wrong. Tells `jg-begin` and `jg-end`. */
export class JgLabPart extends JgElement {
  static override properties = {
    of: { attribute: false },
    kinds: { attribute: false },
    running: { attribute: false },
    figures: { attribute: false },
    nowMs: { attribute: false },
    isBusy: { attribute: false },
  };
  static override styles = [
    basics,
    controls,
    labStyles,
    css`
      article {
        display: grid;
        gap: 1rem;
        padding: 1.125rem 1.25rem;
        height: 100%;
        align-content: start;
      }
      header {
        display: grid;
        grid-template-columns: auto minmax(0, 1fr) auto;
        gap: 0.125rem 0.75rem;
        align-items: center;
      }
      .mark {
        grid-row: span 2;
        display: grid;
        place-items: center;
        width: 2.5rem;
        height: 2.5rem;
        border-radius: 10px;
        background: var(--jg-idle-tint);
        color: var(--jg-idle);
      }
      .mark.is-wrong {
        background: var(--jg-warn-tint);
        color: var(--jg-warn);
      }
      h3 {
        font-size: 1.0625rem;
        overflow-wrap: anywhere;
      }
      header p {
        grid-column: 2 / -1;
      }
      /* A name and a state side by side would break the name. */
      @media (max-width: 26rem) {
        header {
          grid-template-columns: auto minmax(0, 1fr);
        }
        .mark {
          grid-row: span 3;
          align-self: start;
        }
        header jg-state {
          grid-column: 2;
        }
      }
      dl {
        display: flex;
        flex-wrap: wrap;
        gap: 0.25rem 1.25rem;
        font-size: 0.875rem;
      }
      dl div {
        display: flex;
        gap: 0.375rem;
      }
      dt {
        order: 2;
        color: var(--jg-muted);
      }
      details {
        border-top: 1px solid var(--jg-border);
        padding-top: 0.75rem;
      }
      summary {
        display: flex;
        align-items: center;
        gap: 0.375rem;
        min-height: 2.25rem;
        color: var(--jg-accent);
        font-weight: 500;
        cursor: pointer;
        list-style: none;
      }
      summary::-webkit-details-marker {
        display: none;
      }
      summary svg {
        transition: transform 120ms;
      }
      details[open] summary svg {
        transform: rotate(45deg);
      }
      jg-begin-form {
        padding-top: 0.75rem;
      }
    `,
  ];

  declare of: LabPartInfo | null;
  declare kinds: readonly LabKind[];
  declare running: readonly LabRunning[];
  declare figures: readonly LabFigure[];
  declare nowMs: number;
  declare isBusy: boolean;

  constructor() {
    super();
    this.of = null;
    this.kinds = [];
    this.running = [];
    this.figures = [];
    this.nowMs = 0;
    this.isBusy = false;
  }

  protected override render(): TemplateResult | typeof nothing {
    const { of: part, kinds } = this;
    if (part === null) return nothing;
    const own = labWords();
    const title = partTitle(part);
    const count = this.running.length;
    return html`<article class="panel" aria-labelledby="name">
      <header>
        <span class="mark ${count > 0 ? 'is-wrong' : ''}">${icon(icons[part.kind])}</span>
        <h3 id="name">${title}</h3>
        ${
          kinds.some(({ lasts }) => lasts)
            ? html`<jg-state .tone=${count > 0 ? 'warn' : 'well'} .text=${count > 0 ? own.wrong(count) : own.well}></jg-state>`
            : nothing
        }
        <p class="small muted">${partAbout(part)}</p>
      </header>
      ${this.figures.length === 0 ? nothing : this.#figures()}
      ${count === 0 ? nothing : this.#wrongs(title)}
      ${
        kinds.length === 0
          ? nothing
          : html`<details>
              <summary aria-label=${own.letAt(title)}>${icon('plus', 18)}${own.let}</summary>
              <jg-begin-form .of=${part} .kinds=${kinds} .isBusy=${this.isBusy}></jg-begin-form>
            </details>`
      }
    </article>`;
  }

  #figures(): TemplateResult {
    const number = new Intl.NumberFormat(locale());
    return html`<dl>
      ${this.figures.map(
        ({ name, value }) => html`<div>
          <dt class=${name === 'state' ? 'visually-hidden' : ''}>${figureName(name)}</dt>
          <dd class="number">${typeof value === 'number' ? number.format(value) : stateName(value)}</dd>
        </div>`,
      )}
    </dl>`;
  }

  #wrongs(title: string): TemplateResult {
    const { nowMs, isBusy } = this;
    return html`<ul class="wrongs">
      ${this.running.map(running =>
        wrongItem({
          running,
          part: title,
          nowMs,
          isBusy,
          end: () => this.tell('jg-end', running.id),
        }),
      )}
    </ul>`;
  }
}

customElements.define('jg-lab-part', JgLabPart);
