import { html, nothing, type TemplateResult } from 'lit';
import type { MadeMqttClient, MqttClient, Site } from '../../host/api/contract.ts';
import { api } from '../api.ts';
import { formatTime } from '../format.ts';
import { locale, words } from '../i18n/language.ts';
import { askBox } from '../parts/ask-box.ts';
import { icon } from '../parts/icons.ts';
import '../parts/jg-state.ts';
import { basics, controls } from '../styles.ts';
import { howToConnect, howToConnectStyles } from './how-to-connect.ts';
import './jg-once.ts';
import { ListPart } from './list-part.ts';
import { listStyles } from './list-styles.ts';
import { firstSites, siteName, sitesField } from './site-fields.ts';

/** Programs that log in at the host's broker with a password of their own. */
export class JgPrograms extends ListPart<MqttClient> {
  static override properties = {
    ...ListPart.properties,
    sites: { attribute: false },
    chosen: { state: true },
    made: { state: true },
  };
  static override styles = [basics, controls, listStyles, howToConnectStyles];

  declare sites: readonly Site[];
  /** Ids of the sites whose gateways it hears. */
  declare chosen: readonly string[];
  declare made: MadeMqttClient | null;

  constructor() {
    super();
    this.sites = [];
    this.chosen = [];
    this.made = null;
    this.addEventListener('jg-seen', () => {
      this.made = null;
    });
  }

  protected ask(): Promise<readonly MqttClient[]> {
    return api.mqttClients();
  }

  protected override render(): TemplateResult {
    const { programs, parts } = words().account;
    return html`<p class="muted intro">${programs.intro}</p>
      ${this.told()}
      ${this.made === null ? nothing : html`<jg-once .label=${programs.created(this.made.id)} .secrets=${[this.made.password]}>${howToConnect(this.made)}</jg-once>`}
      ${this.isAdding ? this.#form() : html`<div class="row"><button class="primary" @click=${this.#begin}>${icon('plus')}${programs.add}</button></div>`}
      <section class="panel" aria-labelledby="list"><h2 id="list" class="visually-hidden">${parts.programs}</h2>${this.list(programs.empty, one => this.#one(one))}</section>`;
  }

  readonly #begin = (): void => {
    this.asked = null;
    this.made = null;
    this.chosen = firstSites(this.sites, 'admin');
    this.isAdding = true;
  };

  #form(): TemplateResult {
    const { programs, form } = words().account;
    const lacking = this.chosen.length === 0 ? form.atLeastOneSite : '';
    return html`<form class="panel" aria-label=${programs.add} @submit=${this.#add}>
      <div class="fields"><div class="field"><label for="id">${programs.id}</label>
        <input id="id" name="id" required maxlength="64" pattern="[a-z0-9][a-z0-9_\\-]*" autocomplete="off" autocapitalize="none" spellcheck="false" aria-describedby="id-help" />
        <p id="id-help" class="small muted">${programs.idHelp}</p></div></div>
      <label class="check"><input type="checkbox" name="mayWrite" />${programs.mayWrite}</label>
      ${sitesField(this.sites, 'admin', this.chosen, chosen => {
        this.chosen = chosen;
      })}
      <p class="small muted" role="status" ?hidden=${lacking === ''}>${lacking}</p>
      <div class="row"><button class="primary" ?disabled=${this.isBusy || lacking !== ''}>${programs.create}</button>
        <button type="button" @click=${this.stop}>${form.cancel}</button></div>
    </form>`;
  }

  readonly #add = async (event: SubmitEvent): Promise<void> => {
    event.preventDefault();
    const given = new FormData(event.target as HTMLFormElement);
    const client = {
      id: String(given.get('id') ?? '').trim(),
      sites: [...this.chosen],
      mayWrite: given.get('mayWrite') !== null,
    };
    await this.work(async () => {
      this.made = await api.addMqttClient(client);
      this.isAdding = false;
    });
  };

  #one(client: MqttClient): TemplateResult {
    const { programs, when } = words().account;
    const { id, online, mayWrite, createdMs } = client;
    const facts = [
      mayWrite ? programs.writes : programs.reads,
      ...(this.sites.length > 1 ? [client.sites.map(site => siteName(this.sites, site)).join(', ')] : []),
      when.made(formatTime(createdMs, 'dayTimeYear', locale())),
    ];
    return html`<li>
      <div>
        <h3>${id}</h3>
        <p class="small muted">${facts.join(' · ')}</p>
        <jg-state .tone=${online ? 'well' : 'idle'} .text=${online ? programs.online : programs.offline}></jg-state>
      </div>
      <div class="row">${this.asks('renew', id, programs.renew, programs.renewOf(id))}${this.asks('remove', id, programs.remove, programs.removeOf(id))}</div>
      ${this.asked?.id === id ? html`<div class="wide">${this.#question(id, this.asked.what === 'renew')}</div>` : nothing}
    </li>`;
  }

  #question(id: string, isRenewal: boolean): TemplateResult {
    const { programs } = words().account;
    const renew = async () => {
      this.made = await api.renewMqttClient(id);
    };
    return askBox({
      label: isRenewal ? programs.renewOf(id) : programs.removeOf(id),
      text: isRenewal ? programs.renewAsk(id) : programs.removeAsk(id),
      yes: isRenewal ? programs.renewYes : programs.removeYes,
      isOff: this.isBusy,
      onYes: () =>
        void (isRenewal
          ? this.work(renew)
          : this.work(() => api.removeMqttClient(id), words().account.people.done)),
      onNo: this.stop,
    });
  }
}

customElements.define('jg-programs', JgPrograms);
