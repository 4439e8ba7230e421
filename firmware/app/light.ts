import { deepFreeze } from '../core/freeze.ts';
import type { Cancel, Ports } from '../ports.ts';

/** What the status LED shows: milliseconds on, off, on, off, …, over and over. */
export const lightPatterns = deepFreeze({
  /** Two short flashes: it waits to be told its network and host. */
  unprovisioned: [100, 150, 100, 1650],
  /** Even and slow: it has no connection to its host. */
  connecting: [500, 500],
  /** One short flash in 3 s. */
  well: [60, 2940],
  /** Three short flashes: a meter does not answer, or a line cannot be used. */
  metersFailing: [100, 150, 100, 150, 100, 1400],
  /** Long on, short off: safe mode, nothing is measured. */
  safe: [1800, 200],
  /** Even and quick: an update is fetched or tried. */
  update: [125, 125],
  /** Quick and uneven: somebody asked which gateway this is. */
  identify: [60, 60, 60, 180],
  /** Steady while the button is held long enough for something. */
  held: [1000],
} as const);

export type LightState = keyof typeof lightPatterns;

export interface LightOptions {
  readonly ports: Pick<Ports, 'time' | 'board'>;
  /** What there is to show now; asked for as a pattern begins anew. */
  readonly lightState: () => LightState;
}

/** The status LED of a gateway, and of one that does not know yet who it is. */
export class Light {
  readonly #options: LightOptions;
  #cancel: Cancel | undefined;
  #pattern: readonly number[] = lightPatterns.well;
  #step = 0;
  #identifyUntilTicks = Number.NEGATIVE_INFINITY;

  constructor(options: LightOptions) {
    this.#options = options;
  }

  start(): void {
    if (this.#cancel === undefined) this.begin();
  }

  /** Leaves it dark. */
  stop(): void {
    this.#cancel?.();
    this.#cancel = undefined;
    this.#options.ports.board.setLed(false);
  }

  /** Shows which gateway this is, for so many seconds from now; 0 ends it. */
  identify(seconds: number): void {
    this.#identifyUntilTicks = this.#options.ports.time.ticksMs() + seconds * 1000;
    this.look();
  }

  /** There may be something else to show: looks at once. */
  look(): void {
    if (this.#cancel === undefined) return;
    this.#cancel();
    this.begin();
  }

  private begin(): void {
    const { ports } = this.#options;
    const isIdentifying = ports.time.ticksMs() < this.#identifyUntilTicks;
    this.#pattern = lightPatterns[isIdentifying ? 'identify' : this.#options.lightState()];
    this.#step = 0;
    this.show();
  }

  private show(): void {
    const { time, board } = this.#options.ports;
    board.setLed(this.#step % 2 === 0);
    this.#cancel = time.after(this.#pattern[this.#step] as number, () => {
      this.#step++;
      if (this.#step < this.#pattern.length) this.show();
      else this.begin();
    });
  }
}
