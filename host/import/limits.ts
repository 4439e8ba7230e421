import { deepFreeze } from '#core/freeze.ts';

/** Bounds of one import. */
export const importLimits = deepFreeze({
  /** Ten years of a quarter of an hour in 30 columns are 100 MB. */
  fileBytes: 512 * 1024 * 1024,
  /** Files that wait to be imported; the oldest make way. */
  files: 4,
  values: 20_000_000,
  columns: 200,
  /** Cells of a line, and characters of a cell: more is no table of measurements. */
  cells: 1000,
  cellCharacters: 4096,
  /** Mistakes that are told with their line; all are counted. */
  toldMistakes: 100,
  /** Longer windows would blur the hours of the tiers. */
  windowMaxS: 3600,
  /** Parsing gives way to what else its thread has to do after so long. */
  turnMs: 5,
});
