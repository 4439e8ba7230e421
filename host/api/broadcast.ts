/** Writes to this many clients take some milliseconds; then others have their turn. */
const atOnce = 100;

interface Round<C> {
  parts: Buffer[];
  clients: readonly C[];
  /** How many of them have been served; none: more may still be put in. */
  served: number;
}

/**
 * The same bytes to many clients, in order for each, without holding up the event loop: a thousand writes take longer
 * than anything else in the host may. What comes while others are served goes out together.
 */
export class Broadcast<C> {
  readonly #write: (client: C, bytes: Buffer) => void;
  #rounds: Round<C>[] = [];
  #isSending = false;

  /** `write` must take a client that has gone since. */
  constructor(write: (client: C, bytes: Buffer) => void) {
    this.#write = write;
  }

  send(bytes: Buffer, clients: Iterable<C>): void {
    const last = this.#rounds.at(-1);
    if (this.#isSending && last?.served === 0) {
      last.parts.push(bytes);
      // Who is not among these any more has gone.
      last.clients = [...clients];
    } else this.#rounds.push({ parts: [bytes], clients: [...clients], served: 0 });
    if (!this.#isSending) this.#sendSome();
  }

  #sendSome(): void {
    let room = atOnce;
    for (let round = this.#rounds[0]; round !== undefined; round = this.#rounds[0]) {
      if (round.parts.length > 1) round.parts = [Buffer.concat(round.parts)];
      const [bytes = Buffer.alloc(0)] = round.parts;
      for (; room > 0 && round.served < round.clients.length; room--) {
        this.#write(round.clients[round.served++] as C, bytes);
      }
      if (round.served < round.clients.length) {
        this.#isSending = true;
        setImmediate(() => this.#sendSome());
        return;
      }
      this.#rounds.shift();
    }
    this.#isSending = false;
  }
}
