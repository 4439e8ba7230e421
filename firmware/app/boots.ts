import { ByteReader, ByteWriter } from '../core/bytes.ts';
import { crc32 } from '../core/crc.ts';
import { encodeUtf8 } from '../core/utf8.ts';
import type { Ports } from '../ports.ts';
import { SlotPair } from './slot-pair.ts';

/** So many starts in a row that came to nothing, and the next one is safe. */
export const badStartsMost = 5;
/** A start is good when it lived so long and its watchdog was content. */
export const goodAfterMs = 120_000;
/** Safe mode tries a normal start after this; twice as long each time that came to nothing. */
const firstSafeMs = 600_000;
const longestSafeMs = 4 * 3_600_000;

const storeKey = 'boots';
const mostBytes = 40;

/** `safe`: nothing is measured; uplink, settings, updates and commands work. */
export type Mode = 'normal' | 'safe';

/**
 * Starts of the board, good and bad, in the store. Each start counts as a bad one until it is `good`, or ends in order.
 * After five bad ones in a row the mode is `safe`. Another firmware begins with no bad starts. A power cut in the middle
 * of a write costs that write alone (`SlotPair`).
 */
export class Boots {
  /** Starts since the store was made, with this one. */
  count = 0;
  mode: Mode = 'normal';
  readonly #ports: Pick<Ports, 'store' | 'log'>;
  readonly #slots: SlotPair;
  readonly #firmware: number;
  /** Bad starts in a row with this one; normal starts that safe mode tried since the last good one. */
  #bad = 0;
  #tries = 0;
  #state: 'new' | 'open' | 'over' = 'new';

  constructor(ports: Pick<Ports, 'store' | 'log' | 'board'>) {
    this.#ports = ports;
    this.#slots = new SlotPair(ports.store, storeKey, mostBytes);
    this.#firmware = crc32(encodeUtf8(ports.board.firmware));
  }

  /** The board began anew: counts it, once, and decides the mode. */
  begin(): Mode {
    if (this.#state !== 'new') return this.mode;
    this.#state = 'open';
    this.read();
    this.count++;
    if (this.#bad >= badStartsMost) {
      this.mode = 'safe';
      this.#state = 'over';
      this.#ports.log(
        'error',
        `safe mode after ${badStartsMost} starts in a row that did not last ${goodAfterMs / 1000} s: nothing is measured`,
      );
    } else this.#bad++;
    this.write();
    return this.mode;
  }

  /** How long safe mode waits before it tries a normal start. */
  get safeMs(): number {
    return Math.min(firstSafeMs * 2 ** Math.min(this.#tries, 8), longestSafeMs);
  }

  /** This start came to something. */
  good(): void {
    if (this.#state !== 'open') return;
    this.#state = 'over';
    this.#bad = 0;
    this.#tries = 0;
    this.write();
  }

  /** A restart in order follows: this start was no bad one. Out of safe mode the next one is a normal one, once. */
  ordered(): void {
    if (this.mode === 'safe') {
      this.#bad = badStartsMost - 1;
      this.#tries++;
      this.write();
    } else if (this.#state === 'open') {
      this.#state = 'over';
      this.#bad--;
      this.write();
    }
  }

  private read(): void {
    const bytes = this.#slots.read();
    if (bytes === undefined) return;
    const reader = new ByteReader(bytes);
    const [count, bad, tries, firmware] = [
      reader.varint(),
      reader.varint(),
      reader.varint(),
      reader.varint(),
    ];
    if (reader.isBroken) return;
    this.count = count;
    if (firmware !== this.#firmware) return;
    this.#bad = bad;
    this.#tries = tries;
  }

  private write(): void {
    const writer = new ByteWriter(mostBytes);
    writer.varint(this.count);
    writer.varint(this.#bad);
    writer.varint(this.#tries);
    writer.varint(this.#firmware);
    try {
      this.#slots.write(writer.take());
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error);
      this.#ports.log('error', `the count of starts cannot be stored: ${why}`);
    }
  }
}
