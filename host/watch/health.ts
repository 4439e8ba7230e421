import { deepFreeze } from '#core/freeze.ts';

/** Why a host is not well, by stable codes; the page and alarms choose their words by them. */
export const healthCodes = deepFreeze({
  'commit.failing':
    'What comes in cannot be brought to disk; it is tried again and not acknowledged meanwhile.',
  'disk.nearlyFull': 'The disk of the data folder is nearly full.',
  'disk.unreadable': 'How full the disk of the data folder is cannot be told.',
  'intake.paused': 'The disk is full: gateways keep what they measure until there is room.',
  'store.restored': 'The database was damaged; the most of it that could be had was brought back.',
  'store.notEnded':
    'The host was not ended in order the last time: killed, or without power. What had not reached its disk comes again from the gateways.',
  'store.recordsLost':
    'Records that were acknowledged are no longer in the database, and their gateways have freed them.',
  'backup.failed': 'The last backup could not be made, or was not like the database.',
  'archive.unreadable': 'Files of the archive are missing or damaged: nothing can be told of their months.',
  'audit.failing': 'What people change cannot be written to the audit log; it is tried again.',
  'loop.slow': 'The host is slow to answer: it has more to do than its processor allows.',
  'notify.failing': 'A channel has taken no messages of alarms for more than an hour.',
  'alarms.leftOut':
    'Alarm rules do not judge all their meters: all of them together judge as many as they may.',
  'forward.failing': 'What is handed on waits: the other side has taken nothing for ten minutes.',
  'forward.missed':
    'Something is not handed on: it waited too long, the other side refused it, or its name has no room there.',
  'modbusServer.failing': 'Clients that ask for a meter over Modbus TCP get no values.',
  'broker.away': 'The external broker cannot be reached.',
} as const);

export type HealthCode = keyof typeof healthCodes;

/** What a machine or another side said, in its own words. */
interface Said {
  readonly said: string;
}

/** Of something that people set up. */
interface OfOne extends Said {
  readonly id: string;
}

/** What each code is told with, for texts in any language; names end in their unit. */
export interface HealthFacts {
  'commit.failing': Said;
  'disk.nearlyFull': { readonly freeBytes: number; readonly sizeBytes: number };
  'disk.unreadable': Said;
  'intake.paused': { readonly freeBytes: number; readonly sizeBytes: number; readonly neededBytes: number };
  /** `outcome`: how it was brought back, `Recovery` of the store. */
  'store.restored': Said & { readonly outcome: string; readonly folder: string };
  'store.notEnded': { readonly commits: number; readonly unfinishedBytes: number };
  /** Not of which gateways: who reads this may not see all of them. */
  'store.recordsLost': { readonly records: number; readonly gateways: number; readonly atMs: number };
  'backup.failed': Said;
  /** The first file of several. */
  'archive.unreadable': Said & { readonly file: string; readonly moreFiles: number };
  'audit.failing': Said;
  'loop.slow': { readonly waitMs: number; readonly mostMs: number };
  'notify.failing': OfOne & { readonly sinceMs: number };
  'alarms.leftOut': { readonly rules: number; readonly mostMeters: number };
  'forward.failing': OfOne;
  'forward.missed': OfOne;
  'modbusServer.failing': OfOne;
  'broker.away': { readonly url: string };
}

export type HealthReason = {
  [Code in HealthCode]: {
    readonly code: Code;
    /** `failing`: something the host is there for does not happen. `degraded`: it does, and will not for long. `notice`: all is well. */
    readonly level: 'notice' | 'degraded' | 'failing';
    /** One line for those who are signed in, in English. */
    readonly detail: string;
    /** The same to be told in words of one's own. */
    readonly facts: HealthFacts[Code];
  };
}[HealthCode];

/** Asked each time somebody wants to know; gives nothing while all is well. Must be quick and must not throw. */
export type HealthSource = () => readonly HealthReason[];

export interface HealthState {
  readonly status: 'ok' | 'degraded' | 'failing';
  readonly reasons: readonly HealthReason[];
}

/** How many reasons of the two levels that somebody has to look at, for metrics. */
export function healthCounters({ reasons }: HealthState): Record<string, number> {
  const count = (wanted: HealthReason['level']) => reasons.filter(({ level }) => level === wanted).length;
  return { 'health.failing': count('failing'), 'health.degraded': count('degraded') };
}

/** The worst of all reasons is the status. */
export function healthOf(sources: Iterable<HealthSource>): HealthState {
  const reasons = [...sources].flatMap(source => source());
  const levels = new Set(reasons.map(({ level }) => level));
  return { status: levels.has('failing') ? 'failing' : levels.has('degraded') ? 'degraded' : 'ok', reasons };
}
