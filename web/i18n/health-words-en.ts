/** English of why the host is not well: what is wrong by its code, and what the host tells with it. */
export const healthWordsEn = {
  codes: {
    'commit.failing':
      'What comes in cannot be brought to disk. It is tried again; the gateways keep it meanwhile.',
    'disk.nearlyFull': 'The disk is nearly full. Make room, or choose shorter retention.',
    'disk.unreadable': 'How full the disk is cannot be told.',
    'intake.paused': 'The disk is full: the gateways keep what they measure until there is room.',
    'store.restored': 'The database was damaged; the most of it that could be had was brought back.',
    'store.notEnded':
      'The host was not ended in order the last time: it was killed, or lost its power. What had not reached its disk comes again from the gateways.',
    'store.recordsLost':
      'The database has lost records that were acknowledged, and the gateways no longer have them. The ledger tells which times are missing.',
    'backup.failed': 'The last backup could not be made, or was not like the database.',
    'archive.unreadable': 'Files of the archive are missing or damaged: bring them back from a backup.',
    'audit.failing': 'Changes cannot be written to the audit log; it is tried again.',
    'modbusServer.failing': 'Clients that ask for a meter over Modbus TCP get no values.',
    'notify.failing': 'A channel has taken no messages of alarms for more than an hour.',
    'alarms.leftOut':
      'Alarm rules do not watch all their meters: together they watch as many as the host takes.',
    'loop.slow': 'The host is slow to answer: its computer has more to do than it can manage.',
    'forward.failing': 'What is handed on waits: the other side has taken nothing for ten minutes.',
    'forward.missed':
      'Something is not handed on: it waited too long, the other side refused it, or its name has no room there.',
    'broker.away': 'The external broker cannot be reached.',
  } as Readonly<Record<string, string>>,
  /** What the host tells beside it, in figures. */
  facts: {
    room: (free: string, size: string) => `${free} of ${size} are free.`,
    resumes: (needed: string) => `The intake goes on with more than ${needed} free.`,
    outcomes: {
      walCut: 'The end of its log could not be used; all before that is kept.',
      restored: 'Its newest good backup is in its place.',
      begunAnew: 'There was no good backup: a new one has begun.',
    } as Readonly<Record<string, string>>,
    setAside: (folder: string) =>
      `What was damaged lies in ${folder}. Gateways send again what they still hold.`,
    readBack: (commits: string, bytes: string) =>
      `Commits read back from the database's log: ${commits}; left out, as it was not finished: ${bytes}.`,
    lost: (records: string, gateways: string, at: string) =>
      `Records: ${records}; gateways: ${gateways}; found ${at}.`,
    file: (file: string) => `File: ${file}.`,
    files: (file: string, more: string) => `File: ${file}, and ${more} more.`,
    waits: (wait: string, most: string) =>
      `1 % of all waits were ${wait} or longer; up to ${most} all is well.`,
    since: (id: string, at: string) => `${id}, since ${at}.`,
    leftOut: (rules: string, most: string) =>
      `Rules that leave meters out: ${rules}. Together rules watch ${most} meters, each counted for each rule: let some of them watch a gateway or a meter alone, or remove rules.`,
    away: (url: string) => `There is no connection to ${url}. It is tried again.`,
  },
};

export type HealthWords = typeof healthWordsEn;
