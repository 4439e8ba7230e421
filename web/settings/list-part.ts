import { html, nothing, type TemplateResult } from 'lit';
import { errorText } from '../error-text.ts';
import { words } from '../i18n/language.ts';
import { JgElement } from '../jg-element.ts';
import { FocusKeeper } from '../parts/focus-keeper.ts';
import '../parts/jg-notice.ts';

/** What is about to be done to which thing, before the answer to whether it shall be. */
export interface Asked {
  readonly what: string;
  readonly id: string;
}

/** A part of the settings that is a list which the host keeps: asked for when it is shown, and again after each change. */
export abstract class ListPart<Item> extends JgElement {
  static override properties = {
    items: { state: true },
    asked: { state: true },
    isAdding: { state: true },
    isBusy: { state: true },
    error: { state: true },
    said: { state: true },
  };

  declare items: readonly Item[] | null;
  declare asked: Asked | null;
  declare isAdding: boolean;
  declare isBusy: boolean;
  declare error: unknown;
  declare said: string;
  /** What was asked last. */
  #before: Asked | null = null;

  constructor() {
    super();
    this.items = null;
    this.asked = null;
    this.isAdding = false;
    this.isBusy = false;
    this.error = null;
    this.said = '';
    new FocusKeeper(this, () => this.#goesOn());
  }

  override connectedCallback(): void {
    super.connectedCallback();
    void this.load();
  }

  protected override willUpdate(changed: Map<PropertyKey, unknown>): void {
    if (changed.has('asked') && this.asked !== null) this.#before = this.asked;
  }

  /** Where the keyboard goes on when what it pressed is gone: in the form that it opened, where it asked, at what was said. */
  #goesOn(): HTMLElement | null | undefined {
    const find = (selector: string) => this.renderRoot.querySelector<HTMLElement>(selector);
    if (this.isAdding) return find('form input:not([hidden])');
    const of = [...this.renderRoot.querySelectorAll<HTMLElement>('[data-asks]')].filter(
      ({ dataset }) => dataset.of === this.#before?.id,
    );
    const opener = of.find(({ dataset }) => dataset.asks === this.#before?.what) ?? of[0];
    return opener ?? find(this.said === '' ? '.row button.primary' : '[role="status"]');
  }

  /** The list, as the host has it. */
  protected abstract ask(): Promise<readonly Item[]>;

  protected async load(): Promise<void> {
    try {
      this.items = await this.ask();
    } catch (error) {
      this.error = error;
    }
  }

  /** Does something and shows the list as it is then; what went wrong stands above it. Whether it went well. */
  protected async work(work: () => Promise<unknown>, said = ''): Promise<boolean> {
    if (this.isBusy) return false;
    this.isBusy = true;
    this.error = null;
    this.said = '';
    try {
      await work();
      this.asked = null;
      this.said = said;
      this.items = await this.ask();
      return true;
    } catch (error) {
      this.error = error;
      return false;
    } finally {
      this.isBusy = false;
    }
  }

  /** A button that asks, or takes the question back. */
  protected asks(what: string, id: string, text: string, label = text): TemplateResult {
    const isOpen = this.asked?.what === what && this.asked.id === id;
    return html`<button type="button" ?disabled=${this.isBusy} data-asks=${what} data-of=${id} aria-expanded=${isOpen} aria-label=${label} @click=${() => {
      this.asked = isOpen ? null : { what, id };
    }}>${text}</button>`;
  }

  protected readonly stop = (): void => {
    this.asked = null;
    this.isAdding = false;
    this.error = null;
  };

  /** What went wrong or well. */
  protected told(): TemplateResult {
    return html`${this.error === null ? nothing : html`<jg-notice kind="bad" .text=${errorText(this.error)}></jg-notice>`}
      <p role="status" tabindex="-1" class="small" ?hidden=${this.said === ''}>${this.said}</p>`;
  }

  /** The list, or that it comes, or that there is none. */
  protected list(empty: string, item: (one: Item) => TemplateResult): TemplateResult | typeof nothing {
    if (this.items === null)
      return this.error === null ? html`<p class="muted" role="status">${words().load.loading}</p>` : nothing;
    if (this.items.length === 0) return html`<p class="muted">${empty}</p>`;
    return html`<ul class="items">${this.items.map(item)}</ul>`;
  }
}
