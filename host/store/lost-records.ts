import type { Store } from './store.ts';
import type { SqlStatement } from './types.ts';

/** What the table `lost` counts as dropped by a gateway's journal. */
export interface CountedDrops {
  readonly gateway: string;
  readonly epoch: string;
  readonly records: number;
}

/** Records that the database has lost since they were acknowledged. */
export interface RecordsLostAtHost {
  readonly gateway: string;
  readonly records: number;
  /** When the host counted the newest of them. */
  readonly atMs: number;
}

const recordsSum = 'sum(toSequence - fromSequence + 1)::BIGINT AS records';

export async function loadCountedDrops(store: Store): Promise<CountedDrops[]> {
  const rows = await store.all(
    `SELECT gateway, epoch, ${recordsSum} FROM lost WHERE reason = 'journalOverflow' GROUP BY ALL`,
  );
  return rows.map(({ gateway, epoch, records }) => ({
    gateway: String(gateway),
    epoch: String(epoch),
    records: Number(records),
  }));
}

/** Those counted since then, of gateways of which the database has windows from before. */
export async function loadLostAtHost(store: Store, sinceMs: number): Promise<RecordsLostAtHost[]> {
  const rows = await store.all(
    `SELECT gateway, ${recordsSum}, max(atMs) AS atMs FROM lost
     WHERE reason = 'lostAtHost' AND fromS > 0 AND atMs >= ? GROUP BY gateway`,
    [sinceMs],
  );
  return rows.map(({ gateway, records, atMs }) => ({
    gateway: String(gateway),
    records: Number(records),
    atMs: Number(atMs),
  }));
}

/**
 * So many of the records that were counted as dropped by this journal are told as lost at the host: of the newest stretches,
 * and within one those at its start, as a journal that runs full drops what comes behind the acknowledged ones. How long
 * they took is their share of the stretch. Gives how many of them lie behind windows that the database has; the others
 * may be another host's.
 */
export async function retellAsLostAtHost(
  store: Store,
  { gateway, epoch, records }: CountedDrops,
): Promise<number> {
  const rows = await store.all(
    `SELECT fromSequence, toSequence, atMs, fromS, toS FROM lost
     WHERE gateway = ? AND epoch = ? AND reason = 'journalOverflow' ORDER BY fromSequence DESC`,
    [gateway, epoch],
  );
  const statements: SqlStatement[] = [];
  let [left, behindWindows] = [records, 0];
  for (const row of rows) {
    if (left <= 0) break;
    const [from, to] = [Number(row.fromSequence), Number(row.toSequence)];
    const [atMs, fromS, toS] = [Number(row.atMs), Number(row.fromS), Number(row.toS)];
    const counted = to - from + 1;
    const gone = Math.min(left, counted);
    left -= gone;
    if (fromS > 0) behindWindows += gone;
    const isKnown = fromS > 0 && toS > fromS;
    const borderS = isKnown && gone < counted ? fromS + Math.round(((toS - fromS) * gone) / counted) : toS;
    statements.push([
      `UPDATE lost SET reason = 'lostAtHost', toSequence = ?, toS = ?
       WHERE gateway = ? AND epoch = ? AND fromSequence = ? AND reason = 'journalOverflow'`,
      [from + gone - 1, borderS, gateway, epoch, from],
    ]);
    if (gone === counted) continue;
    statements.push([
      `INSERT INTO lost VALUES (?, ?, ?, ?, ?, ?, ?, 'journalOverflow')`,
      [gateway, epoch, from + gone, to, atMs, isKnown ? borderS : fromS, toS],
    ]);
  }
  if (statements.length > 0) await store.runAll(statements);
  return behindWindows;
}
