import type { FlashPort } from '#ports';
import type { NorFlash } from '../gateway/nor-flash.ts';
import { seededUnit } from '../line/bit-noise.ts';

/** A chip whose supply can fail in the middle of a write. Until there is power again, writes and erases fail. */
export class BrownOutFlash implements FlashPort {
  readonly blocks: number;
  readonly blockBytes: number;
  #chip: NorFlash;
  #isOff = false;
  #waiting: { readonly unit: () => number; readonly cut: () => void } | undefined;

  constructor(chip: NorFlash) {
    this.blocks = chip.blocks;
    this.blockBytes = chip.blockBytes;
    this.#chip = chip;
  }

  read(offset: number, into: Uint8Array): void {
    this.#chip.read(offset, into);
  }

  write(offset: number, bytes: Uint8Array): void {
    this.#check();
    const waiting = this.#waiting;
    if (waiting === undefined) {
      this.#chip.write(offset, bytes);
      return;
    }
    const { unit, cut } = waiting;
    this.#waiting = undefined;
    this.#isOff = true;
    const doneBytes = Math.floor(unit() * bytes.length);
    this.#chip = this.#chip.tornWrite({ offset, bytes }, doneBytes, unit(), unit);
    cut();
    this.#check();
  }

  erase(block: number): void {
    this.#check();
    this.#chip.erase(block);
  }

  /** In the next write, somewhere in it; `cut` is called when it has failed. */
  failAtNextWrite(seed: number, cut: () => void): void {
    this.#waiting = { unit: seededUnit(seed), cut };
  }

  powerOn(): void {
    this.#isOff = false;
  }

  #check(): void {
    if (this.#isOff) throw new Error('flash: no power');
  }
}
