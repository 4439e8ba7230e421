/** After so many reads in a row without a sign of life a slave is silent. */
export const missesToSilence = 3;
/** A silent slave is asked this seldom: its time-outs take the line from the others. */
export const probeEveryMs = 60_000;

/**
 * Whether a slave is worth the line's time. `waiting`: not asked yet. `well`: the last read was answered.
 * `failing`: it was not. `silent`: nothing came for several reads, so it is asked once a minute until it answers.
 */
export class SlavePulse {
  state: 'waiting' | 'well' | 'failing' | 'silent' = 'waiting';
  #misses = 0;
  #probeAtTicks = -Infinity;

  mayBeAsked(nowTicks: number): boolean {
    return this.state !== 'silent' || nowTicks >= this.#probeAtTicks;
  }

  /** A sign of life: an answer or an exception. */
  answered(): void {
    this.state = 'well';
    this.#misses = 0;
  }

  /** Damaged bytes: it may live, so it is neither well nor on the way to silence. A silent one stays so: noise is no answer. */
  garbled(nowTicks: number): void {
    if (this.state === 'silent') this.#probeAtTicks = nowTicks + probeEveryMs;
    else this.state = 'failing';
  }

  /** Nothing came. */
  missed(nowTicks: number): void {
    this.#misses++;
    this.state = this.#misses >= missesToSilence ? 'silent' : 'failing';
    this.#probeAtTicks = nowTicks + probeEveryMs;
  }
}
