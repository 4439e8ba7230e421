/** Columns that one import takes. */
export const columnsMost = 200;
/** Cells of a line of which a look tells whether they are ever filled. */
export const toldCells = 200;
