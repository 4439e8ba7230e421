import { css, html, nothing, type TemplateResult } from 'lit';
import type { LabEventInfo, LabPartInfo } from '../../simulator/control/contract.ts';
import { locale } from '../i18n/language.ts';
import { JgElement } from '../jg-element.ts';
import { basics, controls } from '../styles.ts';
import { happeningName, labWords, partTitle } from './lab-language.ts';
import { valuesText } from './wrong-item.ts';

/** As many as one looks at; the older ones when they are asked for. */
const newest = 20;

/** What has been, newest first. */
export class JgLabLog extends JgElement {
  static override properties = {
    events: { attribute: false },
    parts: { attribute: false },
    isWhole: { state: true },
  };
  static override styles = [
    basics,
    controls,
    css`
      ol {
        display: grid;
      }
      li {
        display: grid;
        grid-template-columns: 5.5rem minmax(0, 1fr);
        gap: 0 0.75rem;
        padding: 0.5rem 0;
        border-top: 1px solid var(--jg-border);
        overflow-wrap: anywhere;
      }
      li:first-child {
        border-top: 0;
      }
      time {
        color: var(--jg-muted);
        font-size: 0.875rem;
        line-height: 1.7;
      }
      .failed {
        color: var(--jg-bad);
      }
    `,
  ];

  declare events: readonly LabEventInfo[];
  declare parts: readonly LabPartInfo[];
  declare isWhole: boolean;

  constructor() {
    super();
    this.events = [];
    this.parts = [];
    this.isWhole = false;
  }

  protected override render(): TemplateResult {
    const own = labWords();
    if (this.events.length === 0) return html`<p class="muted">${own.logEmpty}</p>`;
    const shown = this.isWhole ? this.events : this.events.slice(-newest);
    const older = this.events.length - shown.length;
    return html`<ol>${shown.toReversed().map(event => this.#line(event))}</ol>
      ${older === 0 ? nothing : html`<button class="quiet" @click=${this.#showAll}>${own.older(older)}</button>`}`;
  }

  readonly #showAll = (): void => {
    this.isWhole = true;
  };

  #line({ atMs, kind, by, what, part, values, text }: LabEventInfo): TemplateResult {
    const own = labWords();
    const clock = new Intl.DateTimeFormat(locale(), { timeStyle: 'medium' });
    const found = this.parts.find(({ id }) => id === part);
    const name = found === undefined ? part : partTitle(found);
    const words = [own.events[kind], own.by[by]].filter(word => word !== '').join(' ');
    const given = kind === 'ended' || values === undefined ? '' : valuesText(values);
    const more = [given, text ?? ''].filter(one => one !== '').join(' · ');
    return html`<li>
      <time class="number" datetime=${new Date(atMs).toISOString()}>${clock.format(atMs)}</time>
      <span class=${kind}>
        ${name === undefined ? nothing : `${name}: `}${happeningName(what)}, ${words}
        ${more === '' ? nothing : html`<br><span class="small muted">${more}</span>`}
      </span>
    </li>`;
  }
}

customElements.define('jg-lab-log', JgLabLog);
