import { createHash } from 'node:crypto';
import type { UpdatePort } from '#ports';
import { firmwareOf, type SimulatedFirmware } from './simulated-image.ts';

/** The supply is gone: nothing that comes after it in the program is done. */
export class PowerCut extends Error {
  override readonly name = 'PowerCut';
}

type ImageState = 'new' | 'pending' | 'valid' | 'aborted' | 'invalid';

/** One of the two sectors of `otadata`: which slot is to start (by its number's parity), and what is known of it. */
interface Entry {
  readonly sequence: number;
  readonly state: ImageState;
}

export interface TwoSlotsOptions {
  readonly keys: readonly Uint8Array[];
  readonly slotBytes?: number;
  /** Called before each step of the flash; may throw a `PowerCut`. */
  readonly step?: () => void;
}

/**
 * Flash with two slots for a firmware, and the boot loader before it, as ESP-IDF's with `APP_ROLLBACK_ENABLE`: an
 * image that was activated is started once on trial; a start before it was confirmed goes back to the one before.
 * Each sector of `otadata` is erased and written in two steps, so that a cut between them loses it.
 */
export class TwoSlots {
  /** Starts of each version, in their order. */
  readonly starts: string[] = [];
  readonly #options: Required<TwoSlotsOptions>;
  readonly #slots: [Uint8Array, Uint8Array];
  readonly #otadata: [Entry | undefined, Entry | undefined] = [undefined, undefined];
  #running: 0 | 1 = 0;

  /** `image` is in the first slot, as it was flashed by cable: not on trial. */
  constructor(image: Uint8Array, options: TwoSlotsOptions) {
    this.#options = { slotBytes: 1_703_936, step: () => {}, ...options };
    this.#slots = [image.slice(), new Uint8Array()];
  }

  /**
   * What the boot loader starts now. @throws Error where there is nothing that can be started: a brick.
   */
  boot(): SimulatedFirmware {
    for (const index of [0, 1] as const) {
      // Started once and not confirmed: it has had its chance.
      if (this.#otadata[index]?.state === 'pending') this.#rewrite(index, 'aborted');
    }
    const firmware = this.#choose();
    this.starts.push(firmware.version);
    return firmware;
  }

  /** The port of the firmware that runs now; `restart` begins the next start. */
  port(restart: () => void): UpdatePort {
    const { keys, slotBytes, step } = this.#options;
    const other: 0 | 1 = this.#running === 0 ? 1 : 0;
    let written: Uint8Array | undefined;
    let length = 0;
    return {
      keys,
      slotBytes,
      runningImage: () => createHash('sha256').update(this.#slots[this.#running]).digest('hex'),
      isOnTrial: () => this.#active()?.entry.state === 'pending',
      begin: imageBytes => {
        if (imageBytes > slotBytes)
          throw new RangeError(`${imageBytes} bytes do not fit the slot's ${slotBytes}`);
        step();
        this.#slots[other] = new Uint8Array();
        written = new Uint8Array(imageBytes).fill(0xff);
        length = 0;
      },
      write: bytes => {
        if (written === undefined) throw new Error('nothing was begun');
        // A cut in the middle of it leaves a part.
        const half = bytes.length >> 1;
        written.set(bytes.subarray(0, half), length);
        this.#slots[other] = written.slice(0, length + half);
        step();
        written.set(bytes, length);
        length += bytes.length;
        this.#slots[other] = written.slice(0, length);
      },
      activate: () => {
        if (written === undefined || length !== written.length) throw new Error('the image is not whole');
        if (firmwareOf(this.#slots[other]) === undefined) throw new Error('the image is damaged');
        const active = this.#active();
        const sequence = nextSequence(active?.entry.sequence ?? 0, other);
        const sector = active === undefined ? 0 : active.sector === 0 ? 1 : 0;
        this.#write(sector, { sequence, state: 'new' });
        written = undefined;
      },
      abandon: () => {
        written = undefined;
      },
      confirm: () => {
        const active = this.#active();
        if (active?.entry.state === 'pending') this.#rewrite(active.sector, 'valid');
      },
      rollBack: () => {
        const active = this.#active();
        if (active !== undefined) this.#rewrite(active.sector, 'invalid');
        restart();
      },
    };
  }

  #choose(): SimulatedFirmware {
    for (let active = this.#active(); active !== undefined; active = this.#active()) {
      const slot = slotOf(active.entry.sequence);
      const firmware = firmwareOf(this.#slots[slot]);
      if (firmware !== undefined) {
        if (active.entry.state === 'new') this.#rewrite(active.sector, 'pending');
        this.#running = slot;
        return firmware;
      }
      this.#rewrite(active.sector, 'invalid');
    }
    // Without a word in otadata the first slot is started, as after flashing by cable.
    for (const slot of [0, 1] as const) {
      const firmware = firmwareOf(this.#slots[slot]);
      if (firmware === undefined) continue;
      this.#running = slot;
      return firmware;
    }
    throw new Error('a brick: neither slot has an image that can be started');
  }

  /** The entry with the highest number of those that may be started. */
  #active(): { sector: 0 | 1; entry: Entry } | undefined {
    let found: { sector: 0 | 1; entry: Entry } | undefined;
    for (const sector of [0, 1] as const) {
      const entry = this.#otadata[sector];
      if (entry === undefined || entry.state === 'aborted' || entry.state === 'invalid') continue;
      if (found === undefined || entry.sequence > found.entry.sequence) found = { sector, entry };
    }
    return found;
  }

  #rewrite(sector: 0 | 1, state: ImageState): void {
    const entry = this.#otadata[sector];
    if (entry !== undefined) this.#write(sector, { ...entry, state });
  }

  #write(sector: 0 | 1, entry: Entry): void {
    const { step } = this.#options;
    step();
    this.#otadata[sector] = undefined;
    step();
    this.#otadata[sector] = entry;
  }
}

/** Numbers from 1 on start the slots in turn (ESP-IDF, `(ota_seq - 1) % slots`). */
const slotOf = (sequence: number): 0 | 1 => ((sequence - 1) % 2 === 0 ? 0 : 1);

function nextSequence(sequence: number, slot: 0 | 1): number {
  const next = sequence + 1;
  return slotOf(next) === slot ? next : next + 1;
}
