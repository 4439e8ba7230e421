import { copyFile, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { placesOf } from '../../host/store/recovery-files.ts';
import { Store } from '../../host/store/store.ts';
import { CpuWatch, loadLine, rssMb } from './machine.ts';
import { pause, rounded } from './numbers.ts';
import { queryPeers } from './peers/peers.ts';
import { Feed } from './year/feed.ts';
import { askAll } from './year/questions.ts';
import { yearFile, zone } from './year/year.ts';

const settleMs = 3000;

/**
 * Questions to a stored year of 10 s windows of 100 series, through the store itself: first alone, then while 20,000
 * values a second come in. `--days 30` takes less, `--fresh` makes the year anew, `--only alone|fed|peers` a part.
 */
export async function bench(args: readonly string[]): Promise<Record<string, number>> {
  const { values } = parseArgs({
    args: [...args],
    options: {
      days: { type: 'string', default: '365' },
      fresh: { type: 'boolean', default: false },
      only: { type: 'string' },
    },
  });
  const wants = (part: string) => values.only === undefined || values.only === part;
  const year = await yearFile(Number(values.days), values.fresh);
  const dir = await mkdtemp(join(tmpdir(), 'joulegate-bench-'));
  try {
    await copyFile(year.path, placesOf(dir).database);
    console.log(loadLine('before'));
    const store = await Store.open({ dataDir: dir, zone });
    const cpu = new CpuWatch();
    const figures: Record<string, number> = {
      days: Number(values.days),
      values: year.gauges + year.counters,
    };
    figures.rssOpenMb = Math.round(rssMb(process.pid));
    if (wants('alone')) {
      Object.assign(figures, await askAll(store, year, ''));
      figures.otherCores = rounded(cpu.take().others, 2);
    }
    if (wants('fed')) {
      const feed = new Feed(store);
      feed.start();
      await pause(settleMs);
      cpu.take();
      Object.assign(figures, await askAll(store, year, 'fed'));
      figures.fedOtherCores = rounded(cpu.take().others, 2);
      const { valuesPerSecond, commitP99Ms } = await feed.stop();
      figures.fedValuesPerSecond = Math.round(valuesPerSecond);
      figures.fedCommitP99Ms = rounded(commitP99Ms);
    }
    figures.rssMb = Math.round(rssMb(process.pid));
    await store.close();
    if (wants('peers')) Object.assign(figures, await queryPeers(dir));
    console.log(loadLine('after'));
    return figures;
  } finally {
    await rm(dir, { recursive: true, force: true });
  }
}
