import { html, nothing, type TemplateResult } from 'lit';
import type { Site } from '../../host/api/contract.ts';
import { currentSession } from '../access.ts';
import { formatAddress, type View } from '../address.ts';
import { badgeText } from '../alarms/open-alarms.ts';
import { formatTime } from '../format.ts';
import { goTo } from '../go-to.ts';
import { locale, words } from '../i18n/language.ts';
import { JgElement } from '../jg-element.ts';
import { choiceField } from '../parts/choice-field.ts';
import { icon } from '../parts/icons.ts';
import { ownChoices } from '../settings/own-choices.ts';
import type { LinkState } from '../site/connection.ts';
import { basics, controls } from '../styles.ts';
import { barTargets, isOpen, moreTargets, type Target, targets } from './targets.ts';
import { topBarStyles } from './top-bar-styles.ts';

/**
 * Product, views, which site where there are several, whether values are live, and a menu for language, appearance,
 * settings and signing out. Tells `jg-keys` where the list of keys is wanted, `jg-site` (detail: its id), `jg-sign-out`.
 */
export class JgTopBar extends JgElement {
  static override properties = {
    user: { attribute: false },
    sites: { attribute: false },
    site: { attribute: false },
    view: { attribute: false },
    link: { attribute: false },
    alarms: { attribute: false },
  };
  static override styles = [basics, controls, topBarStyles];

  declare user: string | null;
  declare sites: readonly Site[];
  /** The id of the one that is shown. */
  declare site: string | null;
  declare view: View;
  declare link: LinkState | null;
  /** How many nobody looks after. */
  declare alarms: number;

  constructor() {
    super();
    this.user = null;
    this.sites = [];
    this.site = null;
    this.view = 'overview';
    this.link = null;
    this.alarms = 0;
  }

  protected override render(): TemplateResult {
    const { product, settings } = words();
    return html`<header class=${this.sites.length > 1 ? 'has-sites' : ''}>
      <a class="brand" href=${formatAddress(targets.overview)} aria-label=${product} @click=${goTo(targets.overview)}>
        <span class="mark">${icon('logo')}</span><span class="name">${product}</span>
      </a>
      ${this.user === null ? nothing : this.#views()}
      <span class="space"></span>
      ${this.sites.length > 1 ? html`<div class="sites">${this.#sites('bar-site')}</div>` : nothing}
      ${this.#linkState()}
      <button class="quiet menu" popovertarget="menu" aria-label=${settings.title}>${icon('menu')}</button>
      <div id="menu" class="popover panel" popover>
        ${this.sites.length > 1 ? html`<div class="sites-in-menu">${this.#sites('menu-site')}</div>` : nothing}
        ${ownChoices()}
        ${this.user === null ? nothing : this.#ofUser(this.user)}
      </div>
    </header>`;
  }

  #views(): TemplateResult {
    const { nav, frame } = words();
    const isMore = moreTargets.some(target => target === this.view);
    return html`<nav aria-label=${nav.main}>
        ${barTargets.filter(isOpen).map(target => this.#item(target, moreTargets.includes(target) ? 'is-elsewhere' : ''))}
        <button class="item more ${isMore ? 'has-current' : ''}" popovertarget="more">${icon('more')}${frame.more}${this.#badge()}</button>
      </nav>
      <div id="more" class="sheet panel" popover>
        <div class="entries">${moreTargets.filter(isOpen).map(target => this.#item(target))}</div>
      </div>`;
  }

  #sites(id: string): TemplateResult {
    const choices = this.sites.map(site => [site.id, site.name ?? site.id] as const);
    return choiceField(id, words().account.site.choose, this.site ?? '', choices, ({ value }) => {
      this.#closeMenus();
      this.tell('jg-site', value);
    });
  }

  #ofUser(user: string): TemplateResult {
    const { nav, frame, account } = words();
    const session = currentSession();
    const isByLink = session?.kind === 'share';
    return html`<div class="entries">
        ${this.#item('settings')}
        <button class="item for-keyboards" popovertarget="menu" popovertargetaction="hide" @click=${() => this.tell('jg-keys')}>
          ${icon('keys')}${frame.keys.open}
        </button>
      </div>
      ${isByLink ? html`<p class="small muted">${account.link.until(formatTime(session.expiresMs, 'dayTimeYear', locale()))}</p>` : nothing}
      <button popovertarget="menu" popovertargetaction="hide" @click=${() => this.tell('jg-sign-out')}>
        ${isByLink ? account.link.leave : `${nav.signOut} (${user})`}
      </button>`;
  }

  #item(target: Target, more = ''): TemplateResult {
    const address = targets[target];
    return html`<a
      class="item ${more}"
      href=${formatAddress(address)}
      aria-current=${this.view === target ? 'page' : nothing}
      @click=${(event: MouseEvent) => {
        this.#closeMenus();
        goTo(address)(event);
      }}
      >${icon(target)}${words().nav[target]}${target === 'alarms' ? this.#badge() : nothing}</a
    >`;
  }

  /** How many alarms wait for somebody; nothing where none does. */
  #badge(): TemplateResult | typeof nothing {
    if (this.alarms === 0) return nothing;
    const text = badgeText(this.alarms);
    return html`<span class="badge number" aria-hidden="true">${text}</span><span class="visually-hidden">${` (${words().alarms.badge(text)})`}</span>`;
  }

  #closeMenus(): void {
    for (const menu of this.renderRoot.querySelectorAll<HTMLElement>('[popover]')) menu.hidePopover();
  }

  #linkState(): TemplateResult | typeof nothing {
    if (this.link === null || this.link === 'stopped') return nothing;
    const { link } = words();
    return html`<span class="link ${this.link}" role="status"><span>${link[this.link]}</span></span>`;
  }
}

customElements.define('jg-top-bar', JgTopBar);
