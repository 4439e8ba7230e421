import { css, html, type TemplateResult } from 'lit';
import { words } from '../i18n/language.ts';
import { JgElement } from '../jg-element.ts';
import { basics, controls } from '../styles.ts';
import { type KeyCommand, type KeyRow, keyTable } from './keys.ts';

const isOfView = ({ does }: KeyRow): boolean => does.is !== 'go' && does.is !== 'list';

/** The list of all keys, as a dialog. */
export class JgKeys extends JgElement {
  static override styles = [
    basics,
    controls,
    css`
      dialog {
        width: min(30rem, calc(100vw - 2rem));
        padding: 1.5rem;
        color: inherit;
      }
      dialog::backdrop {
        background: #0b1118a6;
      }
      dl {
        display: grid;
        grid-template-columns: auto minmax(0, 1fr);
        gap: 0.375rem 1.25rem;
        align-items: baseline;
        margin: 0.5rem 0 1rem;
      }
      h3 {
        margin-top: 1rem;
        font-size: 0.9375rem;
      }
      dt {
        /* The same column in both lists. */
        min-width: 7rem;
      }
      kbd {
        display: inline-grid;
        place-items: center;
        min-width: 1.75rem;
        padding: 0.125rem 0.5rem;
        border: 1px solid var(--jg-control);
        border-bottom-width: 2px;
        border-radius: 6px;
        background: var(--jg-sunken);
        font: inherit;
        font-size: 0.875rem;
      }
      .actions {
        display: flex;
        justify-content: end;
        margin-top: 1rem;
      }
    `,
  ];

  /** Opens the list; while it is open nothing happens. */
  open(): void {
    const dialog = this.renderRoot.querySelector('dialog');
    if (dialog?.open === false) dialog.showModal();
  }

  protected override render(): TemplateResult {
    const { keys } = words().frame;
    return html`<dialog class="panel" aria-labelledby="title">
      <h2 id="title">${keys.title}</h2>
      <h3>${keys.ofView}</h3>
      <dl>${keyTable.filter(isOfView).map(row => this.#row(row))}</dl>
      <h3>${keys.ofPage}</h3>
      <dl>${keyTable.filter(row => !isOfView(row)).map(row => this.#row(row))}</dl>
      <p class="small muted">${keys.help}</p>
      <form method="dialog" class="actions"><button>${keys.close}</button></form>
    </dialog>`;
  }

  #row({ keys, does }: KeyRow): TemplateResult {
    const { names, followedBy } = words().frame.keys;
    const shown = keys.split(' ').map((key, index) => {
      const cap = html`<kbd>${names[key] ?? key.toUpperCase()}</kbd>`;
      return index === 0 ? cap : html` <span class="small muted">${followedBy}</span> ${cap}`;
    });
    return html`<dt>${shown}</dt><dd>${textOf(does)}</dd>`;
  }
}

function textOf(command: KeyCommand): string {
  const { frame, nav } = words();
  const { keys } = frame;
  switch (command.is) {
    case 'period':
      return keys.period[command.period];
    case 'step':
      return command.by < 0 ? keys.before : keys.after;
    case 'go':
      return keys.go(nav[command.view]);
    case 'reset':
    case 'refresh':
    case 'list':
      return keys[command.is];
  }
}

customElements.define('jg-keys', JgKeys);
