import { html, nothing, type TemplateResult } from 'lit';
import type { Site, Token, TokenScope } from '../../host/api/contract.ts';
import { mayEverywhere, maySomewhere } from '../access.ts';
import { api } from '../api.ts';
import { words } from '../i18n/language.ts';
import { askBox } from '../parts/ask-box.ts';
import { icon } from '../parts/icons.ts';
import { basics, controls } from '../styles.ts';
import { type ExpiryDays, expiryAtMs, expiryField } from './expiry-field.ts';
import './jg-once.ts';
import { lifeFacts } from './life-facts.ts';
import { ListPart } from './list-part.ts';
import { listStyles } from './list-styles.ts';
import { firstSites, siteName, sitesField } from './site-fields.ts';

/** What of the page's own rights a token can have; more than its owner may it never can. */
const grantable = (): readonly TokenScope[] => [
  'read',
  ...(maySomewhere('operator') ? (['operate'] as const) : []),
  ...(maySomewhere('admin') ? (['manage'] as const) : []),
  ...(maySomewhere('admin') ? (['ingest'] as const) : []),
  ...(mayEverywhere('viewer') ? (['metrics'] as const) : []),
];

/** Tokens by which programs come in. */
export class JgTokens extends ListPart<Token> {
  static override properties = {
    ...ListPart.properties,
    sites: { attribute: false },
    scopes: { state: true },
    chosen: { state: true },
    days: { state: true },
    made: { state: true },
  };
  static override styles = [basics, controls, listStyles];

  declare sites: readonly Site[];
  declare scopes: readonly TokenScope[];
  /** Ids of the sites it is for. */
  declare chosen: readonly string[];
  declare days: ExpiryDays;
  declare made: { readonly name: string; readonly token: string } | null;

  constructor() {
    super();
    this.sites = [];
    this.scopes = [];
    this.chosen = [];
    this.days = '365';
    this.made = null;
    this.addEventListener('jg-seen', () => {
      this.made = null;
    });
  }

  protected ask(): Promise<readonly Token[]> {
    return api.tokens();
  }

  protected override render(): TemplateResult {
    const { tokens, parts } = words().account;
    return html`<p class="muted intro">${tokens.intro}</p>
      ${this.told()}
      ${
        this.made === null
          ? nothing
          : html`<jg-once .label=${tokens.created(this.made.name)} .secrets=${[this.made.token]} .help=${`${tokens.use} Authorization: Bearer …`}></jg-once>`
      }
      ${this.isAdding ? this.#form() : html`<div class="row"><button class="primary" @click=${this.#begin}>${icon('plus')}${tokens.add}</button></div>`}
      <section class="panel" aria-labelledby="list"><h2 id="list" class="visually-hidden">${parts.tokens}</h2>${this.list(tokens.empty, one => this.#one(one))}</section>`;
  }

  readonly #begin = (): void => {
    this.asked = null;
    this.made = null;
    this.scopes = ['read'];
    this.chosen = firstSites(this.sites, 'viewer');
    this.isAdding = true;
  };

  #form(): TemplateResult {
    const { tokens, form } = words().account;
    const lacking =
      this.scopes.length === 0 ? tokens.atLeastOneScope : this.chosen.length === 0 ? form.atLeastOneSite : '';
    return html`<form class="panel" aria-label=${tokens.add} @submit=${this.#make}>
      <div class="fields">
        <div class="field"><label for="name">${form.name}</label>
          <input id="name" name="name" required maxlength="64" autocomplete="off" aria-describedby="name-help" />
          <p id="name-help" class="small muted">${tokens.nameHelp}</p></div>
        ${expiryField(this.days, days => {
          this.days = days;
        })}
      </div>
      <fieldset><legend>${tokens.scopes}</legend><div class="choices">${grantable().map(
        scope =>
          html`<label><input type="checkbox" .checked=${this.scopes.includes(scope)} @change=${({
            target,
          }: Event) => {
            const isIn = target instanceof HTMLInputElement && target.checked;
            this.scopes = isIn ? [...this.scopes, scope] : this.scopes.filter(one => one !== scope);
          }} />${tokens.scopeNames[scope]}</label>`,
      )}</div></fieldset>
      ${sitesField(this.sites, 'viewer', this.chosen, chosen => {
        this.chosen = chosen;
      })}
      <p class="small muted" role="status" ?hidden=${lacking === ''}>${lacking}</p>
      <div class="row"><button class="primary" ?disabled=${this.isBusy || lacking !== ''}>${tokens.create}</button>
        <button type="button" @click=${this.stop}>${form.cancel}</button></div>
    </form>`;
  }

  readonly #make = async (event: SubmitEvent): Promise<void> => {
    event.preventDefault();
    const name = String(new FormData(event.target as HTMLFormElement).get('name') ?? '').trim();
    const made = {
      name,
      scopes: [...this.scopes],
      sites: [...this.chosen],
      expiresMs: expiryAtMs(this.days),
    };
    await this.work(async () => {
      const { token } = await api.makeToken(made);
      this.made = { name, token };
      this.isAdding = false;
    });
  };

  #one(token: Token): TemplateResult {
    const { tokens } = words().account;
    const { id, name } = token;
    const where = token.sites.map(site => siteName(this.sites, site)).join(', ');
    return html`<li>
      <div>
        <h3>${name}</h3>
        <p>${token.scopes.map(scope => tokens.scopeNames[scope]).join(', ')}${this.sites.length > 1 ? ` ${tokens.sites(where)}` : ''}</p>
        ${lifeFacts(token)}
      </div>
      <div class="row">${this.asks('revoke', id, tokens.revoke, tokens.revokeOf(name))}</div>
      ${
        this.asked?.id === id
          ? html`<div class="wide">${askBox({
              label: tokens.revokeOf(name),
              text: tokens.revokeAsk(name),
              yes: tokens.revokeYes,
              isOff: this.isBusy,
              onYes: () => void this.work(() => api.removeToken(id), words().account.people.done),
              onNo: this.stop,
            })}</div>`
          : nothing
      }
    </li>`;
  }
}

customElements.define('jg-tokens', JgTokens);
