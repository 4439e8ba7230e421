import { Backoff } from '../core/backoff.ts';
import { toHex } from '../core/bytes.ts';
import { imageFault, imageHeadBytes } from '../core/update.ts';
import type { Chip } from '../core/wire/life.ts';
import type { Cancel, Hash, HttpPort, Ports, UpdatePort } from '../ports.ts';

export interface ImageFetchOptions {
  readonly ports: Pick<Ports, 'time' | 'random' | 'crypto'>;
  readonly http: HttpPort;
  readonly slot: Pick<UpdatePort, 'begin' | 'write' | 'abandon'>;
  readonly image: {
    readonly url: string;
    readonly imageBytes: number;
    readonly sha256: string;
    readonly chip: Chip;
  };
  readonly onProgress: (fetchedBytes: number) => void;
  /** The whole image is in the slot and is the one that was meant, or why not; the slot is then given up. */
  readonly onDone: (fault: string | undefined) => void;
}

/** Small enough that a lost connection costs little, large enough that asking is little of the work. */
const pieceBytes = 16 * 1024;
const pieceTimeoutMs = 30_000;
const firstWaitMs = 1000;
const mostWaitMs = 60_000;
/** So many tries one after the other without a byte: about a quarter of an hour. */
const vainTries = 20;
/** An image that has not come by then does not come. */
const wholeTimeoutMs = 4 * 3_600_000;

type State = 'fetching' | 'waiting' | 'over';

/**
 * An image from the host into the slot, piece by piece: what came stays, and the next piece goes on where the last one
 * broke off. Hashed as it is written; the head is looked at as soon as it is there.
 */
export class ImageFetch {
  fetchedBytes = 0;
  readonly #options: ImageFetchOptions;
  readonly #hash: Hash;
  readonly #head = new Uint8Array(imageHeadBytes);
  readonly #backoff: Backoff;
  #state: State = 'waiting';
  /** Counts pieces: what an earlier one still says is not heard. */
  #piece = 0;
  #vain = 0;
  #cancelPiece: Cancel = () => {};
  #cancelTimer: Cancel = () => {};
  #cancelWhole: Cancel = () => {};

  constructor(options: ImageFetchOptions) {
    this.#options = options;
    this.#hash = options.ports.crypto.sha256();
    this.#backoff = new Backoff(firstWaitMs, mostWaitMs, () => options.ports.random.unit());
  }

  start(): void {
    const { slot, image, ports } = this.#options;
    try {
      slot.begin(image.imageBytes);
    } catch (error) {
      this.end(`the slot cannot be written: ${textOf(error)}`);
      return;
    }
    this.#cancelWhole = ports.time.after(wholeTimeoutMs, () =>
      this.end(`not whole after ${wholeTimeoutMs / 3_600_000} hours`),
    );
    this.next();
  }

  /** Gives up, without a word. */
  cancel(): void {
    if (this.#state === 'over') return;
    this.stop();
    this.abandon();
  }

  private next(): void {
    const { http, image, ports } = this.#options;
    const piece = ++this.#piece;
    const from = this.fetchedBytes;
    const to = Math.min(from + pieceBytes, image.imageBytes) - 1;
    this.#state = 'fetching';
    this.#cancelPiece = () => {};
    this.#cancelTimer = ports.time.after(pieceTimeoutMs, () => {
      this.#cancelPiece();
      this.pieceEnded(piece, `no answer within ${pieceTimeoutMs / 1000} s`, from, to);
    });
    const cancel = http.get(
      { url: image.url, from, to },
      {
        onBytes: bytes => {
          if (piece === this.#piece && this.#state === 'fetching') this.take(piece, bytes, to);
        },
        onDone: why => this.pieceEnded(piece, why, from, to),
      },
    );
    if (piece === this.#piece && this.#state === 'fetching') this.#cancelPiece = cancel;
  }

  private take(piece: number, bytes: Uint8Array, to: number): void {
    const { slot, image } = this.#options;
    const room = to + 1 - this.fetchedBytes;
    if (bytes.length > room) {
      this.#cancelPiece();
      this.pieceEnded(piece, 'more bytes came than were asked for', to, to);
      return;
    }
    if (this.fetchedBytes < imageHeadBytes) {
      this.#head.set(bytes.subarray(0, imageHeadBytes - this.fetchedBytes), this.fetchedBytes);
    }
    try {
      slot.write(bytes);
    } catch (error) {
      this.end(`the slot cannot be written: ${textOf(error)}`);
      return;
    }
    this.#hash.add(bytes);
    const before = this.fetchedBytes;
    this.fetchedBytes += bytes.length;
    if (before < imageHeadBytes && this.fetchedBytes >= imageHeadBytes) {
      const fault = imageFault(this.#head, image.chip);
      if (fault !== undefined) {
        this.end(`this is no image: ${fault}`);
        return;
      }
    }
    this.#options.onProgress(this.fetchedBytes);
  }

  private pieceEnded(piece: number, why: string | undefined, from: number, to: number): void {
    if (piece !== this.#piece || this.#state !== 'fetching') return;
    this.#cancelTimer();
    const isWhole = why === undefined && this.fetchedBytes === to + 1;
    if (this.fetchedBytes > from) {
      this.#vain = 0;
      this.#backoff.reset();
    }
    if (isWhole) {
      if (this.fetchedBytes === this.#options.image.imageBytes) this.check();
      // Not from within the port's call, whose connection is not closed yet.
      else this.wait(0);
      return;
    }
    const fault = why ?? 'the answer was too short';
    if (++this.#vain >= vainTries)
      this.end(`${fault}; ${vainTries} tries in vain, ${this.fetchedBytes} bytes came`);
    else this.wait(this.#backoff.next());
  }

  private wait(delayMs: number): void {
    this.#state = 'waiting';
    this.#cancelTimer = this.#options.ports.time.after(delayMs, () => this.next());
  }

  private check(): void {
    const sha256 = toHex(this.#hash.finish());
    if (sha256 === this.#options.image.sha256) this.end(undefined);
    else this.end(`the image is another than the one ordered: its SHA-256 is ${sha256}`);
  }

  private end(fault: string | undefined): void {
    if (this.#state === 'over') return;
    this.stop();
    if (fault !== undefined) this.abandon();
    this.#options.onDone(fault);
  }

  private stop(): void {
    this.#state = 'over';
    this.#cancelTimer();
    this.#cancelWhole();
    this.#cancelPiece();
  }

  private abandon(): void {
    try {
      this.#options.slot.abandon();
    } catch {
      // What is not activated is never started, and the next `begin` takes the slot anew.
    }
  }
}

const textOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
