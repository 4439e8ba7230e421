/** Counts since the start of the broker. */
export type BrokerCounters = {
  connects: number;
  connectionsRefused: number;
  loginsFailed: number;
  packetsTooLarge: number;
  received: number;
  sent: number;
  /** Connections ended because the gateway did not read what it was sent. */
  tooSlow: number;
  /** Publishes to a topic that is not the gateway's own. */
  foreign: number;
  subscriptionsRefused: number;
};

export const newBrokerCounters = (): BrokerCounters => ({
  connects: 0,
  connectionsRefused: 0,
  loginsFailed: 0,
  packetsTooLarge: 0,
  received: 0,
  sent: 0,
  tooSlow: 0,
  foreign: 0,
  subscriptionsRefused: 0,
});
