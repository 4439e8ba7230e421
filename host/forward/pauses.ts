import type { TimePort } from '#ports';

/** Rests of one who works in turns; one that goes on can be ended by another. */
export class Pauses {
  readonly #time: Pick<TimePort, 'after'>;
  readonly #signal: AbortSignal;
  #end: () => void = () => {};

  /** Once the signal is given there are no more. */
  constructor(time: Pick<TimePort, 'after'>, signal: AbortSignal) {
    this.#time = time;
    this.#signal = signal;
  }

  pause(ms: number): Promise<void> {
    if (this.#signal.aborted) return Promise.resolve();
    return new Promise(resolve => {
      const cancel = this.#time.after(ms, () => resolve());
      this.#end = () => {
        cancel();
        resolve();
      };
    });
  }

  /** Ends the one that goes on. */
  end(): void {
    this.#end();
  }
}
