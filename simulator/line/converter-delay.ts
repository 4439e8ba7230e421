import type { TimePort } from '#ports';
import { seededUnit } from './bit-noise.ts';
import type { LineFaults } from './faults.ts';

/** One direction of a converter: passes bytes on in their order, as late as the line's faults have it at that time. */
export class ConverterDelay {
  readonly #line: { readonly faults: LineFaults };
  readonly #time: TimePort;
  readonly #pass: (bytes: Uint8Array) => void;
  readonly #unit: () => number;
  /** When the newest of what is under way comes out. */
  #lastTicks = Number.NEGATIVE_INFINITY;
  #underWay = 0;

  constructor(
    line: { readonly faults: LineFaults },
    time: TimePort,
    seed: number,
    pass: (bytes: Uint8Array) => void,
  ) {
    this.#line = line;
    this.#time = time;
    this.#pass = pass;
    this.#unit = seededUnit(seed);
  }

  push(bytes: Uint8Array): void {
    const { converterMs, converterJitterMs } = this.#line.faults;
    const now = this.#time.ticksMs();
    const lateMs = converterMs + (converterJitterMs > 0 ? this.#unit() * converterJitterMs : 0);
    if (lateMs === 0 && this.#underWay === 0) {
      this.#pass(bytes);
      return;
    }
    // Nothing overtakes what was there before it.
    this.#lastTicks = Math.max(now + lateMs, this.#lastTicks);
    this.#underWay++;
    const kept = bytes.slice();
    this.#time.after(this.#lastTicks - now, () => {
      this.#underWay--;
      this.#pass(kept);
    });
  }
}
