import { html, nothing, type PropertyValues, type TemplateResult } from 'lit';
import type { EnergyTable, Meter, SiteSettings } from '../../host/api/contract.ts';
import { mayHere } from '../access.ts';
import type { StructureAddress } from '../addresses/structure-address.ts';
import { api } from '../api.ts';
import { errorText } from '../error-text.ts';
import { formatNumber } from '../format.ts';
import { onViewCommand } from '../frame/keys.ts';
import { locale, words } from '../i18n/language.ts';
import { JgElement } from '../jg-element.ts';
import { FocusKeeper } from '../parts/focus-keeper.ts';
import { icon } from '../parts/icons.ts';
import { RequestError } from '../request-error.ts';
import { freshForMs } from '../site/balance.ts';
import { hostNow } from '../site/clock.ts';
import { civilDayOf, gridDaysOf } from '../site/costs.ts';
import { meterColours } from '../site/meter-colours.ts';
import '../parts/jg-notice.ts';
import type { Site } from '../site/site.ts';
import { basics, controls } from '../styles.ts';
import {
  beginDraft,
  type Conflict,
  changed,
  conflictOf,
  differencesOf,
  rebased,
  type SiteDraft,
  type SiteFacts,
  undone,
} from './draft.ts';
import { leastCoverage, sharedEstimate } from './flow-sums.ts';
import './jg-conflict.ts';
import './jg-costs.ts';
import './jg-flow-panel.ts';
import { calendarOf, type JgPeriodBar, periodText } from './jg-period-bar.ts';
import './jg-period-bar.ts';
import './jg-tariff.ts';
import './jg-tree.ts';
import { type EditedPart, keepSiteDraft, keptSiteDraft } from './kept-site-draft.ts';
import { type MeterTotals, totalsOfTable } from './meter-totals.ts';
import { periodAt } from './periods.ts';
import { structureStyles } from './structure-styles.ts';
import { type MeterTree, treeOf } from './tree.ts';

const refreshMs = 30_000;

type Saving =
  | { readonly state: 'idle' | 'saving' }
  | { readonly state: 'saved'; readonly part: EditedPart | null }
  | { readonly state: 'failed'; readonly error: unknown };

/** Energy of a period, and of which. */
interface Shown {
  readonly table: EnergyTable;
  /** As they were when the table was asked for. */
  readonly totals: ReadonlyMap<string, MeterTotals>;
  readonly span: string;
}

/** Which meter is below which, how energy went through them, and what it cost. */
export class JgStructure extends JgElement {
  static override properties = {
    site: { attribute: false },
    meters: { attribute: false },
    address: { attribute: false },
    shown: { state: true },
    error: { state: true },
    draft: { state: true },
    edited: { state: true },
    conflict: { state: true },
    saving: { state: true },
    isWrong: { state: true },
  };
  static override styles = [basics, controls, structureStyles];

  declare site: Site;
  declare meters: readonly Meter[];
  declare address: StructureAddress;
  declare shown: Shown | null;
  declare error: unknown;
  declare draft: SiteDraft | null;
  declare edited: EditedPart | null;
  declare conflict: Conflict | null;
  declare saving: Saving;
  /** A field of the tariff holds something that is none. */
  declare isWrong: boolean;
  #abort: AbortController | null = null;
  #timer: ReturnType<typeof setInterval> | undefined;
  #lastEdited: EditedPart = 'tree';
  #asked = '';

  constructor() {
    super();
    this.meters = [];
    this.shown = null;
    this.error = null;
    const kept = keptSiteDraft();
    this.draft = kept?.draft ?? null;
    this.edited = kept?.part ?? null;
    this.conflict = null;
    this.saving = { state: 'idle' };
    this.isWrong = false;
    // From its button to what is edited, and back.
    new FocusKeeper(this, () => this.renderRoot.querySelector<HTMLElement>(`#${this.#lastEdited}`));
    this.addEventListener('jg-refresh', event => {
      event.stopPropagation();
      void this.#load();
    });
    onViewCommand(this, command => {
      const bar = this.renderRoot.querySelector<JgPeriodBar>('jg-period-bar');
      if (command.is === 'refresh') void this.#load();
      else if (command.is === 'step') return bar?.step(command.by) ?? false;
      else if (command.is === 'reset') return bar?.reset() ?? false;
      else if (command.period === 'hour') return false;
      else bar?.choose(command.period);
      return true;
    });
  }

  override connectedCallback(): void {
    super.connectedCallback();
    this.#timer = setInterval(() => {
      if (!document.hidden && this.address.atMs === undefined) void this.#load();
    }, refreshMs);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    clearInterval(this.#timer);
    this.#abort?.abort();
  }

  protected override willUpdate(changes: PropertyValues): void {
    const { settings } = this.site;
    if (settings === null) return;
    const { period = 'day', atMs } = this.address;
    const wanted = `${period} ${atMs} ${settings.zone}`;
    if (this.#asked !== wanted) {
      this.#asked = wanted;
      void this.#load();
    }
    if (changes.has('draft') || changes.has('edited'))
      keepSiteDraft(
        this.draft === null || this.edited === null ? null : { draft: this.draft, part: this.edited },
      );
    if (this.draft !== null && settings.version > this.draft.base.version && !this.isBusy)
      this.#met(this.draft, settings);
  }

  get isBusy(): boolean {
    return this.saving.state === 'saving';
  }

  /** Somebody else changed the site while this draft was open. */
  #met(draft: SiteDraft, theirs: SiteSettings): void {
    if (this.conflict?.theirs.version === theirs.version) return;
    const isOwn = differencesOf(draft.base, draft.now).length > 0;
    const conflict = conflictOf(draft, theirs);
    // Where nothing of this draft is lost and nothing of theirs, there is nothing to ask.
    if (isOwn && conflict.differences.length > 0) this.conflict = conflict;
    else this.draft = isOwn ? rebased(draft, theirs) : beginDraft(theirs);
  }

  async #load(): Promise<void> {
    const { settings } = this.site;
    if (settings === null) return;
    this.#abort?.abort();
    const abort = new AbortController();
    this.#abort = abort;
    const nowMs = Math.ceil(hostNow());
    const { period = 'day', atMs = nowMs } = this.address;
    const { fromMs, toMs } = periodAt(period, atMs, calendarOf(settings.zone));
    try {
      const table = await api.energy(fromMs, Math.min(toMs, nowMs + 1), 'day', abort.signal);
      const lateMs = (key: string) => freshForMs(this.site.meter(key)?.windowS ?? 0);
      const totals = totalsOfTable(table, nowMs, lateMs);
      this.shown = { table, totals, span: periodText(this.address, settings.zone, nowMs) };
      this.error = null;
    } catch (error) {
      if (abort.signal.aborted) return;
      if (!(error instanceof RequestError)) throw error;
      this.error = error;
    }
  }

  protected override render(): TemplateResult {
    const { nav, load } = words();
    const { settings } = this.site;
    const heading = html`<h1>${nav.structure}</h1>`;
    if (settings === null) return html`${heading}<p class="muted" role="status">${load.loading}</p>`;
    const said = this.draft?.now ?? settings;
    const tree = treeOf(this.meters, said.meters, settings.meters);
    return html`${heading}
      <jg-period-bar .address=${this.address} .zone=${settings.zone} .nowMs=${hostNow()}></jg-period-bar>
      ${this.error === null ? nothing : html`<jg-notice kind="bad" .text=${errorText(this.error)} .canRetry=${true}></jg-notice>`}
      ${this.#flows(tree)}
      <div class=${this.edited === 'tree' ? 'column' : 'two'}>
        <section class="panel" aria-labelledby="tree">${this.#tree(tree, settings)}</section>
        <div class="column">
          ${this.#costs(tree, said.tariff, settings.zone)}
          <section class="panel" aria-labelledby="tariff">${this.#tariff(tree, said, settings)}</section>
        </div>
      </div>`;
  }

  #flows(tree: MeterTree): TemplateResult {
    const { load, structure } = words();
    const colours = meterColours(this.meters);
    return html`<section class="panel" aria-labelledby="flows">
      <h2 id="flows">${structure.flows.title}</h2>
      ${
        this.shown === null
          ? this.error === null
            ? html`<p class="muted" role="status">${load.loading}</p>`
            : nothing
          : html`<jg-flow-panel
              .totals=${this.shown.totals}
              .tree=${tree}
              .colours=${colours}
              .span=${this.shown.span}
            ></jg-flow-panel>`
      }
    </section>`;
  }

  #costs(tree: MeterTree, tariff: SiteFacts['tariff'], zone: string): TemplateResult | typeof nothing {
    if (this.shown === null) return nothing;
    const { table, totals } = this.shown;
    const grids = tree.tops.filter(({ role }) => role === 'grid');
    const present = grids.filter(({ isGone }) => !isGone).map(({ key }) => key);
    const gone = grids.filter(({ isGone }) => isGone).map(({ key }) => key);
    // How much of the time a meter was there that was taken away, nobody knows.
    const ofGrid = (present.length > 0 ? present : gone).flatMap(key => totals.get(key) ?? []);
    const isRunning =
      (table.endMs.at(-1) ?? 0) >= hostNow() ||
      civilDayOf(table.startMs.at(-1) ?? 0, zone) === civilDayOf(hostNow(), zone);
    return html`<section class="panel" aria-label=${words().structure.costs.title}>
      <jg-costs
        .tariff=${tariff}
        .days=${gridDaysOf(table, present, gone)}
        .hasGrid=${grids.length > 0}
        .coverage=${leastCoverage(ofGrid)}
        .estimated=${sharedEstimate(ofGrid)}
        .isRunning=${isRunning}
      ></jg-costs>
    </section>`;
  }

  #tree(tree: MeterTree, settings: SiteSettings): TemplateResult {
    const { tree: text } = words().structure;
    const isEdited = this.edited === 'tree' && this.draft !== null;
    return html`<div class="head">
        <h2 id="tree" tabindex="-1">${text.title}</h2>
        ${isEdited ? nothing : this.#edit('tree', text.edit, settings)}
      </div>
      <p class="small muted">${text.intro}</p>
      <jg-tree
        .tree=${tree}
        .colours=${meterColours(this.meters)}
        .facts=${isEdited ? (this.draft?.now ?? null) : null}
        @jg-site-change=${this.#changed}
      ></jg-tree>
      ${isEdited ? this.#saveBar(tree) : nothing}`;
  }

  #tariff(tree: MeterTree, { tariff }: SiteFacts, settings: SiteSettings): TemplateResult {
    const { tariff: text } = words().structure;
    const isEdited = this.edited === 'tariff' && this.draft !== null;
    return html`<div class="head">
        <h2 id="tariff" tabindex="-1">${text.title}</h2>
        ${isEdited ? nothing : this.#edit('tariff', text.edit, settings)}
      </div>
      <jg-tariff
        .tariff=${tariff}
        .isEdited=${isEdited}
        .today=${civilDayOf(hostNow(), settings.zone)}
        @jg-site-change=${this.#changed}
        @jg-site-wrong=${(event: CustomEvent<boolean>) => {
          this.isWrong = event.detail;
        }}
      ></jg-tariff>
      ${isEdited ? this.#saveBar(tree) : nothing}`;
  }

  #edit(part: EditedPart, label: string, settings: SiteSettings): TemplateResult | typeof nothing {
    if (!mayHere('admin')) return nothing;
    const { save } = words().structure;
    const isSaved = this.saving.state === 'saved' && this.saving.part === part && this.draft === null;
    return html`<span class="buttons">
      ${isSaved ? html`<span class="small muted" role="status">${save.saved}</span>` : nothing}
      <button ?disabled=${this.isWrong || this.isBusy} @click=${() => {
        this.draft ??= beginDraft(settings);
        this.edited = part;
        this.#lastEdited = part;
        this.saving = { state: 'idle' };
      }}>${icon('edit', 18)}${label}</button>
    </span>`;
  }

  readonly #changed = (event: CustomEvent<Partial<SiteFacts>>) => {
    if (this.draft !== null) this.draft = changed(this.draft, event.detail);
    if (!this.isBusy) this.saving = { state: 'idle' };
  };

  #saveBar(tree: MeterTree): TemplateResult | typeof nothing {
    const { save: text } = words().structure;
    const { draft } = this;
    if (draft === null) return nothing;
    if (this.conflict !== null) {
      return html`<jg-conflict
        .conflict=${this.conflict}
        .tree=${tree}
        @jg-keep-mine=${() => this.#settle(true)}
        @jg-take-theirs=${() => this.#settle(false)}
      ></jg-conflict>`;
    }
    const { length } = differencesOf(draft.base, draft.now);
    return html`<div class="notes">
      ${this.saving.state === 'failed' ? html`<jg-notice kind="bad" .text=${errorText(this.saving.error)}></jg-notice>` : nothing}
      ${this.isWrong ? html`<p class="small" role="status">${text.wrong}</p>` : nothing}
      <div class="buttons">
        <button class="primary" ?disabled=${length === 0 || this.isWrong || this.isBusy} @click=${() => void this.#save(draft)}>
          ${this.isBusy ? text.saving : text.save}
        </button>
        <button ?disabled=${draft.before.length === 0} @click=${() => {
          this.draft = undone(draft);
        }}>${text.undo}</button>
        <button class="quiet" @click=${() => this.#end()}>${length === 0 && !this.isWrong ? text.close : text.discard}</button>
        ${length === 0 ? nothing : html`<span class="small muted" role="status">${text.unsaved(length, formatNumber(length, locale(), 0))}</span>`}
      </div>
    </div>`;
  }

  #end(): void {
    this.draft = null;
    this.edited = null;
    this.conflict = null;
    this.isWrong = false;
  }

  #settle(isMine: boolean): void {
    const { conflict, draft } = this;
    if (conflict === null || draft === null) return;
    this.conflict = null;
    this.draft = isMine ? rebased(draft, conflict.theirs) : beginDraft(conflict.theirs);
  }

  async #save(draft: SiteDraft): Promise<void> {
    this.saving = { state: 'saving' };
    try {
      const saved = await api.setSite({ version: draft.base.version, ...draft.now });
      this.site.settings = saved;
      if (this.draft === null || this.draft === draft) {
        this.saving = { state: 'saved', part: this.edited };
        this.#end();
      } else {
        // What was changed meanwhile is still to be saved.
        this.saving = { state: 'idle' };
        this.draft = { ...this.draft, base: saved };
      }
      await this.site.refresh();
    } catch (error) {
      if (!(error instanceof RequestError)) throw error;
      if (error.code === 'site.changed') await this.#meet();
      else this.saving = { state: 'failed', error };
    }
  }

  /** The host refused, as somebody else was faster: what is still to be changed meets that when it is drawn. */
  async #meet(): Promise<void> {
    try {
      this.site.settings = await api.site();
      this.saving = { state: 'idle' };
    } catch (error) {
      if (!(error instanceof RequestError)) throw error;
      this.saving = { state: 'failed', error };
    }
  }
}

customElements.define('jg-structure', JgStructure);
