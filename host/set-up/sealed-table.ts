import { numberOf, type Tables, textOf } from '../auth/tables.ts';
import type { Secrets } from '../secrets/secrets.ts';

/** Something that a person set up: a source, a channel, a way out. */
export interface SetUp {
  readonly id: string;
  readonly kind: string;
  readonly name: string;
  /** Null: of the host, or (a source) of the gateway that it stands for. */
  readonly site: string | null;
  readonly isOn: boolean;
  /** Undefined where they were sealed with other secrets, and cannot be read any more. */
  readonly settings: unknown;
  readonly createdMs: number;
}

/**
 * What people set up, on disk, a table for each `family`. Settings are sealed, since passwords and keys are among them;
 * `manner` is what else a family keeps of each, as JSON that anybody may read.
 */
export class SealedTable<Manner extends object = object> {
  readonly #family: string;
  readonly #tables: Tables;
  readonly #secrets: Pick<Secrets, 'seal' | 'open'>;

  private constructor(family: string, tables: Tables, secrets: Pick<Secrets, 'seal' | 'open'>) {
    this.#family = family;
    this.#tables = tables;
    this.#secrets = secrets;
  }

  /** @throws Error of the store */
  static async open<Manner extends object = object>(
    family: string,
    tables: Tables,
    secrets: Pick<Secrets, 'seal' | 'open'>,
  ): Promise<SealedTable<Manner>> {
    await tables.run(
      `CREATE TABLE IF NOT EXISTS ${family} (id VARCHAR PRIMARY KEY, kind VARCHAR, name VARCHAR, site VARCHAR, isOn BOOLEAN, manner VARCHAR, sealed VARCHAR, createdMs BIGINT)`,
    );
    return new SealedTable(family, tables, secrets);
  }

  /** @throws Error of the store */
  async all(): Promise<(SetUp & Manner)[]> {
    const rows = await this.#tables.all(
      `SELECT id, kind, name, site, isOn, manner, sealed, createdMs FROM ${this.#family} ORDER BY id`,
    );
    return rows.map(row => {
      const id = textOf(row, 'id');
      return {
        // Written by `save`, as it is in the type.
        ...(JSON.parse(textOf(row, 'manner')) as Manner),
        id,
        kind: textOf(row, 'kind'),
        name: textOf(row, 'name'),
        site: row.site === null ? null : textOf(row, 'site'),
        isOn: row.isOn === true,
        settings: this.#opened(textOf(row, 'sealed'), id),
        createdMs: numberOf(row, 'createdMs'),
      };
    });
  }

  /** @throws Error of the store */
  save(saved: SetUp & Manner): Promise<void> {
    const { id, kind, name, site, isOn, settings, createdMs, ...manner } = saved;
    const sealed = this.#secrets.seal(JSON.stringify(settings), this.#aboutOf(id));
    return this.#tables.run(
      `INSERT INTO ${this.#family} VALUES (?, ?, ?, ?, CAST(? AS BOOLEAN), ?, ?, ?) ON CONFLICT (id) DO UPDATE SET
         kind = excluded.kind, name = excluded.name, site = excluded.site, isOn = excluded.isOn, manner = excluded.manner,
         sealed = excluded.sealed`,
      [id, kind, name, site, Number(isOn), JSON.stringify(manner), sealed, createdMs],
    );
  }

  /** Harmless where there is none. @throws Error of the store */
  remove(id: string): Promise<void> {
    return this.#tables.run(`DELETE FROM ${this.#family} WHERE id = ?`, [id]);
  }

  /** What a sealed text belongs to, so that it opens in no other row. */
  #aboutOf(id: string): string {
    return `${this.#family} ${id}`;
  }

  #opened(sealed: string, id: string): unknown {
    try {
      const settings: unknown = JSON.parse(this.#secrets.open(sealed, this.#aboutOf(id)));
      return settings;
    } catch {
      return undefined;
    }
  }
}
