import { access } from 'node:fs/promises';
import { recipientsOf } from '../notify/channels/email.ts';
import { secretsPath } from '../secrets/secret-file.ts';
import { Secrets } from '../secrets/secrets.ts';
import { named, type Workbench } from './sql.ts';

/** Settings of a channel of e-mail, as far as an erasure reads them. */
interface Mailing {
  readonly to: string;
}

/**
 * E-mail addresses in channels. They are sealed, so they are looked for where the secrets of the host are there; a channel
 * that was sealed with others cannot be used, nor read by anybody.
 */
export class ChannelAddresses {
  readonly #bench: Workbench;
  readonly #secrets: Secrets | undefined;

  private constructor(bench: Workbench, secrets: Secrets | undefined) {
    this.#bench = bench;
    this.#secrets = secrets;
  }

  /** @throws Error of the secrets' file */
  static async open(bench: Workbench, dataDir: string): Promise<ChannelAddresses> {
    const isThere = await access(secretsPath(dataDir)).then(
      () => true,
      () => false,
    );
    return new ChannelAddresses(bench, isThere ? await Secrets.open({ dataDir }) : undefined);
  }

  /** Channels that send to an address, by their ids. */
  async sendingTo(address: string): Promise<string[]> {
    if (!this.#bench.tables.has('channel')) return [];
    const rows = await this.#bench.all(
      `SELECT id, kind, sealed FROM ${named(this.#bench.source, 'channel')}`,
    );
    return rows
      .filter(row => {
        const mailing = this.#opened(String(row.sealed), row);
        return mailing !== undefined && recipientsOf(mailing.to).some(each => isSame(each, address));
      })
      .map(row => String(row.id));
  }

  /** Takes an address out of all recipients; a channel without any goes, with what waits for it. */
  async remove(address: string): Promise<void> {
    const gone: string[] = [];
    await this.#bench.rewrite('channel', 'sealed', (sealed, row) => {
      const mailing = this.#opened(sealed, row);
      if (mailing === undefined) return sealed;
      const before = recipientsOf(mailing.to);
      const left = before.filter(each => !isSame(each, address));
      if (left.length === before.length) return sealed;
      if (left.length > 0)
        return this.#secrets?.seal(JSON.stringify({ ...mailing, to: left.join(', ') }), aboutOf(row));
      gone.push(String(row.id));
      return undefined;
    });
    if (gone.length > 0)
      await this.#bench.rewrite('notice_delivery', 'channel', channel =>
        gone.includes(channel) ? undefined : channel,
      );
    // Servers repeat in their answers whom they refused.
    await this.#bench.rewrite('notice_delivery', 'said', said =>
      said.toLowerCase().includes(address.toLowerCase()) ? 'erased' : said,
    );
  }

  #opened(sealed: string, row: Readonly<Record<string, unknown>>): Mailing | undefined {
    if (row.kind !== 'email') return undefined;
    try {
      const settings: unknown = JSON.parse(this.#secrets?.open(sealed, aboutOf(row)) ?? 'null');
      const isMailing = typeof settings === 'object' && settings !== null && 'to' in settings;
      return isMailing && typeof settings.to === 'string' ? { ...settings, to: settings.to } : undefined;
    } catch {
      return undefined;
    }
  }
}

const isSame = (one: string, other: string): boolean => one.toLowerCase() === other.trim().toLowerCase();

/** What `SealedTable` seals a channel's settings with. */
const aboutOf = ({ id }: Readonly<Record<string, unknown>>): string => `channel ${String(id)}`;
