import { setImmediate } from 'node:timers/promises';
import { importLimits } from './limits.ts';

/** Work in turns of a few milliseconds, between which its thread does what else it has to. */
export class Turns {
  #startMs = performance.now();

  get isOver(): boolean {
    return performance.now() - this.#startMs >= importLimits.turnMs;
  }

  async next(): Promise<void> {
    await setImmediate();
    this.#startMs = performance.now();
  }
}
