import { css, html, nothing, type TemplateResult } from 'lit';
import type { ImportEntry } from '../../host/api/contract.ts';
import { formatNumber, formatTime } from '../format.ts';
import { locale, words } from '../i18n/language.ts';
import { JgElement } from '../jg-element.ts';
import { icon } from '../parts/icons.ts';
import { basics, controls } from '../styles.ts';
import { dataStyles } from './data-styles.ts';

/** All imports so far, the newest first; one that stands can be undone. Tells `jg-undo`. */
export class JgImportList extends JgElement {
  static override properties = {
    entries: { attribute: false },
    zone: { attribute: false },
    asked: { state: true },
  };
  static override styles = [
    basics,
    controls,
    dataStyles,
    css`
      ul {
        display: grid;
        gap: 0.75rem;
      }
      article {
        padding: 1rem 1.25rem;
        display: grid;
        gap: 0.25rem;
      }
      h3 {
        font-size: 1rem;
        overflow-wrap: anywhere;
      }
      .undone h3 {
        text-decoration: line-through;
        color: var(--jg-muted);
      }
      .row {
        margin-top: 0.5rem;
      }
    `,
  ];

  declare entries: readonly ImportEntry[];
  declare zone: string;
  /** Number of the one that is about to be undone. */
  declare asked: number | null;

  constructor() {
    super();
    this.asked = null;
  }

  protected override render(): TemplateResult {
    const { import: text } = words().dataPages;
    const newest = [...this.entries].sort((one, other) => other.id - one.id);
    return html`<section aria-labelledby="imports"><h2 id="imports">${text.list}</h2>
      ${newest.length === 0 ? html`<p class="muted">${text.empty}</p>` : html`<ul>${newest.map(entry => html`<li>${this.#entry(entry)}</li>`)}</ul>`}</section>`;
  }

  #entry({
    id,
    atMs,
    who,
    why,
    fileName,
    windows,
    fromMs,
    toMs,
    leftOut,
    undone,
  }: ImportEntry): TemplateResult {
    const { dataPages } = words();
    const { import: text } = dataPages;
    const number = (value: number) => formatNumber(value, locale(), 0);
    const time = (ms: number) => formatTime(ms, 'dayTimeYear', locale(), this.zone);
    return html`<article class=${undone === null ? 'panel' : 'panel undone'}>
      <h3>${fileName}</h3>
      <p class="number">${text.values}: ${number(windows)}${leftOut === 0 ? nothing : `, ${text.leftOut(number(leftOut))}`} · ${dataPages.range(time(fromMs), time(toMs))}</p>
      <p>${why}</p>
      <p class="muted small">${dataPages.by(who, time(atMs))}</p>
      ${undone === null ? this.#undo(id, fileName) : html`<p class="small">${text.undone(undone.who, time(undone.atMs))}</p>`}
    </article>`;
  }

  #undo(id: number, fileName: string): TemplateResult {
    const { dataPages } = words();
    const { import: text } = dataPages;
    if (this.asked !== id)
      return html`<div class="row"><button aria-label=${`${text.undo}: ${fileName}`} @click=${() => this.#ask(id)}>${icon('turn')}${text.undo}</button></div>`;
    return html`<p>${text.undoAsk}</p><div class="row">
      <button class="primary" @click=${() => this.#yes(id)}>${text.undoYes}</button>
      <button class="quiet" @click=${() => this.#ask(null)}>${dataPages.cancel}</button></div>`;
  }

  #ask(id: number | null): void {
    this.asked = id;
  }

  #yes(id: number): void {
    this.asked = null;
    this.tell('jg-undo', id);
  }
}

customElements.define('jg-import-list', JgImportList);
