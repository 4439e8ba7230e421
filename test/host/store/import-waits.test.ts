import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { closeDatabase, type Database, openDatabase } from '../../../host/store/database.ts';
import { Imports } from '../../../host/store/imports.ts';
import { Revival } from '../../../host/store/recovery-revival.ts';
import { importTask, killClockMs, makeFile, makeLived } from '../../faults/import-states.ts';

const deed = { who: 'ada', why: 'test', fileName: 'old.csv', names: { meters: [], series: [] } };
const nowMs = () => killClockMs;

let dataDir: string;
let file: string;
let database: Database;
const open = async () => {
  database = await openDatabase({ dataDir, zone: 'Europe/Berlin' }, nowMs);
};

beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'joulegate-import-waits-'));
  await makeLived(dataDir);
  file = join(dataDir, 'old.csv');
  await makeFile(file);
  await open();
});

afterEach(async () => {
  await closeDatabase(database);
  await rm(dataDir, { recursive: true, force: true });
});

test('a database that is given up below an import is opened again', async () => {
  const revival = new Revival({
    close: async () => {
      await imports.close();
      await closeDatabase(database);
    },
    open,
    wait: () => Promise.resolve(),
  });
  const imports = new Imports(
    () => database,
    nowMs,
    work =>
      revival.guard(async () => {
        await work();
        throw new Error('FATAL Error: the database has been invalidated');
      }),
  );
  const task = importTask(file);
  const { number } = await imports.stage(task);
  await expect(imports.write(number, task.series, deed)).rejects.toThrow('invalidated');
  expect(revival.times).toBe(1);
  expect(await imports.list()).toHaveLength(1);
});

test('a backup that begins while an import is undone lets it end', async () => {
  const imports = new Imports(
    () => database,
    nowMs,
    work => work(),
  );
  const task = importTask(file);
  const { number } = await imports.stage(task);
  await imports.write(number, task.series, deed);
  await imports.end(number);
  const { generations } = database.shelves;
  const withIt = generations.list.length;
  const { small, upkeep, writer } = database;
  const gate = () => {
    let open = () => {};
    const promise = new Promise<void>(resolve => {
      open = resolve;
    });
    return { promise, open: () => open() };
  };
  const [commit, statement] = [gate(), gate()];
  const committing = writer.hold(() => commit.promise);
  const undone = imports.undo(1, 'grace');
  while (generations.list.length === withIt || upkeep.depth > 0)
    await new Promise(resolve => setTimeout(resolve, 20));
  // The undoing waits for the commit, then the backup comes between two of its statements.
  const reading = small.use(() => statement.promise);
  commit.open();
  await committing;
  await new Promise(resolve => setTimeout(resolve, 20));
  const pause = upkeep.use(() => small.use(() => writer.hold(async () => {})));
  await new Promise(resolve => setTimeout(resolve, 20));
  statement.open();
  await Promise.all([reading, pause]);
  expect(await undone).toMatchObject({ entry: { undone: { who: 'grace' } } });
});

test('an import of quantities that this version does not know is undone, too', async () => {
  const imports = new Imports(
    () => database,
    nowMs,
    work => work(),
  );
  const task = importTask(file);
  const { number } = await imports.stage(task);
  await imports.write(number, task.series, deed);
  await database.small.run(
    "UPDATE series SET quantity = 'ofAnotherVersion' WHERE number IN (SELECT series FROM imported_series)",
  );
  const before = database.shelves.generations.list.length;
  expect(await imports.undo(1, 'grace')).toMatchObject({ entry: { undone: { who: 'grace' } } });
  expect(database.shelves.generations.list).toHaveLength(before - 1);
});
