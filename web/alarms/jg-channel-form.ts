import { css, html, nothing, type PropertyValues, type TemplateResult } from 'lit';
import type { ChannelEntry, ChannelKind, NewChannel } from '../../host/api/contract.ts';
import { mayEverywhere } from '../access.ts';
import { alarmsAddress } from '../addresses/alarms-address.ts';
import { api } from '../api.ts';
import { linkTo } from '../go-to.ts';
import { language, languageNames, words } from '../i18n/language.ts';
import { JgElement } from '../jg-element.ts';
import { choiceField } from '../parts/choice-field.ts';
import { FocusKeeper } from '../parts/focus-keeper.ts';
import { pageStyles } from '../parts/page-styles.ts';
import { type Draft, draftOf, placesOf, settingsOf } from '../set-up/draft.ts';
import { type FormField, fieldsOf } from '../set-up/fields.ts';
import { describedBy, formFields, wrongAt } from '../set-up/form-fields.ts';
import { type Mistakes, noMistakes } from '../set-up/mistakes.ts';
import { ownField } from '../set-up/own-field.ts';
import { setUpStyles } from '../set-up/set-up-styles.ts';
import { mistakesOf, wrongNotice } from '../set-up/wrong-notice.ts';
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
    draft: { state: true },
    isBusy: { state: true },
    error: { state: true },
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
  declare draft: Draft;
  declare isBusy: boolean;
  declare error: unknown;
  #fields: readonly FormField[] = [];
  #mistakes: Mistakes = noMistakes;
  #for: string | null = null;

  constructor() {
    super();
    this.entry = null;
    this.manner = usual;
    this.of = '';
    this.draft = {};
    this.isBusy = false;
    this.error = null;
    new FocusKeeper(this);
  }

  protected override willUpdate(changed: PropertyValues): void {
    const wanted = `${this.kind.id} ${this.entry?.id ?? ''}`;
    if (wanted !== this.#for) {
      this.#for = wanted;
      this.#fields = fieldsOf(this.kind);
      this.draft = draftOf(this.#fields, this.entry?.settings);
      this.manner =
        this.entry === null
          ? { ...usual, language: language(), name: this.kind.name[language()] }
          : mannerOf(this.entry);
      this.of = this.#mayBeOfHost ? '' : (this.site.id ?? '');
    }
    if (changed.has('error')) this.#mistakes = mistakesOf(this.error);
  }

  get #mayBeOfHost(): boolean {
    return mayEverywhere('admin');
  }

  protected override firstUpdated(): void {
    this.renderRoot.querySelector('input')?.focus();
  }

  protected override render(): TemplateResult {
    const { channels: text, rules } = words().alarms;
    const { name, about } = this.kind;
    const form = { profiles: [], mistakes: this.#mistakes, isSaved: this.entry !== null };
    const set = (field: string, value: Draft[string]) => {
      this.draft = { ...this.draft, [field]: value };
    };
    return html`<form aria-labelledby="kind" @submit=${this.#save}>
      <section class="panel stack">
        <div>
          <h2 id="kind">${name[language()]}</h2>
          <p class="muted">${about[language()]}</p>
        </div>
        <div class="fields">
          ${ownField({
            of: 'name',
            label: text.name,
            help: text.nameHelp,
            value: this.manner.name,
            mistakes: this.#mistakes,
            set: given => this.#change({ name: given }),
          })}
          ${this.#siteField()}
        </div>
        ${this.#fields.length === 0 ? nothing : formFields(this.#fields, this.draft, form, set)}
      </section>
      <section class="panel stack" aria-labelledby="manner">
        <h2 id="manner">${text.manner}</h2>
        ${this.#mannerFields()}
      </section>
      ${wrongNotice(this.error, this.#mistakes, ['of.name', 'of.site', 'messagesPerHour', 'quiet', ...placesOf(this.#fields, this.draft)])}
      <div class="row">
        <button class="primary" ?disabled=${this.isBusy}>${this.isBusy ? rules.saving : rules.save}</button>
        ${linkTo(alarmsAddress('channels'), words().gatewayPages.pages.cancel, 'button')}
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
      ${wrongAt(this.#mistakes, 'of.site')}
    </div>`;
  }

  #mannerFields(): TemplateResult {
    const { channels: text } = words().alarms;
    const { language: spoken, messagesPerHour, quiet } = this.manner;
    const wrong = this.#mistakes.has('messagesPerHour');
    return html`<div class="fields">
        ${choiceField('language', text.language, spoken, Object.entries(languageNames), ({ value }) =>
          this.#change({ language: value === 'de' || value === 'pt' ? value : 'en' }),
        )}
        <div class="field">
          <label for="messagesPerHour">${text.messagesPerHour}</label>
          <input id="messagesPerHour" type="number" min="1" max="600" step="1" required .value=${String(messagesPerHour)}
            aria-invalid=${wrong ? 'true' : nothing} aria-describedby=${describedBy(this.#mistakes, 'messagesPerHour', true)}
            @change=${(event: Event) => this.#change({ messagesPerHour: (event.target as HTMLInputElement).valueAsNumber || 1 })} />
          <p class="small muted" id="messagesPerHour-hint">${text.messagesHelp}</p>
          ${wrongAt(this.#mistakes, 'messagesPerHour')}
        </div>
      </div>
      <div>
        <label class="check"><input type="checkbox" .checked=${quiet !== null} aria-describedby="quiet-hint"
          @change=${(event: Event) => this.#change({ quiet: (event.target as HTMLInputElement).checked ? { from: '22:00', to: '07:00' } : null })} />${text.quiet}</label>
        <p class="small muted" id="quiet-hint">${text.quietHelp}</p>
        ${wrongAt(this.#mistakes, 'quiet')}
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

  readonly #save = async (event: SubmitEvent): Promise<void> => {
    event.preventDefault();
    if (this.isBusy) return;
    this.isBusy = true;
    this.error = null;
    const settings = settingsOf(this.#fields, this.draft);
    try {
      if (this.entry === null) {
        const id = freeChannelId(
          this.manner.name,
          this.known.entries.map(each => each.id),
        );
        const isOfSite = this.of !== '' && !this.kind.isForHostOnly;
        const made: NewChannel = {
          ...this.manner,
          id,
          kind: this.kind.id,
          settings,
          ...(isOfSite && { site: this.of }),
        };
        await api.addChannel(made);
      } else await api.changeChannel(this.entry.id, { ...this.manner, settings });
      this.tell('jg-channels');
      this.tell('jg-address', alarmsAddress('channels'));
    } catch (error) {
      this.error = error;
    }
    this.isBusy = false;
    await this.updateComplete;
    if (this.error !== null) this.renderRoot.querySelector<HTMLElement>('[aria-invalid="true"]')?.focus();
  };
}

customElements.define('jg-channel-form', JgChannelForm);
