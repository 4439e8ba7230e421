import { html, nothing, type PropertyValues, type TemplateResult } from 'lit';
import { isQuantityId } from '#core/quantities.ts';
import type { AlarmEvent, AlarmRule, Meter } from '../../host/api/contract.ts';
import { mayHere } from '../access.ts';
import { gatewayAddress, meterAddress } from '../address.ts';
import { historyAddress } from '../addresses/history-address.ts';
import { api } from '../api.ts';
import { errorText } from '../error-text.ts';
import { formatTime } from '../format.ts';
import { linkTo } from '../go-to.ts';
import { fixedRange } from '../history/ranges.ts';
import { locale, words } from '../i18n/language.ts';
import { JgElement } from '../jg-element.ts';
import { FocusKeeper } from '../parts/focus-keeper.ts';
import '../parts/jg-notice.ts';
import '../parts/jg-state.ts';
import { pageStyles } from '../parts/page-styles.ts';
import { Work } from '../parts/work.ts';
import { basics, controls } from '../styles.ts';
import { spanOf } from './alarm-picture.ts';
import { alarmStyles } from './alarm-styles.ts';
import { isLasting } from './event-list.ts';
import { judgedBy, measuredText, severityTones, subjectText, whenText } from './event-words.ts';
import './jg-alarm-chart.ts';
import './jg-alarm-comments.ts';

/** One event: what, where, when, by which values, and what people made of it. Tells `jg-alarm` with the event as it became. */
export class JgAlarmEvent extends JgElement {
  static override properties = {
    event: { attribute: false },
    rule: { attribute: false },
    meter: { attribute: false },
    places: { attribute: false },
    zone: { attribute: false },
    nowMs: { attribute: false },
    isWanted: { attribute: false },
    isShown: { state: true },
  };
  static override styles = [basics, controls, pageStyles, alarmStyles];

  declare event: AlarmEvent;
  /** Undefined where it is gone. */
  declare rule: AlarmRule | undefined;
  declare meter: Meter | undefined;
  /** Of a sum the names of its meters. */
  declare places: string;
  declare zone: string | undefined;
  declare nowMs: number;
  /** Somebody came for it. */
  declare isWanted: boolean;
  declare isShown: boolean;
  readonly #work = new Work(this);

  constructor() {
    super();
    this.places = '';
    this.isWanted = false;
    this.isShown = false;
    new FocusKeeper(this, () => this.renderRoot.querySelector('button'));
  }

  get isBusy(): boolean {
    return this.#work.isBusy;
  }

  protected override willUpdate(changed: PropertyValues): void {
    if (changed.has('isWanted') && this.isWanted) this.isShown = true;
  }

  protected override render(): TemplateResult {
    const { alarms } = words();
    const { events } = alarms;
    const { event, meter } = this;
    const by = judgedBy(event, this.rule, this.places || (meter?.name ?? event.meter));
    return html`<article class="panel ${event.severity}" aria-labelledby="name">
      <div class="top">
        <h3 id="name">${event.ruleName}</h3>
        <jg-state .tone=${severityTones[event.severity] ?? 'idle'} .text=${alarms.severities[event.severity] ?? event.severity}></jg-state>
        ${this.#state()}
      </div>
      <p>${this.#place()} · <span class="number">${measuredText(event)}</span></p>
      <p class="small muted number">${whenText(event, this.nowMs, this.zone)}${event.acknowledged === null ? nothing : ` · ${this.#acknowledged(event.acknowledged)}`}</p>
      <div class="row">
        ${
          event.acknowledged === null && event.withdrawnMs === null && mayHere('operator')
            ? html`<button ?disabled=${this.isBusy} aria-label=${events.acknowledgeOf(event.ruleName)} @click=${() => void this.#acknowledge()}>${events.acknowledge}</button>`
            : nothing
        }
        <button class="quiet" aria-expanded=${this.isShown} aria-label=${events.detailsOf(event.ruleName)} @click=${() => {
          this.isShown = !this.isShown;
        }}>${events.details}</button>
      </div>
      ${this.#work.error === null ? nothing : html`<jg-notice kind="bad" .text=${errorText(this.#work.error)}></jg-notice>`}
      ${this.isShown ? this.#details(by) : nothing}
    </article>`;
  }

  #place(): TemplateResult | string {
    const { events } = words().alarms;
    const { meter: key, meters } = this.event;
    if (meters !== undefined) return this.places;
    if (this.meter !== undefined) return linkTo(meterAddress(key), this.meter.name);
    if (key === '') return events.host;
    // Of a figure of health it is the gateway.
    return key.includes('.') ? key : linkTo(gatewayAddress(key), key);
  }

  #state(): TemplateResult | typeof nothing {
    const { events } = words().alarms;
    if (this.event.withdrawnMs !== null)
      return html`<jg-state tone="idle" .text=${events.withdrawn}></jg-state>`;
    return isLasting(this.event) ? nothing : html`<jg-state tone="idle" .text=${events.over}></jg-state>`;
  }

  #acknowledged({ by, atMs }: NonNullable<AlarmEvent['acknowledged']>): string {
    const time = formatTime(atMs, 'dayTime', locale(), this.zone);
    return words().alarms.events.acknowledgedBy(by, time);
  }

  #details({ text, isOfHost }: ReturnType<typeof judgedBy>): TemplateResult {
    const { events } = words().alarms;
    const { event, meter, rule } = this;
    const { subject, beganMs, endedMs } = event;
    // Of what was no value of one quantity there is nothing to draw.
    const hasSeries = meter !== undefined && event.meters === undefined && isQuantityId(subject);
    const span = spanOf(beganMs, endedMs, this.nowMs);
    const range = fixedRange(span.fromMs, Math.max(span.toMs, span.fromMs + 60_000));
    return html`<div class="box">
      ${event.withdrawnMs === null ? nothing : html`<p class="small muted">${events.withdrawnHelp}</p>`}
      <p class="small">${events.judged} <span lang=${isOfHost ? 'en' : nothing}>${text}</span></p>
      ${
        hasSeries
          ? html`<jg-alarm-chart .event=${event} .condition=${isOfHost ? undefined : rule?.condition} .zone=${this.zone} .name=${subjectText(subject)}></jg-alarm-chart>
            <p class="small">${linkTo({ ...historyAddress(event.meter, subject), range }, events.history)}</p>`
          : nothing
      }
      ${rule === undefined || !mayHere('operator') ? nothing : this.#snooze(rule)}
      <jg-alarm-comments .event=${event} .zone=${this.zone}></jg-alarm-comments>
    </div>`;
  }

  /** Of its rule: what happens meanwhile stands here all the same. */
  #snooze({ id, snoozedUntilMs }: AlarmRule): TemplateResult {
    const { rules: text } = words().alarms;
    const until = snoozedUntilMs ?? 0;
    if (until > this.nowMs)
      return html`<div class="row"><span class="small warn">${text.snoozedUntil(formatTime(until, 'dayTime', locale(), this.zone))}</span>
        <button ?disabled=${this.isBusy} @click=${() => void this.#snoozeUntil(id, null)}>${text.wake}</button></div>`;
    return html`<div class="row" role="group" aria-label=${text.snoozeOf(this.event.ruleName)}>
      <span class="small">${text.snoozeFor}</span>
      ${Object.entries(text.snoozeHours).map(
        ([hours, label]) =>
          html`<button ?disabled=${this.isBusy} @click=${() => void this.#snoozeUntil(id, Math.round(this.nowMs) + Number(hours) * 3_600_000)}>${label}</button>`,
      )}
    </div>`;
  }

  #snoozeUntil(id: string, untilMs: number | null): Promise<void> {
    return this.#work.do(async () => {
      await api.snoozeAlarmRule(id, untilMs);
      this.tell('jg-rules');
    });
  }

  #acknowledge(): Promise<void> {
    return this.#work.do(async () => this.tell('jg-alarm', await api.acknowledgeAlarm(this.event.id)));
  }
}

customElements.define('jg-alarm-event', JgAlarmEvent);
