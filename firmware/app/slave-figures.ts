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
  /** How many answers took how long: one count for each of `latencyBoundsMs` (`core/wire/diagnosis.ts`), and one for all above. */
  readonly latency: readonly number[];
}
