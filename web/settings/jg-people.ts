import { html, nothing, type TemplateResult } from 'lit';
import type { Account, Site, SiteRoles } from '../../host/api/contract.ts';
import { currentSession } from '../access.ts';
import { newSecret } from '../account/new-secret.ts';
import { api } from '../api.ts';
import { formatAgo } from '../format.ts';
import { locale, words } from '../i18n/language.ts';
import { askBox } from '../parts/ask-box.ts';
import { icon } from '../parts/icons.ts';
import { hostNow } from '../site/clock.ts';
import { basics, controls } from '../styles.ts';
import './jg-once.ts';
import { ListPart } from './list-part.ts';
import { listStyles } from './list-styles.ts';
import { rolesField, rolesText } from './site-fields.ts';

/** Who may come in, and with which roles: people of the host, or of the sites that one administers. */
export class JgPeople extends ListPart<Account> {
  static override properties = {
    ...ListPart.properties,
    sites: { attribute: false },
    roles: { state: true },
    password: { state: true },
    handedOver: { state: true },
  };
  static override styles = [basics, controls, listStyles];

  declare sites: readonly Site[];
  /** As they stand in the form that is open. */
  declare roles: SiteRoles;
  declare password: string;
  /** A password that is to be handed over, shown until it is put away. */
  declare handedOver: { readonly label: string; readonly password: string } | null;

  constructor() {
    super();
    this.sites = [];
    this.roles = {};
    this.password = '';
    this.handedOver = null;
    this.addEventListener('jg-seen', () => {
      this.handedOver = null;
    });
  }

  protected async ask(): Promise<readonly Account[]> {
    const accounts = await api.accounts();
    return accounts.toSorted((a, b) => a.user.localeCompare(b.user, locale()));
  }

  protected override render(): TemplateResult {
    const { people } = words().account;
    return html`<p class="muted intro">${people.intro}</p>
      ${this.told()} ${this.#handOver()}
      ${this.isAdding ? this.#form() : html`<div class="row"><button class="primary" @click=${this.#begin}>${icon('plus')}${people.add}</button></div>`}
      <section class="panel" aria-labelledby="list"><h2 id="list" class="visually-hidden">${words().account.parts.people}</h2>${this.list('', one => this.#one(one))}</section>`;
  }

  #handOver(): TemplateResult | typeof nothing {
    if (this.handedOver === null) return nothing;
    const { label, password } = this.handedOver;
    const { passwordHelp } = words().account.people;
    return html`<jg-once .label=${label} .secrets=${[password]} .help=${passwordHelp}></jg-once>`;
  }

  readonly #begin = (): void => {
    this.asked = null;
    this.handedOver = null;
    this.roles = {};
    this.password = newSecret();
    this.isAdding = true;
  };

  #form(): TemplateResult {
    const { people, form } = words().account;
    return html`<form class="panel" aria-label=${people.add} @submit=${this.#add}>
      <div class="fields">
        <div class="field"><label for="user">${people.user}</label>
          <input id="user" name="user" required maxlength="64" autocomplete="off" autocapitalize="none" spellcheck="false" /></div>
        <div class="field"><label for="first">${people.password}</label>
          <input id="first" name="first" required minlength="12" maxlength="256" autocomplete="off" autocapitalize="none" spellcheck="false"
            aria-describedby="first-help" .value=${this.password} @input=${({ target }: Event) => {
              if (target instanceof HTMLInputElement) this.password = target.value;
            }} />
          <p id="first-help" class="small muted">${people.passwordHelp}</p></div>
      </div>
      <fieldset><legend>${people.roles}</legend>${rolesField(this.sites, this.roles, roles => {
        this.roles = roles;
      })}</fieldset>
      ${this.#needsRole()}
      <div class="row"><button class="primary" ?disabled=${this.isBusy || !this.#hasRole}>${people.create}</button>
        <button type="button" @click=${this.stop}>${form.cancel}</button></div>
    </form>`;
  }

  get #hasRole(): boolean {
    return Object.keys(this.roles).length > 0;
  }

  #needsRole(): TemplateResult | typeof nothing {
    return this.#hasRole
      ? nothing
      : html`<p class="small muted" role="status">${words().account.people.atLeastOneRole}</p>`;
  }

  readonly #add = async (event: SubmitEvent): Promise<void> => {
    event.preventDefault();
    const { people } = words().account;
    const user = String(new FormData(event.target as HTMLFormElement).get('user') ?? '').trim();
    const { password, roles } = this;
    if (await this.work(() => api.addAccount({ user, password, roles }))) {
      this.isAdding = false;
      this.handedOver = { label: people.created(user), password };
    }
  };

  #one(account: Account): TemplateResult {
    const { people } = words().account;
    const { user } = account;
    const isSelf = user === currentSession()?.user;
    const asked = this.asked?.id === user ? this.asked.what : null;
    const signIn =
      account.lastSignInMs === null
        ? people.never
        : people.lastSignIn(formatAgo(hostNow() - account.lastSignInMs, locale()));
    const facts = [
      signIn,
      account.hasSecondFactor ? people.factor : people.noFactor,
      ...(account.mustChangePassword ? [people.waiting] : []),
      people.sessions(account.sessions),
    ];
    return html`<li>
      <div>
        <h3>${user}${isSelf ? html` <span class="muted">(${people.you})</span>` : nothing}</h3>
        <p>${rolesText(account.roles, this.sites)}</p>
        <p class="small muted">${facts.join(' · ')}</p>
      </div>
      <div class="row">
        <button data-asks="change" data-of=${user} aria-expanded=${asked !== null} aria-label=${people.changeOf(user)} @click=${() => {
          this.roles = account.roles;
          this.asked = asked === null ? { what: 'change', id: user } : null;
        }}>${people.change}</button>
      </div>
      ${asked === null ? nothing : html`<div class="wide box">${this.#change(account, asked, isSelf)}</div>`}
    </li>`;
  }

  #change(account: Account, asked: string, isSelf: boolean): TemplateResult {
    const { people } = words().account;
    const { user } = account;
    return html`<fieldset><legend>${people.roles}</legend>${rolesField(this.sites, this.roles, roles => {
      this.roles = roles;
    })}</fieldset>
      ${this.#needsRole()}
      <div class="row">
        <button class="primary" ?disabled=${this.isBusy || !this.#hasRole} @click=${() =>
          this.work(
            () => api.changeAccount(user, { roles: this.roles }),
            people.done,
          )}>${people.saveRoles}</button>
        ${isSelf ? nothing : this.asks('reset', user, people.reset)}
        ${account.hasSecondFactor && !isSelf ? this.asks('takeFactor', user, people.takeFactor) : nothing}
        ${this.asks('remove', user, people.remove)}
      </div>
      ${this.#question(user, asked)}`;
  }

  #question(user: string, asked: string): TemplateResult | typeof nothing {
    const { people } = words().account;
    const ask = (label: string, text: string, yes: string, onYes: () => void) =>
      askBox({
        label,
        text,
        yes,
        isOff: this.isBusy,
        onYes,
        onNo: () => {
          this.asked = { what: 'change', id: user };
        },
      });
    switch (asked) {
      case 'reset':
        return ask(people.reset, people.resetAsk(user), people.resetYes, () => void this.#reset(user));
      case 'takeFactor':
        return ask(
          people.takeFactor,
          people.takeFactorAsk(user),
          people.takeFactorYes,
          () => void this.work(() => api.changeAccount(user, { hasSecondFactor: false }), people.done),
        );
      case 'remove':
        return ask(
          people.remove,
          people.removeAsk(user),
          people.removeYes,
          () => void this.work(() => api.removeAccount(user), people.done),
        );
      default:
        return nothing;
    }
  }

  async #reset(user: string): Promise<void> {
    const password = newSecret();
    if (await this.work(() => api.changeAccount(user, { password })))
      this.handedOver = { label: words().account.people.resetDone(user), password };
  }
}

customElements.define('jg-people', JgPeople);
