import { everySite } from './roles.ts';
import { numberOf, type Tables, textOf } from './tables.ts';
import { hashToken, isTokenOf, newToken } from './tokens.ts';

/** Each may have a connection of its own at the broker, and messages of every gateway. */
export const mqttClientsMost = 100;

/** A program of a third party at the host's own broker, and what it may. */
export interface MqttClientGrant {
  readonly id: string;
  /** Sites whose gateways it hears; `everySite` stands for all. */
  readonly sites: readonly string[];
  /** Whether it may send commands to them, too. */
  readonly mayWrite: boolean;
  readonly createdMs: number;
}

interface Kept extends MqttClientGrant {
  readonly tokenHash: string;
}

const table = `CREATE TABLE IF NOT EXISTS mqtt_client (
  id VARCHAR PRIMARY KEY, tokenHash VARCHAR, sites VARCHAR, mayWrite BOOLEAN, createdMs BIGINT)`;

/** Programs of third parties that the broker lets in: passwords of 192 random bits, kept as hashes, with rights by site. */
export class MqttClients {
  readonly #tables: Tables;
  readonly #nowMs: () => number;
  readonly #kept = new Map<string, Kept>();

  private constructor(tables: Tables, nowMs: () => number) {
    this.#tables = tables;
    this.#nowMs = nowMs;
  }

  /** Makes the table where it is missing. @throws Error of the store */
  static async open(tables: Tables, nowMs: () => number): Promise<MqttClients> {
    await tables.run(table);
    const clients = new MqttClients(tables, nowMs);
    const rows = await tables.all('SELECT id, tokenHash, sites, mayWrite, createdMs FROM mqtt_client');
    for (const row of rows) {
      const id = textOf(row, 'id');
      clients.#kept.set(id, {
        id,
        tokenHash: textOf(row, 'tokenHash'),
        sites: textOf(row, 'sites').split(','),
        mayWrite: row.mayWrite === true,
        createdMs: numberOf(row, 'createdMs'),
      });
    }
    return clients;
  }

  /** All of them, by id. */
  list(): MqttClientGrant[] {
    return [...this.#kept.values()].sort((a, b) => (a.id < b.id ? -1 : 1));
  }

  get(id: string): MqttClientGrant | undefined {
    return this.#kept.get(id);
  }

  get size(): number {
    return this.#kept.size;
  }

  /** Lets a new one in; its password is given out this once. The id is free: whoever calls has looked. @throws Error of the store */
  async make(grant: Omit<MqttClientGrant, 'createdMs'>): Promise<string> {
    const password = newToken(192);
    await this.#set(grant.id, { ...grant, tokenHash: hashToken(password), createdMs: this.#nowMs() });
    return password;
  }

  /** A new password, given out this once; the one before is worthless from now on. @throws Error of the store */
  async renew(id: string): Promise<string> {
    const kept = this.#kept.get(id);
    if (kept === undefined) throw new Error(`there is no MQTT client ${id}`);
    const password = newToken(192);
    await this.#set(id, { ...kept, tokenHash: hashToken(password) });
    return password;
  }

  /** It may not come any more, and hears nothing from now on. Harmless where there is none. @throws Error of the store */
  async remove(id: string): Promise<void> {
    await this.#set(id, undefined);
  }

  /**
   * A site is gone: no right at it is left for one that may be given its name later. Gives those that had no other, which
   * are gone with it. @throws Error of the store
   */
  async leaveSite(site: string): Promise<string[]> {
    const gone: string[] = [];
    for (const kept of this.list()) {
      if (!kept.sites.includes(site)) continue;
      const sites = kept.sites.filter(each => each !== site);
      const now = this.#kept.get(kept.id);
      if (sites.length === 0) gone.push(kept.id);
      if (now !== undefined) await this.#set(kept.id, sites.length === 0 ? undefined : { ...now, sites });
    }
    return gone;
  }

  isRight(id: string, password: string): boolean {
    return isTokenOf(this.#kept.get(id)?.tokenHash ?? hashToken(''), password) && this.#kept.has(id);
  }

  /** Whether it hears the gateways of a site now. */
  sees(id: string, site: string): boolean {
    const sites = this.#kept.get(id)?.sites;
    return sites !== undefined && (sites.includes(site) || sites.includes(everySite));
  }

  mayWrite(id: string): boolean {
    return this.#kept.get(id)?.mayWrite ?? false;
  }

  /** In memory first: what is taken away ends at once, and two at once leave memory and table alike. */
  async #set(id: string, kept: Kept | undefined): Promise<void> {
    const before = this.#kept.get(id);
    if (kept === undefined) this.#kept.delete(id);
    else this.#kept.set(id, kept);
    try {
      await this.#write(id, kept);
    } catch (error) {
      if (before === undefined) this.#kept.delete(id);
      else this.#kept.set(id, before);
      throw error;
    }
  }

  #write(id: string, kept: Kept | undefined): Promise<void> {
    if (kept === undefined) return this.#tables.run('DELETE FROM mqtt_client WHERE id = ?', [id]);
    return this.#tables.run(
      `INSERT INTO mqtt_client VALUES (?, ?, ?, CAST(? AS BOOLEAN), ?) ON CONFLICT (id) DO UPDATE SET
         tokenHash = excluded.tokenHash, sites = excluded.sites, mayWrite = excluded.mayWrite`,
      [id, kept.tokenHash, kept.sites.join(','), Number(kept.mayWrite), kept.createdMs],
    );
  }
}
