import { deepFreeze } from '#core/freeze.ts';

/** Bounds of one request and of one connector; what goes past one is refused and counted. */
export const ingestLimits = deepFreeze({
  /** A body of 1 MB as it comes; so much unpacked. */
  bodyBytes: 4 * 1024 * 1024,
  /** Values of one request: twice what InfluxDB's documentation advises. More would hold others up. */
  values: 10_000,
  /** Requests of one connector that wait for the disk at once. */
  requests: 64,
  /** How long one waits for it; whoever sent it then sends it again. */
  waitMs: 10_000,
  /** Windows of a connector whose values are remembered, more than a request has; of others the store is asked. */
  windows: 20_000,
  /** How far a sender's clock may be ahead. */
  aheadMs: 60_000,
  /** Series that nobody asked for, remembered to be proposed. */
  unknownSeries: 256,
  mistakes: 50,
});
