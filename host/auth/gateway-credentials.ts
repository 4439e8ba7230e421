import { GroupedWrites } from '../store/grouped-writes.ts';
import { type TableStatement, type TransactionTables, textOf } from './tables.ts';
import { hashToken, isTokenOf, newToken } from './tokens.ts';

interface CredentialRow {
  readonly gateway: string;
  /** Null: it has none any more. */
  readonly hash: string | null;
  readonly createdMs: number;
}

/** The MQTT passwords of the gateways: 192 random bits each, kept as hashes. */
export class GatewayCredentials {
  readonly #nowMs: () => number;
  readonly #writes: GroupedWrites<CredentialRow>;
  readonly #hashes = new Map<string, string>();

  private constructor(tables: TransactionTables, nowMs: () => number) {
    this.#nowMs = nowMs;
    this.#writes = new GroupedWrites(rows => tables.runAll(statementsOf(rows)));
  }

  static async open(tables: TransactionTables, nowMs: () => number): Promise<GatewayCredentials> {
    const credentials = new GatewayCredentials(tables, nowMs);
    for (const row of await tables.all('SELECT gateway, tokenHash FROM gateway_credential')) {
      credentials.#hashes.set(textOf(row, 'gateway'), textOf(row, 'tokenHash'));
    }
    return credentials;
  }

  has(gateway: string): boolean {
    return this.#hashes.has(gateway);
  }

  /** Those that have one. */
  gateways(): string[] {
    return [...this.#hashes.keys()];
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
      await this.#writes.put(gateway, { gateway, hash, createdMs: this.#nowMs() });
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
      await this.#writes.put(gateway, { gateway, hash: null, createdMs: this.#nowMs() });
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

function statementsOf(rows: readonly CredentialRow[]): TableStatement[] {
  const given = rows.filter(({ hash }) => hash !== null);
  const taken = rows.filter(({ hash }) => hash === null);
  const statements: TableStatement[] = [];
  if (given.length > 0)
    statements.push([
      `INSERT INTO gateway_credential VALUES ${given.map(() => '(?, ?, ?)').join(', ')}
       ON CONFLICT (gateway) DO UPDATE SET tokenHash = excluded.tokenHash, createdMs = excluded.createdMs`,
      given.flatMap(({ gateway, hash, createdMs }) => [gateway, hash, createdMs]),
    ]);
  if (taken.length > 0)
    statements.push([
      `DELETE FROM gateway_credential WHERE gateway IN (${taken.map(() => '?').join(', ')})`,
      taken.map(({ gateway }) => gateway),
    ]);
  return statements;
}
