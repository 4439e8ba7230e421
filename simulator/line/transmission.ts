import { bitMs, levelsOf, type UartSettings } from './uart.ts';

/** Bytes with which somebody drives the line. Their levels are made when somebody looks: most lines are well. */
export class Transmission {
  readonly fromTicks: number;
  readonly bitMs: number;
  readonly #bytes: Uint8Array;
  readonly #uart: UartSettings;
  readonly #isInverted: boolean;
  #levels: Uint8Array | undefined;

  constructor(bytes: Uint8Array, uart: UartSettings, fromTicks: number, isInverted = false) {
    this.fromTicks = fromTicks;
    this.bitMs = bitMs(uart);
    this.#bytes = bytes;
    this.#uart = uart;
    this.#isInverted = isInverted;
  }

  /** One after the other, each for `bitMs`. */
  get levels(): Uint8Array {
    if (this.#levels === undefined) {
      this.#levels = levelsOf(this.#bytes, this.#uart);
      if (this.#isInverted) this.#levels = this.#levels.map(level => 1 - level);
    }
    return this.#levels;
  }
}

/** The level of a line from `fromTicks` to `toTicks`. */
export interface Piece {
  readonly level: number;
  readonly fromTicks: number;
  readonly toTicks: number;
}

/**
 * The levels of a line over a time, in pieces of one level. Where several drive it, 0 wins: a driver that pulls the pair
 * apart the active way is the stronger one on most transceivers. Where nobody does, it is at 1.
 */
export function sumUp(
  transmissions: readonly Transmission[],
  fromTicks: number,
  toTicks: number,
): readonly Piece[] {
  const edges = [toTicks];
  for (const { fromTicks: began, bitMs, levels } of transmissions) {
    let level = 1;
    for (let bit = 0; bit <= levels.length; bit++) {
      const next = levels[bit] ?? 1;
      if (next === level) continue;
      level = next;
      const edge = began + bit * bitMs;
      if (edge > fromTicks && edge < toTicks) edges.push(edge);
    }
  }
  if (transmissions.length > 1) edges.sort((a, b) => a - b);
  else edges.push(edges.shift() as number);
  const pieces: Piece[] = [];
  let from = fromTicks;
  for (const to of edges) {
    if (to <= from) continue;
    pieces.push({ level: levelAt(transmissions, (from + to) / 2), fromTicks: from, toTicks: to });
    from = to;
  }
  return pieces;
}

function levelAt(transmissions: readonly Transmission[], ticks: number): number {
  for (const { fromTicks, bitMs, levels } of transmissions) {
    if (levels[Math.floor((ticks - fromTicks) / bitMs)] === 0) return 0;
  }
  return 1;
}
