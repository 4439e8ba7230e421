import { deepFreeze } from '#core/freeze.ts';

/** Bounds of what is stored beyond those of the wire; what goes past one is refused and counted. */
export const storeLimits = deepFreeze({
  /** No meter measured before this was built, and none is asked in a century's time. */
  earliestS: Date.UTC(2000, 0) / 1000,
  latestS: Date.UTC(2100, 0) / 1000,
  /** More samples than one window can hold are a defect, and more than the column takes. */
  samples: 4_294_967_295,
  /** Meters a gateway may ever have sent: each is kept for good. */
  metersEver: 256,
  /** Changes of a meter's serial number that are kept: no meter is replaced so often. */
  serialsEver: 100,
  /** What the database may hold in memory; what takes more is spilled to disk. */
  memoryMb: 256,
  /** Rows after which a new generation begins, also within a week: sorting is done in memory. */
  generationRows: 40_000_000,
});
