import { css, html, nothing, type TemplateResult } from 'lit';
import type { Backup, Backups } from '../../host/api/contract.ts';
import { api } from '../api.ts';
import { errorText } from '../error-text.ts';
import { formatNumber, formatTime } from '../format.ts';
import { locale, words } from '../i18n/language.ts';
import { JgElement } from '../jg-element.ts';
import { icon } from '../parts/icons.ts';
import { RequestError } from '../request-error.ts';
import { basics, controls } from '../styles.ts';
import { byteText, shellWord } from './byte-text.ts';
import { dataStyles } from './data-styles.ts';
import '../parts/jg-notice.ts';
import { tableStyles } from '../parts/table-styles.ts';

const restMs = 30_000;
const busyMs = 700;

/** Backups there are, one made now, their files, and how one is restored. */
export class JgBackups extends JgElement {
  static override properties = {
    backups: { state: true },
    chosen: { state: true },
    isCopied: { state: true },
    error: { state: true },
  };
  static override styles = [
    basics,
    controls,
    tableStyles,
    dataStyles,
    css`
      td:last-child {
        padding-block: 0.25rem;
      }
      td .button {
        min-height: 2.25rem;
      }
      td p {
        white-space: normal;
        max-width: 20rem;
        margin-left: auto;
      }
      .brief {
        display: none;
      }
      /* A date and what can be done with it; the rest stands below it. */
      @media (max-width: 40rem) {
        :is(.rest, .word) {
          display: none;
        }
        .brief {
          display: block;
        }
        th,
        td {
          padding-inline: 0.625rem;
        }
        th {
          white-space: normal;
        }
      }
      ol {
        display: grid;
        gap: 0.75rem;
        list-style: decimal;
        padding-left: 1.5rem;
      }
      pre {
        margin: 0.5rem 0;
        padding: 0.75rem 1rem;
        background: var(--jg-sunken);
        border: 1px solid var(--jg-border);
        border-radius: var(--jg-radius-small);
        white-space: pre-wrap;
        overflow-wrap: anywhere;
      }
    `,
  ];

  declare backups: Backups | null;
  /** Name of the backup whose command is shown; empty: the newest. */
  declare chosen: string;
  declare isCopied: boolean;
  declare error: unknown;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor() {
    super();
    this.backups = null;
    this.chosen = '';
    this.isCopied = false;
    this.error = null;
  }

  override connectedCallback(): void {
    super.connectedCallback();
    void this.#load();
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    clearTimeout(this.#timer);
  }

  async #load(ask: () => Promise<Backups> = api.backups): Promise<void> {
    clearTimeout(this.#timer);
    try {
      this.backups = await ask();
      this.error = null;
    } catch (error) {
      this.error = error;
    }
    if (!this.isConnected) return;
    this.#timer = setTimeout(() => void this.#load(), this.backups?.running ? busyMs : restMs);
  }

  protected override render(): TemplateResult {
    const { dataPages, load } = words();
    const { backups: text } = dataPages;
    const { error } = this;
    if (error instanceof RequestError && error.code === 'backup.none') return html`<p>${text.memory}</p>`;
    return html`<p class="muted intro">${text.intro}</p>
      ${error === null ? nothing : html`<jg-notice .text=${errorText(error)}></jg-notice>`}
      ${this.backups === null ? html`<p class="muted">${error === null ? load.loading : ''}</p>` : this.#told(this.backups)}`;
  }

  #told(backups: Backups): TemplateResult {
    const { backups: text } = words().dataPages;
    const { everyHours, keep, nextMs, running, failure } = backups;
    const number = (value: number) => formatNumber(value, locale(), 0);
    const time = (atMs: number) => formatTime(atMs, 'dayTimeYear', locale());
    return html`${failure === null ? nothing : html`<jg-notice .text=${text.failed(time(failure.atMs), failure.why)}></jg-notice>`}
      <div class="panel">
        <p>${everyHours === 0 ? text.onlyAsked(number(keep)) : text.scheduled(number(everyHours), number(keep))}
          ${nextMs === null ? nothing : html`<span class="muted">${text.next(time(nextMs))}</span>`}</p>
        <div class="row"><button class="primary" ?disabled=${running !== null} @click=${() => this.#load(api.makeBackup)}>${icon('data')}${text.make}</button></div>
        <div aria-live="polite">${running === null ? nothing : this.#progress(running)}</div>
      </div>
      ${this.#list(backups)}
      ${backups.backups.length === 0 ? nothing : this.#restore(backups)}`;
  }

  #progress({ step, doneBytes, ofBytes }: NonNullable<Backups['running']>): TemplateResult {
    const { backups: text } = words().dataPages;
    const share = step === 'copying' && ofBytes > 0 ? doneBytes / ofBytes : undefined;
    return html`<p class="small">${text.steps[step]}</p>
      <progress aria-label=${text.steps[step]} max="1" value=${share ?? nothing}></progress>`;
  }

  #list({ backups, folder }: Backups): TemplateResult {
    const { backups: text } = words().dataPages;
    if (backups.length === 0) return html`<p class="muted">${text.empty}</p>`;
    return html`<section aria-labelledby="list"><h2 id="list">${text.list}</h2>
      <div class="frame" tabindex="0" role="group" aria-labelledby="list"><table>
        <caption class="visually-hidden">${text.list}</caption>
        <thead><tr>
          <th scope="col">${text.made}</th><th scope="col">${text.size}</th><th scope="col" class="rest">${text.rows}</th>
          <th scope="col" class="rest">${text.checked}</th><th scope="col">${text.file}</th>
        </tr></thead>
        <tbody>${backups.map(backup => this.#row(backup))}</tbody>
      </table></div>
      <p class="muted small"><code>${folder}</code></p></section>`;
  }

  #row({ name, atMs, bytes, archiveFiles, archiveBytes, rows }: Backup): TemplateResult {
    const { backups: text } = words().dataPages;
    const number = (value: number) => formatNumber(value, locale(), 0);
    const checked = rows === null ? text.unknown : text.yes;
    return html`<tr>
      <th scope="row">${formatTime(atMs, 'dayTimeYear', locale())}
        <span class="brief muted small">${text.checked}: ${checked}</span></th>
      <td>${byteText(bytes, locale())}${archiveFiles === 0 ? nothing : html`<p class="muted small">${text.archived(number(archiveFiles), byteText(archiveBytes, locale()))}</p>`}</td>
      <td class="rest">${rows === null ? '–' : number(rows)}</td>
      <td class="rest">${checked}</td>
      <td><a class="button" href=${api.backupUrl(name).href} download aria-label=${text.downloadOf(name)}>${icon('download')}<span class="word">${text.download}</span></a></td>
    </tr>`;
  }

  #restore({ backups, dataDir }: Backups): TemplateResult {
    const { backups: text } = words().dataPages;
    const name = backups.find(backup => backup.name === this.chosen)?.name ?? backups[0]?.name ?? '';
    const command = `joulegate restore ${shellWord(name)} --data-dir ${shellWord(dataDir)}`;
    const [stop, run, start] = text.restoreSteps;
    return html`<section class="panel" aria-labelledby="restore"><h2 id="restore">${text.restore}</h2>
      <p class="intro">${text.restoreWhy}</p>
      <label class="field"><span>${text.choose}</span>
        <select .value=${name} @change=${(event: Event) => this.#choose(event)}>
          ${backups.map(backup => html`<option value=${backup.name} ?selected=${backup.name === name}>${formatTime(backup.atMs, 'dayTimeYear', locale())}</option>`)}
        </select></label>
      <ol>
        <li>${stop}</li>
        <li>${run}<pre><code>${command}</code></pre>
          <button @click=${() => this.#copy(command)}>${icon(this.isCopied ? 'tick' : 'copy')}${this.isCopied ? text.copied : text.copy}</button></li>
        <li>${start}</li>
      </ol></section>`;
  }

  #choose(event: Event): void {
    if (event.target instanceof HTMLSelectElement) this.chosen = event.target.value;
    this.isCopied = false;
  }

  async #copy(command: string): Promise<void> {
    try {
      await navigator.clipboard.writeText(command);
      this.isCopied = true;
    } catch {
      // Not every browser may: the text is there to be selected.
    }
  }
}

customElements.define('jg-backups', JgBackups);
