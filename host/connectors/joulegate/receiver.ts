import { type Fault, fault } from '../../faults/fault.ts';
import type { ConnectorSource, WindowStore } from '../connector.ts';

/** What other Joulegates send to one source: counted, and why something was refused last. */
export class RecordsReceiver implements ConnectorSource {
  readonly #store: WindowStore;
  readonly #counts = { messages: 0, records: 0, refused: 0, putOff: 0 };
  #fault: Fault | undefined;
  /** Messages that wait for the disk. */
  waiting = 0;

  constructor(store: WindowStore, why = fault('records.never', {})) {
    this.#store = store;
    this.#fault = why;
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

  fault(): Fault | undefined {
    return this.#fault;
  }

  taken(records: number): void {
    this.#counts.messages++;
    this.#counts.records += records;
    this.#fault = undefined;
  }

  refused(said: string): void {
    this.#counts.refused++;
    this.#fault = fault('records.refused', { said }, `what was sent is refused: ${said}`);
  }

  putOff(): void {
    this.#counts.putOff++;
  }
}

const running = new WeakMap<WindowStore, RecordsReceiver>();

/** Of a source that is on, by where it stores. */
export const receiverOf = (store: WindowStore): RecordsReceiver | undefined => running.get(store);
