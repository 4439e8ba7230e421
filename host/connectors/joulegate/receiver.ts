import type { ConnectorSource, WindowStore } from '../connector.ts';

/** What other Joulegates send to one source: counted, and why something was refused last. */
export class RecordsReceiver implements ConnectorSource {
  readonly #store: WindowStore;
  readonly #counts = { messages: 0, records: 0, refused: 0, putOff: 0 };
  #fault: string | undefined;
  /** Messages that wait for the disk. */
  waiting = 0;

  constructor(store: WindowStore, fault = 'nothing was sent yet since this host started') {
    this.#store = store;
    this.#fault = fault;
  }

  start(): void {
    running.set(this.#store, this);
  }

  stop(): void {
    if (running.get(this.#store) === this) running.delete(this.#store);
  }

  counters(): Readonly<Record<string, number>> {
    return { ...this.#counts };
  }

  fault(): string | undefined {
    return this.#fault;
  }

  taken(records: number): void {
    this.#counts.messages++;
    this.#counts.records += records;
    this.#fault = undefined;
  }

  refused(why: string): void {
    this.#counts.refused++;
    this.#fault = `what was sent is refused: ${why}`;
  }

  putOff(): void {
    this.#counts.putOff++;
  }
}

const running = new WeakMap<WindowStore, RecordsReceiver>();

/** Of a source that is on, by where it stores. */
export const receiverOf = (store: WindowStore): RecordsReceiver | undefined => running.get(store);
