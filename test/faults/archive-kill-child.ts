import { Keeper } from '../../host/store/keeper.ts';
import { keepAll } from '../../host/store/retention.ts';

/**
 * Opens a data folder at a time of its clock and lets the store do what is due, until it comes to a step of the archive
 * for the n-th time: there it kills itself. `node archive-kill-child.js <dataDir> <nowMs> <step> <n>`; it prints the
 * steps it came to.
 */
const [dataDir = '', now = '0', fatalStep = '', count = '1'] = process.argv.slice(2);
let left = Number(count);
const options = {
  dataDir,
  zone: 'UTC',
  upkeepMs: 0,
  keeping: { archiveAfterMonths: 1, months: { ...keepAll.months, raw: 3 } },
  onStep: (step: string) => {
    const [name = ''] = step.split(' ');
    process.stdout.write(`${name}\n`);
    if (name === fatalStep && --left === 0) process.kill(process.pid, 'SIGKILL');
  },
};
const keeper = await Keeper.open(options, () => Number(now));
for (let round = 0; round < 4; round++) await keeper.upkeep.run(false);
await keeper.close();
