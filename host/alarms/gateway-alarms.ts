import type { Message } from '#core/wire/messages.ts';
import type { Events } from '../events.ts';

/** An alarm of a gateway's own rules that began or ended, as the host heard of it. */
export interface AlarmEntry {
  readonly gateway: string;
  readonly id: string;
  readonly meter: string;
  readonly quantity: string;
  readonly isOn: boolean;
  /** What made it so; null where values stayed away. */
  readonly value: number | null;
  /** By the gateway's clock; null where that was not set yet. */
  readonly atMs: number | null;
  readonly receivedMs: number;
}

/** Enough for a page; what is to be kept for longer is the business of who listens. */
const kept = 500;

/** The newest alarms of all gateways, in memory. A gateway tells the newest of each rule at each connection. */
export class Alarms {
  /** Alarms taken, and those that had been told before. */
  readonly counts = { taken: 0, repeated: 0 };
  readonly #events: Events;
  readonly #nowMs: () => number;
  #entries: AlarmEntry[] = [];

  constructor(events: Events, nowMs: () => number) {
    this.#events = events;
    this.#nowMs = nowMs;
  }

  take(gateway: string, { id, meter, quantity, isOn, value, atMs }: Message<'alarm'>): void {
    const isRepeated = this.#entries.some(
      entry =>
        entry.gateway === gateway &&
        entry.id === id &&
        entry.isOn === isOn &&
        entry.atMs === atMs &&
        entry.value === value,
    );
    if (isRepeated) {
      this.counts.repeated++;
      return;
    }
    this.counts.taken++;
    const entry = { gateway, id, meter, quantity, isOn, value, atMs, receivedMs: this.#nowMs() };
    this.#entries = bounded([entry, ...this.#entries]);
    this.#events.emit({ type: 'alarm', ...entry });
  }

  /** The newest first, of one gateway or of all. */
  list(gateway?: string): readonly AlarmEntry[] {
    return gateway === undefined ? this.#entries : this.#entries.filter(entry => entry.gateway === gateway);
  }

  /** How many rules are on, by what was told of each last. */
  get active(): number {
    const seen = new Set<string>();
    let count = 0;
    for (const { gateway, id, isOn } of this.#entries) {
      const key = `${gateway} ${id}`;
      if (seen.has(key)) continue;
      seen.add(key);
      if (isOn) count++;
    }
    return count;
  }
}

/** One too many: what is on goes last, however often others come and go. `entries` have the newest first. */
function bounded(entries: readonly AlarmEntry[]): AlarmEntry[] {
  if (entries.length <= kept) return [...entries];
  const told = new Set<string>();
  let out = entries.length - 1;
  for (const [index, { gateway, id, isOn }] of entries.entries()) {
    const rule = `${gateway} ${id}`;
    if (!isOn || told.has(rule)) out = index;
    told.add(rule);
  }
  return entries.filter((_, index) => index !== out);
}
