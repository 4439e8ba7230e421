/** What is wrong with the way between two machines; may be changed while it runs. Of each direction. */
export interface NetworkFaults {
  /** What every segment takes longer, and up to how much more at random. Their order stays, as TCP keeps it. */
  readonly delayMs: number;
  readonly jitterMs: number;
  /** Bytes a second that pass; 0: as many as there are. */
  readonly bytesPerS: number;
  /** Share of the segments, 0 to 1, that are lost. TCP sends them again, so it shows as a stall. */
  readonly lossShare: number;
  readonly passage: Passage;
}

/**
 * - `open`: what comes passes.
 * - `stalled`: nothing passes and nobody is told, as out of reach of the WiFi; what waited passes when it is open again.
 * - `deaf`: who comes is let in and never answered; what is said on any connection is lost for good.
 * - `refused`: who comes is turned away, and connections there were have ended.
 */
export type Passage = 'open' | 'stalled' | 'deaf' | 'refused';

export const passages: readonly Passage[] = Object.freeze(['open', 'stalled', 'deaf', 'refused']);

export const noNetworkFaults: NetworkFaults = Object.freeze({
  delayMs: 0,
  jitterMs: 0,
  bytesPerS: 0,
  lossShare: 0,
  passage: 'open',
});
