import {
  html,
  nothing,
  type ReactiveController,
  type ReactiveControllerHost,
  type TemplateResult,
} from 'lit';
import { errorText } from './error-text.ts';
import { words } from './i18n/language.ts';
import './parts/jg-notice.ts';
import { type Ask, Polling, type Watch } from './polling.ts';

const ofBrowser: Watch = Object.freeze({
  ticksMs: () => performance.now(),
  every: (ms, again) => {
    const timer = setInterval(again, ms);
    return () => clearInterval(timer);
  },
  isLookedAt: () => !document.hidden,
  onLook: lookedAt => {
    document.addEventListener('visibilitychange', lookedAt);
    return () => document.removeEventListener('visibilitychange', lookedAt);
  },
} satisfies Watch);

/** What is asked for again and again by an element while it is there, and how it is drawn. */
export class Polled<T> extends Polling<T> implements ReactiveController {
  constructor(host: ReactiveControllerHost, everyMs: number, ask: Ask<T>) {
    super(host, everyMs, ask, ofBrowser);
    host.addController(this);
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
