import type { Cancel, TimePort } from '#ports';
import { Layers } from './layers.ts';

interface ClockFaults {
  readonly offsetMs: number;
  readonly isLost: boolean;
}

/** A machine's time, whose wall clock can be set wrong or lost; ticks go on as they do. */
export class WrongClock implements TimePort {
  readonly #time: TimePort;
  #faults: ClockFaults = { offsetMs: 0, isLost: false };
  readonly #layers = new Layers<ClockFaults>(this.#faults, whole => {
    this.#faults = whole;
  });

  constructor(time: TimePort) {
    this.#time = time;
  }

  get faults(): ClockFaults {
    return this.#faults;
  }

  /** Gives what sets it right again. */
  spoil(faults: Partial<ClockFaults>): () => void {
    const undo = this.#layers.lay(faults);
    return () => void undo();
  }

  ticksMs(): number {
    return this.#time.ticksMs();
  }

  wallMs(): number | undefined {
    const { offsetMs, isLost } = this.#faults;
    const rightMs = this.#time.wallMs();
    return isLost || rightMs === undefined ? undefined : rightMs + offsetMs;
  }

  after(delayMs: number, callback: () => void): Cancel {
    return this.#time.after(delayMs, callback);
  }
}
