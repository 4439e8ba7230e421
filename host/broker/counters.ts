/** Counts since the start of the broker, the same for the embedded and the external one. Names are stable. */
export type BrokerCounters = {
  /** Gateways that came. */
  connects: number;
  /** Connections refused because as many stood as are allowed. */
  connectionsRefused: number;
  /** Connections that did not say who they are, while there were as many as may be. */
  strangersRefused: number;
  /** Connections that did not say who they are in time. */
  connectTimeouts: number;
  /** TLS handshakes that failed: an unknown authority on the other side, or no TLS at all. */
  handshakesFailed: number;
  loginsFailed: number;
  /** Logins put off because too many were being checked, or the host was starting. */
  loginsPutOff: number;
  packetsTooLarge: number;
  received: number;
  sent: number;
  /** Connections ended because the other side did not read what it was sent. */
  tooSlow: number;
  /** Messages beyond what a gateway may send in a second, dropped. */
  flooded: number;
  /** Publishes to a topic that is not the gateway's own, or which the program may not. */
  foreign: number;
  subscriptionsRefused: number;
  /** Logins that promised to speak less often than is asked, or never. */
  keepAlivesRefused: number;
  /** Connections ended because nothing was heard on them for longer than promised. */
  silent: number;
  /** Connections of a gateway that ended because it came anew. */
  takenOver: number;
  /** Messages of gateways that were handed on to programs. */
  programMessages: number;
  /** Commands that programs sent to gateways, those included that were then refused. */
  programCommands: number;
  /** Messages of devices of third parties that were handed to connectors. */
  deviceMessages: number;
  /** Their messages that no connector listens to. */
  deviceIgnored: number;
  /** Messages of or for devices that were to be kept, beyond the room for them. */
  deviceUnkept: number;
  /** Retained messages that say nothing of now and were passed over. */
  stale: number;
  /** Gateways of an external broker beyond the number that is allowed. */
  gatewaysRefused: number;
  /** Connections to the external broker that were made, and that ended or failed. */
  linkConnects: number;
  linkFailures: number;
  /** Messages the external broker did not take. */
  sendsRefused: number;
};

export const newBrokerCounters = (): BrokerCounters => ({
  connects: 0,
  connectionsRefused: 0,
  strangersRefused: 0,
  connectTimeouts: 0,
  handshakesFailed: 0,
  loginsFailed: 0,
  loginsPutOff: 0,
  packetsTooLarge: 0,
  received: 0,
  sent: 0,
  tooSlow: 0,
  flooded: 0,
  foreign: 0,
  subscriptionsRefused: 0,
  keepAlivesRefused: 0,
  silent: 0,
  takenOver: 0,
  programMessages: 0,
  programCommands: 0,
  deviceMessages: 0,
  deviceIgnored: 0,
  deviceUnkept: 0,
  stale: 0,
  gatewaysRefused: 0,
  linkConnects: 0,
  linkFailures: 0,
  sendsRefused: 0,
});
