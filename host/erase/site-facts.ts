import { homeSite } from '../site/sites.ts';
import { named, type Workbench, work } from './sql.ts';

/** What belongs to a site. */
export interface SiteFacts {
  readonly site: string;
  readonly gateways: ReadonlySet<string>;
  readonly meters: number;
  readonly series: number;
}

/** Where ids of gateways stand. */
const places = [
  ['gateway', 'id'],
  ['gateway_site', 'gateway'],
  ['gateway_credential', 'gateway'],
  ['meter', 'gateway'],
  ['watermark', 'gateway'],
  ['lost', 'gateway'],
] as const;

/**
 * Finds what belongs to a site, and lays the numbers ready in `work`: `erased_gateway`, `erased_meter`, `erased_series`.
 * @throws Error where there is no such site, or a Home Assistant of its own is still told of it
 */
export async function siteFacts(bench: Workbench, site: string): Promise<SiteFacts> {
  const rowsOf = (table: string, sql: string) => (bench.tables.has(table) ? bench.all(sql) : []);
  const of = (table: string) => named(bench.source, table);
  const placed = await rowsOf('gateway_site', `SELECT gateway, site FROM ${of('gateway_site')}`);
  const siteOf = new Map(placed.map(row => [String(row.gateway), String(row.site)]));
  const gateways = new Set<string>();
  for (const [table, column] of places) {
    for (const row of await rowsOf(table, `SELECT DISTINCT ${column} AS gateway FROM ${of(table)}`)) {
      const gateway = String(row.gateway);
      if ((siteOf.get(gateway) ?? homeSite) === site) gateways.add(gateway);
    }
  }
  const books = await rowsOf('site_book', `SELECT site FROM ${of('site_book')} ORDER BY site`);
  const sites = [...new Set([homeSite, ...books.map(row => String(row.site)), ...siteOf.values()])];
  if (!sites.includes(site))
    throw new Error(`There is no site ${JSON.stringify(site)}; there are ${sites.join(', ')}.`);
  await assertUntold(bench, site);
  await bench.run(`CREATE TABLE ${named(work, 'erased_gateway')} (id VARCHAR)`);
  for (const gateway of gateways)
    await bench.run(`INSERT INTO ${named(work, 'erased_gateway')} VALUES (?)`, [gateway]);
  await bench.run(
    `CREATE TABLE ${named(work, 'erased_meter')} AS SELECT number FROM ${of('meter')}
     WHERE gateway IN (SELECT id FROM ${named(work, 'erased_gateway')})`,
  );
  await bench.run(
    `CREATE TABLE ${named(work, 'erased_series')} AS SELECT number FROM ${of('series')}
     WHERE meter IN (SELECT number FROM ${named(work, 'erased_meter')})`,
  );
  const countOf = async (table: string) =>
    Number((await bench.all(`SELECT count(*) AS rows FROM ${named(work, table)}`))[0]?.rows);
  return { site, gateways, meters: await countOf('erased_meter'), series: await countOf('erased_series') };
}

/** Brokers retain names of meters for ever, and only the host knows where: it has to take them back before it forgets. */
async function assertUntold(bench: Workbench, site: string): Promise<void> {
  if (site === homeSite || !bench.tables.has('home_assistant')) return;
  const rows = await bench.all(
    `SELECT id FROM ${named(bench.source, 'home_assistant')} WHERE site = ? AND isOn ORDER BY id`,
    [site],
  );
  const [first] = rows;
  if (first === undefined) return;
  const ids = rows.map(({ id }) => String(id)).join(', ');
  throw new Error(
    `Home Assistant is still told of ${site} (${ids}), and its broker keeps the names of meters. Start the host, DELETE /api/v1/home-assistant/${first.id}, stop it, and erase then.`,
  );
}

/** The condition of rows that stay, by a column of theirs. */
export const isNotErased = (by: 'series' | 'meter' | 'gateway', column: string): string =>
  `${column} NOT IN (SELECT ${by === 'gateway' ? 'id' : 'number'} FROM ${named(work, `erased_${by}`)})`;
