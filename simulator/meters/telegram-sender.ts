import type { Cancel, TimePort } from '#ports';
import { at } from '../line/at.ts';
import { type SmlFaults, SmlSpoiler } from './sml-faults.ts';
import type { TelegramHead } from './telegram-head.ts';

export interface TelegramSenderOptions {
  readonly time: TimePort;
  readonly head: TelegramHead;
  /** From one telegram's start to the next; meters send each 1 to 2 s. */
  readonly everyMs?: number;
  /** 10 bits a character (8N1); 0 sends telegrams whole. */
  readonly baud?: number;
  readonly seed?: number;
}

/** A UART's FIFO is emptied about this often. */
const bytesAtOnce = 16;

/** Sends a head's telegrams one after the other at the line's pace, to all who listen at that time. */
export class TelegramSender {
  readonly #spoiler: SmlSpoiler;
  readonly #listeners = new Set<(bytes: Uint8Array) => void>();
  readonly #options: TelegramSenderOptions;
  readonly #everyMs: number;
  readonly #baud: number;
  readonly #beganTicks: number;
  #cancelByte: Cancel | undefined;
  #cancelTelegram: Cancel | undefined;
  /** What has not gone out yet of the newest telegram. */
  #rest: Uint8Array = new Uint8Array(0);

  constructor(options: TelegramSenderOptions) {
    this.#options = options;
    this.#everyMs = options.everyMs ?? 1000;
    this.#baud = options.baud ?? 9600;
    this.#spoiler = new SmlSpoiler(options.seed ?? 1);
    this.#beganTicks = options.time.ticksMs();
    this.#sendTelegram(this.#beganTicks + this.#everyMs);
  }

  get counts(): Readonly<SmlSpoiler['counts']> {
    return this.#spoiler.counts;
  }

  /** Who begins to listen in the middle hears the rest of the telegram. */
  listen(onBytes: (bytes: Uint8Array) => void): Cancel {
    this.#listeners.add(onBytes);
    return () => void this.#listeners.delete(onBytes);
  }

  /** Changes some faults and leaves the others as they are. */
  setFaults(faults: Partial<SmlFaults>): void {
    this.#spoiler.faults = { ...this.#spoiler.faults, ...faults };
  }

  close(): void {
    this.#cancelTelegram?.();
    this.#cancelByte?.();
    this.#listeners.clear();
  }

  #sendTelegram(startTicks: number): void {
    const { time, head } = this.#options;
    this.#cancelTelegram = at(time, startTicks, () => {
      this.#cancelByte?.();
      // A machine that was busy has this to send yet; a head on a wire had sent it long ago.
      if (this.#rest.length > 0) this.#write(this.#rest);
      const uptimeS = Math.floor((startTicks - this.#beganTicks) / 1000);
      this.#sendFrom(this.#spoiler.spoil(head.telegram(uptimeS)), 0, startTicks);
      this.#sendTelegram(startTicks + this.#everyMs);
    });
  }

  #sendFrom(bytes: Uint8Array, from: number, startTicks: number): void {
    this.#rest = bytes.subarray(from);
    const to = this.#baud === 0 ? bytes.length : Math.min(from + bytesAtOnce, bytes.length);
    if (from >= to) return;
    const characterMs = this.#baud === 0 ? 0 : 10_000 / this.#baud;
    this.#cancelByte = at(this.#options.time, startTicks + to * characterMs, () => {
      this.#write(bytes.subarray(from, to));
      this.#sendFrom(bytes, to, startTicks);
    });
  }

  #write(bytes: Uint8Array): void {
    for (const onBytes of this.#listeners) onBytes(bytes);
  }
}
