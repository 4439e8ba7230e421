import { access } from 'node:fs/promises';
import { recipientsOf } from '../notify/channels/email.ts';
import { secretsPath } from '../secrets/secret-file.ts';
import { Secrets } from '../secrets/secrets.ts';
import { scrubbedText } from './scrub.ts';
import { named, type Workbench } from './sql.ts';

/**
 * Where settings of a channel say whom it reaches: e-mail addresses, a chat of Telegram, a topic of ntfy. Channels of other kinds
 * reach machines, or browsers that an account signed up.
 */
const receiverFields: Readonly<Record<string, string>> = Object.freeze({
  email: 'to',
  telegram: 'chat',
  ntfy: 'topic',
});

/** What stands for the reason of a delivery that named an address. */
const erasedWhy = JSON.stringify({ code: 'other', facts: { said: 'erased' } });

/** A channel that reaches people; which, nobody but they can tell. */
export interface ReachingChannel {
  readonly id: string;
  readonly kind: string;
  /** Null where it is a secret, or was sealed with secrets that are gone. */
  readonly to: string | null;
}

interface Opened {
  readonly settings: Readonly<Record<string, unknown>>;
  readonly field: string;
  readonly receivers: readonly string[];
}

/**
 * Whom channels reach. Settings are sealed, so they are looked for where the secrets of the host are there; a channel
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

  /** Channels that send to an address, chat or topic, by their ids. */
  async sendingTo(address: string): Promise<string[]> {
    return (await this.#rows())
      .filter(row => this.#opened(row)?.receivers.some(each => isSame(row.kind, each, address)))
      .map(row => String(row.id));
  }

  /** Channels that reach people, without those that would go with an address. */
  async others(address: string): Promise<ReachingChannel[]> {
    return (await this.#rows()).flatMap(row => {
      const [id, kind] = [String(row.id), String(row.kind)];
      const field = receiverFields[kind];
      if (field === undefined) return [];
      const left = this.#opened(row)?.receivers.filter(each => !isSame(kind, each, address));
      if (left?.length === 0) return [];
      return [{ id, kind, to: left === undefined || isSecret(field) ? null : left.join(', ') }];
    });
  }

  /** Takes an address out of all receivers, and out of what was noted of them; a channel without any goes, with what waits for it. */
  async remove(address: string, mark: string): Promise<void> {
    const gone: string[] = [];
    await this.#bench.rewrite('channel', 'sealed', (sealed, row) => {
      const opened = this.#opened(row);
      if (opened === undefined) return sealed;
      const left = opened.receivers.filter(each => !isSame(row.kind, each, address));
      if (left.length === opened.receivers.length) return sealed;
      const settings = { ...opened.settings, [opened.field]: left.join(', ') };
      if (left.length > 0) return this.#secrets?.seal(JSON.stringify(settings), aboutOf(row));
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
    await this.#bench.rewrite('notice_delivery', 'why', why =>
      why.toLowerCase().includes(address.toLowerCase()) ? erasedWhy : why,
    );
    const isNamed = (text: string) => recipientsOf(text).some(each => isSame('', each, address));
    for (const column of ['was', 'became'])
      await this.#bench.rewrite('audit', column, (text, row) =>
        String(row.action).startsWith('channel.') ? scrubbedText(text, isNamed, { mark, keeps: true }) : text,
      );
  }

  async #rows(): Promise<Readonly<Record<string, unknown>>[]> {
    if (!this.#bench.tables.has('channel')) return [];
    return this.#bench.all(
      `SELECT id, kind, sealed FROM ${named(this.#bench.source, 'channel')} ORDER BY id`,
    );
  }

  #opened(row: Readonly<Record<string, unknown>>): Opened | undefined {
    const field = receiverFields[String(row.kind)];
    if (field === undefined) return undefined;
    try {
      const settings: unknown = JSON.parse(this.#secrets?.open(String(row.sealed), aboutOf(row)) ?? 'null');
      if (typeof settings !== 'object' || settings === null) return undefined;
      const fields: Record<string, unknown> = { ...settings };
      const to = fields[field];
      return typeof to === 'string' ? { settings: fields, field, receivers: recipientsOf(to) } : undefined;
    } catch {
      return undefined;
    }
  }
}

/** Whoever knows a topic reads along. */
const isSecret = (field: string): boolean => field === receiverFields.ntfy;

/** Topics are told apart by their case. */
const isSame = (kind: unknown, one: string, other: string): boolean =>
  kind === 'ntfy' ? one === other.trim() : one.toLowerCase() === other.trim().toLowerCase();

/** What `SealedTable` seals a channel's settings with. */
const aboutOf = ({ id }: Readonly<Record<string, unknown>>): string => `channel ${String(id)}`;
