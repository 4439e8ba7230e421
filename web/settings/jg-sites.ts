import { html, nothing, type TemplateResult } from 'lit';
import type { Gateway, Site } from '../../host/api/contract.ts';
import { mayEverywhere } from '../access.ts';
import { api } from '../api.ts';
import { words } from '../i18n/language.ts';
import { askBox } from '../parts/ask-box.ts';
import { icon } from '../parts/icons.ts';
import { basics, controls } from '../styles.ts';
import { ListPart } from './list-part.ts';
import { listStyles } from './list-styles.ts';
import { siteName } from './site-fields.ts';

/** Sites, their names, and to which each gateway belongs. Tells `jg-sites` when they are others, `jg-site` to show one. */
export class JgSites extends ListPart<Site> {
  static override properties = {
    ...ListPart.properties,
    shown: { attribute: false },
    gateways: { state: true },
  };
  static override styles = [basics, controls, listStyles];

  /** The id of the one that is shown. */
  declare shown: string | null;
  declare gateways: readonly Gateway[];

  constructor() {
    super();
    this.shown = null;
    this.gateways = [];
  }

  protected async ask(): Promise<readonly Site[]> {
    const [sites, gateways] = await Promise.all([api.sites(), api.gatewaysOfAll()]);
    this.gateways = gateways;
    return sites;
  }

  /** Does what changes the sites, and tells those who show them. */
  async #change(work: () => Promise<unknown>, said = ''): Promise<boolean> {
    const isDone = await this.work(work, said);
    if (isDone) this.tell('jg-sites');
    return isDone;
  }

  protected override render(): TemplateResult {
    const { sites, parts } = words().account;
    const isHostAdmin = mayEverywhere('admin');
    const isMovable = isHostAdmin && (this.items ?? []).length > 1 && this.gateways.length > 0;
    return html`<p class="muted intro">${sites.intro}</p>
      ${this.told()}
      ${this.isAdding ? this.#form() : isHostAdmin ? html`<div class="row"><button class="primary" @click=${this.#begin}>${icon('plus')}${sites.add}</button></div>` : nothing}
      <section class="panel" aria-labelledby="list"><h2 id="list" class="visually-hidden">${parts.sites}</h2>${this.list('', one => this.#one(one))}</section>
      ${isMovable ? this.#gateways() : nothing}`;
  }

  readonly #begin = (): void => {
    this.asked = null;
    this.isAdding = true;
  };

  #form(): TemplateResult {
    const { sites, form } = words().account;
    return html`<form class="panel" aria-label=${sites.add} @submit=${this.#add}>
      <div class="fields">
        <div class="field"><label for="id">${sites.id}</label>
          <input id="id" name="id" required maxlength="64" pattern="[a-z0-9][a-z0-9_\\-]*" autocomplete="off" autocapitalize="none" spellcheck="false" aria-describedby="id-help" />
          <p id="id-help" class="small muted">${sites.idHelp}</p></div>
        <div class="field"><label for="name">${sites.name}</label><input id="name" name="name" maxlength="64" autocomplete="off" /></div>
      </div>
      <div class="row"><button class="primary" ?disabled=${this.isBusy}>${sites.create}</button>
        <button type="button" @click=${this.stop}>${form.cancel}</button></div>
    </form>`;
  }

  readonly #add = async (event: SubmitEvent): Promise<void> => {
    event.preventDefault();
    const given = new FormData(event.target as HTMLFormElement);
    const name = String(given.get('name') ?? '').trim();
    const id = String(given.get('id') ?? '').trim();
    if (await this.#change(() => api.addSite({ id, name: name === '' ? null : name }))) this.isAdding = false;
  };

  #one(site: Site): TemplateResult {
    const { sites, role } = words().account;
    const { id, gateways } = site;
    const name = site.name ?? id;
    const isAlone = (this.items ?? []).length < 2;
    const facts = [...(site.name === null ? [] : [id]), sites.gateways(gateways), role.names[site.role]];
    const asked = this.asked?.id === id ? this.asked.what : null;
    return html`<li>
      <div>
        <h3>${name}</h3>
        <p class="small muted">${facts.join(' · ')}</p>
      </div>
      <div class="row">
        ${
          isAlone
            ? nothing
            : id === this.shown
              ? html`<span class="small muted">${sites.shown}</span>`
              : html`<button @click=${() => this.tell('jg-site', id)}>${sites.show}</button>`
        }
        ${site.role === 'admin' ? this.asks('rename', id, sites.rename, sites.renameOf(name)) : nothing}
        ${mayEverywhere('admin') && !isAlone ? this.asks('remove', id, sites.remove, sites.removeOf(name)) : nothing}
      </div>
      ${asked === null ? nothing : html`<div class="wide">${asked === 'rename' ? this.#rename(site) : this.#removal(site, name)}</div>`}
    </li>`;
  }

  #rename({ id, name }: Site): TemplateResult {
    const { frame, account } = words();
    return html`<form class="box" @submit=${(event: SubmitEvent) => void this.#setName(event, id)}>
      <div class="field"><label for="new-name">${frame.settings.siteName}</label>
        <input id="new-name" name="name" maxlength="64" autocomplete="off" .value=${name ?? ''} aria-describedby="name-help" />
        <p id="name-help" class="small muted">${frame.settings.siteHelp}</p></div>
      <div class="row"><button class="primary" ?disabled=${this.isBusy}>${frame.settings.save}</button>
        <button type="button" @click=${this.stop}>${account.form.cancel}</button></div>
    </form>`;
  }

  /** What somebody else set meanwhile, at the tree or the tariff, stays. */
  async #setName(event: SubmitEvent, id: string): Promise<void> {
    event.preventDefault();
    const name = String(new FormData(event.target as HTMLFormElement).get('name') ?? '').trim();
    await this.#change(async () => {
      const { version, meters, tariff } = await api.site(undefined, id);
      await api.setSite({ version, meters, tariff, name: name === '' ? null : name }, id);
    }, words().frame.settings.saved);
  }

  #removal({ id, gateways }: Site, name: string): TemplateResult {
    const { sites } = words().account;
    if (gateways > 0) return html`<p class="box">${sites.notEmpty}</p>`;
    return askBox({
      label: sites.removeOf(name),
      text: sites.removeAsk(name),
      yes: sites.removeYes,
      isOff: this.isBusy,
      onYes: () => void this.#change(() => api.removeSite(id), words().account.people.done),
      onNo: this.stop,
    });
  }

  #gateways(): TemplateResult {
    const { sites } = words().account;
    const all = this.items ?? [];
    return html`<section class="panel" aria-labelledby="move">
      <h2 id="move">${sites.move}</h2>
      <p class="small muted">${sites.moveHelp}</p>
      <ul class="items">${this.gateways.map(
        gateway => html`<li><h3>${gateway.id}</h3>
          <select aria-label=${sites.moveOf(gateway.id)} ?disabled=${this.isBusy} @change=${({
            target,
          }: Event) => {
            if (target instanceof HTMLSelectElement) void this.#move(gateway.id, target.value);
          }}>${all.map(({ id }) => html`<option value=${id} .selected=${id === gateway.site}>${siteName(all, id)}</option>`)}</select></li>`,
      )}</ul>
    </section>`;
  }

  async #move(gateway: string, site: string): Promise<void> {
    const said = words().account.sites.moved(gateway, siteName(this.items ?? [], site));
    await this.#change(() => api.moveGateway(gateway, site), said);
  }
}

customElements.define('jg-sites', JgSites);
