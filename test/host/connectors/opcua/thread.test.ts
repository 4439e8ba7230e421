import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { expect, test } from 'vitest';
import type { Said } from '../../../../host/connectors/opcua/messages.ts';
import { OpcUaThread, sideOf, type Work } from '../../../../host/connectors/opcua/thread.ts';
import { comesTrue } from '../../../comes-true.ts';

/** A thread that takes works, and where one is of a server `full` fills its memory, in its first life alone. */
const code = `
const { parentPort, workerData } = require('node:worker_threads');
parentPort.on('message', ({ ask, id, access }) => {
  if (ask === 'stop') parentPort.postMessage({ says: 'ended', id });
  else if (workerData.life === 1 && access.url === 'full') for (const all = []; ; ) all.push(new Array(10_000).fill({}));
  else parentPort.postMessage(ask === 'watch' ? { says: 'up', id, periodMs: 1000 } : { says: 'found', id, found: {} });
});`;

const work = (ask: 'watch' | 'browse', url: string): Work =>
  ({ ask, access: { url }, nodes: [] }) as unknown as Work;

test('a thread that breaks is told to all, ends nothing else, and is begun again with what is still wanted', async () => {
  const workers: Worker[] = [];
  const thread = new OpcUaThread((hear, broken) => {
    const resourceLimits = { maxOldGenerationSizeMb: 16, maxYoungGenerationSizeMb: 4 };
    const life = workers.length + 1;
    const worker = new Worker(code, {
      eval: true,
      stdout: true,
      stderr: true,
      resourceLimits,
      workerData: { life },
    });
    workers.push(worker);
    return sideOf(worker, hear, broken);
  }, 10);
  const begin = (ask: 'watch' | 'browse', url: string) => {
    const told: Said[] = [];
    return { told, stop: thread.begin(work(ask, url), said => void told.push(said)) };
  };
  const says = ({ told }: { told: readonly Said[] }) => told.map(said => said.says);

  const other = begin('watch', 'other');
  await comesTrue(() => expect(says(other)).toEqual(['up']));
  const stopped = begin('watch', 'stopped');
  const full = begin('watch', 'full');
  const browse = begin('browse', 'later');
  stopped.stop();
  await comesTrue(() => expect(says(other)).toEqual(['up', 'down', 'up']));
  await comesTrue(() => expect(says(full)).toEqual(['down', 'up']));
  expect(other.told[1]).toMatchObject({
    why: { message: expect.stringMatching(/^OPC UA broke off and is begun again: .*memory/) },
  });
  expect(says(browse)).toEqual(['failed']);
  expect(says(stopped)).not.toContain('down');
  expect(workers.length).toBe(2);

  const gone = once(workers[1] as Worker, 'exit');
  other.stop();
  full.stop();
  await gone;
  expect(workers.length).toBe(2);
});
