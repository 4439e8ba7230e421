import { html, nothing, type TemplateResult } from 'lit';
import type { Share, Site } from '../../host/api/contract.ts';
import { parseAddress } from '../address.ts';
import { api } from '../api.ts';
import { linkTo } from '../go-to.ts';
import { words } from '../i18n/language.ts';
import { askBox } from '../parts/ask-box.ts';
import { basics, controls } from '../styles.ts';
import { lifeFacts } from './life-facts.ts';
import { ListPart } from './list-part.ts';
import { listStyles } from './list-styles.ts';
import { siteName } from './site-fields.ts';

/** Links that show a view to whoever has them; they are made at the views. */
export class JgLinks extends ListPart<Share> {
  static override properties = { ...ListPart.properties, sites: { attribute: false } };
  static override styles = [basics, controls, listStyles];

  declare sites: readonly Site[];

  constructor() {
    super();
    this.sites = [];
  }

  protected ask(): Promise<readonly Share[]> {
    return api.shares();
  }

  protected override render(): TemplateResult {
    const { links, parts } = words().account;
    return html`<p class="muted intro">${links.intro} ${links.how}</p>
      ${this.told()}
      <section class="panel" aria-labelledby="list"><h2 id="list" class="visually-hidden">${parts.links}</h2>${this.list(links.empty, one => this.#one(one))}</section>`;
  }

  #one(share: Share): TemplateResult {
    const { links } = words().account;
    const { id, name, view, meters, site } = share;
    const shows = [
      words().nav[parseAddress(view).view],
      meters === null ? links.allMeters : links.meters(meters.length),
      ...(this.sites.length > 1 ? [siteName(this.sites, site)] : []),
    ];
    return html`<li>
      <div>
        <h3>${name}</h3>
        <p>${shows.join(' · ')}</p>
        ${lifeFacts(share)}
      </div>
      <div class="row">${linkTo(parseAddress(view), links.open, 'button')}${this.asks('revoke', id, links.revoke, links.revokeOf(name))}</div>
      ${
        this.asked?.id === id
          ? html`<div class="wide">${askBox({
              label: links.revokeOf(name),
              text: links.revokeAsk(name),
              yes: links.revokeYes,
              isOff: this.isBusy,
              onYes: () => void this.work(() => api.removeShare(id), words().account.people.done),
              onNo: this.stop,
            })}</div>`
          : nothing
      }
    </li>`;
  }
}

customElements.define('jg-links', JgLinks);
