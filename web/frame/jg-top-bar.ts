import { html, nothing, type TemplateResult } from 'lit';
import { formatAddress, type View } from '../address.ts';
import { goTo } from '../go-to.ts';
import { words } from '../i18n/language.ts';
import { JgElement } from '../jg-element.ts';
import { icon } from '../parts/icons.ts';
import { ownChoices } from '../settings/own-choices.ts';
import type { LinkState } from '../site/live.ts';
import { basics, controls } from '../styles.ts';
import { barTargets, moreTargets, type Target, targets } from './targets.ts';
import { topBarStyles } from './top-bar-styles.ts';

/**
 * Product, views, whether values are live, and a menu for language, appearance, settings and signing out. Tells
 * `jg-keys` where the list of keys is wanted, and `jg-sign-out`.
 */
export class JgTopBar extends JgElement {
  static override properties = {
    user: { attribute: false },
    view: { attribute: false },
    link: { attribute: false },
  };
  static override styles = [basics, controls, topBarStyles];

  declare user: string | null;
  declare view: View;
  declare link: LinkState | null;

  constructor() {
    super();
    this.user = null;
    this.view = 'overview';
    this.link = null;
  }

  protected override render(): TemplateResult {
    const { product, settings } = words();
    return html`<header>
      <a class="brand" href=${formatAddress(targets.overview)} aria-label=${product} @click=${goTo(targets.overview)}>
        <span class="mark">${icon('logo')}</span><span class="name">${product}</span>
      </a>
      ${this.user === null ? nothing : this.#views()}
      <span class="space"></span>
      ${this.#linkState()}
      <button class="quiet menu" popovertarget="menu" aria-label=${settings.title}>${icon('menu')}</button>
      <div id="menu" class="popover panel" popover>
        ${ownChoices()}
        ${this.user === null ? nothing : this.#ofUser(this.user)}
      </div>
    </header>`;
  }

  #views(): TemplateResult {
    const { nav, frame } = words();
    const isMore = moreTargets.some(target => target === this.view);
    return html`<nav aria-label=${nav.main}>
        ${barTargets.map(target => this.#item(target, moreTargets.includes(target) ? 'is-elsewhere' : ''))}
        <button class="item more ${isMore ? 'has-current' : ''}" popovertarget="more">${icon('more')}${frame.more}</button>
      </nav>
      <div id="more" class="sheet panel" popover>
        <div class="entries">${moreTargets.map(target => this.#item(target))}</div>
      </div>`;
  }

  #ofUser(user: string): TemplateResult {
    const { nav, frame } = words();
    return html`<div class="entries">
        ${this.#item('settings')}
        <button class="item for-keyboards" popovertarget="menu" popovertargetaction="hide" @click=${() => this.tell('jg-keys')}>
          ${icon('keys')}${frame.keys.open}
        </button>
      </div>
      <button popovertarget="menu" popovertargetaction="hide" @click=${() => this.tell('jg-sign-out')}>
        ${nav.signOut} (${user})
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
      >${icon(target)}${words().nav[target]}</a
    >`;
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
