import { expect, test } from 'vitest';
import type { FaultRun } from '../../../simulator/faults/fault.ts';
import { HostMemory, hostFigures } from '../../../simulator/faults/gateway/host-memory.ts';
import { failingsOf } from '../../../simulator/faults/verdict.ts';

const run = { size: 'full', times: 1800 } as FaultRun;

/** What each of these grows by, MB an hour; absent: it stays. */
interface Growth {
  readonly heap?: number;
  readonly code?: number;
  readonly beside?: number;
  readonly database?: number;
  readonly api?: number;
  readonly handles?: number;
  /** Until when heaps are told, seconds. */
  readonly toldS?: number;
  /** The same of another thread. */
  readonly otherToldS?: number;
}

/** What fails of a full run of a host that grows so. */
function failingsWith({
  heap = 0,
  code = 0,
  beside = 0,
  database = 0,
  api = 0,
  handles = 0,
  toldS = 1800,
  otherToldS = 0,
}: Growth) {
  const memory = new HostMemory();
  for (let second = 4; second <= run.times; second += 4) {
    const hours = second / 3600;
    memory.add(hours, 40 + Math.floor((handles + api) * hours), {
      // A busy store tells nothing now and then.
      ...(second % 100 !== 0 && { 'store.memoryBytes': (60 + database * hours) * 2 ** 20 }),
      connections: 10,
      'http.connections': 1 + Math.floor(api * hours),
    });
  }
  for (let second = 15; second <= toldS; second += 15) {
    const hours = second / 3600;
    const codeMb = 10 + code * hours;
    const held = {
      atMs: second * 1000,
      mb: 40 + heap * hours + codeMb,
      codeMb,
      besideMb: 160 + (beside + database) * hours + (second % 7),
    };
    memory.collected(hours, { ...held, thread: 0 });
    if (second <= otherToldS) memory.collected(hours, { ...held, thread: 1 });
  }
  const counts = { times: 1, watched: 1, lost: 0, doubled: 0, wrong: 0, healMs: 0, notes: [] };
  return failingsOf({ ...counts, figures: hostFigures(run, memory) }, 1);
}

test('a host that stays as it is passes', () => {
  expect(failingsWith({})).toEqual([]);
});

test.each<[string, Growth]>([
  ['heap', { heap: 2 }],
  ['compiled code', { code: 50 }],
  ['what is neither heap nor database', { beside: 60 }],
  ['database', { database: 180 }],
  ['connections of the API', { api: 100 }],
  ['handles', { handles: 100 }],
])('one whose %s grows does not', (_, growth) => {
  expect(failingsWith(growth)).not.toEqual([]);
});

test.each([0, 900, 1090])('one whose heaps were told of until second %i alone does not', toldS => {
  expect(failingsWith({ toldS })).not.toEqual([]);
});

test('nor does one of which a thread alone went silent', () => {
  expect(failingsWith({ otherToldS: 1800 })).toEqual([]);
  expect(failingsWith({ otherToldS: 1100 })).toEqual([expect.stringContaining('of each thread')]);
});
