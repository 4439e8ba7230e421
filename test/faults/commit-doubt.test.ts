import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DuckDBConnection } from '@duckdb/node-api';
import { afterEach, expect, test, vi } from 'vitest';
import { encodeRecord } from '#core/wire/records.ts';
import { Store } from '../../host/store/store.ts';
import type { SqlRow } from '../../host/store/types.ts';
import { patienceMs } from '../patience.ts';
import { Publisher } from '../wires/publisher.ts';
import { startTestEngine } from '../wires/test-engine.ts';
import { windowAt } from '../wires/windows.ts';
import { chanceOf, rounds } from './chance.ts';
import { countOnce, noneLost } from './once.ts';
import { builtUntilMs, OrderedRun, tiersOf } from './same-tiers.ts';
import { tell } from './tell.ts';

const epoch = '00000000000000aa';
const gateways = ['attic', 'cellar'];
const failures = rounds(6, 90);

/** How a COMMIT may end: nothing of it happened; it did but nobody heard; the same with the database given up. */
const endings = ['before', 'after', 'fatal'] as const;
type Ending = (typeof endings)[number];

afterEach(() => void vi.restoreAllMocks());

/** Has COMMITs of whatever connection end like this; `next` says how, if at all. */
function spoilCommits(next: () => Ending | undefined): void {
  const real = DuckDBConnection.prototype.run;
  vi.spyOn(DuckDBConnection.prototype, 'run').mockImplementation(async function (
    this: DuckDBConnection,
    ...args: Parameters<typeof real>
  ) {
    const ending = args[0] === 'COMMIT' ? next() : undefined;
    if (ending === 'before') throw new Error('IO Error: the disk did not answer');
    const result = await real.apply(this, args);
    if (ending === 'after') throw new Error('IO Error: the answer was lost');
    if (ending === 'fatal') throw new Error('FATAL Error: the database has been invalidated');
    return result;
  });
}

test('commits that fail or are in doubt, of windows and of tiers, store each record once', {
  timeout: rounds(5 * patienceMs, 900_000),
}, async () => {
  const engine = await startTestEngine();
  const { broker, store } = engine.parts;
  const publishers = gateways.map(
    gateway =>
      new Publisher({
        gateway,
        password: engine.password,
        port: broker.port,
        epoch,
        perMessage: 10,
        inFlight: 4,
        resendMs: 500,
      }),
  );
  const chance = chanceOf(14);
  const met: Record<Ending, number> = { before: 0, after: 0, fatal: 0 };
  const spoiled = () => met.before + met.after + met.fatal;
  spoilCommits(() => {
    if (spoiled() >= failures || chance(4) !== 0) return undefined;
    const ending = endings[spoiled() % endings.length] as Ending;
    met[ending]++;
    return ending;
  });
  let next = 0;
  const add = () => {
    if (next - Math.min(...publishers.map(({ acked }) => acked)) > 500) return;
    const windows = Array.from({ length: 10 }, (_, index) => windowAt('main', next + index));
    // New names come all the time, also while a commit is in doubt.
    const other = {
      ...windowAt(`other-${next % 200}`, next),
      values: windowAt('main', next).values.slice(0, 1),
    };
    for (const publisher of publishers) publisher.add(...windows, other);
    next += 10;
  };
  const load = setInterval(add, 10);
  const upkeep = setInterval(() => void store.upkeep({ isWeekOver: chance(5) === 0 }).catch(() => {}), 100);
  await expect.poll(spoiled, { timeout: rounds(4 * patienceMs, 800_000) }).toBeGreaterThanOrEqual(failures);
  clearInterval(load);
  clearInterval(upkeep);
  await Promise.all(publishers.map(publisher => publisher.settled()));
  for (const publisher of publishers) await publisher.close();
  const { reopened = 0 } = await store.counters();

  const sum = { ...noneLost };
  for (const gateway of gateways) {
    const found = await countOnce(store, gateway, next);
    for (const what of ['lost', 'doubled', 'wrong'] as const) sum[what] += found[what];
    expect(store.watermark(gateway, epoch)).toBe((next / 10) * 11);
  }
  const names = await store.all(
    'SELECT count(*) AS names, count(DISTINCT (gateway, id)) AS once, count(DISTINCT number) AS numbers FROM meter',
  );
  const meters = gateways.length * (1 + Math.min(next / 10, 20));
  expect(names).toEqual([{ names: meters, once: meters, numbers: meters }]);
  const [others] = await store.all(
    `SELECT count(*) AS rows, count(DISTINCT (gateway, startS)) AS once FROM gauge
     JOIN series ON series.number = gauge.series JOIN meter ON meter.number = series.meter WHERE meter.id <> 'main'`,
  );
  expect(others).toEqual({ rows: (next / 10) * 2, once: (next / 10) * 2 });
  await store.upkeep();
  const ofMain = (tables: Record<string, readonly SqlRow[]>) =>
    Object.entries(tables).map(([table, rows]) => ({ table, rows: rows.filter(({ id }) => id === 'main') }));
  const ordered = await OrderedRun.open(store.zone);
  expect(ofMain(await tiersOf(store))).toEqual(
    ofMain(await ordered.tiers(new Map(gateways.map(each => [each, next])))),
  );
  await ordered.close();
  await engine.close();
  tell({
    what: `${spoiled()} commits that failed (${met.before}), were in doubt (${met.after}) or ended the database (${met.fatal})`,
    acknowledged: (next / 10) * 11 * gateways.length,
    ...sum,
    more: [`opened again ${reopened} times`],
  });
  expect(sum).toEqual(noneLost);
  expect(reopened).toBeGreaterThan(0);
});

test('order that is kept in commits that fail or are in doubt is kept all the same', {
  timeout: rounds(5 * patienceMs, 900_000),
}, async () => {
  const dataDir = await mkdtemp(join(tmpdir(), 'joulegate-doubt-'));
  let places = 0;
  const ordered = await OrderedRun.open();
  const expected = await ordered.tiers(new Map([['attic', 1000]]));
  await ordered.close();
  const wrong: string[] = [];
  let spoiled = 0;
  // At first none, which tells how many there are.
  for (const ending of [undefined, ...(['after', 'fatal', 'before'] as const).slice(0, rounds(1, 3))]) {
    for (let fatal = 1; fatal <= Math.max(places, 1); fatal++) {
      await rm(dataDir, { recursive: true, force: true });
      const store = await Store.open({ dataDir, zone: 'UTC', upkeepMs: 0, nowMs: () => builtUntilMs });
      await take(store, 0, 500);
      let commits = 0;
      spoilCommits(() => (++commits === fatal ? ending : undefined));
      await store.upkeep({ isWeekOver: true }).catch(() => {});
      places = Math.max(places, commits);
      vi.restoreAllMocks();
      if (ending !== undefined) spoiled++;
      await take(store, 500, 1000);
      try {
        await store.upkeep({ isWeekOver: true });
        await store.upkeep();
        expect(await tiersOf(store)).toEqual(expected);
        expect(await countOnce(store, 'attic', 1000)).toEqual(noneLost);
      } catch (error) {
        wrong.push(`commit ${fatal} ${ending}: ${String(error).slice(0, 200)}`);
      }
      await store.close();
      if (ending === undefined) break;
    }
  }
  await rm(dataDir, { recursive: true, force: true });
  console.log(`${spoiled} commits of upkeep that failed or were in doubt: ${wrong.length} times wrong tiers`);
  expect(wrong).toEqual([]);
});

async function take(store: Store, from: number, to: number): Promise<void> {
  const batch = store.batch();
  for (let index = from; index < to; index++) {
    batch.add('attic', encodeRecord(windowAt('main', index)), builtUntilMs / 1000);
  }
  batch.mark({ gateway: 'attic', epoch, sequence: to });
  await store.commit(batch);
}
