import { mkdir } from 'node:fs/promises';
import { DuckDBConnection } from '@duckdb/node-api';
import { Lane } from '../../host/store/lane.ts';
import { migrate } from '../../host/store/migrate.ts';
import { openDatabase } from '../../host/store/open-database.ts';

/**
 * Brings a database up to date and kills itself with SIGKILL at the given statement, counted from 1: within it, or once
 * it is done. `node migration-child.js <dataDir> <statement> within|after`. Without a death it prints how many there were.
 */
const [dataDir = '', fatal = '', when = ''] = process.argv.slice(2);
await mkdir(dataDir, { recursive: true });
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
const { instance, path } = await openDatabase({ dataDir });
statements = 0;
const lane = new Lane(await instance.connect());
await migrate(lane, path);
console.log(statements);
await lane.close();
instance.closeSync();
