import { css, html, nothing, type TemplateResult } from 'lit';
import { mayEverywhere } from '../access.ts';
import { settingsAddress } from '../address.ts';
import { dataAddress } from '../addresses/data-address.ts';
import { linkTo } from '../go-to.ts';
import { words } from '../i18n/language.ts';
import { JgElement } from '../jg-element.ts';
import { choiceField } from '../parts/choice-field.ts';
import { pageStyles } from '../parts/page-styles.ts';
import { freeIdFrom } from '../set-up/draft.ts';
import { describedBy, wrongAt } from '../set-up/form-fields.ts';
import { ownField } from '../set-up/own-field.ts';
import { SetUpForm } from '../set-up/set-up-form.ts';
import { setUpStyles } from '../set-up/set-up-styles.ts';
import { testedBox } from '../set-up/tested-box.ts';
import type { Site } from '../site/site.ts';
import { basics, controls } from '../styles.ts';
import {
  changeOf,
  doors,
  everything,
  type OutletChange,
  type OutletKind,
  type Probe,
  type Probed,
  usualKeepDays,
} from './doors.ts';
import { isSomething, type Outlet, withMeters } from './outlet.ts';
import { scopeFields } from './scope-fields.ts';

type Own = Omit<OutletChange, 'settings'>;

const usual: Own = Object.freeze({
  name: '',
  site: null,
  isOn: true,
  choice: everything,
  keepDays: usualKeepDays,
});

/** Another system that is set up or changed: what its kind asks for, and what of the stored values goes there. */
export class JgOutletForm extends JgElement {
  static override properties = {
    kind: { attribute: false },
    outlet: { attribute: false },
    taken: { attribute: false },
    site: { attribute: false },
    own: { state: true },
    tried: { state: true },
  };
  static override styles = [
    basics,
    controls,
    pageStyles,
    setUpStyles,
    css`
      .checks {
        max-height: 18rem;
        overflow-y: auto;
        display: grid;
        grid-template-columns: repeat(auto-fill, minmax(min(14rem, 100%), 1fr));
        gap: 0 1.25rem;
      }
    `,
  ];

  declare kind: OutletKind;
  /** The one that is changed; null: a new one. */
  declare outlet: Outlet | null;
  /** Ids that others of its door have. */
  declare taken: readonly string[];
  declare site: Site;
  declare own: Own;
  /** Of these settings; null where nobody tried. */
  declare tried: Probed | null;
  readonly #form = new SetUpForm<'try' | 'save'>(this);

  constructor() {
    super();
    this.outlet = null;
    this.taken = [];
    this.own = usual;
    this.tried = null;
  }

  get isBusy(): boolean {
    return this.#form.isBusy;
  }

  protected override willUpdate(): void {
    const { door, id, fields } = this.kind;
    if (!this.#form.begins(`${door} ${id}`, () => withMeters(fields, this.site.meters), this.outlet)) return;
    this.own =
      this.outlet === null
        ? { ...usual, site: mayEverywhere('admin') ? null : this.site.id, name: this.kind.name() }
        : changeOf(this.outlet);
  }

  protected override render(): TemplateResult {
    const { outlets: text, setUp } = words();
    const { probe } = doors[this.kind.door];
    return html`<form aria-labelledby="kind" @submit=${this.#save}>
      <section class="panel stack">
        <div>
          <h2 id="kind">${this.kind.name()}</h2>
          <p class="muted">${this.kind.about()}</p>
        </div>
        <div class="fields">
          ${ownField({
            of: 'name',
            label: setUp.name,
            help: text.nameHelp,
            value: this.own.name,
            mistakes: this.#form.mistakes,
            set: name => this.#change({ name }),
          })}
          ${this.#siteField()}
        </div>
        ${this.#form.fields()}
        ${
          this.kind.door === 'assistant'
            ? html`<p class="small muted">${text.ownLogin} ${linkTo(settingsAddress('programs'), `${words().nav.settings} → ${words().account.parts.programs}`)}</p>`
            : nothing
        }
      </section>
      ${this.kind.door === 'forward' ? this.#manner() : nothing}
      ${this.#form.wrong(['of.name', 'of.site', 'keepDays', 'choice'])}
      <div class="row">
        ${probe === undefined ? nothing : html`<button type="button" ?disabled=${this.isBusy} @click=${() => this.#try(probe)}>${setUp.try}</button>`}
        <button class="primary" ?disabled=${this.isBusy}>${this.#form.doing === 'save' ? setUp.saving : setUp.save}</button>
        ${linkTo(dataAddress('outlets'), words().gatewayPages.pages.cancel, 'button')}
      </div>
      ${probe === undefined ? nothing : html`<p class="small muted">${`${setUp.try}: ${text.tryHelp}`}</p>`}
      ${testedBox(
        this.tried && {
          isSent: this.tried.fault === null,
          said: this.tried.fault ?? '',
          why: this.tried.why,
        },
        {
          arrived: text.triedWell,
          failed: text.triedBadly,
        },
      )}
    </form>`;
  }

  /** A forward's is chosen once; a Home Assistant's may change. */
  #siteField(): TemplateResult | typeof nothing {
    const { outlets: text, setUp } = words();
    const { door, isForHostOnly } = this.kind;
    const isOffered = door === 'assistant' || (door === 'forward' && this.outlet === null && !isForHostOnly);
    if (!isOffered || !mayEverywhere('admin') || this.site.sites.length < 2) return nothing;
    const { site } = this.own;
    const named = this.site.sites
      .filter(({ id }) => door === 'assistant' || id === this.site.id)
      .map(({ id, name }) => [id, name ?? id] as const);
    return html`<div class="hinted">
      ${choiceField('of.site', setUp.site, site ?? '', [['', text.allSites], ...named], ({ value }) =>
        this.#change({ site: value === '' ? null : value }),
      )}
      ${door === 'forward' ? html`<p class="small muted">${text.siteHelp}</p>` : nothing}
      ${wrongAt(this.#form.mistakes, 'of.site')}
    </div>`;
  }

  /** What goes out, and for how long it waits. */
  #manner(): TemplateResult {
    const { outlets: text } = words();
    const { choice, keepDays } = this.own;
    return html`<section class="panel stack" aria-labelledby="what">
      <h2 id="what">${text.what}</h2>
      ${scopeFields(choice, this.site, this.#form.mistakes, wanted => this.#change({ choice: wanted }))}
      <div class="fields">
        <div class="field">
          <label for="keepDays">${text.keepDays}</label>
          <div class="with-unit">
            <input id="keepDays" type="number" min="1" max="60" step="1" required .value=${String(keepDays)}
              aria-invalid=${this.#form.mistakes.has('keepDays') ? 'true' : nothing} aria-describedby=${describedBy(this.#form.mistakes, 'keepDays', true)}
              @change=${(event: Event) => this.#change({ keepDays: (event.target as HTMLInputElement).valueAsNumber || 1 })} />
            <span class="muted">${text.days}</span>
          </div>
          <p class="small muted" id="keepDays-hint">${text.keepHelp}</p>
          ${wrongAt(this.#form.mistakes, 'keepDays')}
        </div>
      </div>
      ${this.outlet === null ? html`<p class="small muted">${text.begins}</p>` : nothing}
    </section>`;
  }

  #change(part: Partial<Own>): void {
    this.own = { ...this.own, ...part };
  }

  #save(event: SubmitEvent): void {
    event.preventDefault();
    if (!isSomething(this.own.choice)) {
      this.renderRoot.querySelector<HTMLElement>('.checks input')?.focus();
      return;
    }
    const { door, id: kind } = this.kind;
    const isOfHost = door === 'forward' && this.kind.isForHostOnly;
    const change: OutletChange = {
      ...this.own,
      ...(isOfHost && { site: null }),
      settings: this.#form.settings,
    };
    void this.#form.do(async () => {
      if (this.outlet === null)
        await doors[door].add(freeIdFrom(change.name, this.taken, door), kind, change);
      else await doors[door].change(this.outlet.id, change);
      this.tell('jg-set-up');
      this.tell('jg-address', dataAddress('outlets'));
    }, 'save');
  }

  #try(probe: Probe): void {
    if (!this.renderRoot.querySelector('form')?.reportValidity()) return;
    this.tried = null;
    void this.#form.do(async () => {
      this.tried = await probe({
        kind: this.kind.id,
        settings: this.#form.settings,
        ...(this.outlet !== null && { id: this.outlet.id }),
      });
    }, 'try');
  }
}

customElements.define('jg-outlet-form', JgOutletForm);
