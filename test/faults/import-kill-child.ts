import { DuckDBConnection } from '@duckdb/node-api';
import { Keeper } from '../../host/store/keeper.ts';
import { workOf } from '../../host/store/store-work.ts';
import { importTask, killClockMs } from './import-states.ts';

/**
 * Imports a file, or undoes import 1, and kills itself with SIGKILL at the given statement of it, counted from 1: within
 * it, or once it is done. `node import-kill-child.js <dataDir> <file, or undo> <statement> within|after`. Without a death
 * it prints the kinds of its statements in their order, as JSON.
 */
const [dataDir = '', file = '', fatal = '', when = ''] = process.argv.slice(2);
const keeper = await Keeper.open({ dataDir, zone: 'Europe/Berlin', upkeepMs: 0 }, () => killClockMs);
const kinds: string[] = [];
const real = DuckDBConnection.prototype.run;
DuckDBConnection.prototype.run = async function (this: DuckDBConnection, ...args: Parameters<typeof real>) {
  const isFatal = kinds.push(kindOf(args[0])) === Number(fatal);
  const result = real.apply(this, args);
  if (isFatal && when === 'within') process.kill(process.pid, 'SIGKILL');
  await result;
  if (isFatal) process.kill(process.pid, 'SIGKILL');
  return result;
};
const work = workOf(keeper);
if (file === 'undo') await work.importUndo(1, 'grace');
else {
  const task = importTask(file);
  const { number } = await work.importStage(task);
  await work.importWrite(number, task.series, {
    who: 'ada',
    why: 'killed',
    fileName: 'old.csv',
    names: { meters: [], series: [] },
  });
  await work.importEnd(number);
}
console.log(JSON.stringify(kinds));
await keeper.close();

/** What a statement does to which table, whose generation or tier does not matter; whatever only reads is one kind. */
function kindOf(sql: string): string {
  const [does = ''] =
    /^(?:CREATE OR REPLACE (?:TEMP )?|CREATE |DELETE FROM |INSERT INTO |UPDATE |DROP TABLE )(?:TABLE |VIEW )?\w+/.exec(
      sql,
    ) ??
      /^(?:BEGIN|COMMIT)/.exec(sql) ?? ['SELECT'];
  return does.replace(/\d+/g, '');
}
