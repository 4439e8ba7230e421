import { css, html, nothing, type PropertyValues, type TemplateResult } from 'lit';
import type { AlarmRule, AlarmTried } from '../../host/api/contract.ts';
import { alarmsAddress, severities } from '../addresses/alarms-address.ts';
import { api } from '../api.ts';
import { errorText } from '../error-text.ts';
import { linkTo } from '../go-to.ts';
import { locale, words } from '../i18n/language.ts';
import { JgElement } from '../jg-element.ts';
import { choiceField } from '../parts/choice-field.ts';
import { FocusKeeper } from '../parts/focus-keeper.ts';
import '../parts/jg-notice.ts';
import { pageStyles } from '../parts/page-styles.ts';
import { setUpStyles } from '../set-up/set-up-styles.ts';
import { hostNow } from '../site/clock.ts';
import type { Site } from '../site/site.ts';
import { basics, controls } from '../styles.ts';
import { alarmStyles } from './alarm-styles.ts';
import { channelText, type KnownChannels } from './channel-names.ts';
import { conditionFieldsOf } from './condition-field.ts';
import { isConditionKind, isTriable, unitOfEvents } from './condition-kinds.ts';
import './jg-alarm-tried.ts';
import { kindsFor, kindsOffered } from './rule-choices.ts';
import {
  conditionOf,
  figureUnits,
  newFields,
  type RuleDraft,
  type RuleMistakes,
  ruleOf,
} from './rule-draft.ts';
import { channelChoice, scheduleFields } from './rule-extras.ts';
import { ruleWords } from './rule-words.ts';
import { targetFields } from './target-field.ts';

const weekMs = 7 * 86_400_000;
const none: RuleMistakes = new Map();

/** A rule that is made or changed: its form, the same in plain sentences, and how often it would have fired. */
export class JgAlarmRuleForm extends JgElement {
  static override properties = {
    rule: { attribute: false },
    initial: { attribute: false },
    site: { attribute: false },
    channels: { attribute: false },
    tick: { attribute: false },
    draft: { state: true },
    mistakes: { state: true },
    tried: { state: true },
    busy: { state: true },
    error: { state: true },
  };
  static override styles = [
    basics,
    controls,
    pageStyles,
    setUpStyles,
    alarmStyles,
    css`
      .fields.kind {
        grid-template-columns: minmax(0, 32rem);
      }
      .preview {
        padding: 0.875rem 1.125rem;
        border-left: 3px solid var(--jg-accent);
        border-radius: var(--jg-radius-small);
        background: var(--jg-accent-tint);
      }
      .checks {
        display: flex;
        flex-wrap: wrap;
        gap: 0 1.25rem;
      }
      .checks .check {
        font-weight: 400;
      }
      .with-unit select {
        min-width: 7.5rem;
      }
      summary {
        cursor: pointer;
        font-weight: 500;
        padding: 0.375rem 0;
      }
      details > .fields {
        margin-top: 0.75rem;
      }
      h2 {
        margin-bottom: 0.75rem;
      }
      .times {
        display: grid;
        grid-template-columns: repeat(2, minmax(0, 10rem));
        gap: 1rem;
      }
    `,
  ];

  /** The one that is changed; null: a new one. */
  declare rule: AlarmRule | null;
  declare initial: RuleDraft;
  declare site: Site;
  declare channels: KnownChannels;
  declare tick: number;
  declare draft: RuleDraft | null;
  declare mistakes: RuleMistakes;
  declare tried: AlarmTried | null;
  declare busy: 'try' | 'save' | null;
  declare error: unknown;
  #for: string | null = null;

  constructor() {
    super();
    this.rule = null;
    this.tick = 0;
    this.draft = null;
    this.mistakes = none;
    this.tried = null;
    this.busy = null;
    this.error = null;
    new FocusKeeper(this);
  }

  get isBusy(): boolean {
    return this.busy !== null;
  }

  protected override willUpdate(_changed: PropertyValues): void {
    // What is typed is not lost when the list is asked for anew.
    const id = this.rule?.id ?? '';
    if (id === this.#for) return;
    this.#for = id;
    this.draft = this.initial;
  }

  protected override firstUpdated(): void {
    this.renderRoot.querySelector('input')?.focus();
  }

  #change(part: Partial<RuleDraft>): void {
    if (this.draft === null) return;
    const draft = { ...this.draft, ...part };
    // What may be judged depends on what is watched.
    const kinds = kindsFor(draft.target.is);
    const kind = kinds.includes(draft.kind) ? draft.kind : (kinds[0] ?? draft.kind);
    this.draft =
      kind === draft.kind ? draft : { ...draft, kind, fields: newFields(kind, locale(), draft.fields) };
    this.tried = null;
    if (this.mistakes.size > 0) this.mistakes = ruleOf(this.draft, locale()).mistakes;
  }

  protected override render(): TemplateResult | typeof nothing {
    const { draft } = this;
    if (draft === null) return nothing;
    const { rules: text, severities: names, kinds } = words().alarms;
    return html`<form novalidate @submit=${this.#save}>
      <section class="panel stack">
        <div class="fields">
          <div class="field">
            <label for="name">${words().setUp.name}</label>
            <input id="name" .value=${draft.name} maxlength="64" required autocomplete="off"
              aria-invalid=${this.mistakes.has('name') ? 'true' : nothing} aria-describedby=${this.mistakes.has('name') ? 'name-wrong name-help' : 'name-help'}
              @input=${(event: Event) => this.#change({ name: (event.target as HTMLInputElement).value })} />
            <p class="small muted" id="name-help">${text.nameHelp}</p>
            ${this.#wrong('name')}
          </div>
          <div class="hinted">
            ${choiceField(
              'severity',
              text.severity,
              draft.severity,
              severities.map(each => [each, names[each] ?? each]),
              ({ value }) =>
                this.#change({ severity: severities.find(each => each === value) ?? draft.severity }),
            )}
            <p class="small muted">${text.severityHelp}</p>
          </div>
        </div>
      </section>
      <section class="panel" aria-labelledby="watch">
        <h2 id="watch">${text.watch}</h2>
        <div class="stack">
          <div class="fields">
            ${targetFields(draft.target, this.site, target => this.#change({ target }))}
          </div>
          ${this.#wrong('target')}
          <div class="fields kind">
            ${choiceField(
              'kind',
              text.kind,
              draft.kind,
              kindsOffered(draft.target.is, draft.kind).map(each => [each, kinds[each] ?? each]),
              ({ value }) => {
                if (isConditionKind(value))
                  this.#change({ kind: value, fields: newFields(value, locale(), draft.fields) });
              },
            )}
          </div>
          ${conditionFieldsOf(draft, this.site, this.mistakes, fields => this.#change({ fields }))}
        </div>
      </section>
      <section class="panel" aria-labelledby="tells">
        <h2 id="tells">${text.tells}</h2>
        ${channelChoice(draft.channels, this.channels, this.site, channels => this.#change({ channels }))}
        ${scheduleFields(draft, this.mistakes, part => this.#change(part))}
      </section>
      <div class="preview" aria-live="polite"><span class="visually-hidden">${text.preview}: </span>${this.#preview(draft)}</div>
      ${this.error === null && this.mistakes.size === 0 ? nothing : html`<jg-notice kind="bad" .text=${this.error === null ? words().setUp.notSaved : errorText(this.error)}></jg-notice>`}
      <div class="row">
        <button class="primary" ?disabled=${this.isBusy}>${this.busy === 'save' ? words().setUp.saving : words().setUp.save}</button>
        ${isTriable(draft.kind) ? html`<button type="button" ?disabled=${this.isBusy} @click=${this.#try}>${text.test}</button>` : nothing}
        ${linkTo(alarmsAddress('rules'), words().gatewayPages.pages.cancel, 'button')}
      </div>
      ${this.busy === 'try' ? html`<p class="small muted" role="status">${text.testing}</p>` : nothing}
      ${this.tried === null ? nothing : html`<jg-alarm-tried .tried=${this.tried} .unit=${unitOfEvents({ ...draft.fields, kind: draft.kind }, figureUnits)} .site=${this.site}></jg-alarm-tried>`}
    </form>`;
  }

  #wrong(name: string): TemplateResult | typeof nothing {
    const mistake = this.mistakes.get(name);
    if (mistake === undefined) return nothing;
    return html`<p class="wrong" id=${`${name}-wrong`}>${words().alarms.rules.wrong[mistake.is](mistake.figure)}</p>`;
  }

  #preview(draft: RuleDraft): string {
    const { condition } = conditionOf(draft, locale());
    const reminderHours = ruleOf(draft, locale()).rule as { reminderHours?: number | null };
    return ruleWords(
      {
        condition,
        target: draft.target,
        channels: draft.channels.map(id => channelText(this.channels, id)),
        schedule: draft.schedule,
        reminderHours: reminderHours.reminderHours ?? null,
      },
      this.site,
    );
  }

  readonly #save = (event: SubmitEvent): void => {
    event.preventDefault();
    void this.#work('save', async rule => {
      if (this.rule === null) await api.addAlarmRule(rule);
      else await api.changeAlarmRule(this.rule.id, rule);
      this.tell('jg-rules');
      this.tell('jg-address', alarmsAddress('rules'));
    });
  };

  readonly #try = (): void => {
    void this.#work('try', async rule => {
      this.tried = null;
      const nowMs = Math.round(hostNow());
      this.tried = await api.tryAlarmRule(rule, nowMs - weekMs, nowMs);
    });
  };

  async #work(
    busy: 'try' | 'save',
    work: (rule: ReturnType<typeof ruleOf>['rule']) => Promise<void>,
  ): Promise<void> {
    if (this.isBusy || this.draft === null) return;
    const { rule, mistakes } = ruleOf(this.draft, locale());
    // To be tried it needs no name.
    this.mistakes = busy === 'try' ? new Map([...mistakes].filter(([name]) => name !== 'name')) : mistakes;
    this.error = null;
    if (this.mistakes.size === 0) {
      this.busy = busy;
      try {
        await work(rule);
      } catch (error) {
        this.error = error;
      }
      this.busy = null;
    }
    await this.updateComplete;
    if (this.mistakes.size > 0) this.renderRoot.querySelector<HTMLElement>('[aria-invalid="true"]')?.focus();
  }
}

customElements.define('jg-alarm-rule-form', JgAlarmRuleForm);
