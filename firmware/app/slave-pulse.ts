/** After so many reads in a row without a sign of life a slave is silent. */
export const missesToSilence = 3;
/** A silent slave is asked this seldom: its time-outs take the line from the others. */
export const probeEveryMs = 60_000;

/**
 * Whether a slave is worth the line's time. `waiting`: not asked yet. `answering`: the last read was answered.
 * `failing`: it was not. `silent`: nothing came for several reads, so it is asked once a minute until it answers.
 */
export class SlavePulse {
  state: 'waiting' | 'answering' | 'failing' | 'silent' = 'waiting';
  /** When a silent slave is asked next. */
  probeAtTicks = -Infinity;
  #misses = 0;

  get isSilent(): boolean {
    return this.state === 'silent';
  }

  /** Whether the last reads went without a sign of life. */
  get isMissed(): boolean {
    return this.#misses > 0;
  }

  /** Much may have changed while nobody asked: also a silent slave is asked with its next read. */
  wake(): void {
    this.probeAtTicks = -Infinity;
  }

  /** A sign of life: an answer or an exception. */
  answered(): void {
    this.state = 'answering';
    this.#misses = 0;
  }

  /** Damaged bytes: it may live, so it is neither well nor on the way to silence. A silent one stays so: noise is no answer. */
  garbled(askedTicks: number): void {
    if (this.isSilent) this.probeAfter(askedTicks);
    else this.state = 'failing';
  }

  /** Nothing came to what was asked, or was to be asked, at this tick. */
  missed(askedTicks: number): void {
    this.#misses++;
    this.state = this.#misses >= missesToSilence ? 'silent' : 'failing';
    this.probeAfter(askedTicks);
  }

  /** From one probe to the next, whatever they waited for: one a minute and no fewer. */
  private probeAfter(askedTicks: number): void {
    this.probeAtTicks = askedTicks + probeEveryMs;
  }
}
