import { html, nothing, type TemplateResult } from 'lit';
import { repeat } from 'lit/directives/repeat.js';
import type {
  BeginRequest,
  EndRequest,
  Lab,
  LabEventInfo,
  LabPartInfo,
  LabState,
  LabValue,
} from '../../simulator/control/contract.ts';
import { chooseTheme, theme, themes } from '../frame/theme.ts';
import { chooseLanguage, language, languageIds, languageNames, words } from '../i18n/language.ts';
import { JgElement } from '../jg-element.ts';
import { choiceField } from '../parts/choice-field.ts';
import { icon } from '../parts/icons.ts';
import '../parts/jg-notice.ts';
import '../parts/jg-state.ts';
import { basics, controls } from '../styles.ts';
import './jg-lab-log.ts';
import './jg-lab-part.ts';
import { begin, end, LabFailure, readLab, readState } from './lab-api.ts';
import { clockText, happeningName, labWords, partTitle } from './lab-language.ts';
import { labPageStyles } from './lab-page-styles.ts';

const everyMs = 1000;
/** As many as the laboratory keeps. */
const eventsKept = 500;

/** The page of a laboratory: its parts, what is wrong with them now, and what has been. */
export class JgLab extends JgElement {
  static override properties = {
    lab: { state: true },
    state: { state: true },
    events: { state: true },
    trouble: { state: true },
    isBusy: { state: true },
  };
  static override styles = [basics, controls, labPageStyles];

  declare lab: Lab | null;
  declare state: LabState | null;
  declare events: readonly LabEventInfo[];
  /** What to say above all: that nobody answers, or what did not work. */
  declare trouble: string;
  declare isBusy: boolean;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #isAway = false;
  /** Which look is the newest: what an older one brings is not taken, lest an event stands twice. */
  #newest = 0;

  constructor() {
    super();
    this.lab = null;
    this.state = null;
    this.events = [];
    this.trouble = '';
    this.isBusy = false;
  }

  override connectedCallback(): void {
    super.connectedCallback();
    void this.#look();
    addEventListener('hashchange', this.#start);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    clearTimeout(this.#timer);
    removeEventListener('hashchange', this.#start);
  }

  readonly #start = (): void => {
    this.lab = null;
    this.state = null;
    this.events = [];
    void this.#look();
  };

  async #look(): Promise<void> {
    clearTimeout(this.#timer);
    const own = ++this.#newest;
    try {
      await this.#refresh(own);
      if (own !== this.#newest) return;
      if (this.#isAway) this.trouble = '';
      this.#isAway = false;
    } catch (error) {
      if (own !== this.#newest) return;
      this.#isAway = true;
      const isStranger = error instanceof LabFailure && error.why === 'forbidden';
      this.trouble = isStranger ? labWords().noToken : labWords().away;
      // Another laboratory may answer here next.
      if (isStranger) this.lab = null;
    }
    if (this.isConnected) this.#timer = setTimeout(() => void this.#look(), everyMs);
  }

  async #refresh(own: number): Promise<void> {
    const lab = this.lab ?? (await readLab());
    const state = await readState(this.events.at(-1)?.number ?? 0);
    if (own !== this.#newest) return;
    this.lab = lab;
    this.state = state;
    if (state.events.length > 0) this.events = [...this.events, ...state.events].slice(-eventsKept);
  }

  /** Does it, shows how it is then, and says why where it did not work. */
  async #do(act: () => Promise<unknown>): Promise<void> {
    this.isBusy = true;
    this.trouble = '';
    try {
      await act();
    } catch (error) {
      this.trouble = labWords().failed(error instanceof Error ? error.message : String(error));
    } finally {
      this.isBusy = false;
    }
    await this.#look();
  }

  readonly #begin = (event: CustomEvent<BeginRequest>): void => void this.#do(() => begin(event.detail));
  #end(request: EndRequest): void {
    void this.#do(() => end(request));
  }

  protected override updated(): void {
    document.title = labWords().documentTitle;
  }

  protected override render(): TemplateResult {
    const own = labWords();
    return html`${this.#bar()}
      <main>
        <div class="head">
          <div>
            <h1>${own.title}</h1>
            <p class="muted">${own.intro}</p>
          </div>
          <div class="state">
            <span role="status">${this.#summary()}</span>
            ${
              (this.state?.running.length ?? 0) === 0
                ? nothing
                : html`<button ?disabled=${this.isBusy} @click=${() => this.#end({})}>${icon('tick', 18)}${own.endAll}</button>`
            }
          </div>
        </div>
        ${this.trouble === '' ? nothing : html`<jg-notice .text=${this.trouble}></jg-notice>`}
        ${this.lab === null || this.state === null ? nothing : this.#content(this.lab, this.state)}
      </main>`;
  }

  #bar(): TemplateResult {
    const own = labWords();
    const languages = languageIds.map(id => [id, languageNames[id]] as const);
    const looks = themes.map(id => [id, own.themes[id]] as const);
    const hostUrl = this.lab?.hostUrl ?? null;
    return html`<header class="bar">
      <span class="brand"><span class="mark">${icon('logo')}</span><span class="name">${words().product}</span></span>
      <span class="space"></span>
      ${hostUrl === null ? nothing : html`<a class="button" href=${hostUrl} target="_blank" rel="noopener">${icon('overview', 18)}${own.hostPage}</a>`}
      <button class="quiet menu" popovertarget="menu" aria-label=${`${own.language}, ${own.theme}`}>${icon('settings')}</button>
      <div id="menu" class="popover panel" popover>
        ${choiceField('language', own.language, language(), languages, ({ value }) => void chooseLanguage(value).catch(() => {}))}
        ${choiceField('theme', own.theme, theme(), looks, ({ value }) => chooseTheme(value))}
      </div>
    </header>`;
  }

  #summary(): TemplateResult | typeof nothing {
    if (this.state === null || this.#isAway) return nothing;
    const own = labWords();
    const count = this.state.running.length;
    return html`<jg-state .tone=${count > 0 ? 'warn' : 'well'} .text=${count > 0 ? own.wrong(count) : own.well}></jg-state>`;
  }

  #content(lab: Lab, state: LabState): TemplateResult {
    const own = labWords();
    const meters = lab.parts.filter(({ kind }) => kind === 'meter');
    const others = lab.parts.filter(({ kind }) => kind !== 'meter');
    return html`${this.#parts('parts', own.parts, others, lab, state)}
      ${meters.length === 0 ? nothing : this.#parts('meters', own.meters, meters, lab, state)}
      ${state.planned.some(({ nextMs }) => nextMs !== null) ? this.#planned(state) : nothing}
      <section aria-labelledby="log" class="panel log">
        <h2 id="log">${own.log}</h2>
        <jg-lab-log .events=${this.events} .parts=${lab.parts}></jg-lab-log>
      </section>`;
  }

  #parts(id: string, title: string, parts: Lab['parts'], lab: Lab, state: LabState): TemplateResult {
    const mend = (event: CustomEvent<number>) => this.#end({ id: event.detail });
    return html`<section aria-labelledby=${id}>
      <h2 id=${id}>${title}</h2>
      <div class="parts" @jg-begin=${this.#begin} @jg-end=${mend}>
        ${repeat(
          parts,
          part => part.id,
          part => this.#part(part, lab, state),
        )}
      </div>
    </section>`;
  }

  #part(part: LabPartInfo, { kinds }: Lab, { running, figures, nowMs }: LabState): TemplateResult {
    return html`<jg-lab-part
      .of=${part}
      .kinds=${kindsOf(part, kinds)}
      .running=${running.filter(one => one.part === part.id)}
      .figures=${figures[part.id] ?? []}
      .nowMs=${nowMs}
      .isBusy=${this.isBusy}
    ></jg-lab-part>`;
  }

  #planned({ planned, nowMs }: LabState): TemplateResult {
    const own = labWords();
    return html`<section class="panel log" aria-labelledby="planned">
      <h2 id="planned">${own.planned}</h2>
      <ul>
        ${planned.map(({ what, values, nextMs }) =>
          nextMs === null
            ? nothing
            : html`<li>${this.#partName(values.part)}${happeningName(what)} <span class="muted number">${own.plannedIn(clockText(nextMs - nowMs))}</span></li>`,
        )}
      </ul>
    </section>`;
  }

  /** Of a line of a schedule, which may leave it out. */
  #partName(id: LabValue | undefined): string {
    const part = this.lab?.parts.find(one => one.id === id);
    return part === undefined ? '' : `${partTitle(part)}: `;
  }
}

const lists = new WeakMap<LabPartInfo, Lab['kinds']>();

/** The kinds of a part, the same list each time: a form that is filled in is not begun anew each second. */
function kindsOf(part: LabPartInfo, kinds: Lab['kinds']): Lab['kinds'] {
  const known = lists.get(part);
  if (known !== undefined) return known;
  const list = kinds.filter(({ id }) => part.happenings.includes(id));
  lists.set(part, list);
  return list;
}

customElements.define('jg-lab', JgLab);
