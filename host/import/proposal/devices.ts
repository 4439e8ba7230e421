import type { ImportLook } from '../../api/contract.ts';
import { columnsMost, toldCells } from './bounds.ts';
import { freeMeter, wordsOf } from './names.ts';

/** A device that lines of several quantities name, and the meter that its values go into, where they are not left out. */
export interface ImportDevice {
  readonly name: string;
  readonly lines: number;
  /** Which of its cells are ever filled, as the look told it. */
  readonly filled: readonly number[];
  readonly meter: string;
  readonly isUsed: boolean;
}

/** Whether a device has values in a column, as far as a look tells: it tells of the first columns alone. */
export const hasValues = ({ filled }: Pick<ImportDevice, 'filled'>, column: number): boolean =>
  filled.includes(column) || column >= toldCells;

/** Whether devices may have more columns together than an import takes: what it has no room for is another one's. */
export const areTooMany = (devices: number, values: number): boolean => devices * values > columnsMost;

/**
 * A meter for each device of a file, never one for two. Lines that name none are left out, and devices for whose columns
 * an import has no room: they are another import's.
 * @param values places of the columns that have values
 */
export function proposeDevices(
  { series }: Pick<ImportLook, 'series'>,
  values: readonly number[],
): ImportDevice[] {
  const taken = new Set<string>();
  let room: number = columnsMost;
  return series.map(({ name, lines, filled }): ImportDevice => {
    const columns = values.filter(column => hasValues({ filled }, column)).length;
    const isUsed = name !== '' && columns > 0 && columns <= room;
    if (isUsed) room -= columns;
    const own = wordsOf(name).replaceAll(' ', '-').slice(0, 48);
    // A number alone says nothing among other meters.
    const id = /^\d*$/.test(own) ? `meter-${own}`.replace(/-$/, '') : own;
    return { name, lines, filled, meter: freeMeter(id, '', taken), isUsed };
  });
}
