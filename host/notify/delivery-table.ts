import { numberOf, rowsGiven, type Tables, textOf } from '../auth/tables.ts';
import { fault, type Why } from '../faults/fault.ts';
import { notifyLimits } from './limits.ts';
import type { Notice } from './notice.ts';

/** waiting: not there yet. sent: the server took it. failed: given up, and why. */
export type DeliveryState = 'waiting' | 'sent' | 'failed';

/** One notice on its way to one channel. */
export interface Delivery {
  readonly notice: Notice;
  readonly channel: string;
  readonly queuedMs: number;
  readonly state: DeliveryState;
  /** The message it went in, or is to go in again; null before there was a try. */
  readonly message: string | null;
  readonly tries: number;
  readonly endedMs: number | null;
  /** What the server said last, or why it did not arrive. */
  readonly said: string | null;
  /** Of what did not arrive: what that is made of. */
  readonly why: Why | null;
}

/** What a try came to, for all notices of its message. */
export type Outcome = Pick<Delivery, 'state' | 'message' | 'tries' | 'endedMs' | 'said' | 'why'>;

const givenColumns = {
  notice: 'VARCHAR',
  channel: 'VARCHAR',
  body: 'VARCHAR',
  site: 'VARCHAR',
  queuedMs: 'BIGINT',
} as const;
const columns = 'notice, channel, body, queuedMs, state, message, tries, endedMs, said, why';

/** Queue and log of what is told, one row for each notice and channel. */
export class DeliveryTable {
  readonly #tables: Tables;

  private constructor(tables: Tables) {
    this.#tables = tables;
  }

  /** @throws Error of the store */
  static async open(tables: Tables): Promise<DeliveryTable> {
    await tables.run(
      `CREATE TABLE IF NOT EXISTS notice_delivery (notice VARCHAR, channel VARCHAR, body VARCHAR, site VARCHAR, queuedMs BIGINT,
         state VARCHAR, message VARCHAR, tries INTEGER, endedMs BIGINT, said VARCHAR, PRIMARY KEY (notice, channel))`,
    );
    await tables.run('ALTER TABLE notice_delivery ADD COLUMN IF NOT EXISTS why VARCHAR');
    return new DeliveryTable(tables);
  }

  /**
   * Puts those on disk that are not there yet, and gives them; the others were told before, and stay as they are.
   * @throws Error of the store
   */
  async add(deliveries: readonly Delivery[]): Promise<Delivery[]> {
    if (deliveries.length === 0) return [];
    const rows = deliveries.map(({ notice, channel, queuedMs }) => ({
      notice: notice.id,
      channel,
      body: JSON.stringify(notice),
      site: notice.site,
      queuedMs,
    }));
    const added = await this.#tables.all(
      `INSERT INTO notice_delivery (notice, channel, body, site, queuedMs, state, tries)
         SELECT *, 'waiting', 0 FROM ${rowsGiven(givenColumns)} ON CONFLICT DO NOTHING RETURNING notice, channel`,
      [JSON.stringify(rows)],
    );
    const isAdded = new Set(added.map(row => keyOf(textOf(row, 'notice'), textOf(row, 'channel'))));
    return deliveries.filter(({ notice, channel }) => isAdded.has(keyOf(notice.id, channel)));
  }

  /** What a try with notices of one channel came to. @throws Error of the store */
  async mark(channel: string, deliveries: readonly Delivery[], outcome: Outcome): Promise<void> {
    const { state, message, tries, endedMs, said, why } = outcome;
    await this.#tables.run(
      `UPDATE notice_delivery SET state = ?, message = ?, tries = ?, endedMs = ?, said = ?, why = ?
         WHERE channel = ? AND notice IN (SELECT unnest(from_json(?, '["VARCHAR"]')))`,
      [
        state,
        message,
        tries,
        endedMs,
        said,
        why && JSON.stringify(why),
        channel,
        JSON.stringify(deliveries.map(({ notice }) => notice.id)),
      ],
    );
  }

  /** In the order they were told. @throws Error of the store */
  async waiting(): Promise<Delivery[]> {
    const rows = await this.#tables.all(
      `SELECT ${columns} FROM notice_delivery WHERE state = 'waiting' ORDER BY queuedMs, notice`,
    );
    return rows.map(deliveryOf);
  }

  /** When messages of a channel were sent since then. @throws Error of the store */
  async sentSince(sinceMs: number): Promise<{ readonly channel: string; readonly atMs: number }[]> {
    const rows = await this.#tables.all(
      `SELECT channel, max(endedMs) AS atMs FROM notice_delivery WHERE state = 'sent' AND endedMs > ?
         GROUP BY channel, message ORDER BY atMs`,
      [sinceMs],
    );
    return rows.map(row => ({ channel: textOf(row, 'channel'), atMs: numberOf(row, 'atMs') }));
  }

  /** The newest of a channel, newest first. @throws Error of the store */
  async log(channel: string, limit: number): Promise<Delivery[]> {
    const rows = await this.#tables.all(
      `SELECT ${columns} FROM notice_delivery WHERE channel = ? ORDER BY queuedMs DESC, notice DESC LIMIT ?`,
      [channel, limit],
    );
    return rows.map(deliveryOf);
  }

  /** Gives up what waits of a channel that is off: what is older than `sinceMs`, or beyond the newest that may wait. @throws Error of the store */
  async giveUp(channel: string, sinceMs: number, nowMs: number): Promise<void> {
    const { message: off, ...why } = fault('queue.off', {});
    await this.#tables.run(
      `UPDATE notice_delivery SET state = 'failed', endedMs = ?, said = ?, why = ? WHERE channel = ? AND state = 'waiting'
         AND (queuedMs < ? OR notice NOT IN (SELECT notice FROM notice_delivery WHERE channel = ? AND state = 'waiting'
           ORDER BY queuedMs DESC, notice DESC LIMIT ?))`,
      [nowMs, off, JSON.stringify(why), channel, sinceMs, channel, notifyLimits.waiting],
    );
    await this.prune(channel);
  }

  /** Forgets what has ended beyond the newest so many of a channel. @throws Error of the store */
  prune(channel: string): Promise<void> {
    return this.#tables.run(
      `DELETE FROM notice_delivery WHERE channel = ? AND state <> 'waiting' AND notice NOT IN
         (SELECT notice FROM notice_delivery WHERE channel = ? ORDER BY queuedMs DESC, notice DESC LIMIT ?)`,
      [channel, channel, notifyLimits.logged],
    );
  }

  /** Of a channel that is no more. @throws Error of the store */
  forget(channel: string): Promise<void> {
    return this.#tables.run('DELETE FROM notice_delivery WHERE channel = ?', [channel]);
  }
}

/** Ids of notices have no blank. */
export const keyOf = (notice: string, channel: string): string => `${notice} ${channel}`;

function deliveryOf(row: Record<string, unknown>): Delivery {
  const textOrNull = (column: string) => (row[column] === null ? null : textOf(row, column));
  return {
    // Written by `add`, as it is in the type.
    notice: JSON.parse(textOf(row, 'body')) as Notice,
    channel: textOf(row, 'channel'),
    queuedMs: numberOf(row, 'queuedMs'),
    state: textOf(row, 'state') as DeliveryState,
    message: textOrNull('message'),
    tries: numberOf(row, 'tries'),
    endedMs: row.endedMs === null ? null : numberOf(row, 'endedMs'),
    said: textOrNull('said'),
    // Written by `mark`, as it is in the type.
    why: row.why === null ? null : (JSON.parse(textOf(row, 'why')) as Why),
  };
}
