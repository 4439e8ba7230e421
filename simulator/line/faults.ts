/** What is wrong with a line; may be changed while it runs. */
export interface LineFaults {
  /** Probability of each bit to arrive wrong. */
  readonly bitErrorRate: number;
  /** The cable is cut: nothing arrives anywhere. */
  readonly isCut: boolean;
  /** Slaves at these addresses are dead. */
  readonly deadAddresses: readonly number[];
  /** Slaves answer so much later than they would. */
  readonly delayMs: number;
  /** Masters hear their own bytes, as with a transceiver whose receiver stays on. */
  readonly echo: boolean;
}

export const noFaults: LineFaults = Object.freeze({
  bitErrorRate: 0,
  isCut: false,
  deadAddresses: [],
  delayMs: 0,
  echo: false,
});
