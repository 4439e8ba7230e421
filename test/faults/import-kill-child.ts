import { DuckDBConnection } from '@duckdb/node-api';
import { Keeper } from '../../host/store/keeper.ts';
import { workOf } from '../../host/store/store-work.ts';
import { importTask, killClockMs } from './import-states.ts';

/**
 * Imports a file, or undoes import 1, and kills itself with SIGKILL at the given statement of it, counted from 1: within
 * it, or once it is done. `node import-kill-child.js <dataDir> <file, or undo> <statement> within|after`. Without a death
 * it prints how many there were.
 */
const [dataDir = '', file = '', fatal = '', when = ''] = process.argv.slice(2);
const keeper = await Keeper.open({ dataDir, zone: 'Europe/Berlin', upkeepMs: 0 }, () => killClockMs);
let statements = 0;
const real = DuckDBConnection.prototype.run;
DuckDBConnection.prototype.run = async function (this: DuckDBConnection, ...args: Parameters<typeof real>) {
  const isFatal = ++statements === Number(fatal);
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
console.log(statements);
await keeper.close();
