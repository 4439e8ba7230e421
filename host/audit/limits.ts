import { deepFreeze } from '#core/freeze.ts';

export const auditLimits = deepFreeze({
  /** Entries kept; the oldest go first. A busy house changes something some ten times a day: years. */
  entries: 50_000,
  /** Characters of JSON of what was, and of what is, each. */
  valueCharacters: 2000,
  /** Entries that wait for the disk, while it takes none. */
  waiting: 1000,
  /** Wrong sign-ins, tokens and links of an hour that are taken down: guesses from many addresses must not push out what changed. */
  refusalsPerHour: 120,
} as const);
