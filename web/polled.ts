import {
  html,
  nothing,
  type ReactiveController,
  type ReactiveControllerHost,
  type TemplateResult,
} from 'lit';
import { RequestError } from './api.ts';
import { errorText } from './error-text.ts';
import { words } from './i18n/language.ts';
import './parts/jg-notice.ts';

type Ask<T> = (signal: AbortSignal) => Promise<T>;

/**
 * Something the host is asked for when an element comes, again each `everyMs` while somebody looks at the page, and by
 * `load`. What was told last stays until something else is told; a refusal stands beside it.
 */
export class Polled<T> implements ReactiveController {
  value: T | null = null;
  error: RequestError | null = null;
  readonly #host: ReactiveControllerHost;
  readonly #everyMs: number;
  readonly #ask: Ask<T>;
  #underWay: AbortController | null = null;
  #askedTicksMs = 0;
  #timer: ReturnType<typeof setInterval> | undefined;

  constructor(host: ReactiveControllerHost, everyMs: number, ask: Ask<T>) {
    this.#host = host;
    this.#everyMs = everyMs;
    this.#ask = ask;
    host.addController(this);
  }

  hostConnected(): void {
    if (this.isWanted) void this.load();
    this.#timer = setInterval(this.#again, this.#everyMs);
    document.addEventListener('visibilitychange', this.#lookedAt);
  }

  hostDisconnected(): void {
    clearInterval(this.#timer);
    document.removeEventListener('visibilitychange', this.#lookedAt);
    this.#drop();
  }

  /** Whether there is anything to ask for. */
  protected get isWanted(): boolean {
    return true;
  }

  /** A host that takes longer than a round is not asked twice. */
  readonly #again = (): void => {
    if (!document.hidden && this.#underWay === null && this.isWanted) void this.load();
  };

  readonly #lookedAt = (): void => {
    if (performance.now() - this.#askedTicksMs >= this.#everyMs) this.#again();
  };

  #drop(): void {
    this.#underWay?.abort();
    this.#underWay = null;
  }

  /** What is there, or under way, is of something else. */
  protected forget(): void {
    this.#drop();
    this.value = null;
    this.error = null;
  }

  /** Asks at once; the answer to what was asked before is not waited for. Rejects with what is no `RequestError`. */
  async load(): Promise<void> {
    this.#drop();
    const underWay = new AbortController();
    this.#underWay = underWay;
    this.#askedTicksMs = performance.now();
    try {
      const value = await this.#ask(underWay.signal);
      if (underWay.signal.aborted) return;
      this.value = value;
      this.error = null;
    } catch (error) {
      if (underWay.signal.aborted) return;
      if (!(error instanceof RequestError)) throw error;
      this.error = error;
    } finally {
      if (this.#underWay === underWay) this.#underWay = null;
    }
    this.#host.requestUpdate();
  }

  /** Why it could not be had, with a button to try again; what is made of it, or that it is waited for. */
  drawn(content: (value: T) => unknown): TemplateResult {
    const { value, error } = this;
    const failed =
      error === null
        ? nothing
        : html`<jg-notice kind="bad" .text=${errorText(error)} .canRetry=${true} @jg-refresh=${() => void this.load()}></jg-notice>`;
    const waiting = html`<p class="muted" role="status">${words().load.loading}</p>`;
    return html`${failed}${value !== null ? content(value) : error === null ? waiting : nothing}`;
  }
}
