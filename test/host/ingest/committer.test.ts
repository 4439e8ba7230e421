import { expect, test } from 'vitest';
import { encodeRecord } from '#core/wire/records.ts';
import { Committer } from '../../../host/ingest/committer.ts';
import { Batch } from '../../../host/store/batch.ts';
import { SeriesBook } from '../../../host/store/series-book.ts';
import { windowAt } from '../../wires/windows.ts';

function committerWith(commit: (batch: Batch) => Promise<void>, fullWeight = 1000) {
  const committed: number[][] = [];
  const failures: unknown[] = [];
  const book = new SeriesBook();
  const committer = new Committer({
    newBatch: () => new Batch(book),
    commit,
    onCommitted: batch => committed.push(batch.watermarks.map(({ sequence }) => sequence)),
    onFailed: error => failures.push(error),
    gatherMs: 5,
    fullWeight,
  });
  const add = (sequence: number) => {
    committer.open.add('attic', encodeRecord(windowAt('main', sequence)), 0);
    committer.open.mark({ gateway: 'attic', epoch: 'e', sequence });
    committer.added();
  };
  return { committer, committed, failures, add };
}

test('what comes in together is one transaction, and what comes meanwhile is the next', async () => {
  let finish = () => {};
  const weights: number[] = [];
  const { committer, committed, add } = committerWith(async batch => {
    weights.push(batch.spans.rows);
    await new Promise<void>(resolve => {
      finish = resolve;
    });
  });
  add(1);
  add(2);
  await expect.poll(() => weights).toEqual([2]);
  add(3);
  add(4);
  add(5);
  expect(committer.waiting).toBe(15);
  finish();
  await expect.poll(() => weights).toEqual([2, 3]);
  finish();
  await expect.poll(() => committed).toEqual([[2], [5]]);
  expect(committer.waiting).toBe(0);
});

test('a group that is full does not wait', async () => {
  const { committed, add } = committerWith(async () => {}, 3);
  add(1);
  await Promise.resolve();
  await Promise.resolve();
  await Promise.resolve();
  expect(committed).toEqual([[1]]);
});

test('a commit that fails is tried again with the same batch, and nothing is told before it went well', async () => {
  const tried: Batch[] = [];
  const { committed, failures, add } = committerWith(async batch => {
    tried.push(batch);
    if (tried.length === 1) throw new Error('disk full');
  });
  add(1);
  await expect.poll(() => failures.length).toBe(1);
  expect(committed).toEqual([]);
  add(2);
  await expect.poll(() => committed).toEqual([[1], [2]]);
  expect(tried[1]).toBe(tried[0]);
});

test('closing commits what is gathered, and gives up on a disk that fails', async () => {
  const good = committerWith(async () => {});
  good.add(1);
  await good.committer.close();
  expect(good.committed).toEqual([[1]]);
  const bad = committerWith(async () => {
    throw new Error('disk full');
  });
  bad.add(1);
  await bad.committer.close();
  expect(bad.committed).toEqual([]);
});

test('closing gives up what came after a commit that failed, or a gateway would be told that both are stored', async () => {
  const tried: number[] = [];
  let refuse = (_error: Error) => {};
  const { committer, committed, add } = committerWith(batch => {
    tried.push(...batch.watermarks.map(({ sequence }) => sequence));
    return tried.length > 1 ? Promise.resolve() : new Promise((_resolve, reject) => (refuse = reject));
  });
  add(1);
  await expect.poll(() => tried).toEqual([1]);
  add(2);
  const closed = committer.close();
  refuse(new Error('disk full'));
  await closed;
  expect({ tried, committed }).toEqual({ tried: [1], committed: [] });
});
