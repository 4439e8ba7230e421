import { html, nothing, type TemplateResult } from 'lit';
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
import { pageStyles } from '../parts/page-styles.ts';
import { basics, controls } from '../styles.ts';
import './jg-source-found.ts';
import './jg-source-heard.ts';
import { fieldsOf } from '../set-up/fields.ts';
import { SetUpForm } from '../set-up/set-up-form.ts';
import { setUpStyles } from '../set-up/set-up-styles.ts';
import { listening } from './source-listening.ts';
import { type Own, ownFields, ownOf } from './source-own.ts';

/** A source that is added or changed: what its kind asks for, what is found and heard by it, and what is wrong with it. */
export class JgSourceForm extends JgElement {
  static override properties = {
    kind: { attribute: false },
    entry: { attribute: false },
    sites: { attribute: false },
    site: { attribute: false },
    own: { state: true },
    profiles: { state: true },
    found: { state: true },
    heard: { state: true },
  };
  static override styles = [basics, controls, pageStyles, setUpStyles];

  declare kind: ConnectorKind;
  /** The one that is changed; null: a new one. */
  declare entry: ConnectorEntry | null;
  declare sites: readonly Site[];
  /** The site that is shown. */
  declare site: string;
  declare own: Own;
  declare profiles: readonly Profile[];
  declare found: ConnectorProposals | null;
  declare heard: ConnectorProbe | null;
  readonly #form = new SetUpForm<'discover' | 'try' | 'save'>(this);
  #stop = new AbortController();

  constructor() {
    super();
    this.entry = null;
    this.sites = [];
    this.site = '';
    this.own = ownOf(null, '');
    this.profiles = [];
    this.found = null;
    this.heard = null;
  }

  get isBusy(): boolean {
    return this.#form.isBusy;
  }

  override connectedCallback(): void {
    super.connectedCallback();
    // Without them a profile is still what it was; the notice says why there is no choice.
    knownProfiles().then(
      profiles => {
        this.profiles = profiles;
      },
      (error: unknown) => {
        this.#form.error = error;
        this.requestUpdate();
      },
    );
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#stop.abort();
  }

  protected override willUpdate(): void {
    if (this.#form.begins(this.kind.id, () => fieldsOf(this.kind), this.entry))
      this.own = ownOf(this.entry, this.site);
  }

  protected override render(): TemplateResult {
    const { setUp, sources, gatewayPages } = words();
    const { name, about, canDiscover } = this.kind;
    const { mistakes, doing } = this.#form;
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
          mistakes,
          change: own => {
            this.own = own;
          },
        })}
        ${this.#form.fields(this.profiles)}
      </section>
      ${this.#form.wrong(['of.id', 'of.name', 'of.site'])}
      <div class="row">
        ${canDiscover ? html`<button type="button" ?disabled=${this.isBusy} @click=${this.#discover}>${sources.discover}</button>` : nothing}
        <button type="button" ?disabled=${this.isBusy} @click=${this.#try}>${setUp.try}</button>
        <button class="primary" ?disabled=${this.isBusy}>${doing === 'save' ? setUp.saving : setUp.save}</button>
        ${linkTo(fleetAddress({ part: 'sources' }), gatewayPages.pages.cancel, 'button')}
      </div>
      <p class="small muted">${canDiscover ? `${sources.discover}: ${sources.discoverHelp} ` : nothing}${`${setUp.try}: ${sources.tryHelp}`}</p>
      ${
        doing === 'discover' || doing === 'try'
          ? listening(doing === 'try' ? sources.trying : sources.discovering, () => this.#stop.abort())
          : nothing
      }
      <div aria-live="polite" class="stack" @jg-take=${({ detail }: CustomEvent<unknown>) => this.#form.take(detail)}>
        ${this.found === null ? nothing : html`<jg-source-found .found=${this.found}></jg-source-found>`}
        ${this.heard === null ? nothing : html`<jg-source-heard .heard=${this.heard}></jg-source-heard>`}
      </div>
    </form>`;
  }

  #given() {
    const { kind, entry } = this;
    return { kind: kind.id, settings: this.#form.settings, ...(entry !== null && { id: entry.id }) };
  }

  #discover(): void {
    this.#listen('discover', async signal => {
      this.found = null;
      this.found = await api.discoverConnector(this.#given(), signal);
    });
  }

  #try(): void {
    if (!this.#isFilledIn()) return;
    this.#listen('try', async signal => {
      this.heard = null;
      this.heard = await api.probeConnector(this.#given(), signal);
    });
  }

  #save(event: SubmitEvent): void {
    event.preventDefault();
    void this.#form.do(async () => {
      const { settings, kind } = this.#given();
      const { id, name, site } = this.own;
      if (this.entry === null)
        await api.addConnector({ id, kind, name, settings, ...(site !== '' && { site }) });
      else await api.changeConnector(this.entry.id, { name, isOn: this.entry.isOn, settings });
      this.tell('jg-set-up');
      this.tell('jg-refresh');
      this.tell('jg-address', fleetAddress({ part: 'sources' }));
    }, 'save');
  }

  /** A try needs what a save does, but for what it will be called. */
  #isFilledIn(): boolean {
    const all = [...this.renderRoot.querySelectorAll<HTMLInputElement | HTMLSelectElement>('input, select')];
    return all.every(field => field.id.startsWith('of.') || field.reportValidity());
  }

  /** What a person stops is no fault. */
  #listen(what: 'discover' | 'try', work: (signal: AbortSignal) => Promise<void>): void {
    this.#stop = new AbortController();
    const { signal } = this.#stop;
    const heard = () =>
      work(signal).catch((error: unknown) => {
        if (!signal.aborted) throw error;
      });
    void this.#form.do(heard, what);
  }
}

customElements.define('jg-source-form', JgSourceForm);
