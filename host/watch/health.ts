import { deepFreeze } from '#core/freeze.ts';

/** Why a host is not well, by stable codes; the page and alarms choose their words by them. */
export const healthCodes = deepFreeze({
  'commit.failing':
    'What comes in cannot be brought to disk; it is tried again and not acknowledged meanwhile.',
  'disk.nearlyFull': 'The disk of the data folder is nearly full.',
  'disk.unreadable': 'How full the disk of the data folder is cannot be told.',
  'intake.paused': 'The disk is full: gateways keep what they measure until there is room.',
  'store.restored': 'The database was damaged and was replaced by its last good copy.',
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
  'forward.missed': 'Something was not handed on: it waited too long, or the other side refused it.',
  'modbusServer.failing': 'Clients that ask for a meter over Modbus TCP get no values.',
  'broker.away': 'The external broker cannot be reached.',
} as const);

export type HealthCode = keyof typeof healthCodes;

export interface HealthReason {
  readonly code: HealthCode;
  /** `failing`: something the host is there for does not happen. `degraded`: it does, and will not for long. */
  readonly level: 'degraded' | 'failing';
  /** One line for those who are signed in. */
  readonly detail: string;
}

/** Asked each time somebody wants to know; gives nothing while all is well. Must be quick and must not throw. */
export type HealthSource = () => readonly HealthReason[];

export interface HealthState {
  readonly status: 'ok' | 'degraded' | 'failing';
  readonly reasons: readonly HealthReason[];
}

/** The worst of all reasons is the status. */
export function healthOf(sources: Iterable<HealthSource>): HealthState {
  const reasons = [...sources].flatMap(source => source());
  const isFailing = reasons.some(({ level }) => level === 'failing');
  return { status: isFailing ? 'failing' : reasons.length > 0 ? 'degraded' : 'ok', reasons };
}
