import type { Values } from '../arguments.ts';
import { catalogue, type HappeningId } from './catalogue.ts';
import type { Happening, HappeningValues, Undo } from './happening.ts';
import { readHappening } from './values.ts';

export const partKinds = Object.freeze([
  'line',
  'head',
  'meter',
  'chip',
  'gateway',
  'clock',
  'network',
  'broker',
  'host',
] as const);

export type PartKind = (typeof partKinds)[number];

/** What a part counts or shows, by a name that the page has words for. */
export interface PartFigure {
  readonly name: string;
  readonly value: number | string;
}

/** Something of the laboratory that runs, and what can go wrong with it. */
export interface LabPart {
  /** Such as `rs485-1`, `gateway`, `network`. */
  readonly id: string;
  readonly kind: PartKind;
  readonly name: string;
  /** What it is, in a few words. */
  readonly about: string;
  /** The part that it hangs on, such as a meter's line. */
  readonly on?: string;
  readonly happenings: readonly Happening[];
  /** How it is now. */
  readonly figures?: () => readonly PartFigure[];
}

/** A happening of the catalogue as a part offers it; what it is begun with is checked, by `check`, too. */
export function happening<const I extends HappeningId>(
  id: I,
  begin: (values: Values<(typeof catalogue)[I]['options']>) => Undo | Promise<Undo>,
  check: (values: Values<(typeof catalogue)[I]['options']>) => void = () => {},
): Happening {
  const kind: (typeof catalogue)[I] = catalogue[id];
  const read = (values: HappeningValues) => readHappening(id, kind, values);
  return {
    id,
    ...kind,
    check: values => check(read(values)),
    begin: given => {
      const values = read(given);
      check(values);
      return begin(values);
    },
  };
}
