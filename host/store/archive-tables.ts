import { columnsSql, layouts, tableNames } from './columns.ts';

/**
 * archive: the Parquet files that hold windows which are no longer in the tables of their generation. A file counts
 * from the moment its row is here. kept: from when on each level still has its rows. tier_sorted: up to where the
 * tiers' rows lie sorted. `…_none` never have rows: what is read where nothing is.
 */
export const createArchive: readonly string[] = [
  `CREATE TABLE archive (generation UINTEGER NOT NULL, kind VARCHAR NOT NULL, month VARCHAR NOT NULL,
     rows BIGINT NOT NULL, bytes BIGINT NOT NULL, fromS BIGINT NOT NULL, toS BIGINT NOT NULL, checksum VARCHAR NOT NULL,
     atMs BIGINT NOT NULL)`,
  'CREATE TABLE kept (name VARCHAR NOT NULL, fromS BIGINT NOT NULL)',
  'CREATE TABLE tier_sorted (untilS BIGINT NOT NULL)',
  'INSERT INTO tier_sorted VALUES (0)',
  ...tableNames.map(name => `CREATE TABLE ${name}_none (${columnsSql(layouts[name])})`),
];
