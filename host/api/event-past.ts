import type { SharedEvent } from './event-frames.ts';

export interface PastEvent {
  readonly id: number;
  readonly event: SharedEvent;
}

/** So many more than wanted may be there for a while. */
const shareMore = 0.1;

/**
 * The newest events that a page must not miss, so that one whose connection broke hears them once it is back. Numbers are
 * milliseconds where no two are the same: they grow also over a restart, and do not tell how much others do.
 */
export class EventPast {
  readonly #most: number;
  readonly #nowMs: () => number;
  #events: PastEvent[] = [];
  /** Everything after this number is here. */
  #sinceId: number;
  #lastId: number;

  constructor(most: number, nowMs: () => number) {
    this.#most = most;
    this.#nowMs = nowMs;
    this.#sinceId = nowMs();
    this.#lastId = this.#sinceId;
  }

  /** Of the newest event, or of the start. */
  get lastId(): string {
    return String(this.#lastId);
  }

  /** Keeps an event where pages need it later; what is newer anyway in a moment has no number. */
  add(event: SharedEvent): string | undefined {
    if (event.type === 'live') return undefined;
    this.#lastId = Math.max(this.#lastId + 1, this.#nowMs());
    this.#events.push({ id: this.#lastId, event });
    // Not one by one: moving all the others costs more.
    const tooMany = this.#events.length - this.#most;
    if (tooMany >= this.#most * shareMore) {
      this.#sinceId = this.#events[tooMany - 1]?.id ?? this.#sinceId;
      this.#events = this.#events.slice(tooMany);
    }
    return this.lastId;
  }

  /** All since one, the oldest first; undefined where it is not known any more what came since. */
  since(text: string): readonly PastEvent[] | undefined {
    const id = /^\d{1,16}$/.test(text) ? Number(text) : Number.NaN;
    if (!(id >= this.#sinceId && id <= this.#lastId)) return undefined;
    return this.#events.filter(past => past.id > id);
  }
}
