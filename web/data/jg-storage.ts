import { css, html, nothing, svg, type TemplateResult } from 'lit';
import type { Storage } from '../../host/api/contract.ts';
import { api } from '../api.ts';
import { errorText } from '../error-text.ts';
import { formatNumber, formatTime } from '../format.ts';
import { locale, words } from '../i18n/language.ts';
import { JgElement } from '../jg-element.ts';
import { basics, controls } from '../styles.ts';
import { byteText } from './byte-text.ts';
import { dataStyles } from './data-styles.ts';
import { barParts, retentionSettings, storageRows } from './storage-parts.ts';
import '../parts/jg-notice.ts';
import { tableStyles } from '../parts/table-styles.ts';

/** What takes room, how it grows, when the disk is full, and how long things are kept. */
export class JgStorage extends JgElement {
  static override properties = { storage: { state: true }, error: { state: true } };
  static override styles = [
    basics,
    controls,
    tableStyles,
    dataStyles,
    css`
      .bar {
        display: block;
        width: 100%;
        height: 1.75rem;
        border-radius: var(--jg-radius-small);
        background: var(--jg-sunken);
      }
      .c0 {
        fill: var(--jg-grid);
        background: var(--jg-grid);
      }
      .c1 {
        fill: var(--jg-solar);
        background: var(--jg-solar);
      }
      .c2 {
        fill: var(--jg-feed);
        background: var(--jg-feed);
      }
      .c3 {
        fill: var(--jg-battery);
        background: var(--jg-battery);
      }
      .c4 {
        fill: var(--jg-rest);
        background: var(--jg-rest);
      }
      .legend {
        display: flex;
        flex-wrap: wrap;
        gap: 0.375rem 1.25rem;
      }
      .legend li {
        display: flex;
        gap: 0.5rem;
        align-items: center;
      }
      .brief {
        display: none;
      }
      /* How much, how long: seen without scrolling, whatever the names are. */
      @media (max-width: 40rem) {
        th,
        td {
          padding-inline: 0.625rem;
        }
        th {
          white-space: normal;
        }
        .brief {
          display: block;
        }
        .setting {
          display: none;
        }
      }
      .legend i {
        inline-size: 0.75rem;
        block-size: 0.75rem;
        border-radius: 3px;
      }
    `,
  ];

  declare storage: Storage | null;
  declare error: unknown;

  constructor() {
    super();
    this.storage = null;
    this.error = null;
    this.addEventListener('jg-refresh', event => {
      event.stopPropagation();
      void this.#load();
    });
  }

  override connectedCallback(): void {
    super.connectedCallback();
    void this.#load();
  }

  async #load(): Promise<void> {
    try {
      this.storage = await api.storage();
      this.error = null;
    } catch (error) {
      this.error = error;
    }
  }

  protected override render(): TemplateResult {
    return html`${this.error === null ? nothing : html`<jg-notice .text=${errorText(this.error)} .canRetry=${true}></jg-notice>`}
      ${this.storage === null ? (this.error === null ? html`<p class="muted">${words().load.loading}</p>` : nothing) : this.#told(this.storage)}`;
  }

  #told(storage: Storage): TemplateResult {
    const { storage: text } = words().dataPages;
    const { disk, fullMs, faults } = storage;
    // What is in the database's log alone tells of no growth yet.
    const isKnown = storage.bytesPerDay > 0;
    const bytes = (count: number) => byteText(count, locale());
    const fact = (name: string, value: string) => html`<div><dt>${name}</dt><dd>${value}</dd></div>`;
    return html`<div class="panel">
        <dl class="facts">
          ${fact(text.now, bytes(storage.bytes))}
          ${fact(text.perDay, isKnown ? bytes(storage.bytesPerDay) : '–')}
          ${fact(text.inAYear, isKnown ? bytes(storage.bytesInAYear) : '–')}
          ${fact(text.full, !isKnown ? '–' : fullMs === null ? text.never : formatTime(fullMs, 'month', locale()))}
        </dl>
        ${this.#bar(storage)}
        <p class="muted small">${text.disk}: ${text.free(bytes(disk.freeBytes), bytes(disk.sizeBytes))}</p>
        ${faults.length === 0 ? nothing : html`<jg-notice kind="bad" .text=${`${text.faults}: ${faults.map(({ file, why }) => `${file}: ${why}`).join('; ')}`}></jg-notice>`}
      </div>
      ${this.#table(storage)}${this.#retention(storage)}`;
  }

  #bar(storage: Storage): TemplateResult {
    const { names } = words().dataPages.storage;
    const parts = barParts(storage);
    let at = 0;
    return html`<svg class="bar" viewBox="0 0 1000 10" preserveAspectRatio="none" aria-hidden="true">
        ${parts.map(({ share }, index) => {
          const x = at;
          at += share * 1000;
          return svg`<rect class="c${index}" x=${x} y="0" width=${Math.max(share * 1000 - 2, 0)} height="10"/>`;
        })}
      </svg>
      <ul class="legend small">
        ${parts.map(({ name, bytes }, index) => html`<li><i class="c${index}"></i>${names[name] ?? name}<span class="muted number">${byteText(bytes, locale())}</span></li>`)}
      </ul>`;
  }

  #table(storage: Storage): TemplateResult {
    const { storage: text } = words().dataPages;
    const bytes = (count: number) => byteText(count, locale());
    return html`<section aria-labelledby="parts"><h2 id="parts">${text.parts}</h2>
      <div class="frame" tabindex="0" role="group" aria-labelledby="parts"><table>
        <caption class="visually-hidden">${text.caption}</caption>
        <thead><tr>
          <th scope="col">${text.part}</th><th scope="col">${text.now}</th><th scope="col">${text.rows}</th>
          <th scope="col">${text.since}</th><th scope="col">${text.perDay}</th><th scope="col">${text.inAYear}</th>
        </tr></thead>
        <tbody>${storageRows(storage).map(
          ({ name, bytes: now, rows = null, fromMs = null, bytesPerDay, bytesInAYear }) => html`<tr>
            <th scope="row">${text.names[name] ?? name}</th>
            <td>${bytes(now)}</td>
            <td>${rows === null ? '–' : formatNumber(rows, locale(), 0)}</td>
            <td>${fromMs === null ? '–' : formatTime(fromMs, 'dayYear', locale())}</td>
            <td>${bytes(bytesPerDay)}</td>
            <td>${bytes(bytesInAYear)}</td>
          </tr>`,
        )}</tbody>
      </table></div></section>`;
  }

  #retention(storage: Storage): TemplateResult {
    const { storage: text } = words().dataPages;
    const kept = (months: number) => (months === 0 ? text.forEver : text.months(months));
    const archive = storage.archiveAfterMonths;
    const row = (name: string, keeps: string, argument: string) =>
      html`<tr><th scope="row">${name}<code class="brief">--${argument}</code></th><td>${keeps}</td><td class="setting"><code>--${argument}</code></td></tr>`;
    return html`<section class="panel" aria-labelledby="kept"><h2 id="kept">${text.change}</h2>
      <p class="muted small intro">${text.changeHelp}</p>
      <div class="frame" tabindex="0" role="group" aria-labelledby="kept"><table>
        <caption class="visually-hidden">${text.change}</caption>
        <thead><tr><th scope="col">${text.part}</th><th scope="col">${text.keeps}</th><th class="setting" scope="col">${text.setting}</th></tr></thead>
        <tbody>
          ${retentionSettings(storage).map(({ name, months, argument }) => row(text.names[name] ?? name, kept(months), argument))}
          ${row(text.archiveAfter, archive === 0 ? '–' : text.months(archive), 'archive-after-months')}
        </tbody>
      </table></div>
      ${archive === 0 ? html`<p class="muted small">${text.notArchived}</p>` : nothing}
    </section>`;
  }
}

customElements.define('jg-storage', JgStorage);
