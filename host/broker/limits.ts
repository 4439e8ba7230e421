import { deepFreeze } from '#core/freeze.ts';
import { limits } from '#core/limits.ts';

/** Bounds of the broker beyond those of the protocol; what goes past one is refused and counted. */
export const brokerLimits = deepFreeze({
  /** Room for topic and packet id beside the payload. */
  packetBytes: limits.mqttPacketUpBytes + 512,
  /** A CONNECT holds an id, a password and a will; before it nobody is known. */
  connectBytes: 4096,
  connectTimeoutMs: 10_000,
  /** Gateways connected at once; with an external broker, gateways ever heard. */
  gateways: 8192,
  /** Connections without a whole CONNECT, in all and of one address; beyond, an older one makes way, or the newest goes. */
  strangers: 200,
  strangersOfAddress: 10,
  /** Those that have only just come are not among them: a fleet that comes back at once has hundreds for a moment. */
  strangersArriving: 1024,
  strangerArrivalMs: 250,
  /** Nobody makes way before; not while a handshake may go on, for which a gateway needs two seconds. */
  strangerGraceMs: 1000,
  strangerSpokenGraceMs: 5000,
  /** What may wait for a gateway that does not read: thousands of acknowledgements, or a dozen settings. */
  waitingBytes: 256 * 1024,
  /** Password checks at once: the broker does not know what they cost. */
  authentications: 4,
  /** Checks that may wait for their turn. */
  waitingAuthentications: 512,
  /** A gateway that promises to speak less often is refused: half-open connections must end. */
  keepAliveS: 600,
  /** A gateway with 32 meters, windows of a second and live values sends 70 messages a second. */
  flood: { perSecond: 2000, burst: 8000, bytesAtOne: 8192 },
  /** Subscriptions of a program; a home automation has two for each meter. */
  programFilters: 1000,
  /** What may wait for a program that does not read: some seconds of a large fleet. */
  programWaitingBytes: 4 * 1024 * 1024,
  /** What a program may publish, and how often subscribe: as many at once as it may have. */
  programFlood: { perSecond: 20, burst: 400, bytesAtOne: 8192 },
  /** Devices of third parties that are connected; what each may publish, and subscribe to. */
  devices: 256,
  deviceFlood: { perSecond: 50, burst: 500, bytesAtOne: 4096 },
  deviceFilters: 64,
  /** What devices of one account left to be kept, so that whoever begins to listen knows it. */
  deviceKeptTopics: 1024,
  deviceKeptBytes: 1024 * 1024,
  /** How long a question waits for a device that has logged in and not subscribed yet. */
  deviceQuestionMs: 10_000,
  /** An account that nobody listens for any more may be back in a moment, with other topics. */
  deviceAccountGraceMs: 1000,
  /** What one connector takes of a broker elsewhere. */
  topicFlood: { perSecond: 500, burst: 5000, bytesAtOne: 8192 },
  /** An external broker: what may wait for it to read, and the largest message it may hand on. */
  linkWaitingBytes: 16 * 1024 * 1024,
  linkPacketBytes: 256 * 1024,
  /** A gateway tells its health every 10 s; one that says nothing for so long is away, whatever was retained. */
  gatewaySilentMs: 90_000,
  /** Without the external broker for so long, nobody can say which gateway is connected. */
  linkLostMs: 15_000,
} as const);
