import type { Storage } from '../../host/api/contract.ts';

export interface BarPart {
  readonly name: string;
  readonly bytes: number;
  /** Of all that is stored, 0 to 1. */
  readonly share: number;
}

const mostParts = 4;

/** The largest parts of what is stored, and the rest as one; together they are the whole. */
export function barParts({
  parts,
  backupBytes,
  bytes,
}: Pick<Storage, 'parts' | 'backupBytes' | 'bytes'>): readonly BarPart[] {
  const named = [
    ...parts.map(each => ({ name: each.name, bytes: each.bytes })),
    { name: 'backups', bytes: backupBytes },
  ]
    .filter(each => each.bytes > 0 && each.name !== 'rest')
    .sort((one, other) => other.bytes - one.bytes)
    .slice(0, mostParts);
  const told = named.reduce((sum, each) => sum + each.bytes, 0);
  const whole = Math.max(bytes, told);
  const all = whole > told ? [...named, { name: 'rest', bytes: whole - told }] : named;
  return all.map(each => ({ ...each, share: whole === 0 ? 0 : each.bytes / whole }));
}

/** A row of what takes room. */
export type StorageRow = Pick<Part, 'name' | 'bytes' | 'bytesPerDay' | 'bytesInAYear'> &
  Partial<Pick<Part, 'rows' | 'fromMs'>>;

type Part = Storage['parts'][number];

/** Each part, what is free within the database's file, and the backups: together they are the whole, and so is their growth. */
export function storageRows(storage: Storage): readonly StorageRow[] {
  const { parts, databaseFreeBytes, backupBytes, bytesPerDay, bytesInAYear } = storage;
  const sum = (of: 'bytesPerDay' | 'bytesInAYear') => parts.reduce((all, part) => all + part[of], 0);
  return [
    ...parts,
    { name: 'free', bytes: databaseFreeBytes, bytesPerDay: 0, bytesInAYear: 0 },
    {
      name: 'backups',
      bytes: backupBytes,
      bytesPerDay: bytesPerDay - sum('bytesPerDay'),
      bytesInAYear: bytesInAYear - sum('bytesInAYear'),
    },
  ];
}

/** The host's settings by the part that they are about, as arguments of its command line. */
const settings = Object.freeze([
  ['raw', 'keep-raw-months'],
  ['60', 'keep-minutes-months'],
  ['900', 'keep-quarters-months'],
  ['3600', 'keep-hours-months'],
  ['day', 'keep-days-months'],
] as const);

/** How long each tier is kept: months, 0 for ever, and the setting that says so. */
export const retentionSettings = ({ parts }: Pick<Storage, 'parts'>) =>
  settings.map(([name, argument]) => ({
    name,
    argument,
    months: parts.find(each => each.name === name)?.keptMonths ?? 0,
  }));
