import { deepFreeze } from '#core/freeze.ts';

/** Bounds of pairing. Attempts are counted before they are judged. */
export const pairingLimits = deepFreeze({
  /** How long a code can be used, and the answer to it be had again. */
  codeMs: 15 * 60 * 1000,
  /** Codes that can be used at one time. */
  open: 16,
  /** Codes that are remembered, those that ended among them: who has one of these is told what became of it. */
  remembered: 64,
  /** Wrong tries after which every open code ends: each try may have been meant for each of them. */
  wrongTries: 5,
  /** Tries within five minutes of one address, and of all together. */
  triesOfAddress: { tries: 10, withinMs: 5 * 60 * 1000 },
  triesOfAll: { tries: 60, withinMs: 5 * 60 * 1000 },
  requestBytes: 4096,
  /** Tries that are turned away unheard are told so seldom in the log. */
  refusalLogMs: 5 * 60 * 1000,
  /** What gateways are told to ask for the time, where the setting `timeServers` says nothing. */
  timeServers: ['pool.ntp.org', 'time.cloudflare.com'],
} as const);
