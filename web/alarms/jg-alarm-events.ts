import { css, html, nothing, type TemplateResult } from 'lit';
import { repeat } from 'lit/directives/repeat.js';
import type { Alarm, AlarmEvent, AlarmRule } from '../../host/api/contract.ts';
import { mayHere } from '../access.ts';
import {
  type AlarmsAddress,
  type AlarmsChoice,
  alarmsAddress,
  severities,
} from '../addresses/alarms-address.ts';
import { api } from '../api.ts';
import { linkTo } from '../go-to.ts';
import { words } from '../i18n/language.ts';
import { JgElement } from '../jg-element.ts';
import { choiceField } from '../parts/choice-field.ts';
import { notFound } from '../parts/not-found.ts';
import { pageStyles } from '../parts/page-styles.ts';
import { Polled } from '../polled.ts';
import { RequestError } from '../request-error.ts';
import { hostNow } from '../site/clock.ts';
import type { Site } from '../site/site.ts';
import { basics, controls } from '../styles.ts';
import { Ticking } from '../ticking.ts';
import { alarmStyles } from './alarm-styles.ts';
import { dayText } from './event-words.ts';
import './jg-alarm-event.ts';
import './jg-own-alarm.ts';
import { joined, nowAndPast } from './event-list.ts';
import { type OwnAlarm, ownAlarmsOf } from './own-alarms.ts';
import { targetText } from './rule-words.ts';

const pageSize = 50;
interface Told {
  /** Null: those that are wanted now were not told yet. */
  readonly events: readonly AlarmEvent[] | null;
  /** What lasts, also what began before all of these. */
  readonly lasting: readonly AlarmEvent[];
  /** What the address names and the list does not have (yet): one that is older, or of another site. */
  readonly linked: AlarmEvent | null;
  /** Of gateways' own rules. */
  readonly own: readonly Alarm[];
  readonly rules: readonly AlarmRule[];
  readonly hasMore: boolean;
}

/** What is missed when the stream of events was away. */
const againMs = 30_000;

/** What happened, the newest first: what lasts on top, then day by day. */
export class JgAlarmEvents extends JgElement {
  static override properties = {
    site: { attribute: false },
    address: { attribute: false },
    tick: { attribute: false },
    isBusy: { state: true },
  };
  static override styles = [
    basics,
    controls,
    pageStyles,
    alarmStyles,
    css`
      .bar {
        display: flex;
        flex-wrap: wrap;
        align-items: end;
        gap: 0.75rem;
      }
      .bar .field {
        min-width: min(11rem, 100%);
      }
      .bar label {
        position: absolute;
        width: 1px;
        height: 1px;
        overflow: hidden;
        clip-path: inset(50%);
      }
      .empty {
        padding: clamp(1rem, 2.5vw, 1.5rem);
        display: grid;
        gap: 0.75rem;
        justify-items: start;
      }
    `,
  ];

  declare site: Site;
  declare address: AlarmsAddress;
  declare tick: number;
  declare isBusy: boolean;
  readonly #told: Polled<Told> = new Polled(this, againMs, () => this.#ask());
  #shownFor = '';
  #isFound = false;

  constructor() {
    super();
    new Ticking(this);
    this.tick = 0;
    this.isBusy = false;
    this.addEventListener('jg-alarm', event => this.#changed((event as CustomEvent<AlarmEvent>).detail));
    this.addEventListener('jg-rules', this.#again);
  }

  readonly #again = () => void this.#told.load();

  override connectedCallback(): void {
    super.connectedCallback();
    this.site.addEventListener('alarm', this.#again);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.site.removeEventListener('alarm', this.#again);
  }

  protected override willUpdate(): void {
    const { rule, severity, isOpenOnly, one } = this.address;
    const wanted = JSON.stringify([rule, severity, isOpenOnly, one]);
    const isOther = this.#shownFor !== '' && wanted !== this.#shownFor;
    this.#shownFor = wanted;
    if (!isOther) return;
    this.#isFound = false;
    // What one chooses among stays.
    if (this.#told.value !== null)
      this.#told.value = { ...this.#told.value, events: null, lasting: [], linked: null };
    this.#again();
  }

  /** By notification one comes to one event: it is to be seen. */
  protected override updated(): void {
    const { one } = this.address;
    if (one === null || this.#isFound || (this.#told.value?.events ?? null) === null) return;
    this.#isFound = true;
    this.renderRoot.querySelector(`[data-event="${CSS.escape(one)}"]`)?.scrollIntoView({ block: 'center' });
  }

  get #query() {
    const { rule, severity, isOpenOnly } = this.address;
    return {
      ...(rule !== null && { rule }),
      ...(severity !== null && { severity }),
      ...(isOpenOnly && { state: 'open' as const }),
      limit: pageSize,
    };
  }

  /** All that is shown is asked for anew, as many as were there. */
  async #ask(): Promise<Told> {
    const limit = Math.min(Math.max(this.#told.value?.events?.length ?? 0, pageSize), 500);
    const { one } = this.address;
    const [events, rules, own] = await Promise.all([
      api.alarmEvents({ ...this.#query, limit }),
      api.alarmRules(),
      api.alarmsOfGateways(),
    ]);
    const hasMore = events.length === limit;
    const lasting = hasMore ? await this.#askLasting() : [];
    const isListed = one === null || [...events, ...lasting].some(({ id }) => id === one);
    const linked = isListed ? null : await this.#asLinked(one);
    const older = (this.#told.value?.events ?? []).slice(limit);
    return { events: joined(events, older), lasting, linked, own, rules, hasMore };
  }

  async #askLasting(): Promise<readonly AlarmEvent[]> {
    const lasting = await api.alarmEvents({ ...this.#query, state: 'lasting', limit: 500 });
    return this.address.isOpenOnly ? lasting.filter(({ acknowledged }) => acknowledged === null) : lasting;
  }

  /** Null: there is none, or none that may be seen. */
  async #asLinked(id: string): Promise<AlarmEvent | null> {
    try {
      return await api.alarmEvent(id);
    } catch (error) {
      // What is no id of an event at all is refused otherwise.
      if (error instanceof RequestError && (error.status === 404 || error.status === 400)) return null;
      throw error;
    }
  }

  async #loadMore(): Promise<void> {
    const shown = this.#told.value?.events ?? [];
    const last = shown.at(-1);
    if (last === undefined || this.isBusy) return;
    this.isBusy = true;
    const wanted = this.#shownFor;
    try {
      // Several may have begun at once: those that are here already are not taken twice.
      const same = shown.filter(({ beganMs }) => beganMs === last.beganMs).length;
      const limit = Math.min(pageSize + same, 500);
      const earlier = await api.alarmEvents({ ...this.#query, limit, before: last.beganMs + 1 });
      const told = this.#told.value;
      if (told !== null && wanted === this.#shownFor)
        this.#told.value = {
          ...told,
          events: joined(told.events ?? [], earlier),
          hasMore: earlier.length === limit,
        };
    } catch (error) {
      if (!(error instanceof RequestError)) throw error;
      this.#told.error = error;
    }
    this.isBusy = false;
  }

  #changed(event: AlarmEvent): void {
    const told = this.#told.value;
    if (told === null) return;
    const changed = (each: AlarmEvent) => (each.id === event.id ? event : each);
    this.#told.value = {
      ...told,
      events: told.events?.map(changed) ?? null,
      lasting: told.lasting.map(changed),
      linked: told.linked && changed(told.linked),
    };
    this.requestUpdate();
  }

  protected override render(): TemplateResult {
    return html`<div class="stack">${this.#bar()}${this.#told.drawn(told => this.#content(told))}</div>`;
  }

  #bar(): TemplateResult {
    const { events: text, severities: names } = words().alarms;
    const { severity, rule, isOpenOnly } = this.address;
    const rules = this.#told.value?.rules ?? [];
    const isKnown = rule === null || rules.some(({ id }) => id === rule);
    return html`<div class="bar">
      <div class="segments" role="group" aria-label=${text.which}>
        <button aria-pressed=${!isOpenOnly} @click=${() => this.#go({ isOpenOnly: false })}>${text.all}</button>
        <button aria-pressed=${isOpenOnly} @click=${() => this.#go({ isOpenOnly: true })}>${text.openOnly}</button>
      </div>
      ${choiceField(
        'severity',
        text.severity,
        severity ?? '',
        [['', text.anySeverity], ...severities.map(each => [each, names[each] ?? each] as const)],
        ({ value }) => this.#go({ severity: severities.find(each => each === value) ?? null }),
      )}
      ${
        rules.length === 0 && rule === null
          ? nothing
          : choiceField(
              'rule',
              text.rule,
              rule ?? '',
              [
                ['', text.anyRule],
                ...rules.map(({ id, name }) => [id, name] as const),
                ...(isKnown || rule === null ? [] : [[rule, text.goneRule] as const]),
              ],
              ({ value }) => this.#go({ rule: value === '' ? null : value }),
            )
      }
    </div>`;
  }

  #go(choice: AlarmsChoice): void {
    this.tell('jg-address', { ...this.address, one: null, ...choice });
  }

  get #isFiltered(): boolean {
    const { severity, rule, isOpenOnly } = this.address;
    return severity !== null || rule !== null || isOpenOnly;
  }

  #content({
    events,
    lasting,
    linked: alone,
    own: all,
    rules,
    hasMore,
  }: Told): TemplateResult | typeof nothing {
    const { events: text } = words().alarms;
    if (events === null)
      return this.#told.error === null
        ? html`<p class="muted" role="status">${words().load.loading}</p>`
        : nothing;
    // Gateways' own rules have no severity, and nobody acknowledges them.
    const own = this.#isFiltered ? [] : ownAlarmsOf(all);
    const { now, past } = nowAndPast(events, lasting, own, hasMore);
    const { one } = this.address;
    const isListed = one === null || [...events, ...lasting].some(({ id }) => id === one);
    const linked = isListed ? null : alone;
    const gone =
      isListed || linked !== null
        ? nothing
        : notFound(text.unknown, alarmsAddress(), words().alarms.parts.events);
    if (now.length + past.length === 0 && linked === null) return html`${gone}${this.#empty(rules)}`;
    const { zone } = this.site.settings ?? {};
    const isElsewhere = zone !== undefined && zone !== Intl.DateTimeFormat().resolvedOptions().timeZone;
    return html`${gone}
      ${linked === null ? nothing : this.#byDay([linked], rules)}
      <section class="rows" aria-labelledby="now">
        <h2 id="now">${text.now}</h2>
        ${now.length === 0 ? html`<p class="muted">${text.nothingNow}</p>` : this.#rows(now, rules)}
      </section>
      ${this.#byDay(past, rules)}
      ${hasMore ? html`<button class="wide" ?disabled=${this.isBusy} @click=${() => void this.#loadMore()}>${text.earlier}</button>` : nothing}
      ${isElsewhere ? html`<p class="small muted">${text.zone(zone)}</p>` : nothing}`;
  }

  #byDay(past: readonly (AlarmEvent | OwnAlarm)[], rules: readonly AlarmRule[]): TemplateResult[] {
    const { zone } = this.site.settings ?? {};
    const days = new Map<string, (AlarmEvent | OwnAlarm)[]>();
    for (const event of past) {
      const day = dayText(event.beganMs ?? 0, hostNow(), zone);
      const known = days.get(day);
      if (known === undefined) days.set(day, [event]);
      else known.push(event);
    }
    return [...days].map(
      ([day, all]) =>
        html`<section class="rows" aria-label=${day}><h2 class="day">${day}</h2>${this.#rows(all, rules)}</section>`,
    );
  }

  #empty(rules: readonly AlarmRule[]): TemplateResult {
    const { events: text } = words().alarms;
    const hasRules = rules.length > 0;
    return html`<div class="panel empty">
      <p class="muted">${this.#isFiltered ? text.noneSo : hasRules ? text.none : text.noRules}</p>
      ${hasRules || this.#isFiltered || !mayHere('operator') ? nothing : linkTo(alarmsAddress('rules', { one: '' }), text.firstRule, 'button')}
    </div>`;
  }

  #rows(all: readonly (AlarmEvent | OwnAlarm)[], rules: readonly AlarmRule[]): TemplateResult {
    const { zone } = this.site.settings ?? {};
    const meterOf = (key: string) => this.site.meters.find(meter => meter.key === key);
    const nowMs = hostNow();
    return html`<ul class="rows">
      ${repeat(
        all,
        each => ('key' in each ? each.key : each.id),
        each =>
          'key' in each
            ? html`<li><jg-own-alarm .alarm=${each} .meter=${meterOf(each.meter)} .zone=${zone} .nowMs=${nowMs}></jg-own-alarm></li>`
            : html`<li data-event=${each.id}>
                <jg-alarm-event
                  .event=${each}
                  .rule=${rules.find(({ id }) => id === each.rule)}
                  .meter=${meterOf(each.meter)}
                  .places=${each.meters === undefined ? '' : targetText({ is: 'sum', id: '', ids: each.meters }, this.site)}
                  .zone=${zone}
                  .nowMs=${nowMs}
                  .isWanted=${each.id === this.address.one}
                ></jg-alarm-event>
              </li>`,
      )}
    </ul>`;
  }
}

customElements.define('jg-alarm-events', JgAlarmEvents);
