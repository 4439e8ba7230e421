import { html, nothing, type TemplateResult } from 'lit';
import { repeat } from 'lit/directives/repeat.js';
import type { AlarmRule } from '../../host/api/contract.ts';
import { mayHere } from '../access.ts';
import { alarmsAddress } from '../addresses/alarms-address.ts';
import { api, RequestError } from '../api.ts';
import { errorText } from '../error-text.ts';
import { linkTo } from '../go-to.ts';
import { locale, words } from '../i18n/language.ts';
import { JgElement } from '../jg-element.ts';
import { icon } from '../parts/icons.ts';
import '../parts/jg-notice.ts';
import { pageStyles } from '../parts/page-styles.ts';
import type { Site } from '../site/site.ts';
import { basics, controls } from '../styles.ts';
import { alarmStyles } from './alarm-styles.ts';
import { type KnownChannels, noChannels } from './channel-names.ts';
import { draftOfRule, newRule, targetDraftOf } from './rule-draft.ts';
import './jg-alarm-rule.ts';
import './jg-alarm-rule-form.ts';

const againMs = 30_000;

/** Rules of the site that is shown: all of them, one that is changed, or a new one. */
export class JgAlarmRules extends JgElement {
  static override properties = {
    site: { attribute: false },
    one: { attribute: false },
    tick: { attribute: false },
    rules: { state: true },
    channels: { state: true },
    error: { state: true },
  };
  static override styles = [basics, controls, pageStyles, alarmStyles];

  declare site: Site;
  /** The one that is changed; empty: a new one; null: all. */
  declare one: string | null;
  declare tick: number;
  declare rules: readonly AlarmRule[] | null;
  declare channels: KnownChannels;
  declare error: unknown;
  #timer: ReturnType<typeof setInterval> | undefined;

  constructor() {
    super();
    this.one = null;
    this.tick = 0;
    this.rules = null;
    this.channels = noChannels;
    this.error = null;
    this.addEventListener('jg-rules', () => void this.#load());
    this.addEventListener('jg-refresh', () => void this.#load());
  }

  override connectedCallback(): void {
    super.connectedCallback();
    void this.#load();
    this.#timer = setInterval(() => void this.#load(), againMs);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    clearInterval(this.#timer);
  }

  async #load(): Promise<void> {
    try {
      const [rules, kinds, entries] = await Promise.all([
        api.alarmRules(),
        ...(mayHere('admin') ? ([api.channelKinds(), api.channels()] as const) : ([[], []] as const)),
      ]);
      this.rules = rules;
      this.channels = { kinds, entries };
      this.error = null;
    } catch (error) {
      if (!(error instanceof RequestError)) throw error;
      this.error = error;
    }
  }

  /** Those that are about what is shown here. */
  get #ofSite(): readonly AlarmRule[] {
    const { id, gateways, meters, isOneOfSeveral } = this.site;
    if (!isOneOfSeveral) return this.rules ?? [];
    return (this.rules ?? []).filter(({ target }) => {
      const { is, id: of, ids } = targetDraftOf(target);
      if (is === 'host') return true;
      if (is === 'site' || is === 'sumOfSite') return of === id;
      const gateway = (is === 'sum' ? (ids[0] ?? '') : of).split('.')[0] ?? '';
      return gateways.some(each => each.id === gateway) || meters.some(each => each.gateway === gateway);
    });
  }

  protected override render(): TemplateResult {
    const failed =
      this.error === null
        ? nothing
        : html`<jg-notice kind="bad" .text=${errorText(this.error)} .canRetry=${true}></jg-notice>`;
    if (this.rules === null) return html`${failed}<p class="muted" role="status">${words().load.loading}</p>`;
    const content = this.one === null || !mayHere('operator') ? this.#all() : this.#form(this.one);
    return html`<div class="stack">${failed}${content}</div>`;
  }

  #all(): TemplateResult {
    const { rules: text } = words().alarms;
    const rules = [...this.#ofSite].sort((one, other) => one.name.localeCompare(other.name, locale()));
    return html`<div class="head">
        <p class="muted">${rules.length === 0 ? text.none : nothing}</p>
        ${mayHere('operator') ? linkTo(alarmsAddress('rules', { one: '' }), html`${icon('plus', 18)}${text.add}`, 'button') : nothing}
      </div>
      <ul class="rows">
        ${repeat(
          rules,
          ({ id }) => id,
          rule =>
            html`<li><jg-alarm-rule .rule=${rule} .site=${this.site} .channels=${this.channels}></jg-alarm-rule></li>`,
        )}
      </ul>`;
  }

  #form(one: string): TemplateResult {
    const { rules: text } = words().alarms;
    const rule = this.rules?.find(({ id }) => id === one);
    if (one !== '' && rule === undefined)
      return html`<jg-notice kind="warn" .text=${text.unknown}></jg-notice>`;
    const { meters, id = '' } = this.site;
    const draft =
      rule === undefined
        ? newRule(meters.length === 1 ? (meters[0]?.key ?? null) : null, id ?? '', locale())
        : draftOfRule(rule, locale());
    if (draft === null) return html`<jg-notice kind="warn" .text=${text.otherPage}></jg-notice>`;
    return html`<jg-alarm-rule-form
        .rule=${rule ?? null}
        .initial=${draft}
        .site=${this.site}
        .channels=${this.channels}
        .tick=${this.tick}
      ></jg-alarm-rule-form>`;
  }
}

customElements.define('jg-alarm-rules', JgAlarmRules);
