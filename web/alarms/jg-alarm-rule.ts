import { html, nothing, type TemplateResult } from 'lit';
import type { AlarmRule, AlarmTried, NewAlarmRule } from '../../host/api/contract.ts';
import { mayHere } from '../access.ts';
import { alarmsAddress } from '../addresses/alarms-address.ts';
import { api } from '../api.ts';
import { errorText } from '../error-text.ts';
import { formatTime } from '../format.ts';
import { linkTo } from '../go-to.ts';
import { locale, words } from '../i18n/language.ts';
import { JgElement } from '../jg-element.ts';
import { askBox } from '../parts/ask-box.ts';
import { FocusKeeper } from '../parts/focus-keeper.ts';
import '../parts/jg-notice.ts';
import '../parts/jg-state.ts';
import { pageStyles } from '../parts/page-styles.ts';
import { Work } from '../parts/work.ts';
import { hostNow } from '../site/clock.ts';
import type { Site } from '../site/site.ts';
import { basics, controls } from '../styles.ts';
import { alarmStyles } from './alarm-styles.ts';
import { channelText, type KnownChannels } from './channel-names.ts';
import { isTriable, unitOfEvents } from './condition-kinds.ts';
import { severityTones } from './event-words.ts';
import './jg-alarm-tried.ts';
import { extrasOf, figureUnits, targetDraftOf } from './rule-draft.ts';
import { ruleWords } from './rule-words.ts';

const weekMs = 7 * 86_400_000;
const snoozes = ['1', '8', '24', '168'] as const;

/** A rule in plain words, and what can be done with it. Tells `jg-rules` when it was changed. */
export class JgAlarmRule extends JgElement {
  static override properties = {
    rule: { attribute: false },
    site: { attribute: false },
    channels: { attribute: false },
    asked: { state: true },
    tried: { state: true },
    isTrying: { state: true },
  };
  static override styles = [basics, controls, pageStyles, alarmStyles];

  declare rule: AlarmRule;
  declare site: Site;
  declare channels: KnownChannels;
  declare asked: 'remove' | 'snooze' | null;
  declare tried: AlarmTried | null;
  declare isTrying: boolean;
  readonly #work = new Work(this);

  constructor() {
    super();
    this.asked = null;
    this.tried = null;
    this.isTrying = false;
    new FocusKeeper(this, () => this.renderRoot.querySelector('button'));
  }

  get isBusy(): boolean {
    return this.#work.isBusy;
  }

  get #isSnoozed(): boolean {
    return (this.rule.snoozedUntilMs ?? 0) > hostNow();
  }

  protected override render(): TemplateResult {
    const { rules: text, severities } = words().alarms;
    const { name, isOn, severity, snoozedUntilMs, isLeavingOut } = this.rule;
    return html`<article class="panel" aria-labelledby="name">
      <div class="top">
        <h2 id="name">${name}</h2>
        <jg-state .tone=${isOn ? (severityTones[severity] ?? 'idle') : 'idle'} .text=${severities[severity] ?? severity}></jg-state>
        ${isOn ? nothing : html`<jg-state tone="idle" .text=${text.isOff}></jg-state>`}
      </div>
      <p class="sentence">${this.#sentence()}</p>
      ${this.#isSnoozed ? html`<p class="small warn">${text.snoozedUntil(formatTime(snoozedUntilMs ?? 0, 'dayTime', locale(), this.site.settings?.zone))}</p>` : nothing}
      ${isLeavingOut ? html`<p class="small warn">${text.leavesOut}</p>` : nothing}
      ${this.#buttons()}
      ${this.#question()}
      ${this.isTrying ? html`<p class="small muted" role="status">${text.testing}</p>` : nothing}
      ${this.tried === null ? nothing : html`<jg-alarm-tried .tried=${this.tried} .unit=${unitOfEvents(this.rule.condition, figureUnits)} .site=${this.site}></jg-alarm-tried>`}
      ${this.#work.error === null ? nothing : html`<jg-notice kind="bad" .text=${errorText(this.#work.error)}></jg-notice>`}
    </article>`;
  }

  #sentence(): string {
    const { condition, target, channels } = this.rule;
    const { schedule = null, reminderHours = null } = extrasOf(this.rule);
    const told = channels?.map(id => channelText(this.channels, id)) ?? null;
    const sentence = { condition, target: targetDraftOf(target), channels: told, schedule, reminderHours };
    return ruleWords(sentence, this.site);
  }

  #buttons(): TemplateResult {
    const { setUp, alarms } = words();
    const { rules: text } = alarms;
    const { id, name, isOn } = this.rule;
    const events = linkTo(alarmsAddress('events', { rule: id }), text.seeEvents, 'small');
    if (!mayHere('operator')) return html`<div class="row">${events}</div>`;
    const ask = (what: 'remove' | 'snooze') => () => {
      this.asked = this.asked === what ? null : what;
    };
    return html`<div class="row">
      ${linkTo(alarmsAddress('rules', { one: id }), html`<span aria-hidden="true">${setUp.change}</span><span class="visually-hidden">${setUp.changeOf(name)}</span>`, 'button')}
      ${isTriable(this.rule.condition.kind) ? html`<button ?disabled=${this.isBusy} aria-label=${text.testOf(name)} @click=${() => void this.#try()}>${text.test}</button>` : nothing}
      ${
        this.#isSnoozed
          ? html`<button ?disabled=${this.isBusy} @click=${() => this.#snooze(null)}>${text.wake}</button>`
          : html`<button ?disabled=${this.isBusy || !isOn} aria-expanded=${this.asked === 'snooze'} aria-label=${text.snoozeOf(name)} @click=${ask('snooze')}>${text.snooze}</button>`
      }
      <button ?disabled=${this.isBusy} @click=${this.#switch}>${isOn ? setUp.switchOff : setUp.switchOn}</button>
      <button ?disabled=${this.isBusy} aria-expanded=${this.asked === 'remove'} @click=${ask('remove')}>${setUp.remove}</button>
      ${events}
    </div>`;
  }

  #question(): TemplateResult | typeof nothing {
    const { setUp, alarms } = words();
    const { rules: text } = alarms;
    const { id, name } = this.rule;
    if (this.asked === 'snooze')
      return html`<div class="box" role="group" aria-label=${text.snoozeOf(name)}>
        <p>${text.snoozeFor}</p>
        <div class="row">
          ${snoozes.map(hours => html`<button @click=${() => this.#snooze(Math.round(hostNow()) + Number(hours) * 3_600_000)}>${text.snoozeHours[hours]}</button>`)}
        </div>
      </div>`;
    if (this.asked !== 'remove') return nothing;
    return askBox({
      label: setUp.remove,
      text: text.removeAsk(name),
      yes: setUp.removeYes,
      isOff: this.isBusy,
      onYes: () => void this.#change(() => api.removeAlarmRule(id)),
      onNo: () => {
        this.asked = null;
      },
    });
  }

  #snooze(untilMs: number | null): void {
    void this.#change(() => api.snoozeAlarmRule(this.rule.id, untilMs));
  }

  #switch(): void {
    const {
      id,
      version: _,
      sinceMs: __,
      snoozedUntilMs: ___,
      isLeavingOut: ____,
      channels,
      ...body
    } = this.rule;
    // Whoever may not see them is offered no switch.
    const changed = { ...body, channels: channels ?? [], isOn: !body.isOn };
    void this.#change(() => api.changeAlarmRule(id, changed satisfies NewAlarmRule));
  }

  async #try(): Promise<void> {
    this.isTrying = true;
    this.tried = null;
    const nowMs = Math.round(hostNow());
    await this.#work.do(async () => {
      this.tried = await api.tryAlarmRule(this.rule, nowMs - weekMs, nowMs);
    });
    this.isTrying = false;
  }

  async #change(work: () => Promise<unknown>): Promise<void> {
    this.asked = null;
    await this.#work.do(async () => {
      await work();
      this.tell('jg-rules');
    });
  }
}

customElements.define('jg-alarm-rule', JgAlarmRule);
