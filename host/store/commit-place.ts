/**
 * A place among all that was committed, in the order of the commits: behind so many rows of each table of a generation.
 * It holds as long as its generation is as it came; sorting gives rows other positions.
 */
export interface CommitPlace {
  readonly generation: number;
  readonly span: number;
  readonly gauge: number;
  readonly counter: number;
  readonly missing: number;
}

/** Before all rows of a generation. */
export const beginOf = (generation: number): CommitPlace => ({
  generation,
  span: 0,
  gauge: 0,
  counter: 0,
  missing: 0,
});

/** Where readers of commits stand is kept in this table, the newest row of each counts: the store sorts nothing that one still wants. */
export const placeTable = 'forward_cursor';

export const createPlaceTable = `CREATE TABLE IF NOT EXISTS ${placeTable} (forward VARCHAR, turn BIGINT, generation BIGINT,
  span BIGINT, gauge BIGINT, counter BIGINT, missing BIGINT, counts VARCHAR)`;
