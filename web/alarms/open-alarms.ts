import { api } from '../api.ts';
import { RequestError } from '../request-error.ts';

const most = 100;
/** Events of one burst make one request. */
const settleMs = 400;

/** How many alarms nobody looks after yet, as the navigation tells it; calls back when that changes. */
export class OpenAlarms {
  count = 0;
  readonly #changed: () => void;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #site: string | null = null;

  constructor(changed: () => void) {
    this.#changed = changed;
  }

  /** Of another site from now on; null: of none. */
  of(site: string | null): void {
    if (site === this.#site) return;
    this.#site = site;
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#become(0);
    if (site !== null) this.askSoon();
  }

  /** Something happened. */
  askSoon(): void {
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined;
      void this.#ask();
    }, settleMs);
  }

  async #ask(): Promise<void> {
    const site = this.#site;
    if (site === null) return;
    try {
      // Notes are for who reads them, and however many there are they hide no others.
      const counted = ['warning', 'critical'].map(severity =>
        api.alarmEvents({ state: 'open', severity, limit: most }),
      );
      const events = (await Promise.all(counted)).flat();
      if (site === this.#site) this.#become(events.length);
    } catch (error) {
      // That the host is away is said elsewhere; the next event asks again.
      if (!(error instanceof RequestError)) throw error;
    }
  }

  #become(count: number): void {
    if (count === this.count) return;
    this.count = count;
    this.#changed();
  }
}

/** As the badge shows it. */
export const badgeText = (count: number): string => (count >= most ? `${most - 1}+` : String(count));
