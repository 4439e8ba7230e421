import { numberOf, type Tables, textOf } from '../auth/tables.ts';
import type { Rollout } from './rollout.ts';

/** So many are kept; the oldest that ended go first. */
export const rolloutsMost = 100;

/** Roll-outs as they outlive the host: a row of JSON each. */
export class RolloutTable {
  readonly #tables: Tables;
  /** One statement after the other: the newest state of a roll-out is what stays. */
  #last: Promise<void> = Promise.resolve();

  private constructor(tables: Tables) {
    this.#tables = tables;
  }

  static async open(tables: Tables): Promise<{ table: RolloutTable; rollouts: Rollout[] }> {
    await tables.run(
      'CREATE TABLE IF NOT EXISTS rollout (id VARCHAR PRIMARY KEY, createdMs BIGINT, body VARCHAR)',
    );
    const rows = await tables.all('SELECT id, createdMs, body FROM rollout');
    const rollouts = [...rows]
      .sort((a, b) => numberOf(a, 'createdMs') - numberOf(b, 'createdMs'))
      .map((row): Rollout => JSON.parse(textOf(row, 'body')));
    return { table: new RolloutTable(tables), rollouts };
  }

  /** @throws Error of the store. */
  save(rollout: Rollout): Promise<void> {
    const body = JSON.stringify(rollout);
    return this.#queued(
      `INSERT INTO rollout VALUES (?, ?, ?) ON CONFLICT (id) DO UPDATE SET body = excluded.body`,
      [rollout.id, rollout.createdMs, body],
    );
  }

  remove(id: string): Promise<void> {
    return this.#queued('DELETE FROM rollout WHERE id = ?', [id]);
  }

  /** Until all that was asked for is done. */
  async settled(): Promise<void> {
    await this.#last;
  }

  #queued(sql: string, parameters: readonly (string | number | null)[]): Promise<void> {
    const done = this.#last.then(() => this.#tables.run(sql, parameters));
    this.#last = done.catch(() => {});
    return done;
  }
}
