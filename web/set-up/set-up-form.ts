import { nothing, type ReactiveController, type TemplateResult } from 'lit';
import type { Profile } from '../../host/api/contract.ts';
import { type FocusHost, FocusKeeper } from '../parts/focus-keeper.ts';
import { Work } from '../parts/work.ts';
import { type Draft, draftOf, placesOf, settingsOf, withFound } from './draft.ts';
import type { FormField } from './fields.ts';
import { formFields } from './form-fields.ts';
import type { Mistakes } from './mistakes.ts';
import { mistakesOf, wrongNotice } from './wrong-notice.ts';

/**
 * A form of what its kind asks for: what is filled in, what is done with it, and what is wrong with it. The keyboard
 * begins in its first field, and goes to the first that the host refuses.
 */
export class SetUpForm<What extends string> extends Work<What> implements ReactiveController {
  readonly #host: FocusHost;
  #of: string | null = null;
  #fields: readonly FormField[] = [];
  #draft: Draft = {};
  #isSaved = false;
  #isBegun = false;

  constructor(host: FocusHost) {
    super(host);
    this.#host = host;
    host.addController(this);
    new FocusKeeper(host);
  }

  hostUpdated(): void {
    if (this.#isBegun) return;
    this.#isBegun = true;
    // What was clicked to come here is gone.
    this.#find('input')?.focus();
  }

  /** Whether it begins anew, being of another kind or of other settings: what is looked at again every few seconds does not undo what is being typed. */
  begins(kind: string, fields: () => readonly FormField[], saved: Saved | null): boolean {
    const of = `${kind} ${saved?.id ?? ''}`;
    if (of === this.#of) return false;
    this.#of = of;
    this.#fields = fields();
    this.#draft = draftOf(this.#fields, saved?.settings);
    this.#isSaved = saved !== null;
    return true;
  }

  get mistakes(): Mistakes {
    return mistakesOf(this.error);
  }

  /** As the host takes them. */
  get settings(): Record<string, unknown> {
    return settingsOf(this.#fields, this.#draft);
  }

  /** Puts what was found beside what is filled in. */
  take(found: unknown): void {
    this.#draft = withFound(this.#fields, this.#draft, found);
    this.#host.requestUpdate();
  }

  fields(profiles: readonly Profile[] = []): TemplateResult | typeof nothing {
    const { mistakes } = this;
    if (this.#fields.length === 0) return nothing;
    return formFields(
      this.#fields,
      this.#draft,
      { profiles, mistakes, isSaved: this.#isSaved },
      (field, value) => {
        this.#draft = { ...this.#draft, [field]: value };
        this.#host.requestUpdate();
      },
    );
  }

  /** What is wrong, where it stands at no field; `own` are places beside the settings. */
  wrong(own: readonly string[]): TemplateResult | typeof nothing {
    return wrongNotice(this.error, this.mistakes, [...own, ...placesOf(this.#fields, this.#draft)]);
  }

  override async do(work: () => Promise<unknown>, what: What): Promise<void> {
    if (this.isBusy) return;
    await super.do(work, what);
    await this.#host.updateComplete;
    if (this.error !== null) this.#find('[aria-invalid="true"]')?.focus();
  }

  #find(selector: string): HTMLElement | null {
    return this.#host.renderRoot.querySelector<HTMLElement>(selector);
  }
}

interface Saved {
  readonly id: string;
  readonly settings?: unknown;
}
