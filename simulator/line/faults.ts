import type { UartSettings } from './uart.ts';

/** What is wrong with a line; may be changed while it runs. */
export interface LineFaults {
  /** Probability of each bit to arrive wrong. */
  readonly bitErrorRate: number;
  /** The cable is cut: nothing arrives anywhere. */
  readonly isCut: boolean;
  /** Slaves at these addresses are dead. */
  readonly deadAddresses: readonly number[];
  /** Slaves answer so much later than they would, and up to this much more, each time another. */
  readonly delayMs: number;
  readonly jitterMs: number;
  /** Slaves at these addresses are late, of all others none; empty: `delayMs` and `jitterMs` hold for all. */
  readonly lateAddresses: readonly number[];
  /** Share of the requests, 0 to 1, that slaves pass over. */
  readonly silentShare: number;
  /** A converter passes bytes on so much later, in each direction, and up to this much more. */
  readonly converterMs: number;
  readonly converterJitterMs: number;
  /** Masters hear their own bytes, as with a transceiver whose receiver stays on. */
  readonly echo: boolean;
  /** The slaves' UARTs are set otherwise than the line is. */
  readonly slaveUart: Partial<UartSettings>;
  /** Only of slaves at these addresses; empty: of all. */
  readonly slaveUartAddresses: readonly number[];
  /** Masters are connected with A and B swapped: they send and hear the opposite, and silence is a break to them. */
  readonly swappedWires: boolean;
  /** At these addresses there are two slaves, and both answer. */
  readonly twinAddresses: readonly number[];
  /** Share of the answers, 0 to 1, that come twice, that end too soon, that come twice without a silence between. */
  readonly doubledShare: number;
  readonly cutShare: number;
  readonly joinedShare: number;
}

export const noFaults: LineFaults = Object.freeze({
  bitErrorRate: 0,
  isCut: false,
  deadAddresses: [],
  delayMs: 0,
  jitterMs: 0,
  lateAddresses: [],
  silentShare: 0,
  converterMs: 0,
  converterJitterMs: 0,
  echo: false,
  slaveUart: {},
  slaveUartAddresses: [],
  swappedWires: false,
  twinAddresses: [],
  doubledShare: 0,
  cutShare: 0,
  joinedShare: 0,
});
