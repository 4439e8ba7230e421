import { html, nothing, type PropertyValues, type TemplateResult } from 'lit';
import type {
  ConnectorEntry,
  ConnectorKind,
  ConnectorProbe,
  ConnectorProposals,
  Profile,
  Site,
} from '../../host/api/contract.ts';
import { fleetAddress } from '../address.ts';
import { api } from '../api.ts';
import { knownProfiles } from '../gateways/known-profiles.ts';
import { linkTo } from '../go-to.ts';
import { language, words } from '../i18n/language.ts';
import { JgElement } from '../jg-element.ts';
import { FocusKeeper } from '../parts/focus-keeper.ts';
import { pageStyles } from '../parts/page-styles.ts';
import { basics, controls } from '../styles.ts';
import './jg-source-found.ts';
import './jg-source-heard.ts';
import { type Draft, draftOf, placesOf, settingsOf, withFound } from '../set-up/draft.ts';
import { type FormField, fieldsOf } from '../set-up/fields.ts';
import { type FieldsForm, formFields } from '../set-up/form-fields.ts';
import { type Mistakes, noMistakes } from '../set-up/mistakes.ts';
import { setUpStyles } from '../set-up/set-up-styles.ts';
import { mistakesOf, wrongNotice } from '../set-up/wrong-notice.ts';
import { listening } from './source-listening.ts';
import { type Own, ownFields, ownOf } from './source-own.ts';

type Busy = 'discover' | 'try' | 'save';

/** A source that is added or changed: what its kind asks for, what is found and heard by it, and what is wrong with it. */
export class JgSourceForm extends JgElement {
  static override properties = {
    kind: { attribute: false },
    entry: { attribute: false },
    sites: { attribute: false },
    site: { attribute: false },
    own: { state: true },
    draft: { state: true },
    profiles: { state: true },
    busy: { state: true },
    found: { state: true },
    heard: { state: true },
    error: { state: true },
  };
  static override styles = [basics, controls, pageStyles, setUpStyles];

  declare kind: ConnectorKind;
  /** The one that is changed; null: a new one. */
  declare entry: ConnectorEntry | null;
  declare sites: readonly Site[];
  /** The site that is shown. */
  declare site: string;
  declare own: Own;
  declare draft: Draft;
  declare profiles: readonly Profile[];
  declare busy: Busy | null;
  declare found: ConnectorProposals | null;
  declare heard: ConnectorProbe | null;
  declare error: unknown;
  #fields: readonly FormField[] = [];
  #mistakes: Mistakes = noMistakes;
  #stop = new AbortController();

  constructor() {
    super();
    this.entry = null;
    this.sites = [];
    this.site = '';
    this.own = ownOf(null, '');
    this.draft = {};
    this.profiles = [];
    this.busy = null;
    this.found = null;
    this.heard = null;
    this.error = null;
    new FocusKeeper(this);
  }

  get isBusy(): boolean {
    return this.busy !== null;
  }

  override connectedCallback(): void {
    super.connectedCallback();
    // Without them a profile is still what it was; the notice says why there is no choice.
    knownProfiles().then(
      profiles => {
        this.profiles = profiles;
      },
      (error: unknown) => {
        this.error = error;
      },
    );
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#stop.abort();
  }

  protected override willUpdate(changed: PropertyValues): void {
    const before: ConnectorEntry | null | undefined = changed.get('entry');
    const isOther = changed.has('entry') && before?.id !== this.entry?.id;
    if (changed.has('kind') || isOther) {
      this.#fields = fieldsOf(this.kind);
      this.draft = draftOf(this.#fields, this.entry?.settings);
      this.own = ownOf(this.entry, this.site);
    }
    if (changed.has('error')) this.#mistakes = mistakesOf(this.error);
  }

  protected override firstUpdated(): void {
    // What was clicked to come here is gone.
    this.renderRoot.querySelector('input')?.focus();
  }

  protected override render(): TemplateResult {
    const { sources } = words();
    const { name, about, canDiscover } = this.kind;
    const form: FieldsForm = {
      profiles: this.profiles,
      mistakes: this.#mistakes,
      isSaved: this.entry !== null,
    };
    const set = (field: string, value: Draft[string]) => {
      this.draft = { ...this.draft, [field]: value };
    };
    return html`<form aria-labelledby="kind" @submit=${this.#save}>
      <section class="panel stack">
        <div>
          <h2 id="kind">${name[language()]}</h2>
          <p class="muted">${about[language()]}</p>
        </div>
        ${ownFields({
          own: this.own,
          entry: this.entry,
          sites: this.sites,
          mistakes: this.#mistakes,
          change: own => {
            this.own = own;
          },
        })}
        ${formFields(this.#fields, this.draft, form, set)}
      </section>
      ${wrongNotice(this.error, this.#mistakes, ['of.id', 'of.name', 'of.site', ...placesOf(this.#fields, this.draft)])}
      <div class="row">
        ${canDiscover ? html`<button type="button" ?disabled=${this.isBusy} @click=${this.#discover}>${sources.discover}</button>` : nothing}
        <button type="button" ?disabled=${this.isBusy} @click=${this.#try}>${sources.try}</button>
        <button class="primary" ?disabled=${this.isBusy}>${this.busy === 'save' ? sources.saving : sources.save}</button>
        ${linkTo(fleetAddress({ part: 'sources' }), words().gatewayPages.pages.cancel, 'button')}
      </div>
      <p class="small muted">${canDiscover ? `${sources.discover}: ${sources.discoverHelp} ` : nothing}${`${sources.try}: ${sources.tryHelp}`}</p>
      ${this.#listening()}
      <div aria-live="polite" class="stack" @jg-take=${this.#take}>
        ${this.found === null ? nothing : html`<jg-source-found .found=${this.found}></jg-source-found>`}
        ${this.heard === null ? nothing : html`<jg-source-heard .heard=${this.heard}></jg-source-heard>`}
      </div>
    </form>`;
  }

  #listening(): TemplateResult | typeof nothing {
    if (this.busy !== 'discover' && this.busy !== 'try') return nothing;
    const { sources } = words();
    return listening(this.busy === 'try' ? sources.trying : sources.discovering, () => this.#stop.abort());
  }

  #given() {
    const { kind, entry } = this;
    return {
      kind: kind.id,
      settings: settingsOf(this.#fields, this.draft),
      ...(entry !== null && { id: entry.id }),
    };
  }

  #discover(): void {
    void this.#work('discover', async signal => {
      this.found = null;
      this.found = await api.discoverConnector(this.#given(), signal);
    });
  }

  #try(): void {
    if (!this.#isFilledIn()) return;
    void this.#work('try', async signal => {
      this.heard = null;
      this.heard = await api.probeConnector(this.#given(), signal);
    });
  }

  #save(event: SubmitEvent): void {
    event.preventDefault();
    void this.#work('save', async () => {
      const { settings, kind } = this.#given();
      const { id, name, site } = this.own;
      if (this.entry === null)
        await api.addConnector({ id, kind, name, settings, ...(site !== '' && { site }) });
      else await api.changeConnector(this.entry.id, { name, isOn: this.entry.isOn, settings });
      this.tell('jg-sources');
      this.tell('jg-refresh');
      this.tell('jg-address', fleetAddress({ part: 'sources' }));
    });
  }

  #take({ detail }: CustomEvent<unknown>): void {
    this.draft = withFound(this.#fields, this.draft, detail);
  }

  /** A try needs what a save does, but for what it will be called. */
  #isFilledIn(): boolean {
    const all = [...this.renderRoot.querySelectorAll<HTMLInputElement | HTMLSelectElement>('input, select')];
    return all.every(field => field.id.startsWith('of.') || field.reportValidity());
  }

  async #work(busy: Busy, work: (signal: AbortSignal) => Promise<void>): Promise<void> {
    if (this.isBusy) return;
    this.busy = busy;
    this.error = null;
    this.#stop = new AbortController();
    const { signal } = this.#stop;
    try {
      await work(signal);
    } catch (error) {
      if (!signal.aborted) this.error = error;
    }
    this.busy = null;
    await this.updateComplete;
    if (this.error !== null) this.renderRoot.querySelector<HTMLElement>('[aria-invalid="true"]')?.focus();
  }
}

customElements.define('jg-source-form', JgSourceForm);
