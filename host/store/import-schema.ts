/**
 * imported: what was imported, each in a generation of its own, until it is undone. imported_series: what it wrote of
 * each series.
 */
export const createImports: readonly string[] = [
  `CREATE TABLE imported (id UINTEGER NOT NULL, generation UINTEGER NOT NULL, atMs BIGINT NOT NULL, who VARCHAR NOT NULL,
     why VARCHAR NOT NULL, fileName VARCHAR NOT NULL, leftOut BIGINT NOT NULL, undoneMs BIGINT, undoneBy VARCHAR)`,
  `CREATE TABLE imported_series (id UINTEGER NOT NULL, series UINTEGER NOT NULL, windows BIGINT NOT NULL,
     fromS BIGINT NOT NULL, toS BIGINT NOT NULL)`,
];
