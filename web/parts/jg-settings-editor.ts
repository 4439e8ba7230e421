import { html, nothing, type PropertyValues, type TemplateResult } from 'lit';
import type {
  AlarmSettings,
  LineSettings,
  MeterSettings,
  Profile,
  SettingsState,
} from '../../host/api/contract.ts';
import { type FoundMeter, gatewayAddress } from '../address.ts';
import { api, RequestError } from '../api.ts';
import { errorText } from '../error-text.ts';
import { quantityName, words } from '../i18n/language.ts';
import { JgElement } from '../jg-element.ts';
import { keepDraft, keptDraft } from '../kept-drafts.ts';
import { knownProfiles } from '../known-profiles.ts';
import { ownProfiles } from '../own-profiles.ts';
import { doubtfulQuantities, profileName } from '../profile-names.ts';
import {
  type Draft,
  differences,
  draftOf,
  freeId,
  toldDifferences,
  withField,
  withFound,
} from '../settings-draft.ts';
import { basics, controls } from '../styles.ts';
import { icon } from './icons.ts';
import './jg-notice.ts';
import './jg-settings-difference.ts';
import { pageStyles } from './page-styles.ts';
import { settingsStyles } from './settings-styles.ts';

type Mistakes = ReadonlyMap<string, string>;

interface Field {
  readonly name: string;
  readonly label: string;
  readonly value: string | number | undefined;
  /** A choice of these, a text, a whole number, or any. */
  readonly of: 'text' | 'number' | 'decimal' | readonly (readonly [value: string, text: string])[];
  readonly placeholder?: string;
  /** What a person has to know of what is chosen. */
  readonly hint?: TemplateResult | typeof nothing;
}

type List = 'lines' | 'meters' | 'alarms';

const bauds = [1200, 2400, 4800, 9600, 19_200, 38_400, 57_600, 115_200];

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
          <ul class="items lines">${lines.map((line, index) => this.#line(line, index, mistakes))}</ul>
        </section>
        <section aria-labelledby="meters">
          <div class="head">
            <h2 id="meters">${setup.meters}</h2>
            <button type="button" ?disabled=${lines.length === 0} @click=${this.#addMeter}>${icon('plus', 18)}${setup.addMeter}</button>
          </div>
          ${lines.length === 0 ? html`<p class="muted">${setup.noLine}</p>` : nothing}
          <ul class="items meters">${meters.map((meter, index) => this.#meter(meter, index, mistakes))}</ul>
        </section>
        <section aria-labelledby="alarms">
          <div class="head">
            <h2 id="alarms">${life.rules}</h2>
            <button type="button" ?disabled=${meters.length === 0} @click=${this.#addAlarm}>${icon('plus', 18)}${life.addRule}</button>
          </div>
          <p class="muted small">${meters.length === 0 ? life.noMeter : life.rulesHelp}</p>
          <ul class="items alarms">${alarms.map((alarm, index) => this.#alarm(alarm, index, mistakes))}</ul>
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
    const isShown =
      /^(lines|meters|alarms)\[\d+\]\.(id|kind|port|baud|parity|stopBits|name|profile|line|address|windowS|sampleMs|meter|quantity|operator|threshold|hysteresis|delayS|output|publish)$/;
    const others = [...mistakes].filter(([field]) => !isShown.test(field));
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

  #line(line: LineSettings, index: number, mistakes: Mistakes): TemplateResult {
    const { setup, pages } = words().gatewayPages;
    const isSerial = line.kind !== 'i2c';
    const fields: Field[] = [
      { name: 'id', label: setup.id, value: line.id, of: 'text', placeholder: setup.idHelp },
      { name: 'kind', label: setup.kind, value: line.kind, of: Object.entries(pages.kindNames) },
      { name: 'port', label: setup.port, value: line.port, of: 'text', placeholder: 'uart1' },
    ];
    if (isSerial) {
      const { baud = 9600, parity = 'none', stopBits = 1 } = line;
      fields.push(
        { name: 'baud', label: setup.baud, value: baud, of: numbers([...bauds, baud]) },
        { name: 'parity', label: setup.parity, value: parity, of: Object.entries(pages.parities) },
        { name: 'stopBits', label: setup.stopBits, value: stopBits, of: numbers([1, 2]) },
      );
    }
    return this.#item('lines', index, line.id, setup.removeLine(line.id), fields, mistakes);
  }

  #meter(meter: MeterSettings, index: number, mistakes: Mistakes): TemplateResult {
    const { setup } = words().gatewayPages;
    const lines = this.#shown.lines.map(({ id }) => [id, id] as const);
    const hasAddress = this.#shown.lines.find(({ id }) => id === meter.line)?.kind !== 'ir';
    const fields: Field[] = [
      { name: 'id', label: setup.id, value: meter.id, of: 'text', placeholder: setup.idHelp },
      { name: 'name', label: setup.name, value: meter.name, of: 'text' },
      {
        name: 'profile',
        label: setup.profile,
        value: meter.profile,
        of: this.#profileChoices(meter),
        hint: this.#profileHint(meter),
      },
      { name: 'line', label: setup.line, value: meter.line, of: withOwn(lines, meter.line) },
      ...(hasAddress
        ? [{ name: 'address', label: setup.address, value: meter.address, of: 'number' } as const]
        : []),
      { name: 'windowS', label: setup.windowS, value: meter.windowS, of: 'number', placeholder: '10' },
      { name: 'sampleMs', label: setup.sampleMs, value: meter.sampleMs, of: 'number', placeholder: '1000' },
    ];
    return this.#item('meters', index, meter.id, setup.removeMeter(meter.id), fields, mistakes);
  }

  #alarm(alarm: AlarmSettings, index: number, mistakes: Mistakes): TemplateResult {
    const { life, gatewayPages } = words();
    const { meters } = this.#shown;
    const meter = meters.find(({ id }) => id === alarm.meter);
    const quantities = meter === undefined ? [] : this.#quantitiesOf(meter);
    const names = (of: readonly string[]) => of.map(one => [one, quantityName(one)] as const);
    const outputs = [['', life.noOutput] as const, ...this.outputs.map(one => [one, one] as const)];
    const { output = '', publish = true } = alarm;
    const fields: Field[] = [
      { name: 'id', label: gatewayPages.setup.id, value: alarm.id, of: 'text' },
      {
        name: 'meter',
        label: gatewayPages.doctor.meter,
        value: alarm.meter,
        of: withOwn(
          meters.map(({ id, name }) => [id, name] as const),
          alarm.meter,
        ),
      },
      {
        name: 'quantity',
        label: life.quantity,
        value: alarm.quantity,
        of: withOwn(names(quantities), alarm.quantity),
      },
      { name: 'operator', label: life.operator, value: alarm.operator, of: Object.entries(life.operators) },
      { name: 'threshold', label: life.threshold, value: alarm.threshold, of: 'decimal' },
      {
        name: 'hysteresis',
        label: life.hysteresis,
        value: alarm.hysteresis,
        of: 'decimal',
        placeholder: '0',
      },
      { name: 'delayS', label: life.delayS, value: alarm.delayS, of: 'number', placeholder: '0' },
      { name: 'output', label: life.output, value: output, of: withOwn(outputs, output) },
      {
        name: 'publish',
        label: life.publish,
        value: String(publish),
        of: [
          ['true', life.yes],
          ['false', life.no],
        ],
      },
    ];
    return this.#item('alarms', index, alarm.id, life.removeRule(alarm.id), fields, mistakes);
  }

  /** What a meter gives, as far as its profile is known. */
  #quantitiesOf({ profile: id }: MeterSettings): readonly string[] {
    const own = (this.settings.desired ?? this.settings.running)?.profiles?.find(one => one.id === id);
    if (own !== undefined) return own.registers.map(({ quantity }) => quantity);
    return this.profiles.find(one => one.id === id)?.quantities ?? [];
  }

  /** The profiles that speak on the meter's line. */
  #profileChoices({ profile, line }: MeterSettings): readonly (readonly [string, string])[] {
    const kind = this.#shown.lines.find(({ id }) => id === line)?.kind;
    const isFit = (of: string) =>
      kind === undefined ||
      (kind === 'rs485'
        ? of === 'modbus'
        : kind === 'i2c'
          ? of === 'ina219'
          : of !== 'modbus' && of !== 'ina219');
    const own = kind === 'rs485' ? ownProfiles(this.settings.desired ?? this.settings.running) : [];
    const choices = [
      ...own.map(({ id }) => [id, id] as const),
      ...this.profiles.filter(one => isFit(one.kind)).map(one => [one.id, profileName(one)] as const),
    ];
    return withOwn(choices, profile);
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
    list: List,
    index: number,
    id: string,
    removeText: string,
    fields: readonly Field[],
    mistakes: Mistakes,
  ): TemplateResult {
    return html`<li class="panel item">
      <fieldset>
        <legend><code>${id}</code></legend>
        ${fields.map(field => this.#field(list, index, field, mistakes.get(`${list}[${index}].${field.name}`)))}
      </fieldset>
      <button type="button" class="quiet remove" aria-label=${removeText} title=${removeText} @click=${() => this.#remove(list, index)}>${icon('remove', 20)}</button>
    </li>`;
  }

  #field(list: List, index: number, field: Field, mistake: string | undefined): TemplateResult {
    const { name, label, value, of, placeholder = '', hint = nothing } = field;
    const id = `${list}-${index}-${name}`;
    const isInvalid = mistake === undefined ? nothing : 'true';
    const isTold = mistake !== undefined || hint !== nothing;
    const about = isTold ? `${id}-about` : nothing;
    const set = (event: Event) => {
      const { value: text } = event.target as HTMLInputElement;
      const isDecimal = of === 'decimal' && /^-?\d+([.,]\d+)?$/.test(text);
      const isNumber = (of === 'number' || typeof value === 'number') && /^\d+$/.test(text);
      // What is no number stays as it was written, and is refused by name.
      this.#set(
        list,
        index,
        name,
        isDecimal ? Number(text.replace(',', '.')) : isNumber ? Number(text) : text,
      );
    };
    const input =
      typeof of === 'string'
        ? html`<input id=${id} .value=${String(value ?? '')} inputmode=${of === 'number' ? 'numeric' : of === 'decimal' ? 'decimal' : 'text'} placeholder=${placeholder} autocomplete="off" autocapitalize="none" spellcheck="false" aria-invalid=${isInvalid} aria-describedby=${about} @input=${set} />`
        : html`<select id=${id} aria-invalid=${isInvalid} aria-describedby=${about} @change=${set}>
            ${of.map(([one, text]) => html`<option value=${one} ?selected=${one === String(value ?? '')}>${text}</option>`)}
          </select>`;
    return html`<div class="field ${name}">
      <label for=${id}>${label}</label>
      ${input}
      ${isTold ? html`<div id=${`${id}-about`}>${mistake === undefined ? nothing : html`<p class="bad">${mistake}</p>`}${hint === nothing ? nothing : html`<p class="muted">${hint}</p>`}</div>` : nothing}
    </div>`;
  }

  #set(list: List, index: number, name: string, value: string | number): void {
    const { lines, meters, alarms } = this.#shown;
    // A choice of yes and no.
    const set = name === 'publish' ? value === 'true' : value;
    const change = <T extends object>(of: List, items: readonly T[]) =>
      of === list ? items.map((item, at) => (at === index ? withField(item, name, set) : item)) : items;
    this.draft = {
      lines: change('lines', lines),
      meters: change('meters', meters),
      alarms: change('alarms', alarms),
    };
  }

  #remove(list: List, index: number): void {
    const { lines, meters, alarms } = this.#shown;
    const rest = <T>(of: List, items: readonly T[]) =>
      of === list ? items.filter((_, at) => at !== index) : items;
    this.draft = {
      lines: rest('lines', lines),
      meters: rest('meters', meters),
      alarms: rest('alarms', alarms),
    };
    this.error = null;
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
    const kind = line.kind === 'rs485' ? 'modbus' : line.kind === 'i2c' ? 'ina219' : 'head';
    const profile = this.profiles.find(one => one.kind === kind)?.id ?? '';
    const meter = { id: freeId('meter', meters), name: newMeter, profile, line: line.id };
    this.draft = { lines, meters: [...meters, meter], alarms };
    void this.updateComplete.then(() => this.#show('.meters .name input'));
  }

  #addAlarm(): void {
    const { lines, meters, alarms } = this.#shown;
    const [meter] = meters;
    if (meter === undefined) return;
    const quantity = this.#quantitiesOf(meter)[0] ?? 'powerW';
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
    const { lines, meters, alarms } = this.#shown;
    const profiles = ownProfiles(this.settings.desired ?? this.settings.running);
    try {
      this.settings = await api.setSettings(this.gateway, {
        lines: [...lines],
        meters: [...meters],
        ...(profiles.length > 0 && { profiles: [...profiles] }),
        ...(alarms.length > 0 && { alarms: [...alarms] }),
      });
      this.draft = null;
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

const numbers = (of: readonly number[]): readonly (readonly [string, string])[] =>
  [...new Set(of)].sort((a, b) => a - b).map(value => [String(value), String(value)]);

/** The choices, and what is chosen where it is none of them. */
const withOwn = (
  choices: readonly (readonly [string, string])[],
  chosen: string,
): readonly (readonly [string, string])[] =>
  choices.some(([value]) => value === chosen)
    ? choices
    : [[chosen, chosen === '' ? '–' : chosen], ...choices];

customElements.define('jg-settings-editor', JgSettingsEditor);
