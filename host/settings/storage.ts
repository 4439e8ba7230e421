import { join } from 'node:path';
import { count, months, passphrase, text, zone } from './kinds.ts';
import type { Setting } from './setting.ts';

/** Where values are kept, and for how long. */
export const placeSettings = {
  dataDir: {
    kind: text,
    default: () => join(process.cwd(), 'joulegate-data'),
    isNeeded: true,
    help: 'folder of the database',
  },
} as const satisfies Record<string, Setting>;

/** Nothing is removed unless somebody says so. */
export const storageSettings = {
  zone: {
    kind: zone,
    default: () => Intl.DateTimeFormat().resolvedOptions().timeZone,
    isNeeded: true,
    help: 'IANA zone of the site, such as Europe/Berlin',
  },
  backupHours: {
    kind: count(0, 8760),
    default: 24,
    help: 'hours from one backup to the next, 0 for none by itself',
  },
  backupKeep: {
    kind: count(1, 1000),
    default: 7,
    help: 'how many of the newest backups are kept',
  },
  backupPassphrase: {
    kind: passphrase,
    isSecret: true,
    help: "seals the host's own secrets into each backup; without it they are in none",
  },
  archiveAfterMonths: {
    kind: months,
    default: 3,
    help: 'whole months after which windows move from the database to files, 0 for never',
  },
  keepRawMonths: {
    kind: months,
    default: 0,
    help: 'whole months that windows are kept, 0 for ever',
  },
  keepMinutesMonths: {
    kind: months,
    default: 0,
    help: 'whole months that minutes are kept, 0 for ever',
  },
  keepQuartersMonths: {
    kind: months,
    default: 0,
    help: 'whole months that quarters of an hour are kept, 0 for ever',
  },
  keepHoursMonths: {
    kind: months,
    default: 0,
    help: 'whole months that hours are kept, 0 for ever',
  },
  keepDaysMonths: {
    kind: months,
    default: 0,
    help: 'whole months that days are kept, 0 for ever',
  },
} as const satisfies Record<string, Setting>;

/** From the finest level on. */
export const levelSettings = [
  'keepRawMonths',
  'keepMinutesMonths',
  'keepQuartersMonths',
  'keepHoursMonths',
  'keepDaysMonths',
] as const;
