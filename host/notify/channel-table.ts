import { numberOf, type Tables, textOf } from '../auth/tables.ts';
import type { ConnectorLanguage } from '../connectors/connector.ts';
import type { Secrets } from '../secrets/secrets.ts';

/** How a channel speaks. */
export interface ChannelManner {
  readonly language: ConnectorLanguage;
  readonly messagesPerHour: number;
  /** Times of the day such as `22:00`, in the zone of the host; null: never quiet. */
  readonly quiet: { readonly from: string; readonly to: string } | null;
}

/** A channel as it was set up. */
export interface SavedChannel extends ChannelManner {
  readonly id: string;
  readonly kind: string;
  readonly name: string;
  /** Null: of the host, for those who administer all of it. */
  readonly site: string | null;
  readonly isOn: boolean;
  /** Undefined where they cannot be read any more. */
  readonly settings: unknown;
  readonly createdMs: number;
}

/** Channels on disk; settings are sealed, since passwords and tokens are among them. */
export class ChannelTable {
  readonly #tables: Tables;
  readonly #secrets: Pick<Secrets, 'seal' | 'open'>;

  private constructor(tables: Tables, secrets: Pick<Secrets, 'seal' | 'open'>) {
    this.#tables = tables;
    this.#secrets = secrets;
  }

  /** @throws Error of the store */
  static async open(tables: Tables, secrets: Pick<Secrets, 'seal' | 'open'>): Promise<ChannelTable> {
    await tables.run(
      'CREATE TABLE IF NOT EXISTS channel (id VARCHAR PRIMARY KEY, kind VARCHAR, name VARCHAR, site VARCHAR, isOn BOOLEAN, manner VARCHAR, sealed VARCHAR, createdMs BIGINT)',
    );
    return new ChannelTable(tables, secrets);
  }

  /** @throws Error of the store */
  async all(): Promise<SavedChannel[]> {
    const rows = await this.#tables.all(
      'SELECT id, kind, name, site, isOn, manner, sealed, createdMs FROM channel ORDER BY id',
    );
    return rows.map(row => {
      const id = textOf(row, 'id');
      const site = row.site === null ? null : textOf(row, 'site');
      return {
        // Written by `save`, as it is in the type.
        ...(JSON.parse(textOf(row, 'manner')) as ChannelManner),
        id,
        kind: textOf(row, 'kind'),
        name: textOf(row, 'name'),
        site,
        isOn: row.isOn === true,
        settings: this.#opened(textOf(row, 'sealed'), id),
        createdMs: numberOf(row, 'createdMs'),
      };
    });
  }

  /** @throws Error of the store */
  save(channel: SavedChannel): Promise<void> {
    const { id, kind, name, site, isOn, settings, createdMs, language, messagesPerHour, quiet } = channel;
    const manner: ChannelManner = { language, messagesPerHour, quiet };
    const sealed = this.#secrets.seal(JSON.stringify(settings), aboutOf(id));
    return this.#tables.run(
      `INSERT INTO channel VALUES (?, ?, ?, ?, CAST(? AS BOOLEAN), ?, ?, ?) ON CONFLICT (id) DO UPDATE SET
         kind = excluded.kind, name = excluded.name, site = excluded.site, isOn = excluded.isOn, manner = excluded.manner,
         sealed = excluded.sealed`,
      [id, kind, name, site, Number(isOn), JSON.stringify(manner), sealed, createdMs],
    );
  }

  /** Harmless where there is none. @throws Error of the store */
  remove(id: string): Promise<void> {
    return this.#tables.run('DELETE FROM channel WHERE id = ?', [id]);
  }

  #opened(sealed: string, id: string): unknown {
    try {
      const settings: unknown = JSON.parse(this.#secrets.open(sealed, aboutOf(id)));
      return settings;
    } catch {
      return undefined;
    }
  }
}

const aboutOf = (id: string): string => `channel ${id}`;
