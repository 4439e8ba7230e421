import type { ExportSpec } from './export-types.ts';
import type { ExportFile } from './exports.ts';
import type { StageProgress } from './import-staging.ts';
import type { ImportDeed, ImportEntry, ImportSeries, ImportTask } from './import-types.ts';
import type { StagedImport, UndoOutcome, WrittenImport } from './imports.ts';
import type { Keeper } from './keeper.ts';
import { Moved } from './port.ts';

/** Exports, which are asked for piece by piece. */
export function exportsOf(keeper: Keeper) {
  const { exports } = keeper;
  return {
    /** Fixes the moment of an export and gives its number. */
    exportOpen: (): Promise<number> => keeper.guard(() => exports.open()),

    /** What it exports. @throws ExportTooLarge */
    exportChoose: (number: number, spec: ExportSpec): Promise<void> => exports.choose(number, spec),

    /** Its next piece, which moves to the other side; undefined at the end. */
    exportNext: async (number: number): Promise<Moved<Uint8Array<ArrayBuffer>> | undefined> => {
      const piece = await exports.next(number);
      return piece && new Moved(piece, [piece.buffer]);
    },

    /** All of it as a Parquet file that is there until its end. */
    exportFile: (number: number): Promise<ExportFile> => exports.file(number),

    /** Ends it, wherever it is. */
    exportEnd: (number: number): Promise<void> => exports.end(number),
  };
}

/** Imports, which are looked at before they are written. */
export function importsOf(keeper: Keeper) {
  const { imports } = keeper;
  return {
    /** Reads a file and says what its import would do. @throws OrderError */
    importStage: (task: ImportTask): Promise<StagedImport> => imports.stage(task),

    /** Imports what was read. @throws CameMeanwhile */
    importWrite: (
      number: number,
      series: readonly ImportSeries[],
      deed: ImportDeed,
    ): Promise<WrittenImport> => imports.write(number, series, deed),

    importEnd: (number: number): Promise<void> => imports.end(number),

    importProgress: async (path: string): Promise<StageProgress | null> => imports.progress(path),

    importEndOf: (path: string): Promise<void> => imports.endOf(path),

    imports: (): Promise<ImportEntry[]> => keeper.ask(() => imports.list()),

    importUndo: (id: number, who: string): Promise<UndoOutcome> => imports.undo(id, who),
  };
}
