import { deepFreeze } from '#core/freeze.ts';
import { limits } from '#core/limits.ts';

/** Bounds of the broker beyond those of the protocol; what goes past one is refused and counted. */
export const brokerLimits = deepFreeze({
  /** Room for topic and packet id beside the payload. */
  packetBytes: limits.mqttPacketUpBytes + 512,
  /** A CONNECT holds an id, a password and a will; before it nobody is known. */
  connectBytes: 4096,
  connectTimeoutMs: 10_000,
  connections: 512,
  /** What may wait for a gateway that does not read: thousands of acknowledgements, or a dozen settings. */
  waitingBytes: 256 * 1024,
  /** Password checks at once: each takes memory and a core for a while by design. */
  authentications: 4,
  /** Checks that may wait for their turn. */
  waitingAuthentications: 256,
  /** A gateway that promises to speak less often is refused: half-open connections must end. */
  keepAliveS: 600,
} as const);
