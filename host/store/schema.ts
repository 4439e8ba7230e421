import { deepFreeze } from '#core/freeze.ts';
import { quantities, quantityIds } from '#core/quantities.ts';
import { createArchive } from './archive-tables.ts';
import { createCorrections } from './corrections-schema.ts';
import { createGeneration, createViews } from './generations.ts';
import { createImports } from './import-schema.ts';
import { createSerials } from './serials.ts';
import { createTiers } from './tier-tables.ts';

/** The vocabulary as a table, so that the tables explain themselves; to be run where it has grown. */
export const fillQuantities = `INSERT INTO quantity SELECT * FROM (VALUES ${quantityIds
  .map(id => {
    const { unit, kind, decimals } = quantities[id];
    return `('${id}', '${unit}', '${kind}', ${decimals})`;
  })
  .join(', ')}) AS given(id, unit, kind, decimals) WHERE id NOT IN (SELECT id FROM quantity)`;

/**
 * The tables, as steps that are only ever added to: a database knows how many it has had. Each step is one
 * transaction.
 *
 * Windows lie in two tables, so that counters carry no empty columns. `startS` is UTC seconds since 1970 (windows
 * start at whole seconds by the rule of the wire), `windowS` the length. Neither has an index: rows come at the
 * rate of the wire, an index would cost ten times that (measured), and zone maps find ranges of time.
 */
export const migrations: readonly (readonly string[])[] = deepFreeze([
  [
    `CREATE TABLE gauge (series UINTEGER NOT NULL, startS UINTEGER NOT NULL, windowS USMALLINT NOT NULL,
       samples UINTEGER NOT NULL, mean DOUBLE NOT NULL, min DOUBLE NOT NULL, max DOUBLE NOT NULL,
       last DOUBLE NOT NULL)`,
    `CREATE TABLE counter (series UINTEGER NOT NULL, startS UINTEGER NOT NULL, windowS USMALLINT NOT NULL,
       samples UINTEGER NOT NULL, last DOUBLE NOT NULL)`,
    // One row per window and reason; isWhole: the window has no value at all. reason 255: the gateway gave none.
    `CREATE TABLE missing (meter UINTEGER NOT NULL, startS UINTEGER NOT NULL, windowS USMALLINT NOT NULL,
       reason UTINYINT NOT NULL, samples UINTEGER NOT NULL, isWhole UTINYINT NOT NULL)`,
    `CREATE TABLE lost (gateway VARCHAR NOT NULL, epoch VARCHAR NOT NULL, fromSequence BIGINT NOT NULL,
       toSequence BIGINT NOT NULL, atMs BIGINT NOT NULL)`,
    `CREATE TABLE watermark (gateway VARCHAR NOT NULL, epoch VARCHAR NOT NULL, sequence BIGINT NOT NULL)`,
    `CREATE TABLE meter (number UINTEGER NOT NULL, gateway VARCHAR NOT NULL, id VARCHAR NOT NULL)`,
    // firstS … value are a summary of the first `summarised` rows of the tables; the rest is read at open.
    `CREATE TABLE series (number UINTEGER NOT NULL, meter UINTEGER NOT NULL, quantity VARCHAR NOT NULL,
       firstS UINTEGER, endS UINTEGER, longestS USMALLINT, value DOUBLE)`,
    `CREATE TABLE summarised (gaugeRows BIGINT NOT NULL, counterRows BIGINT NOT NULL)`,
    `INSERT INTO summarised VALUES (0, 0)`,
    `CREATE TABLE gateway (id VARCHAR PRIMARY KEY, about VARCHAR, desired VARCHAR, running VARCHAR,
       refused VARCHAR, lastSeenMs BIGINT)`,
  ],
  // Windows as whole numbers of their quantity's last decimal, in generations; tiers; what each record covers.
  [
    'CREATE TABLE quantity (id VARCHAR NOT NULL, unit VARCHAR NOT NULL, kind VARCHAR NOT NULL, decimals UTINYINT NOT NULL)',
    fillQuantities,
    `CREATE TABLE generation (number UINTEGER NOT NULL, state VARCHAR NOT NULL, openedS BIGINT NOT NULL, fromS BIGINT,
       toS BIGINT, gauge BIGINT NOT NULL, counter BIGINT NOT NULL, span BIGINT NOT NULL, missing BIGINT NOT NULL)`,
    "INSERT INTO generation SELECT 1, 'open', 0, NULL, NULL, 0, 0, 0, 0",
    ...createGeneration(1),
    'CREATE TEMP TABLE scales AS SELECT number, 10::BIGINT ** decimals AS scale FROM series JOIN quantity ON quantity.id = series.quantity',
    `INSERT INTO gauge_g1 SELECT round(min * scale), round(mean * scale) - round(min * scale),
       round(max * scale) - round(min * scale), round(last * scale) - round(min * scale), series, startS, samples, 1, windowS
     FROM gauge JOIN scales ON number = series`,
    `INSERT INTO counter_g1 SELECT round(last * scale), series, startS, samples, 1, windowS
     FROM counter JOIN scales ON number = series`,
    // When these arrived is not known: they count as in time.
    `INSERT INTO span_g1 SELECT meter, startS, 0, windowS, 0, 0 FROM (
       SELECT DISTINCT series.meter, startS, windowS FROM (SELECT series, startS, windowS FROM gauge
         UNION ALL SELECT series, startS, windowS FROM counter) AS rows JOIN series ON number = series)`,
    `INSERT INTO span_g1 SELECT DISTINCT meter, startS, 0, windowS, 1, 0 FROM missing WHERE isWhole = 1`,
    'INSERT INTO missing_g1 SELECT meter, startS, samples, windowS, reason, isWhole FROM missing',
    'DROP TABLE scales',
    'DROP TABLE gauge',
    'DROP TABLE counter',
    'DROP TABLE missing',
    'DROP TABLE summarised',
    // The largest that a gauge has shown: what its meter's counters can be believed. Told anew from all windows.
    'ALTER TABLE series ADD COLUMN peak DOUBLE',
    'ALTER TABLE lost ADD COLUMN fromS BIGINT DEFAULT 0',
    'ALTER TABLE lost ADD COLUMN toS BIGINT DEFAULT 0',
    ...createViews([{ number: 1, state: 'open', archived: [] }]),
    ...createTiers,
  ],
  createCorrections,
  createArchive,
  createImports,
  createSerials,
  ["ALTER TABLE lost ADD COLUMN reason VARCHAR DEFAULT 'journalOverflow'"],
  // Roles, sites and the file of secrets, whose tables make themselves. A version before would let everybody do everything
  // and make another certificate authority: it is to refuse this database.
  [],
  // What files alone brought is not waited for. Of those before: what lies outside of their imports was told by a gateway.
  [
    'ALTER TABLE series ADD COLUMN isHeard BOOLEAN DEFAULT false',
    `UPDATE series SET isHeard = endS IS NOT NULL AND number NOT IN (
       SELECT number FROM series AS filed JOIN (
         SELECT series AS number, min(fromS) AS fromS, max(toS) AS toS FROM imported_series
         JOIN imported USING (id) WHERE undoneMs IS NULL GROUP BY series) AS file USING (number)
       WHERE file.fromS <= filed.firstS AND file.toS >= filed.endS)`,
  ],
]);
