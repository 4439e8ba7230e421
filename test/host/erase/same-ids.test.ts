import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { eraseSite } from '../../../host/erase/erase.ts';
import { Store } from '../../../host/store/store.ts';

const nowMs = Date.UTC(2026, 5, 1, 12);
let dataDir: string;
beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'joulegate-erase-'));
});
afterEach(() => rm(dataDir, { recursive: true, force: true }));

/** What an erasure of the site `barn` leaves of texts, each by its own name. */
async function left(
  table: string,
  column: string,
  texts: Readonly<Record<string, object>>,
): Promise<string[]> {
  const open = () => Store.open({ dataDir, zone: 'Europe/Berlin', upkeepMs: 0, nowMs: () => nowMs });
  const before = await open();
  await before.run('CREATE TABLE IF NOT EXISTS gateway_site (gateway VARCHAR, site VARCHAR)');
  // The gateway of the barn has the id of a site, and that site's gateway that of the barn.
  await before.run("INSERT INTO gateway_site VALUES ('yard', 'barn'), ('barn', 'yard')");
  await before.run(`CREATE TABLE ${table} (id VARCHAR, ${column} VARCHAR)`);
  for (const [id, text] of Object.entries(texts))
    await before.run(`INSERT INTO ${table} VALUES (?, ?)`, [id, JSON.stringify(text)]);
  await before.close();
  await eraseSite('barn', { dataDir, nowMs, backupHours: 0, backupKeep: 7 });
  const after = await open();
  const rows = await after.all(`SELECT id, ${column} AS text FROM ${table} ORDER BY id`);
  await after.close();
  return rows.map(({ id, text }) => `${id} ${text}`);
}

it('rules of a gateway that has the id of the erased site stay, and so do those of a site that has the id of its gateway', async () => {
  const targets: Record<string, object> = {
    'a gateway elsewhere': { gateway: 'barn' },
    'a meter elsewhere': { meter: 'barn.main' },
    'a sum elsewhere': { sum: ['barn.main', 'barn.solar'] },
    'a site elsewhere': { site: 'yard' },
    'the sum of a site elsewhere': { sumOfSite: 'yard' },
    'the host': { host: true },
  };
  const own = {
    'its gateway': { gateway: 'yard' },
    'its meter': { meter: 'yard.main' },
    'a sum of its meters': { sum: ['yard.main', 'yard.solar'] },
    itself: { site: 'barn' },
    'its sum': { sumOfSite: 'barn' },
  };
  const rules = Object.entries({ ...targets, ...own }).map(([id, target]) => [id, { target }] as const);
  expect(await left('alarm_rule', 'body', Object.fromEntries(rules))).toEqual(
    Object.entries(targets)
      .map(([id, target]) => `${id} ${JSON.stringify({ target })}`)
      .sort(),
  );
});

it('rights at a site that has the id of an erased gateway stay', async () => {
  expect(
    await left('account_right', 'roles', { eve: { barn: 'viewer', yard: 'operator', '*': 'viewer' } }),
  ).toEqual(['eve {"yard":"operator","*":"viewer"}']);
});

it('a roll-out goes on to a gateway that has the id of the erased site', async () => {
  const body = (ids: string[]) => ({
    stages: [ids],
    members: Object.fromEntries(ids.map(id => [id, {}])),
  });
  expect(await left('rollout', 'body', { r1: body(['barn', 'yard']), r2: body(['yard']) })).toEqual([
    `r1 ${JSON.stringify(body(['barn']))}`,
  ]);
});
