import { deepFreeze } from '#core/freeze.ts';

/** Bounds of what Home Assistant is told. */
export const homeAssistantLimits = deepFreeze({
  setUps: 8,
  /** Of one set-up, each a device with up to a hundred entities; beyond, meters are left out, and it is said. */
  meters: 500,
  /** After a configuration, until the values that Home Assistant can only hear once it has subscribed to them. */
  settleMs: 2000,
  /** After Home Assistant said that it is there: it asks for a random pause, as everybody speaks then. */
  birthMostMs: 2000,
  /** And no more often than this, whoever says it. */
  birthEveryMs: 10_000,
  /** So long a broker may take to acknowledge a message before the next is sent. */
  sayMs: 5000,
  /** A probe ends then at the latest: a little more than a connection may take. */
  probeMs: 12_000,
  tickMs: 1000,
  /** Whether a meter is silent is looked at that often, and when its gateway said something. */
  silenceEveryMs: 5000,
  /** Meters that are looked at before others have their turn; of those that are told anew, fewer. */
  atOnce: { looked: 8, told: 1 },
  /** All gateways are looked at that often. */
  lookEveryMs: 60_000,
} as const);
