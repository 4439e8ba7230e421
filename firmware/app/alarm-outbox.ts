import type { Message } from '../core/wire/messages.ts';

type Alarm = Message<'alarm'>;

export interface AlarmWay {
  /** Puts a message on the wire; false where there is no connection. */
  readonly publishAlarm: (alarm: Alarm) => boolean;
}

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
  readonly #way: AlarmWay;
  // Both only where there is something: most gateways have no rules.
  #waiting: Alarm[] | undefined;
  #newest: Map<string, Alarm> | undefined;

  constructor(way: AlarmWay) {
    this.#way = way;
  }

  tell(alarm: Alarm): void {
    this.#newest ??= new Map();
    this.#newest.set(alarm.id, alarm);
    if (this.#way.publishAlarm(alarm)) return;
    this.#waiting ??= [];
    if (this.#waiting.push(alarm) <= mostWaiting) return;
    this.#waiting.shift();
    this.dropped++;
  }

  /** There is a connection: what waits, and the newest of each rule that is not among it. */
  connected(): void {
    const waiting = this.#waiting ?? [];
    this.#waiting = undefined;
    for (const alarm of this.#newest?.values() ?? [])
      if (!waiting.includes(alarm)) this.#way.publishAlarm(alarm);
    for (const alarm of waiting) this.#way.publishAlarm(alarm);
  }

  /** Forgets rules that are no more. */
  keep(ids: readonly string[]): void {
    for (const id of [...(this.#newest?.keys() ?? [])]) if (!ids.includes(id)) this.#newest?.delete(id);
  }
}
