import type { Message } from '../core/wire/messages.ts';

type Alarm = Message<'alarm'>;

/** Changes that wait for a connection; more than these are of a value that flutters, and the oldest go. */
const mostWaiting = 16;

/**
 * Alarms on their way to the host: at once where there is a connection, otherwise kept until there is one. What was said
 * on a connection that then broke may be lost, so on the next one the newest of each rule is said again; the host knows
 * it by its id and instant.
 */
export class AlarmOutbox {
  /** Changes that nobody was told of. */
  dropped = 0;
  readonly #publish: (alarm: Alarm) => boolean;
  #waiting: Alarm[] = [];
  readonly #newest = new Map<string, Alarm>();

  constructor(publish: (alarm: Alarm) => boolean) {
    this.#publish = publish;
  }

  tell(alarm: Alarm): void {
    this.#newest.set(alarm.id, alarm);
    if (this.#publish(alarm)) return;
    if (this.#waiting.push(alarm) <= mostWaiting) return;
    this.#waiting.shift();
    this.dropped++;
  }

  /** There is a connection: what waits, and the newest of each rule that is not among it. */
  connected(): void {
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const alarm of this.#newest.values()) if (!waiting.includes(alarm)) this.#publish(alarm);
    for (const alarm of waiting) this.#publish(alarm);
  }

  /** Forgets rules that are no more. */
  keep(ids: readonly string[]): void {
    for (const id of [...this.#newest.keys()]) if (!ids.includes(id)) this.#newest.delete(id);
  }
}
