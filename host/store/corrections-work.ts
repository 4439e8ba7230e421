import type { QuantityId } from '#core/quantities.ts';
import { correctionLimits } from '../corrections/limits.ts';
import type { Correction } from '../corrections/types.ts';
import { mostSteps } from '../corrections/window-rules.ts';
import type { Added, Corrections, EntryPlace, Refusal } from './corrections.ts';
import { type Entry, type Made, made, standing } from './corrections-entries.ts';
import type { Tiers } from './tiers.ts';

/** Who made an entry, when and why. */
export interface Signature {
  readonly who: string;
  readonly atMs: number;
  readonly why: string;
}

export type NewCorrection = Omit<Correction, 'id'>;

/** A correction as it is listed. */
export interface Listed extends Made {
  /** Of its series; null where it is about all of its meter. */
  readonly quantity: QuantityId | null;
  readonly undoing: Entry | null;
  /** Whether the tiers know it; until they do, answers are made from windows. */
  readonly isBuilt: boolean;
}

/** What came of it: what is listed now, and the series of which the past is another. */
export interface Done {
  readonly listed: Listed;
  readonly changed: readonly number[];
}

export interface TooMany extends Refusal {
  readonly refused: 'tooMany' | 'tooDeep';
}

export interface NotUndone extends Refusal {
  readonly refused: 'unknown' | 'undone';
}

interface Place extends EntryPlace {
  readonly corrections: Corrections;
  readonly tiers: Pick<Tiers, 'corrected'>;
}

/** All of a meter that were ever made, the newest first. */
export const listCorrections = ({ corrections }: Pick<Place, 'corrections'>, meter: number): Listed[] =>
  made(corrections.entries)
    .filter(entry => entry.meter === meter)
    .map(entry => listed(corrections, entry))
    .reverse();

export async function makeCorrection(
  { corrections, tiers, ...place }: Place,
  correction: NewCorrection,
  signature: Signature,
): Promise<Done | TooMany> {
  const outcome = await corrections.add<TooMany>(
    place,
    id => {
      const entry = { ...correction, ...signature, id, undoes: null };
      const refused = tooMuch(corrections.entries, entry);
      return refused === undefined ? entry : { refused };
    },
    () => tiers.corrected(),
  );
  return 'refused' in outcome ? outcome : done(corrections, outcome);
}

function tooMuch(entries: readonly Entry[], entry: Made): TooMany['refused'] | undefined {
  const ofMeter = entries.filter(({ meter }) => meter === entry.meter);
  const others = standing(ofMeter);
  if (ofMeter.length >= correctionLimits.entries || others.length >= correctionLimits.standing)
    return 'tooMany';
  const isStep = entry.kind === 'scale' || entry.kind === 'offset';
  return isStep &&
    mostSteps([...others, entry].filter(({ kind }) => kind !== 'exclude')) > correctionLimits.overlapping
    ? 'tooDeep'
    : undefined;
}

/** The undoing is an entry, too: nothing is deleted. */
export async function undoCorrection(
  { corrections, tiers, ...place }: Place,
  id: number,
  signature: Signature,
): Promise<Done | NotUndone> {
  const outcome = await corrections.add<NotUndone>(
    place,
    nextId => {
      const about = made(corrections.entries).find(entry => entry.id === id);
      if (about === undefined) return { refused: 'unknown' };
      if (!standing(corrections.entries).includes(about)) return { refused: 'undone' };
      return { ...about, ...signature, kind: 'undo', id: nextId, undoes: id };
    },
    () => tiers.corrected(),
  );
  return 'refused' in outcome ? outcome : done(corrections, outcome);
}

function done(corrections: Corrections, { entry, series }: Added): Done {
  const id = entry.undoes ?? entry.id;
  const about = made(corrections.entries).find(each => each.id === id);
  if (about === undefined) throw new Error(`correction ${id} is not among the entries`);
  return { listed: listed(corrections, about), changed: series.map(({ number }) => number) };
}

function listed(corrections: Corrections, entry: Made): Listed {
  const undoing = corrections.entries.find(({ undoes }) => undoes === entry.id) ?? null;
  const isBuilt = !corrections.rebuilds.some(({ id }) => id === entry.id || id === undoing?.id);
  const quantity = entry.series === 0 ? null : (corrections.quantityOf(entry.series) ?? null);
  return { ...entry, quantity, undoing, isBuilt };
}
