/**
 * Corrections are entries that are only ever added: one that undoes another is an entry, too, and names it in `undoes`.
 * Amounts are whole numbers of the quantity's last decimal, factors whole millionths. correction_rebuild: entries
 * whose windows the tiers have still to be built anew from, from `fromS` on.
 */
export const createCorrections: readonly string[] = [
  `CREATE TABLE correction (id UINTEGER NOT NULL, kind VARCHAR NOT NULL, meter UINTEGER NOT NULL,
     series UINTEGER NOT NULL, fromS UINTEGER NOT NULL, toS UINTEGER NOT NULL, factorMillionths BIGINT NOT NULL,
     offsetSteps BIGINT NOT NULL, beforeSteps BIGINT NOT NULL, afterSteps BIGINT NOT NULL, who VARCHAR NOT NULL,
     atMs BIGINT NOT NULL, why VARCHAR NOT NULL, undoes UINTEGER)`,
  'CREATE TABLE correction_rebuild (id UINTEGER NOT NULL, fromS UINTEGER NOT NULL)',
];
