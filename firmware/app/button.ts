import type { Cancel, Ports } from '../ports.ts';

/** Contacts chatter for a few milliseconds; nobody presses for less than this. */
const leastPressMs = 50;
const longestPressMs = 3000;
export const holdMs = 10_000;

export interface ButtonOptions {
  readonly ports: Pick<Ports, 'time' | 'board'>;
  /** Pressed and let go within 3 s. */
  readonly onPress: () => void;
  /** Held for 10 s; told while it is still down. */
  readonly onHold: () => void;
}

/** The board's button: a short press, or one of 10 s. What lies between does nothing, so that one can think again. */
export class Button {
  #isDown = false;
  readonly #options: ButtonOptions;
  #downTicks = 0;
  #cancel: Cancel | undefined;

  constructor(options: ButtonOptions) {
    this.#options = options;
    options.ports.board.onButton(isDown => this.changed(isDown));
  }

  /** Whether it is down longer than for a short press. */
  get isHeld(): boolean {
    return this.#isDown && this.#options.ports.time.ticksMs() - this.#downTicks > longestPressMs;
  }

  private changed(isDown: boolean): void {
    const { ports } = this.#options;
    if (isDown === this.#isDown) return;
    this.#isDown = isDown;
    this.#cancel?.();
    this.#cancel = undefined;
    if (isDown) {
      this.#downTicks = ports.time.ticksMs();
      this.#cancel = ports.time.after(holdMs, () => this.#options.onHold());
      return;
    }
    const heldMs = ports.time.ticksMs() - this.#downTicks;
    if (heldMs >= leastPressMs && heldMs <= longestPressMs) this.#options.onPress();
  }
}
