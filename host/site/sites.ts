import { type Tables, textOf } from '../auth/tables.ts';

/** The site of every gateway that nobody put elsewhere. */
export const homeSite = 'home';

/** Which sites there are, and to which each gateway belongs, with all its meters. */
export class Sites {
  readonly #tables: Tables;
  readonly #ofGateway = new Map<string, string>();

  private constructor(tables: Tables) {
    this.#tables = tables;
  }

  static async open(tables: Tables): Promise<Sites> {
    await tables.run('CREATE TABLE IF NOT EXISTS gateway_site (gateway VARCHAR PRIMARY KEY, site VARCHAR)');
    const sites = new Sites(tables);
    for (const row of await tables.all('SELECT gateway, site FROM gateway_site'))
      sites.#ofGateway.set(textOf(row, 'gateway'), textOf(row, 'site'));
    return sites;
  }

  /** The site of a gateway, known or not. */
  siteOf(gateway: string): string {
    return this.#ofGateway.get(gateway) ?? homeSite;
  }

  /** The gateway belongs to a site from now on, with all it ever measured. On disk when this resolves. @throws Error of the store */
  async move(gateway: string, site: string): Promise<void> {
    await this.#tables.run(
      'INSERT INTO gateway_site VALUES (?, ?) ON CONFLICT (gateway) DO UPDATE SET site = excluded.site',
      [gateway, site],
    );
    this.#ofGateway.set(gateway, site);
  }
}
