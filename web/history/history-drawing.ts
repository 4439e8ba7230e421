import type { QuantityId } from '#core/quantities.ts';
import type { Colour } from '../charts/colours.ts';
import { columnsOf, type EnergyBar } from '../charts/columns.ts';
import { type ChartLine, comparedLook, lineLooks } from '../charts/lines.ts';
import { quantityName, words } from '../i18n/language.ts';
import { movedColumns, pairedBars } from './compare.ts';
import type { Scene } from './history-pictures.ts';
import type { OtherColumn } from './shown-rows.ts';

/** What stands beside the quantity's own line and bars. */
export interface Drawing {
  readonly lines: readonly ChartLine[];
  /** The numbers of `lines`, in their order. */
  readonly others: readonly OtherColumn[];
  /** For each joined bar that of the compared time. */
  readonly bars: readonly (EnergyBar | null)[];
  /** Of the own line, where other quantities stand beside it; null: by the direction of what flows. */
  readonly colour: Colour | null;
}

/** `siblings`: the meter's quantities of one unit; each is always drawn the same. */
export function drawingOf(scene: Scene, siblings: readonly QuantityId[], zone: string): Drawing {
  const { wanted, joined, before, more } = scene;
  const look = (quantity: QuantityId) =>
    lineLooks[siblings.indexOf(quantity) % lineLooks.length] ?? lineLooks[0];
  const { compared } = wanted;
  const ofTime =
    before === null || compared === null
      ? []
      : [
          {
            line: {
              ...comparedLook,
              name: words().past.before,
              columns: movedColumns(columnsOf(before.readings), compared.shift, zone),
            },
            other: { name: words().past.before, readings: before.readings, shift: compared.shift },
          },
        ];
  const ofQuantities = more.map(({ quantity, readings }) => ({
    line: { ...look(quantity), name: quantityName(quantity), columns: columnsOf(readings) },
    other: { name: quantityName(quantity), readings, shift: null },
  }));
  const all = [...ofQuantities, ...ofTime];
  return {
    lines: all.map(({ line }) => line),
    others: all.map(({ other }) => other),
    bars:
      before === null || compared === null
        ? []
        : pairedBars(joined.bars, before.bars, joined.step, compared.shift, zone),
    colour: more.length === 0 ? null : look(wanted.quantity).colour,
  };
}
