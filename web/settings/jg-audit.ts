import { css, html, nothing, type TemplateResult } from 'lit';
import type { AuditEntry, Site } from '../../host/api/contract.ts';
import { mayEverywhere } from '../access.ts';
import { api } from '../api.ts';
import { formatNumber, formatTime } from '../format.ts';
import { locale, words } from '../i18n/language.ts';
import { choiceField } from '../parts/choice-field.ts';
import { basics, controls } from '../styles.ts';
import { type AuditDifference, auditDifferences } from './audit-difference.ts';
import { ListPart } from './list-part.ts';
import { listStyles } from './list-styles.ts';
import { siteName } from './site-fields.ts';

/** More of one change is told when it is asked for. */
const fewest = 4;
const longestValue = 120;

/** Who changed what, and when: the newest first, older ones on demand. */
export class JgAudit extends ListPart<AuditEntry> {
  static override properties = {
    ...ListPart.properties,
    sites: { attribute: false },
    site: { state: true },
    next: { state: true },
  };
  static override styles = [
    basics,
    controls,
    listStyles,
    css`
      .which {
        max-width: 20rem;
      }
      .items > li {
        align-items: start;
      }
      .change {
        grid-column: 1 / -1;
        display: grid;
        gap: 0.25rem;
        font-size: 0.9375rem;
        overflow-wrap: anywhere;
      }
      .change dt {
        color: var(--jg-muted);
        font-size: 0.875rem;
      }
      .change dl {
        display: grid;
        grid-template-columns: minmax(6rem, auto) minmax(0, 1fr);
        gap: 0.125rem 1rem;
      }
      time {
        white-space: nowrap;
      }
      summary {
        cursor: pointer;
        color: var(--jg-accent);
        font-size: 0.875rem;
      }
    `,
  ];

  declare sites: readonly Site[];
  /** Whose changes are shown; null: all that may be seen. */
  declare site: string | null;
  /** Where the older ones begin; null: there are none. */
  declare next: number | null;

  constructor() {
    super();
    this.sites = [];
    this.site = null;
    this.next = null;
  }

  protected async ask(): Promise<readonly AuditEntry[]> {
    const { entries, next } = await api.audit(this.site, null);
    this.next = next;
    return entries;
  }

  protected override render(): TemplateResult {
    const { log, parts } = words().account;
    const shown = this.sites.filter(({ role }) => role === 'admin');
    return html`<p class="muted intro">${log.intro}</p>
      ${this.told()}
      ${
        shown.length < 2 && !(mayEverywhere('admin') && this.sites.length > 1)
          ? nothing
          : html`<div class="which">${choiceField(
              'site',
              log.site,
              this.site ?? '',
              [['', log.all], ...shown.map(({ id }) => [id, siteName(this.sites, id)] as const)],
              ({ value }) => {
                this.site = value === '' ? null : value;
                this.items = null;
                void this.load();
              },
            )}</div>`
      }
      <section class="panel" aria-labelledby="list"><h2 id="list" class="visually-hidden">${parts.log}</h2>${this.list(log.empty, entry => this.#one(entry))}</section>
      ${this.next === null ? nothing : html`<div class="row"><button ?disabled=${this.isBusy} @click=${this.#older}>${log.older}</button></div>`}`;
  }

  readonly #older = async (): Promise<void> => {
    if (this.next === null || this.isBusy) return;
    this.isBusy = true;
    this.error = null;
    try {
      const { entries, next } = await api.audit(this.site, this.next);
      this.items = [...(this.items ?? []), ...entries];
      this.next = next;
    } catch (error) {
      this.error = error;
    }
    this.isBusy = false;
  };

  #one(entry: AuditEntry): TemplateResult {
    const { atMs, site, address } = entry;
    const subject = subjectText(entry);
    const where = [
      ...(site === null || this.sites.length < 2 ? [] : [siteName(this.sites, site)]),
      ...(address === null ? [] : [address]),
    ];
    return html`<li>
      <div>
        <h3>${actionText(entry.action)}${subject === '' ? nothing : html`: ${subject}`}</h3>
        <p class="small muted">${[this.#who(entry), ...where].join(' · ')}</p>
      </div>
      <time class="small muted number">${formatTime(atMs, 'full', locale())}</time>
      ${this.#change(
        auditDifferences(entry.before, entry.after).filter(
          ({ path, before, after }) => path !== 'version' && ![before, after].includes(entry.subject),
        ),
      )}
    </li>`;
  }

  #who({ user, by }: AuditEntry): string {
    const { log } = words().account;
    switch (by) {
      case 'account':
        return user;
      case 'token':
        return log.byToken(user);
      case 'share':
        return log.byShare(user);
      case 'host':
        return log.byHost;
      case 'stranger':
        return log.byStranger;
    }
  }

  #change(differences: readonly AuditDifference[]): TemplateResult | typeof nothing {
    if (differences.length === 0) return nothing;
    const rows = (some: readonly AuditDifference[]) =>
      html`<dl>${some.map(({ path, before, after }) => html`<dt>${path}</dt><dd>${changeText(before, after)}</dd>`)}</dl>`;
    const rest = differences.slice(fewest);
    return html`<div class="change">
      ${rows(differences.slice(0, fewest))}
      ${rest.length === 0 ? nothing : html`<details><summary>${words().account.log.more(rest.length)}</summary>${rows(rest)}</details>`}
    </div>`;
  }
}

/** By its name where it has one: ids of tokens and links say nothing. */
function subjectText({ subject, before, after }: AuditEntry): string {
  const named = auditDifferences(null, after ?? before).find(({ path }) => path === 'name');
  return /^[0-9a-f]{16}$/.test(subject) && typeof named?.after === 'string' ? named.after : subject;
}

/** `gateway.settings`: what it was about, and what was done; what this page does not know yet is told as it is. */
function actionText(action: string): string {
  const { areas, verbs } = words().account.log;
  const [area = '', ...rest] = action.split('.');
  const verb = verbs[action] ?? verbs[rest.at(-1) ?? ''];
  const name = areas[area];
  return name === undefined || verb === undefined ? action : `${name}, ${verb}`;
}

/** What was nothing before has come, and what is nothing now has gone. */
function changeText(before: unknown, after: unknown): string {
  const { log } = words().account;
  return before === null ? valueText(after) : log.was(valueText(before), valueText(after));
}

function valueText(value: unknown): string {
  const { log } = words().account;
  if (value === null || value === undefined || value === '') return log.nothing;
  if (typeof value === 'boolean') return value ? log.yes : log.no;
  if (typeof value === 'number') {
    return value > 1e12 && value < 1e13
      ? formatTime(value, 'dayTimeYear', locale())
      : formatNumber(value, locale(), Number.isInteger(value) ? 0 : 3);
  }
  const isList = Array.isArray(value) && value.every(one => typeof one === 'string');
  const text = isList ? value.join(', ') : typeof value === 'string' ? value : JSON.stringify(value);
  return text.length > longestValue ? `${text.slice(0, longestValue)}…` : text;
}

customElements.define('jg-audit', JgAudit);
