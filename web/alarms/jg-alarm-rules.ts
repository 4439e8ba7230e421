import { html, nothing, type TemplateResult } from 'lit';
import { repeat } from 'lit/directives/repeat.js';
import type { AlarmRule } from '../../host/api/contract.ts';
import { mayHere } from '../access.ts';
import { alarmsAddress } from '../addresses/alarms-address.ts';
import { api } from '../api.ts';
import { linkTo } from '../go-to.ts';
import { locale, words } from '../i18n/language.ts';
import { JgElement } from '../jg-element.ts';
import { icon } from '../parts/icons.ts';
import '../parts/jg-notice.ts';
import { notFound } from '../parts/not-found.ts';
import { pageStyles } from '../parts/page-styles.ts';
import { Polled } from '../polled.ts';
import type { Site } from '../site/site.ts';
import { basics, controls } from '../styles.ts';
import { alarmStyles } from './alarm-styles.ts';
import type { KnownChannels } from './channel-names.ts';
import { draftOfRule, newRule, targetDraftOf } from './rule-draft.ts';
import './jg-alarm-rule.ts';
import './jg-alarm-rule-form.ts';

interface Listed {
  readonly rules: readonly AlarmRule[];
  readonly channels: KnownChannels;
}

const againMs = 30_000;

/** Rules of the site that is shown: all of them, one that is changed, or a new one. */
export class JgAlarmRules extends JgElement {
  static override properties = {
    site: { attribute: false },
    one: { attribute: false },
    tick: { attribute: false },
  };
  static override styles = [basics, controls, pageStyles, alarmStyles];

  declare site: Site;
  /** The one that is changed; empty: a new one; null: all. */
  declare one: string | null;
  declare tick: number;
  readonly #listed = new Polled<Listed>(this, againMs, async () => {
    const [rules, kinds, entries] = await Promise.all([
      api.alarmRules(),
      ...(mayHere('admin') ? ([api.channelKinds(), api.channels()] as const) : ([[], []] as const)),
    ]);
    return { rules, channels: { kinds, entries } };
  });

  constructor() {
    super();
    this.one = null;
    this.tick = 0;
    this.addEventListener('jg-rules', () => void this.#listed.load());
  }

  /** Those that are about what is shown here. */
  #ofSite(rules: readonly AlarmRule[]): readonly AlarmRule[] {
    const { id, gateways, meters, isOneOfSeveral } = this.site;
    if (!isOneOfSeveral) return rules;
    return rules.filter(({ target }) => {
      const { is, id: of, ids } = targetDraftOf(target);
      if (is === 'host') return true;
      if (is === 'site' || is === 'sumOfSite') return of === id;
      const gateway = (is === 'sum' ? (ids[0] ?? '') : of).split('.')[0] ?? '';
      return gateways.some(each => each.id === gateway) || meters.some(each => each.gateway === gateway);
    });
  }

  protected override render(): TemplateResult {
    const one = mayHere('operator') ? this.one : null;
    const content = (listed: Listed) => (one === null ? this.#all(listed) : this.#form(listed, one));
    return html`<div class="stack">${this.#listed.drawn(content)}</div>`;
  }

  #all({ rules: all, channels }: Listed): TemplateResult {
    const { rules: text } = words().alarms;
    const rules = [...this.#ofSite(all)].sort((one, other) => one.name.localeCompare(other.name, locale()));
    return html`<div class="head">
        <p class="muted">${rules.length === 0 ? text.none : nothing}</p>
        ${mayHere('operator') ? linkTo(alarmsAddress('rules', { one: '' }), html`${icon('plus', 18)}${text.add}`, 'button') : nothing}
      </div>
      <ul class="rows">
        ${repeat(
          rules,
          ({ id }) => id,
          rule =>
            html`<li><jg-alarm-rule .rule=${rule} .site=${this.site} .channels=${channels}></jg-alarm-rule></li>`,
        )}
      </ul>`;
  }

  #form({ rules, channels }: Listed, one: string): TemplateResult {
    const { rules: text } = words().alarms;
    const rule = rules.find(({ id }) => id === one);
    if (one !== '' && rule === undefined)
      return notFound(text.unknown, alarmsAddress('rules'), words().alarms.parts.rules);
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
        .channels=${channels}
        .tick=${this.tick}
      ></jg-alarm-rule-form>`;
  }
}

customElements.define('jg-alarm-rules', JgAlarmRules);
