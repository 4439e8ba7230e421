import { deepFreeze } from '#core/freeze.ts';

/** Bounds of what clients of a Modbus server can take, and of what a person may set. */
export const modbusServerLimits = deepFreeze({
  servers: 16,
  /** Clients of one server at once: more than any inverter and wall box of a house together. */
  connections: 8,
  /** A client that says nothing whole for this long has gone without a goodbye. */
  idleMs: 60_000,
  /** Where all are taken, one that said nothing for so long gives way: a client that lost its network comes again without a goodbye. */
  givesWayMs: 10_000,
  /** The 200 ms of the fastest clients, forty times over: who asks faster is answered later, not refused. */
  requestsPerS: 200,
  /** Answers that a client does not fetch. */
  waitingBytes: 16 * 1024,
  /** Networks or addresses that may ask. */
  clients: 32,
  /** Gateways go on telling live values for so long after the last question. */
  watchedMs: 60_000,
  /** The first question waits so long for the first value of a gateway that was just asked for it. */
  wakingMs: 500,
  oldestS: { min: 2, max: 60, usual: 10 },
  /** A port that is taken, or an address that this machine does not have yet, is tried again. */
  listenAgainMs: 10_000,
} as const);
