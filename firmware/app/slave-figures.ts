import { latencyBoundsMs } from '../core/wire/diagnosis.ts';

/** What a line knows of one slave, since its start. */
export interface SlaveFigures {
  readonly address: number;
  /** The meter's id in the settings. */
  readonly meter: string;
  readonly state: 'waiting' | 'answering' | 'failing' | 'silent';
  /** How long it is waited for now. */
  readonly timeoutMs: number;
  readonly requests: number;
  readonly answers: number;
  readonly timeouts: number;
  readonly crcErrors: number;
  readonly exceptions: number;
  /** Answers of others that were heard while this one was asked. */
  readonly foreign: number;
  /** Its answers that came when they were awaited no more. */
  readonly late: number;
  /** How many answers took how long: one count for each of `latencyBoundsMs`, and one for all above. */
  readonly latency: readonly number[];
}

/** Counts of one slave, as its line's master hears it. */
export class SlaveCounts {
  requests = 0;
  answers = 0;
  timeouts = 0;
  crcErrors = 0;
  exceptions = 0;
  foreign = 0;
  late = 0;
  readonly latency = new Uint32Array(latencyBoundsMs.length + 1);

  /** An answer whose slave thought for so long: without the time that request and answer take on the wire. */
  answered(latencyMs: number): void {
    this.answers++;
    let place = 0;
    while (place < latencyBoundsMs.length && latencyMs > (latencyBoundsMs[place] as number)) place++;
    this.latency[place] = (this.latency[place] as number) + 1;
  }
}
