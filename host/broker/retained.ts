/** How many may be on their way: more would only wait in the socket. */
const inFlightMost = 64;

/**
 * Brings the newest message of each topic to a broker that retains it: as soon as there is a connection, again after
 * each that ended (the broker may have forgotten), some at a time.
 */
export class Retained<M> {
  readonly #publish: (gateway: string, message: M, onDone: (error?: Error) => void) => void;
  readonly #newest = new Map<string, M>();
  /** Gateways whose message the broker does not have. */
  readonly #due = new Set<string>();
  #inFlight = 0;
  /** Counts connections: what an earlier one still answers does not count. */
  #connection = 0;
  #isUp = false;

  constructor(publish: (gateway: string, message: M, onDone: (error?: Error) => void) => void) {
    this.#publish = publish;
  }

  set(gateway: string, message: M): void {
    this.#newest.set(gateway, message);
    this.#due.add(gateway);
    this.#send();
  }

  up(): void {
    this.#connection++;
    this.#isUp = true;
    this.#inFlight = 0;
    for (const gateway of this.#newest.keys()) this.#due.add(gateway);
    this.#send();
  }

  down(): void {
    this.#isUp = false;
  }

  #send(): void {
    const connection = this.#connection;
    for (const gateway of this.#due) {
      if (!this.#isUp || this.#inFlight >= inFlightMost) return;
      const message = this.#newest.get(gateway);
      this.#due.delete(gateway);
      if (message === undefined) continue;
      this.#inFlight++;
      this.#publish(gateway, message, () => {
        if (connection !== this.#connection) return;
        this.#inFlight--;
        this.#send();
      });
    }
  }
}
