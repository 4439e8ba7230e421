import { type Tables, textOf } from './tables.ts';
import { hashToken, isTokenOf, newToken } from './tokens.ts';

/** The MQTT passwords of the gateways: 192 random bits each, kept as hashes. */
export class GatewayCredentials {
  readonly #tables: Tables;
  readonly #nowMs: () => number;
  readonly #hashes = new Map<string, string>();

  private constructor(tables: Tables, nowMs: () => number) {
    this.#tables = tables;
    this.#nowMs = nowMs;
  }

  static async open(tables: Tables, nowMs: () => number): Promise<GatewayCredentials> {
    const credentials = new GatewayCredentials(tables, nowMs);
    for (const row of await tables.all('SELECT gateway, tokenHash FROM gateway_credential')) {
      credentials.#hashes.set(textOf(row, 'gateway'), textOf(row, 'tokenHash'));
    }
    return credentials;
  }

  has(gateway: string): boolean {
    return this.#hashes.has(gateway);
  }

  /** How many gateways have one. */
  get size(): number {
    return this.#hashes.size;
  }

  /** A new password for a gateway, given out this once; the one before is worthless from now on. */
  async issue(gateway: string): Promise<string> {
    const password = newToken(192);
    const hash = hashToken(password);
    const before = this.#hashes.get(gateway);
    // In memory first, so that two at once cannot leave memory and table with different ones in this order.
    this.#hashes.set(gateway, hash);
    try {
      await this.#tables.run(
        `INSERT INTO gateway_credential VALUES (?, ?, ?)
         ON CONFLICT (gateway) DO UPDATE SET tokenHash = excluded.tokenHash, createdMs = excluded.createdMs`,
        [gateway, hash, this.#nowMs()],
      );
    } catch (error) {
      if (before === undefined) this.#hashes.delete(gateway);
      else this.#hashes.set(gateway, before);
      throw error;
    }
    return password;
  }

  /** The gateway may not come any more, until it gets a new password. Harmless where it has none. */
  async revoke(gateway: string): Promise<void> {
    const before = this.#hashes.get(gateway);
    this.#hashes.delete(gateway);
    try {
      await this.#tables.run('DELETE FROM gateway_credential WHERE gateway = ?', [gateway]);
    } catch (error) {
      if (before !== undefined) this.#hashes.set(gateway, before);
      throw error;
    }
  }

  /** Whether a gateway's id and its password belong together; what the broker asks. */
  async verify(gateway: string, password: string): Promise<boolean> {
    return isTokenOf(this.#hashes.get(gateway) ?? hashToken(''), password) && this.#hashes.has(gateway);
  }
}
