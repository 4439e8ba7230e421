import { html, nothing, type PropertyValues, type TemplateResult } from 'lit';
import type { AlarmSettings, MeterSettings, Profile, SettingsState } from '../../host/api/contract.ts';
import { type FoundMeter, gatewayAddress } from '../address.ts';
import { api } from '../api.ts';
import { errorText } from '../error-text.ts';
import { quantityName, words } from '../i18n/language.ts';
import { JgElement } from '../jg-element.ts';
import { icon } from '../parts/icons.ts';
import { RequestError } from '../request-error.ts';
import { basics, controls } from '../styles.ts';
import { keepDraft, keptDraft } from './kept-drafts.ts';
import { knownProfiles } from './known-profiles.ts';
import { ownProfiles } from './own-profiles.ts';
import { doubtfulQuantities } from './profile-names.ts';
import {
  type Draft,
  differences,
  draftOf,
  freeId,
  toldDifferences,
  withFound,
  withoutItem,
  withValue,
} from './settings-draft.ts';
import { isShownField, type SettingsField, typedValue } from './settings-field.ts';
import {
  alarmFields,
  lineFields,
  meterFields,
  profileKindOf,
  quantitiesOf,
  type SettingsKnowledge,
} from './settings-fields.ts';
import '../parts/jg-notice.ts';
import './jg-settings-difference.ts';
import { pageStyles } from '../parts/page-styles.ts';
import { settingsItem } from './settings-item.ts';
import { settingsStyles } from './settings-styles.ts';

type Mistakes = ReadonlyMap<string, string>;

/** Lines and meters of a gateway, to be changed and sent; mistakes stand at their field. */
export class JgSettingsEditor extends JgElement {
  static override properties = {
    gateway: { attribute: false },
    settings: { attribute: false },
    line: { attribute: false },
    found: { attribute: false },
    outputs: { attribute: false },
    draft: { state: true },
    profiles: { state: true },
    isSaving: { state: true },
    error: { state: true },
  };
  static override styles = [basics, controls, pageStyles, settingsStyles];

  declare gateway: string;
  declare settings: SettingsState;
  /** A line to which a meter is to be added, and that meter. */
  declare line: string | null;
  declare found: FoundMeter | null;
  /** Of the gateway's board, that alarm rules may switch. */
  declare outputs: readonly string[];
  declare draft: Draft | null;
  declare profiles: readonly Profile[];
  declare isSaving: boolean;
  declare error: unknown;
  /** What of a scan is in the draft already. */
  #takenFound: string | null = null;

  constructor() {
    super();
    this.line = null;
    this.found = null;
    this.outputs = [];
    this.draft = null;
    this.profiles = [];
    this.isSaving = false;
    this.error = null;
  }

  override connectedCallback(): void {
    super.connectedCallback();
    void this.#loadProfiles();
  }

  async #loadProfiles(): Promise<void> {
    try {
      this.profiles = await knownProfiles();
    } catch (error) {
      this.error = error;
    }
  }

  /** What is shown where nothing is changed: what was last asked for. */
  get #base(): Draft {
    return draftOf(this.settings.desired ?? this.settings.running);
  }

  get #shown(): Draft {
    return this.draft ?? this.#base;
  }

  get #knowledge(): SettingsKnowledge {
    const { profiles, outputs, settings } = this;
    return { draft: this.#shown, profiles, outputs, settings: settings.desired ?? settings.running };
  }

  protected override willUpdate(changed: PropertyValues): void {
    if (changed.has('gateway')) {
      const { draft, found } = keptDraft(this.gateway);
      this.draft = draft;
      this.#takenFound = found;
    }
    const { found, line } = this;
    const key = JSON.stringify([line, found]);
    if (found === null || line === null || key === this.#takenFound) return;
    this.#takenFound = key;
    this.draft = withFound(this.#shown, line, found, words().gatewayPages.setup.newMeter);
  }

  protected override updated(changed: PropertyValues): void {
    if (changed.has('draft')) keepDraft(this.gateway, { draft: this.draft, found: this.#takenFound });
    if (changed.has('found') && this.found !== null && this.draft !== null) this.#show('.meters .name input');
  }

  get #mistakes(): Mistakes {
    const { error, settings } = this;
    const own = error instanceof RequestError ? (error.details?.mistakes ?? []) : [];
    const all = own.length > 0 || this.draft !== null ? own : settings.refused;
    return new Map(all.map(({ field, message }) => [field, message]));
  }

  protected override render(): TemplateResult {
    const { setup } = words().gatewayPages;
    const { lines, meters, alarms } = this.#shown;
    const { life } = words();
    const mistakes = this.#mistakes;
    const isFound = this.found !== null && this.draft !== null;
    return html`<p class="muted">${setup.intro}</p>
      ${this.#state()}
      ${isFound ? html`<p class="hint">${setup.addFound}</p>` : nothing}
      <form novalidate @submit=${this.#save}>
        <section aria-labelledby="lines">
          <div class="head">
            <h2 id="lines">${setup.lines}</h2>
            <button type="button" @click=${this.#addLine}>${icon('plus', 18)}${setup.addLine}</button>
          </div>
          <ul class="items lines">${lines.map((line, index) => this.#item('lines', index, line.id, setup.removeLine(line.id), lineFields(line), mistakes))}</ul>
        </section>
        <section aria-labelledby="meters">
          <div class="head">
            <h2 id="meters">${setup.meters}</h2>
            <button type="button" ?disabled=${lines.length === 0} @click=${this.#addMeter}>${icon('plus', 18)}${setup.addMeter}</button>
          </div>
          ${lines.length === 0 ? html`<p class="muted">${setup.noLine}</p>` : nothing}
          <ul class="items meters">${meters.map((meter, index) => this.#item('meters', index, meter.id, setup.removeMeter(meter.id), meterFields(meter, this.#knowledge), mistakes, this.#profileHint(meter)))}</ul>
        </section>
        <section aria-labelledby="alarms">
          <div class="head">
            <h2 id="alarms">${life.rules}</h2>
            <button type="button" ?disabled=${meters.length === 0} @click=${this.#addAlarm}>${icon('plus', 18)}${life.addRule}</button>
          </div>
          <p class="muted small">${meters.length === 0 ? life.noMeter : life.rulesHelp}</p>
          <ul class="items alarms">${alarms.map((alarm, index) => this.#item('alarms', index, alarm.id, life.removeRule(alarm.id), alarmFields(alarm, this.#knowledge), mistakes))}</ul>
        </section>
        ${this.#elsewhere(mistakes)} ${this.#actions()}
      </form>`;
  }

  #state(): TemplateResult {
    const { setup } = words().gatewayPages;
    const { desired, running, refused } = this.settings;
    if (desired === null || desired.version === running?.version) {
      return running === null
        ? html``
        : html`<p class="small muted" role="status">${setup.taken(String(running.version))}</p>`;
    }
    const version = String(desired.version);
    const isRefused = refused.length > 0;
    return html`<jg-notice kind=${isRefused ? 'bad' : 'warn'} .text=${isRefused ? setup.refused(version) : setup.waits(version)}></jg-notice>
      <jg-settings-difference .differences=${toldDifferences(this.settings.differences)} .mistakes=${refused}></jg-settings-difference>`;
  }

  #actions(): TemplateResult {
    const { setup } = words().gatewayPages;
    const count = this.draft === null ? 0 : differences(this.draft, this.#base).length;
    return html`<div class="actions ${this.draft === null ? '' : 'open'}">
      <button class="primary" ?disabled=${this.draft === null || this.isSaving}>${this.isSaving ? setup.saving : setup.save}</button>
      <button type="button" ?disabled=${this.draft === null} @click=${this.#reset}>${setup.reset}</button>
      <span class="small muted">${count === 0 ? setup.unchanged : setup.changed(count)}</span>
    </div>`;
  }

  /** Mistakes that are about no field that is shown. */
  #elsewhere(mistakes: Mistakes): TemplateResult | typeof nothing {
    const { setup } = words().gatewayPages;
    const others = [...mistakes].filter(([field]) => !isShownField(field));
    if (mistakes.size === 0) {
      return this.error === null
        ? nothing
        : html`<jg-notice kind="bad" .text=${errorText(this.error)}></jg-notice>`;
    }
    if (others.length === 0) return nothing;
    return html`<div class="others" role="alert">
      <strong>${setup.mistakesElsewhere}</strong>
      <ul>
        ${others.map(([field, message]) => html`<li><code>${field}</code> ${message}</li>`)}
      </ul>
    </div>`;
  }

  #profileHint({ profile: id }: MeterSettings): TemplateResult | typeof nothing {
    const profile = this.profiles.find(one => one.id === id);
    const doubtful = profile === undefined ? [] : doubtfulQuantities(profile);
    if (profile === undefined || (profile.note === null && doubtful.length === 0)) return nothing;
    const { setup } = words().gatewayPages;
    return html`${profile.note === null ? nothing : html`<span lang="en">${profile.note}</span>`}
    ${doubtful.length === 0 ? nothing : html`<span class="warn">${setup.doubtful(doubtful.map(quantityName).join(', '))}</span>`}`;
  }

  #item(
    list: keyof Draft,
    index: number,
    id: string,
    removeText: string,
    fields: readonly SettingsField[],
    mistakes: Mistakes,
    hint: TemplateResult | typeof nothing = nothing,
  ): TemplateResult {
    return settingsItem({
      ...{ path: `${list}[${index}]`, id, removeText, fields, hint, mistakes },
      onSet: (field, text) => {
        this.draft = withValue(this.#shown, list, index, field.name, typedValue(field, text));
      },
      onRemove: () => {
        this.draft = withoutItem(this.#shown, list, index);
        this.error = null;
      },
    });
  }

  #addLine(): void {
    const { lines, ...rest } = this.#shown;
    this.draft = { ...rest, lines: [...lines, { id: freeId('line', lines), kind: 'rs485', port: '' }] };
    void this.updateComplete.then(() => this.#show('.lines .port input'));
  }

  #addMeter(): void {
    const { lines, meters, alarms } = this.#shown;
    const [line] = lines;
    if (line === undefined) return;
    const { newMeter } = words().gatewayPages.setup;
    const profile = this.profiles.find(one => one.kind === profileKindOf(line.kind))?.id ?? '';
    const meter = { id: freeId('meter', meters), name: newMeter, profile, line: line.id };
    this.draft = { lines, meters: [...meters, meter], alarms };
    void this.updateComplete.then(() => this.#show('.meters .name input'));
  }

  #addAlarm(): void {
    const { lines, meters, alarms } = this.#shown;
    const [meter] = meters;
    if (meter === undefined) return;
    const quantity = quantitiesOf(meter, this.#knowledge)[0] ?? 'powerW';
    const id = freeId('alarm', alarms);
    const alarm: AlarmSettings = { id, meter: meter.id, quantity, operator: '>', threshold: 0 };
    this.draft = { lines, meters, alarms: [...alarms, alarm] };
    void this.updateComplete.then(() => this.#show('.alarms .threshold input'));
  }

  #reset(): void {
    this.draft = null;
    this.error = null;
  }

  async #save(event: SubmitEvent): Promise<void> {
    event.preventDefault();
    if (this.isSaving) return;
    this.isSaving = true;
    this.error = null;
    const { draft } = this;
    const { lines, meters, alarms } = this.#shown;
    const profiles = ownProfiles(this.settings.desired ?? this.settings.running);
    try {
      this.settings = await api.setSettings(this.gateway, {
        lines: [...lines],
        meters: [...meters],
        ...(profiles.length > 0 && { profiles: [...profiles] }),
        ...(alarms.length > 0 && { alarms: [...alarms] }),
      });
      // What was changed meanwhile is still to be saved.
      if (this.draft === draft) this.draft = null;
      this.tell('jg-settings');
      // What was found is there now; the address shall not add it again.
      if (this.found !== null) this.tell('jg-address', gatewayAddress(this.gateway, 'settings'));
    } catch (error) {
      this.error = error;
    }
    this.isSaving = false;
    await this.updateComplete;
    this.#show('[aria-invalid="true"]');
  }

  /** Brings the last field of this kind to where it is seen, and the keyboard to it. */
  #show(selector: string): void {
    const field = [...this.renderRoot.querySelectorAll<HTMLElement>(selector)].at(-1);
    field?.scrollIntoView({ block: 'center' });
    field?.focus({ preventScroll: true });
  }
}

customElements.define('jg-settings-editor', JgSettingsEditor);
