import { deepFreeze } from '#core/freeze.ts';

/**
 * The tables, as steps that are only ever added to: a database knows how many it has had.
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
]);
