import { numberOf, type Tables, textOf } from '../auth/tables.ts';
import type { Secrets } from '../secrets/secrets.ts';

/** A connector as it was set up. Its id is that of a gateway: it names whatever it measures. */
export interface SavedConnector {
  readonly id: string;
  readonly kind: string;
  readonly name: string;
  readonly isOn: boolean;
  readonly settings: unknown;
  readonly createdMs: number;
}

/** One that is there and cannot be read, and why. */
export interface LostConnector extends Omit<SavedConnector, 'settings'> {
  readonly lost: string;
}

/** Settings are sealed, since passwords and keys are among them. */
export class ConnectorTable {
  readonly #tables: Tables;
  readonly #secrets: Pick<Secrets, 'seal' | 'open'>;

  private constructor(tables: Tables, secrets: Pick<Secrets, 'seal' | 'open'>) {
    this.#tables = tables;
    this.#secrets = secrets;
  }

  /** @throws Error of the store */
  static async open(tables: Tables, secrets: Pick<Secrets, 'seal' | 'open'>): Promise<ConnectorTable> {
    await tables.run(
      'CREATE TABLE IF NOT EXISTS connector (id VARCHAR PRIMARY KEY, kind VARCHAR, name VARCHAR, isOn BOOLEAN, sealed VARCHAR, createdMs BIGINT)',
    );
    return new ConnectorTable(tables, secrets);
  }

  /** @throws Error of the store */
  async all(): Promise<(SavedConnector | LostConnector)[]> {
    const rows = await this.#tables.all(
      'SELECT id, kind, name, isOn, sealed, createdMs FROM connector ORDER BY id',
    );
    return rows.map(row => {
      const id = textOf(row, 'id');
      const told = {
        id,
        kind: textOf(row, 'kind'),
        name: textOf(row, 'name'),
        isOn: row.isOn === true,
        createdMs: numberOf(row, 'createdMs'),
      };
      try {
        const settings: unknown = JSON.parse(this.#secrets.open(textOf(row, 'sealed'), aboutOf(id)));
        return { ...told, settings };
      } catch {
        return { ...told, lost: 'its settings were sealed with other secrets; set it up anew' };
      }
    });
  }

  /** @throws Error of the store */
  save({ id, kind, name, isOn, settings, createdMs }: SavedConnector): Promise<void> {
    const sealed = this.#secrets.seal(JSON.stringify(settings), aboutOf(id));
    return this.#tables.run(
      `INSERT INTO connector VALUES (?, ?, ?, CAST(? AS BOOLEAN), ?, ?) ON CONFLICT (id) DO UPDATE SET
         kind = excluded.kind, name = excluded.name, isOn = excluded.isOn, sealed = excluded.sealed`,
      [id, kind, name, Number(isOn), sealed, createdMs],
    );
  }

  /** Harmless where there is none. @throws Error of the store */
  remove(id: string): Promise<void> {
    return this.#tables.run('DELETE FROM connector WHERE id = ?', [id]);
  }
}

const aboutOf = (id: string): string => `connector ${id}`;
