import type { Lab } from '../../lab/lab.ts';

const everyMs = 100;

/** The most resident memory of the lab's host between two looks. */
export class PeakMemory {
  readonly #lab: Lab;
  readonly #timer: NodeJS.Timeout;
  #mostMb = 0;

  constructor(lab: Lab) {
    this.#lab = lab;
    this.#timer = setInterval(() => this.#look(), everyMs).unref();
  }

  /** MB since it was made or last asked. */
  take(): number {
    this.#look();
    const mostMb = this.#mostMb;
    this.#mostMb = 0;
    return mostMb;
  }

  stop(): void {
    clearInterval(this.#timer);
  }

  #look(): void {
    this.#mostMb = Math.max(this.#mostMb, this.#lab.figures().rssMb);
  }
}
