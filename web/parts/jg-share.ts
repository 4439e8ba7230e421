import { css, html, nothing, type TemplateResult } from 'lit';
import type { Meter } from '../../host/api/contract.ts';
import { isPerson, mayHere } from '../access.ts';
import { shareLinkOf } from '../account/share-token.ts';
import { type Address, formatAddress } from '../address.ts';
import { api } from '../api.ts';
import { errorText } from '../error-text.ts';
import { words } from '../i18n/language.ts';
import { JgElement } from '../jg-element.ts';
import { type ExpiryDays, expiryAtMs, expiryField } from '../settings/expiry-field.ts';
import '../settings/jg-once.ts';
import { listStyles } from '../settings/list-styles.ts';
import type { Site } from '../site/site.ts';
import { basics, controls } from '../styles.ts';
import { choiceField } from './choice-field.ts';
import { icon } from './icons.ts';
import './jg-notice.ts';

/** meter: the one the view is about. some: chosen ones. all: whatever the site has, now and later. */
type Shows = 'meter' | 'some' | 'all';

/** Makes a link that shows the view at hand to whoever has it; nothing where who looks may not. */
export class JgShare extends JgElement {
  static override properties = {
    site: { attribute: false },
    address: { attribute: false },
    meter: { attribute: false },
    isQuiet: { type: Boolean },
    isOpen: { state: true },
    shows: { state: true },
    chosen: { state: true },
    days: { state: true },
    made: { state: true },
    isBusy: { state: true },
    error: { state: true },
  };
  static override styles = [
    basics,
    controls,
    listStyles,
    css`
      :host {
        display: block;
        max-width: none;
      }
      dialog {
        width: min(36rem, calc(100vw - 2rem));
        max-height: calc(100dvh - 2rem);
        overflow-y: auto;
        padding: 1.25rem;
        border: 1px solid var(--jg-border);
        border-radius: var(--jg-radius);
        background: var(--jg-surface);
        color: var(--jg-text);
      }
      dialog::backdrop {
        background: #0008;
      }
      .stack {
        display: grid;
        grid-template-columns: minmax(0, 1fr);
        gap: 1rem;
      }
      .choices {
        max-height: 12rem;
        overflow-y: auto;
      }
      /* As those beside it: its picture alone, with the word for who does not see it. */
      @media (max-width: 40rem) {
        .quiet span {
          position: absolute;
          clip-path: inset(50%);
          width: 1px;
          height: 1px;
          overflow: hidden;
        }
      }
    `,
  ];

  declare site: Site;
  /** What the link opens. */
  declare address: Address;
  /** Key of the meter that the view is about; null: none alone. */
  declare meter: string | null;
  /** Without an edge, beside others that have none. */
  declare isQuiet: boolean;
  declare isOpen: boolean;
  declare shows: Shows;
  declare chosen: ReadonlySet<string>;
  declare days: ExpiryDays;
  declare made: { readonly name: string; readonly link: string } | null;
  declare isBusy: boolean;
  declare error: unknown;

  constructor() {
    super();
    this.meter = null;
    this.isQuiet = false;
    this.isOpen = false;
    this.shows = 'all';
    this.chosen = new Set();
    this.days = '7';
    this.made = null;
    this.isBusy = false;
    this.error = null;
    this.addEventListener('jg-seen', () => this.#dialog?.close());
  }

  get #dialog(): HTMLDialogElement | null {
    return this.renderRoot.querySelector('dialog');
  }

  protected override render(): TemplateResult | typeof nothing {
    if (!isPerson() || !mayHere('operator')) return nothing;
    const { links } = words().account;
    return html`<button class=${this.isQuiet ? 'quiet' : ''} @click=${this.#open}>${icon('share', 18)}<span>${links.share}</span></button>
      <dialog aria-labelledby="title" @close=${() => {
        this.isOpen = false;
        this.made = null;
      }}>${this.isOpen ? this.#content() : nothing}</dialog>`;
  }

  readonly #open = (): void => {
    this.shows = this.meter === null ? 'all' : 'meter';
    this.chosen = new Set();
    this.made = null;
    this.error = null;
    this.isOpen = true;
    // Its first field is to have the focus.
    void this.updateComplete.then(() => this.#dialog?.showModal());
  };

  #content(): TemplateResult {
    const { links } = words().account;
    return html`<div class="stack"><h2 id="title">${links.title}</h2>
      ${
        this.made === null
          ? this.#form()
          : html`<jg-once .label=${links.created(this.made.name)} .secrets=${[this.made.link]} .help=${links.warning}></jg-once>`
      }</div>`;
  }

  #form(): TemplateResult {
    const { links, form } = words().account;
    const lacking = this.shows === 'some' && this.chosen.size === 0 ? links.atLeastOneMeter : '';
    const alone = this.meter === null ? null : (this.site.meter(this.meter)?.name ?? this.meter);
    return html`<form @submit=${this.#make}>
      <p class="small muted">${links.intro}</p>
      <div class="field"><label for="name">${form.name}</label>
        <input id="name" name="name" required maxlength="64" autocomplete="off" aria-describedby="name-help" />
        <p id="name-help" class="small muted">${links.nameHelp}</p></div>
      <div class="fields">
        ${expiryField(this.days, days => {
          this.days = days;
        })}
        ${choiceField(
          'shows',
          links.shows,
          this.shows,
          [
            ...(alone === null ? [] : [['meter', links.onlyMeter(alone)] as const]),
            ['some', links.chosenMeters],
            ['all', links.allMeters],
          ],
          ({ value }) => {
            this.shows = value === 'meter' || value === 'some' ? value : 'all';
          },
        )}
      </div>
      ${this.shows === 'some' ? this.#meters() : nothing}
      <p class="small muted" role="status" ?hidden=${lacking === ''}>${lacking}</p>
      ${this.error === null ? nothing : html`<jg-notice kind="bad" .text=${errorText(this.error)}></jg-notice>`}
      <div class="row"><button class="primary" ?disabled=${this.isBusy || lacking !== ''}>${links.create}</button>
        <button type="button" @click=${() => this.#dialog?.close()}>${form.cancel}</button></div>
    </form>`;
  }

  #meters(): TemplateResult {
    const choose = (key: string, { target }: Event) => {
      const next = new Set(this.chosen);
      if (target instanceof HTMLInputElement && target.checked) next.add(key);
      else next.delete(key);
      this.chosen = next;
    };
    return html`<fieldset><legend class="visually-hidden">${words().account.links.chosenMeters}</legend>
      <div class="choices">${this.site.meters.map(
        ({ key, name }: Meter) =>
          html`<label><input type="checkbox" .checked=${this.chosen.has(key)} @change=${(event: Event) => choose(key, event)} />${name}</label>`,
      )}</div></fieldset>`;
  }

  get #meterKeys(): string[] | null {
    if (this.shows === 'all') return null;
    return this.shows === 'some' ? [...this.chosen] : this.meter === null ? null : [this.meter];
  }

  readonly #make = async (event: SubmitEvent): Promise<void> => {
    event.preventDefault();
    const { id } = this.site;
    if (this.isBusy || id === null) return;
    const name = String(new FormData(event.target as HTMLFormElement).get('name') ?? '').trim();
    this.isBusy = true;
    this.error = null;
    try {
      const { share } = await api.makeShare({
        name,
        site: id,
        view: formatAddress(this.address),
        meters: this.#meterKeys,
        expiresMs: expiryAtMs(this.days),
      });
      this.made = { name, link: shareLinkOf(share, document.baseURI) };
    } catch (error) {
      this.error = error;
    }
    this.isBusy = false;
  };
}

customElements.define('jg-share', JgShare);
