import { writeSync } from 'node:fs';
import { makeBackup } from '../../host/store/backup.ts';
import { openDatabase } from '../../host/store/open-database.ts';
import { restoreBackup } from '../../host/store/restore.ts';
import { SmallDatabase } from '../host/store/small-database.ts';

/**
 * Does one thing with a data folder and kills itself with SIGKILL the moment it comes to a step:
 * `node store-kill-child.js backup|restore|open <dataDir> <step> [backup]`. A backup is made while commits go on, each
 * told as `acked N` once it is done.
 */
const [what = '', dataDir = '', fatalStep = '', file = ''] = process.argv.slice(2);

const onStep = (step: string) => {
  if (step === fatalStep) process.kill(process.pid, 'SIGKILL');
};

if (what === 'restore') await restoreBackup({ dataDir, file, onStep });
else if (what === 'open') (await openDatabase({ dataDir, onStep })).instance.closeSync();
else {
  const database = await SmallDatabase.open(dataDir);
  let isDone = false;
  const commits = (async () => {
    while (!isDone) {
      await database.commit();
      writeSync(1, `acked ${database.sequence}\n`);
    }
  })();
  await makeBackup({ dataDir, instance: database.instance, pause: database.pause, keep: 2, onStep });
  isDone = true;
  await commits;
  database.close();
}
