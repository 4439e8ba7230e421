/** How a UART is set. */
export interface UartSettings {
  readonly baud: number;
  readonly parity: 'none' | 'even' | 'odd';
  readonly stopBits: 1 | 2;
}

export const isSameUart = (a: UartSettings, b: UartSettings): boolean =>
  a.baud === b.baud && a.parity === b.parity && a.stopBits === b.stopBits;

export const bitMs = ({ baud }: UartSettings): number => 1000 / baud;

/** The levels of bytes on the wire, one a bit: start, 8 data bits from the lowest, parity, stop. Idle is 1. */
export function levelsOf(bytes: Uint8Array, { parity, stopBits }: UartSettings): Uint8Array {
  const perCharacter = 9 + (parity === 'none' ? 0 : 1) + stopBits;
  const levels = new Uint8Array(bytes.length * perCharacter).fill(1);
  for (const [index, byte] of bytes.entries()) {
    let at = index * perCharacter;
    let ones = 0;
    levels[at++] = 0;
    for (let bit = 0; bit < 8; bit++) {
      const level = (byte >> bit) & 1;
      ones += level;
      levels[at++] = level;
    }
    if (parity !== 'none') levels[at] = parityLevel(ones, parity);
  }
  return levels;
}

const parityLevel = (ones: number, parity: 'even' | 'odd'): number => (ones + (parity === 'odd' ? 1 : 0)) % 2;

/** A character that a UART received. With an error it is there all the same, as in the FIFOs of UARTs. */
export interface Received {
  readonly byte: number;
  readonly hasError: boolean;
}

/**
 * The receiving half of a UART: begins at a falling edge, samples each bit in its middle, and wants the stop bit to be
 * 1. After a character whose stop bit is 0 (a framing error; all 0 is a break) it waits until the line was at 1.
 */
export class UartReceiver {
  readonly settings: UartSettings;
  readonly #bits: number;
  #level = 1;
  /** When the character that is being received began. */
  #beganTicks: number | undefined;
  #bit = 0;
  #byte = 0;
  #ones = 0;

  constructor(settings: UartSettings) {
    this.settings = settings;
    this.#bits = settings.parity === 'none' ? 10 : 11;
  }

  /** When what is being received will be whole; undefined between characters. */
  get wholeAtTicks(): number | undefined {
    return this.#beganTicks === undefined ? undefined : this.#beganTicks + this.#bits * bitMs(this.settings);
  }

  /** The line stays at 0 after a character ended. */
  get isAtBreak(): boolean {
    return this.#level === 0 && this.#beganTicks === undefined;
  }

  /** The line was at `level` for this time, which begins where the one before ended. */
  push(level: number, fromTicks: number, toTicks: number, on: (received: Received) => void): void {
    if (this.#beganTicks === undefined && this.#level === 1 && level === 0) {
      this.#beganTicks = fromTicks;
      this.#bit = 0;
      this.#byte = 0;
      this.#ones = 0;
    }
    this.#level = level;
    const width = bitMs(this.settings);
    while (this.#beganTicks !== undefined && this.#beganTicks + (this.#bit + 0.5) * width < toTicks) {
      this.#sample(level, on);
    }
  }

  #sample(level: number, on: (received: Received) => void): void {
    const { parity } = this.settings;
    const bit = this.#bit++;
    if (bit === 0) {
      // A spike, no start bit.
      if (level === 1) this.#beganTicks = undefined;
    } else if (bit <= 8) {
      this.#byte |= level << (bit - 1);
      this.#ones += level;
    } else if (bit < this.#bits - 1) {
      this.#ones += level;
    } else {
      const isParityWrong = parity !== 'none' && this.#ones % 2 !== (parity === 'odd' ? 1 : 0);
      this.#beganTicks = undefined;
      on({ byte: this.#byte, hasError: level === 0 || isParityWrong });
    }
  }
}
