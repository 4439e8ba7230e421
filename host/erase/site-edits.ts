import { homeSite } from '../site/sites.ts';
import type { SqlRow } from '../store/types.ts';
import { erasedMark, scrubbed, scrubbedText } from './scrub.ts';
import { isNotErased, type SiteFacts } from './site-facts.ts';
import { named, type Workbench } from './sql.ts';

/** Whether a text is the id of a gateway of the site, or of a meter or series, which begin with their gateway's. */
const isOfGateways =
  ({ gateways }: SiteFacts) =>
  (text: string): boolean =>
    gateways.has(text.split('.', 1)[0] ?? text);

/** Goes through the tables that say things of several sites. */
export async function editForSite(bench: Workbench, facts: SiteFacts): Promise<void> {
  const { site } = facts;
  const isOfGateway = isOfGateways(facts);
  // A site and a gateway of another one may have the same id: this is for what does not say which it names.
  const isErased = (text: string) => isOfGateway(text) || (site !== homeSite && text === site);
  await dropRows(bench, 'site_book', 'site = ?', site);
  await dropRows(bench, 'channel', 'site = ?', site);
  if (site !== homeSite) await dropRows(bench, 'home_assistant', 'site = ?', site);
  await dropRows(bench, 'push', 'site = ?', site);
  await dropRows(bench, 'notice_delivery', 'site = ?', site);
  await dropRows(bench, 'forward', 'site = ?', site);
  await bench.rewrite('forward', 'manner', text => scrubbedText(text, isOfGateway));
  await bench.rewrite('modbus_server', 'manner', text => {
    const { meter } = fieldsOf(text);
    return isOfGateway(String(meter)) ? undefined : text;
  });
  if (site === homeSite) await dropRows(bench, 'site', 'true');
  const ofAudit = ['was', 'became'] as const;
  for (const column of ofAudit)
    await bench.rewrite('audit', column, (text, row) =>
      row.site === site ? 'null' : scrubbedText(text, isErased, { keeps: true }),
    );
  await bench.rewrite('audit', 'subject', (text, row) =>
    row.site === site || isErased(text) ? erasedMark : text,
  );
  await bench.rewrite('audit', 'address', (text, row) => (row.site === site ? erasedMark : text));
  if (site !== homeSite) await bench.rewrite('audit', 'site', text => (text === site ? erasedMark : text));
  await bench.rewrite('rollout', 'body', text => rolloutWithout(text, isOfGateway));
  await bench.rewrite('alarm_rule', 'body', text => {
    const targets = Object.entries(fieldsOf(text).target ?? {});
    const isOf = targets.some(([kind, ids]) =>
      kind === 'site' || kind === 'sumOfSite'
        ? ids === site
        : [ids].flat().some(id => isOfGateway(String(id))),
    );
    return isOf ? undefined : text;
  });
  await editRights(bench, facts);
  await editHistory(bench);
}

/** Tokens, links and programs for this site alone go; of those for several the site goes. */
async function editRights(bench: Workbench, { site, gateways }: SiteFacts): Promise<void> {
  // The first site stays, with nothing in it: who may look at it may go on to.
  if (site !== homeSite) {
    await bench.rewrite('account_right', 'roles', text =>
      JSON.stringify(Object.fromEntries(Object.entries(fieldsOf(text)).filter(([id]) => id !== site))),
    );
    await bench.rewrite('api_token', 'body', text => tokenWithout(text, site));
    await bench.rewrite('mqtt_client', 'sites', text => {
      const sites = text.split(',').filter(each => each !== site);
      return sites.length === 0 ? undefined : sites.join(',');
    });
  }
  // A link shows meters of one site.
  await bench.rewrite('share_link', 'body', text => {
    const { site: of, view } = fieldsOf(text);
    const isShown = typeof view === 'string' && [...gateways].some(gateway => view.includes(gateway));
    return of === site || isShown ? undefined : text;
  });
}

function tokenWithout(text: string, site: string): string | undefined {
  const fields = fieldsOf(text);
  if (!Array.isArray(fields.sites) || !fields.sites.includes(site)) return text;
  const sites = fields.sites.filter(each => each !== site);
  return sites.length === 0 ? undefined : JSON.stringify({ ...fields, sites });
}

/** A roll-out to gateways of this site alone goes; so do they out of others, with what they were to run before. */
function rolloutWithout(text: string, isOfGateway: (id: string) => boolean): string | undefined {
  const left = scrubbed(fieldsOf(text), isOfGateway);
  const { members } = Object.fromEntries(Object.entries(left ?? {}));
  const hasMembers = typeof members === 'object' && members !== null && Object.keys(members).length > 0;
  return hasMembers ? JSON.stringify(left) : undefined;
}

/** Imports that were of this site alone, what is still to be built of its corrections, and how many rows are taken in or handed on. */
async function editHistory(bench: Workbench): Promise<void> {
  const of = (table: string) => named(bench.source, table);
  const imported = await bench.toChange('imported');
  if (imported !== undefined)
    await bench.run(
      `DELETE FROM ${imported} WHERE id NOT IN (SELECT id FROM ${of('imported_series')} WHERE ${isNotErased('series', 'series')})
       AND id IN (SELECT id FROM ${of('imported_series')})`,
    );
  const rebuilds = await bench.toChange('correction_rebuild');
  if (rebuilds !== undefined)
    await bench.run(
      `DELETE FROM ${rebuilds} WHERE id NOT IN (SELECT id FROM ${of('correction')} WHERE ${isNotErased('meter', 'meter')})`,
    );
  const cursors = await bench.toChange('forward_cursor');
  if (cursors !== undefined) {
    for (const { row = 0, counts, ...place } of await bench.all(`SELECT rowid AS row, * FROM ${cursors}`)) {
      for (const [kind, by] of takenBy) {
        const left = await takenOf(bench, place, kind, by);
        if (left !== undefined)
          await bench.run(`UPDATE ${cursors} SET ${kind} = ? WHERE rowid = ?`, [left, row]);
      }
      // What is on its way ends at another place, too: written by `PlaceTable`, as it is in the type.
      const told = JSON.parse(String(counts)) as { journal?: { sent?: { place: Record<string, number> } } };
      const end = told.journal?.sent?.place;
      if (end === undefined) continue;
      for (const [kind, by] of takenBy)
        end[kind] = (await takenOf(bench, end, kind, by)) ?? Number(end[kind]);
      await bench.run(`UPDATE ${cursors} SET counts = ? WHERE rowid = ?`, [JSON.stringify(told), row]);
    }
  }
  const generations = await bench.toChange('generation');
  if (generations === undefined) return;
  // Rows are taken in by their place, and fewer lie before those that are new.
  for (const { number, state, ...counts } of await bench.all(`SELECT * FROM ${generations}`)) {
    if (state === 'archived') continue;
    for (const [kind, by] of takenBy) {
      const left = await leftOf(bench, `${kind}_g${number}`, by, counts[kind]);
      await bench.run(`UPDATE ${generations} SET ${kind} = ? WHERE number = ?`, [left, number ?? 0]);
    }
  }
}

const takenBy = [
  ['gauge', 'series'],
  ['counter', 'series'],
  ['span', 'meter'],
  ['missing', 'meter'],
] as const;

/** How many rows of a table lie before a place of its generation; undefined where that is there no more. */
async function takenOf(
  bench: Workbench,
  place: Readonly<Record<string, unknown>>,
  kind: (typeof takenBy)[number][0],
  by: 'series' | 'meter',
): Promise<number | undefined> {
  const table = `${kind}_g${place.generation}`;
  return bench.tables.has(table) ? leftOf(bench, table, by, Number(place[kind])) : undefined;
}

async function leftOf(
  bench: Workbench,
  table: string,
  by: 'series' | 'meter',
  taken: SqlRow[string] | undefined,
): Promise<number> {
  const [row] = await bench.all(
    `SELECT count(*) AS rows FROM ${named(bench.source, table)} WHERE rowid < ? AND ${isNotErased(by, by)}`,
    [Number(taken)],
  );
  return Number(row?.rows);
}

async function dropRows(
  bench: Workbench,
  table: string,
  condition: string,
  ...values: string[]
): Promise<void> {
  const name = await bench.toChange(table);
  if (name !== undefined) await bench.run(`DELETE FROM ${name} WHERE ${condition}`, values);
}

function fieldsOf(text: string): Readonly<Record<string, unknown>> {
  try {
    const json: unknown = JSON.parse(text);
    return typeof json === 'object' && json !== null ? { ...json } : {};
  } catch {
    return {};
  }
}

/** An entry of the log for what was done, by whom the machine belongs to. */
export async function tellAudit(bench: Workbench, action: string, nowMs: number): Promise<void> {
  const audit = await bench.toChange('audit');
  if (audit === undefined) return;
  await bench.run(
    `INSERT INTO ${audit} SELECT coalesce(max(number), 0) + 1, ?, '', 'host', NULL, NULL, ?, ?, NULL, 'null', 'null' FROM ${audit}`,
    [nowMs, action, erasedMark],
  );
}
