import { css, html, nothing, type TemplateResult } from 'lit';
import type { ChannelEntry, ChannelKind, NewChannel } from '../../host/api/contract.ts';
import { mayEverywhere } from '../access.ts';
import { alarmsAddress } from '../addresses/alarms-address.ts';
import { api } from '../api.ts';
import { linkTo } from '../go-to.ts';
import { language, languageNames, words } from '../i18n/language.ts';
import { JgElement } from '../jg-element.ts';
import { choiceField } from '../parts/choice-field.ts';
import { pageStyles } from '../parts/page-styles.ts';
import { fieldsOf } from '../set-up/fields.ts';
import { describedBy, wrongAt } from '../set-up/form-fields.ts';
import { ownField } from '../set-up/own-field.ts';
import { SetUpForm } from '../set-up/set-up-form.ts';
import { setUpStyles } from '../set-up/set-up-styles.ts';
import type { Site } from '../site/site.ts';
import { basics, controls } from '../styles.ts';
import { alarmStyles } from './alarm-styles.ts';
import { freeChannelId, mannerOf } from './channel-draft.ts';
import type { KnownChannels } from './channel-names.ts';

type Manner = ReturnType<typeof mannerOf>;

const usual: Manner = Object.freeze({
  name: '',
  isOn: true,
  language: 'en',
  messagesPerHour: 20,
  quiet: null,
});

/** A channel that is set up or changed: what its kind asks for, and how it speaks. */
export class JgChannelForm extends JgElement {
  static override properties = {
    kind: { attribute: false },
    entry: { attribute: false },
    site: { attribute: false },
    known: { attribute: false },
    manner: { state: true },
    of: { state: true },
  };
  static override styles = [
    basics,
    controls,
    pageStyles,
    setUpStyles,
    alarmStyles,
    css`
      .times {
        display: grid;
        grid-template-columns: repeat(2, minmax(0, 10rem));
        gap: 1rem;
      }
    `,
  ];

  declare kind: ChannelKind;
  /** The one that is changed; null: a new one. */
  declare entry: ChannelEntry | null;
  declare site: Site;
  declare known: KnownChannels;
  declare manner: Manner;
  /** The site it is for; empty: the whole host. */
  declare of: string;
  readonly #form = new SetUpForm<'save'>(this);

  constructor() {
    super();
    this.entry = null;
    this.manner = usual;
    this.of = '';
  }

  get isBusy(): boolean {
    return this.#form.isBusy;
  }

  protected override willUpdate(): void {
    if (!this.#form.begins(this.kind.id, () => fieldsOf(this.kind), this.entry)) return;
    this.manner =
      this.entry === null
        ? { ...usual, language: language(), name: this.kind.name[language()] }
        : mannerOf(this.entry);
    this.of = this.#mayBeOfHost ? '' : (this.site.id ?? '');
  }

  get #mayBeOfHost(): boolean {
    return mayEverywhere('admin');
  }

  protected override render(): TemplateResult {
    const { channels: text } = words().alarms;
    const { setUp, gatewayPages } = words();
    const { name, about } = this.kind;
    return html`<form aria-labelledby="kind" @submit=${this.#save}>
      <section class="panel stack">
        <div>
          <h2 id="kind">${name[language()]}</h2>
          <p class="muted">${about[language()]}</p>
        </div>
        <div class="fields">
          ${ownField({
            of: 'name',
            label: setUp.name,
            help: text.nameHelp,
            value: this.manner.name,
            mistakes: this.#form.mistakes,
            set: given => this.#change({ name: given }),
          })}
          ${this.#siteField()}
        </div>
        ${this.#form.fields()}
      </section>
      <section class="panel stack" aria-labelledby="manner">
        <h2 id="manner">${text.manner}</h2>
        ${this.#mannerFields()}
      </section>
      ${this.#form.wrong(['of.name', 'of.site', 'messagesPerHour', 'quiet'])}
      <div class="row">
        <button class="primary" ?disabled=${this.isBusy}>${this.isBusy ? setUp.saving : setUp.save}</button>
        ${linkTo(alarmsAddress('channels'), gatewayPages.pages.cancel, 'button')}
      </div>
    </form>`;
  }

  #siteField(): TemplateResult | typeof nothing {
    const { channels: text } = words().alarms;
    if (this.entry !== null || !this.#mayBeOfHost) return nothing;
    if (this.kind.isForHostOnly) return html`<p class="small muted">${text.hostOnly}</p>`;
    const { sites, id } = this.site;
    const own = sites.find(each => each.id === id);
    return html`<div class="hinted">
      ${choiceField(
        'site',
        text.site,
        this.of,
        [['', text.wholeHost], ...(own === undefined ? [] : [[own.id, own.name ?? own.id] as const])],
        ({ value }) => {
          this.of = value;
        },
      )}
      <p class="small muted">${text.siteHelp}</p>
      ${wrongAt(this.#form.mistakes, 'of.site')}
    </div>`;
  }

  #mannerFields(): TemplateResult {
    const { channels: text } = words().alarms;
    const { language: spoken, messagesPerHour, quiet } = this.manner;
    const wrong = this.#form.mistakes.has('messagesPerHour');
    return html`<div class="fields">
        ${choiceField('language', text.language, spoken, Object.entries(languageNames), ({ value }) =>
          this.#change({ language: value === 'de' || value === 'pt' ? value : 'en' }),
        )}
        <div class="field">
          <label for="messagesPerHour">${text.messagesPerHour}</label>
          <input id="messagesPerHour" type="number" min="1" max="600" step="1" required .value=${String(messagesPerHour)}
            aria-invalid=${wrong ? 'true' : nothing} aria-describedby=${describedBy(this.#form.mistakes, 'messagesPerHour', true)}
            @change=${(event: Event) => this.#change({ messagesPerHour: (event.target as HTMLInputElement).valueAsNumber || 1 })} />
          <p class="small muted" id="messagesPerHour-hint">${text.messagesHelp}</p>
          ${wrongAt(this.#form.mistakes, 'messagesPerHour')}
        </div>
      </div>
      <div>
        <label class="check"><input type="checkbox" .checked=${quiet !== null} aria-describedby="quiet-hint"
          @change=${(event: Event) => this.#change({ quiet: (event.target as HTMLInputElement).checked ? { from: '22:00', to: '07:00' } : null })} />${text.quiet}</label>
        <p class="small muted" id="quiet-hint">${text.quietHelp}</p>
        ${wrongAt(this.#form.mistakes, 'quiet')}
      </div>
      ${
        quiet === null
          ? nothing
          : html`<div class="times">
              ${(['from', 'to'] as const).map(
                end => html`<div class="field"><label for=${end}>${text[end]}</label>
                  <input id=${end} type="time" required .value=${quiet[end]}
                    @change=${(event: Event) => this.#change({ quiet: { ...quiet, [end]: (event.target as HTMLInputElement).value || quiet[end] } })} /></div>`,
              )}
            </div>`
      }`;
  }

  #change(part: Partial<Manner>): void {
    this.manner = { ...this.manner, ...part };
  }

  #save(event: SubmitEvent): void {
    event.preventDefault();
    void this.#form.do(async () => {
      const { settings } = this.#form;
      if (this.entry === null) await api.addChannel(this.#made(settings));
      else await api.changeChannel(this.entry.id, { ...this.manner, settings });
      this.tell('jg-set-up');
      this.tell('jg-address', alarmsAddress('channels'));
    }, 'save');
  }

  #made(settings: NewChannel['settings']): NewChannel {
    const { id: kind, isForHostOnly } = this.kind;
    const taken = this.known.entries.map(({ id }) => id);
    const isOfSite = this.of !== '' && !isForHostOnly;
    return {
      ...this.manner,
      id: freeChannelId(this.manner.name, taken),
      kind,
      settings,
      ...(isOfSite && { site: this.of }),
    };
  }
}

customElements.define('jg-channel-form', JgChannelForm);
