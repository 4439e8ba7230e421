import type { Cancel, TimePort } from '#ports';
import type { LinePort, SerialLine } from '../line/serial-line.ts';

/** One of several who ask on the same line; gets the bytes that are heard in its turn. */
export interface Asker {
  readonly onBytes: (bytes: Uint8Array) => void;
  /** The turn of what it asked is over, answered or not. */
  readonly onTurnEnd?: () => void;
}

interface Request {
  readonly asker: Asker;
  readonly bytes: Uint8Array;
  /** It came over a wire of its own and took its time there. */
  readonly wasPaced: boolean;
}

/** A slave that has not begun so long after the request will not answer. */
const answerWithinMs = 200;
/** A process that is held for longer misses one step of the wait: the slaves of its line were held with it. */
const waitStepMs = 20;
const longestQueue = 64;

/**
 * Lets several masters use one line as converters in "multi-host" mode do: requests wait for their turn, and a turn
 * lasts until the answer has ended, none has begun in time, or who has it asks again, as it awaits nothing any more.
 * What is heard goes to the one whose turn it is or was last.
 */
export class TurnTaking {
  dropped = 0;
  readonly #time: TimePort;
  readonly #port: LinePort;
  readonly #queue: Request[] = [];
  #turn: Request | undefined;
  /** When the question of this turn has left. */
  #sentTicks = 0;
  #lastAsker: Asker | undefined;
  #cancelWait: Cancel | undefined;
  /** Bytes have come since the last silence. */
  #isHearing = false;
  readonly #characterMs: number;

  constructor(line: SerialLine, time: TimePort) {
    this.#time = time;
    this.#characterMs = line.characterMs;
    this.#port = line.connect({
      onBytes: bytes => {
        this.#isHearing = true;
        this.#lastAsker?.onBytes(bytes);
      },
      onFrame: frame => {
        this.#isHearing = false;
        if (this.#turn && !isEqual(frame, this.#turn.bytes)) this.#nextTurn();
      },
    });
  }

  /** False where too many wait already. `wasPaced`: the bytes took the time that they take on a wire of their own. */
  ask(asker: Asker, bytes: Uint8Array, wasPaced = false): boolean {
    if (this.#queue.length >= longestQueue) {
      this.dropped++;
      return false;
    }
    this.#queue.push({ asker, bytes, wasPaced });
    const isGivenUp =
      this.#turn?.asker === asker && !this.#isHearing && this.#time.ticksMs() > this.#sentTicks;
    if (this.#turn === undefined || isGivenUp) this.#nextTurn();
    return true;
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

  #nextTurn(): void {
    this.#cancelWait?.();
    const ended = this.#turn;
    this.#turn = undefined;
    ended?.asker.onTurnEnd?.();
    // Who heard that may have asked again and have begun.
    if (this.#turn !== undefined) return;
    this.#turn = this.#queue.shift();
    if (this.#turn === undefined) return;
    const { asker, bytes, wasPaced } = this.#turn;
    const wireMs = bytes.length * this.#characterMs;
    const beganTicks = this.#time.ticksMs() - (wasPaced ? wireMs : 0);
    this.#lastAsker = asker;
    this.#sentTicks = beganTicks + wireMs;
    this.#awaitAnswer(this.#sentTicks - this.#time.ticksMs() + answerWithinMs);
    this.#port.writeAt(bytes, beganTicks);
  }

  #awaitAnswer(leftMs: number): void {
    const stepMs = Math.min(leftMs, waitStepMs);
    this.#cancelWait = this.#time.after(stepMs, () => {
      if (leftMs > stepMs) this.#awaitAnswer(leftMs - stepMs);
      // An answer that has begun ends the turn when it ends.
      else if (!this.#isHearing) this.#nextTurn();
    });
  }
}

const isEqual = (a: Uint8Array, b: Uint8Array): boolean =>
  a.length === b.length && a.every((byte, index) => byte === b[index]);
