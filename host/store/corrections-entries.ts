import { type QuantityId, quantities } from '#core/quantities.ts';
import type { CorrectedSeries, Correction, CorrectionKind } from '../corrections/types.ts';
import type { SqlRow, SqlValue } from './types.ts';

/** A row of the table: a correction, or what undoes one, which is about the same range. */
export interface Entry extends Omit<Correction, 'kind'> {
  readonly kind: CorrectionKind | 'undo';
  /** Account. */
  readonly who: string;
  readonly atMs: number;
  readonly why: string;
  /** Id of the correction that it undoes. */
  readonly undoes: number | null;
}

/** A correction with its kind, which no undoing has. */
export type Made = Entry & { readonly kind: CorrectionKind };

const isMade = (entry: Entry): entry is Made => entry.kind !== 'undo';

export const made = (entries: readonly Entry[]): Made[] => entries.filter(isMade);

/** Those that nothing has undone. */
export function standing(entries: readonly Entry[]): Made[] {
  const undone = new Set(entries.map(({ undoes }) => undoes));
  return made(entries).filter(({ id }) => !undone.has(id));
}

/** The correction that an entry makes or undoes. */
export const correctionIn = (entries: readonly Entry[], entry: Entry): Made | undefined =>
  isMade(entry) ? entry : made(entries).find(({ id }) => id === entry.undoes);

const columns = [
  'id',
  'kind',
  'meter',
  'series',
  'fromS',
  'toS',
  'factorMillionths',
  'offsetSteps',
  'beforeSteps',
  'afterSteps',
  'who',
  'atMs',
  'why',
  'undoes',
] as const;

export const insertEntry = `INSERT INTO correction (${columns.join(', ')}) VALUES (${columns.map(() => '?').join(', ')})`;

export const cellsOf = (entry: Entry): SqlValue[] => {
  const { offset, before, after, ...same } = entry;
  const row: SqlRow = { ...same, offsetSteps: offset, beforeSteps: before, afterSteps: after };
  return columns.map(name => row[name] ?? null);
};

export function entryOf(row: SqlRow): Entry {
  return {
    id: Number(row.id),
    kind: kindOf(row.kind),
    meter: Number(row.meter),
    series: Number(row.series),
    fromS: Number(row.fromS),
    toS: Number(row.toS),
    factorMillionths: Number(row.factorMillionths),
    offset: Number(row.offsetSteps),
    before: Number(row.beforeSteps),
    after: Number(row.afterSteps),
    who: String(row.who),
    atMs: Number(row.atMs),
    why: String(row.why),
    undoes: row.undoes === null ? null : Number(row.undoes),
  };
}

const kinds: readonly Entry['kind'][] = ['exclude', 'scale', 'offset', 'reading', 'swap', 'undo'];

function kindOf(value: SqlValue | undefined): Entry['kind'] {
  const kind = kinds.find(each => each === value);
  if (kind === undefined) throw new Error(`the table of corrections has one of the unknown kind ${value}`);
  return kind;
}

/** None for what a newer version knew and this one does not. */
export const correctedSeries = ({ number, meter, quantity }: SqlRow): CorrectedSeries[] =>
  isQuantity(quantity) ? [{ number: Number(number), meter: Number(meter), quantity }] : [];

const isQuantity = (id: SqlValue | undefined): id is QuantityId =>
  typeof id === 'string' && Object.hasOwn(quantities, id);
