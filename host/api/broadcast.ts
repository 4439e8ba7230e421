/** Writes to this many clients take some milliseconds; then others have their turn. */
const atOnce = 100;

interface Round<C> {
  readonly audience: Iterable<C>;
  parts: Buffer[];
  clients: readonly C[];
  /** How many of them have been served; none: more may still be put in. */
  served: number;
}

/**
 * The same bytes to many clients, in order for each, without holding up the event loop: a thousand writes take longer
 * than anything else in the host may. Clients who hear the same are an audience, one and the same object each time; each
 * client is in one. What comes for an audience while others are served goes out together.
 */
export class Broadcast<C> {
  readonly #write: (client: C, bytes: Buffer) => void;
  readonly #rounds: Round<C>[] = [];
  /** The last round of an audience, as long as nobody was served. */
  readonly #waiting = new Map<Iterable<C>, Round<C>>();
  #isSending = false;

  /** `write` must take a client that has gone since. */
  constructor(write: (client: C, bytes: Buffer) => void) {
    this.#write = write;
  }

  send(bytes: Buffer, audience: Iterable<C>): void {
    const waiting = this.#isSending ? this.#waiting.get(audience) : undefined;
    if (waiting !== undefined) {
      waiting.parts.push(bytes);
      // Who is not among these any more has gone.
      waiting.clients = [...audience];
    } else {
      const round: Round<C> = { audience, parts: [bytes], clients: [...audience], served: 0 };
      this.#rounds.push(round);
      this.#waiting.set(audience, round);
    }
    if (!this.#isSending) this.#sendSome();
  }

  #sendSome(): void {
    let room = atOnce;
    for (let round = this.#rounds[0]; round !== undefined; round = this.#rounds[0]) {
      if (room === 0) {
        this.#goOnLater();
        return;
      }
      if (this.#waiting.get(round.audience) === round) this.#waiting.delete(round.audience);
      if (round.parts.length > 1) round.parts = [Buffer.concat(round.parts)];
      const [bytes = Buffer.alloc(0)] = round.parts;
      for (; room > 0 && round.served < round.clients.length; room--) {
        this.#write(round.clients[round.served++] as C, bytes);
      }
      if (round.served < round.clients.length) {
        this.#goOnLater();
        return;
      }
      this.#rounds.shift();
    }
    this.#isSending = false;
  }

  #goOnLater(): void {
    this.#isSending = true;
    setImmediate(() => this.#sendSome());
  }
}
