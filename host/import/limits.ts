import { deepFreeze } from '#core/freeze.ts';
import { columnsMost, toldCells } from './proposal/bounds.ts';

/** Bounds of one import. */
export const importLimits = deepFreeze({
  /** Ten years of a quarter of an hour in 30 columns are 100 MB; a logger of many years may be a gigabyte. Never read as a whole. */
  fileBytes: 2 * 1024 * 1024 * 1024,
  /** Files that wait to be imported, and their bytes together; the oldest make way. */
  files: 4,
  filesBytes: 4 * 1024 * 1024 * 1024,
  /** Files that are on their way at once: each may become as long as one may be before it is counted with the others. */
  sending: 2,
  values: 20_000_000,
  columns: columnsMost,
  /** Cells of a line, and characters of a cell: more is no table of measurements. */
  cells: 1000,
  cellCharacters: 4096,
  /** A line of the line protocol, with texts over several lines in it. */
  lineCharacters: 256 * 1024,
  /** Lines before the names, and between names and values. */
  headLines: 100,
  /** Names of series that are told of a file; of others the lines are counted. */
  names: 1000,
  /** Names of series that an import was not asked for, told with their lines; of others the lines are counted. */
  otherNames: 20,
  /** Of a name; longer ones cannot be asked for, and are counted with the others. */
  nameCharacters: 2000,
  /** What is told of a file's first lines: characters of a cell. And of the first line of each series: cells, and characters of each. */
  shownCharacters: 240,
  exampleCells: toldCells,
  exampleCharacters: 40,
  /** Columns whose values together name a series. */
  nameColumns: 8,
  /** Tables and views of a SQLite file that are told. */
  tables: 200,
  /**
   * Rows, and characters of them, that a SQLite file gives at once, how long it may take over them, and rows of a view: it
   * may never end, or never begin.
   */
  rows: 500,
  rowsCharacters: 128 * 1024,
  rowsMs: 30_000,
  viewRows: 20_000_000,
  /** Memory of the thread that reads it, besides JavaScript's. */
  sqliteBytes: 128 * 1024 * 1024,
  /** Mistakes that are told with their line; all are counted. */
  toldMistakes: 100,
  /** How far the end of a window may be ahead of the host's clock. */
  aheadS: 60,
  /** Longer windows would blur the hours of the tiers. */
  windowMaxS: 3600,
  /** Parsing gives way to what else its thread has to do after so long. */
  turnMs: 5,
});
