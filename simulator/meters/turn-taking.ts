import type { Cancel, SerialPort, TimePort } from '#ports';
import type { SerialLine } from '../line/serial-line.ts';

/** One of several who ask on the same line; gets the bytes that are heard in its turn. */
export interface Asker {
  readonly onBytes: (bytes: Uint8Array) => void;
}

interface Request {
  readonly asker: Asker;
  readonly bytes: Uint8Array;
}

/** A slave that has not begun by then will not answer. */
const answerWithinMs = 500;
const longestQueue = 64;

/**
 * Lets several masters use one line as converters in "multi-host" mode do: requests wait for their turn, and a turn
 * lasts until the answer has ended, no answer came, or its own asker asks again. What is heard goes to the one whose
 * turn it is or was last.
 */
export class TurnTaking {
  dropped = 0;
  readonly #time: TimePort;
  readonly #port: SerialPort;
  readonly #queue: Request[] = [];
  #turn: Request | undefined;
  #lastAsker: Asker | undefined;
  #cancelWait: Cancel | undefined;

  constructor(line: SerialLine, time: TimePort) {
    this.#time = time;
    this.#port = line.connect({
      onBytes: bytes => this.#lastAsker?.onBytes(bytes),
      onFrame: frame => {
        if (this.#turn && !isEqual(frame, this.#turn.bytes)) this.#endTurn();
      },
    });
  }

  ask(asker: Asker, bytes: Uint8Array): void {
    if (this.#queue.length >= longestQueue) {
      this.dropped++;
      return;
    }
    this.#queue.push({ asker, bytes });
    if (this.#turn === undefined || this.#turn.asker === asker) this.#endTurn();
  }

  /** Forgets an asker that went away. */
  leave(asker: Asker): void {
    for (let index = this.#queue.length - 1; index >= 0; index--) {
      if (this.#queue[index]?.asker === asker) this.#queue.splice(index, 1);
    }
    if (this.#lastAsker === asker) this.#lastAsker = undefined;
  }

  close(): void {
    this.#cancelWait?.();
    this.#queue.length = 0;
    this.#port.close();
  }

  #endTurn(): void {
    this.#cancelWait?.();
    this.#turn = this.#queue.shift();
    if (this.#turn === undefined) return;
    this.#lastAsker = this.#turn.asker;
    this.#cancelWait = this.#time.after(answerWithinMs, () => this.#endTurn());
    this.#port.write(this.#turn.bytes);
  }
}

const isEqual = (a: Uint8Array, b: Uint8Array): boolean =>
  a.length === b.length && a.every((byte, index) => byte === b[index]);
