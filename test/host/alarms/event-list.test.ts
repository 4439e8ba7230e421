import { afterAll, beforeAll, expect, it } from 'vitest';
import { type AlarmEvent, AlarmTable } from '../../../host/alarms/alarm-table.ts';
import { Store } from '../../../host/store/store.ts';

const size = 3000;
let store: Store;
let table: AlarmTable;
let asked = 0;

/** Three at each instant; one in two hundred is open, and one in three hundred lasts. */
const eventOf = (index: number): AlarmEvent => ({
  id: `e${String(index).padStart(5, '0')}`,
  rule: `rule ${index % 7}`,
  // A name is no mark, whatever it says.
  ruleName: 'x","acknowledged":null,"withdrawnMs":null,"severity":"critical',
  severity: index % 100 === 0 ? 'critical' : 'info',
  meter: 'attic.main',
  beganMs: Math.floor(index / 3),
  firedMs: Math.floor(index / 3),
  endedMs: index % 300 === 7 ? null : Math.floor(index / 3) + 1,
  value: 1,
  worst: 1,
  endValue: 1,
  withdrawnMs: index % 200 === 100 ? 1 : null,
  subject: 'powerW',
  unit: 'W',
  condition: '> 1 W',
  channels: [],
  isTold: true,
  toTell: [],
  acknowledged: index % 100 === 0 ? null : { by: 'ada', atMs: 1 },
  comments: [{ by: 'ada', atMs: 1, text: '"acknowledged":null' }],
});
const all = Array.from({ length: size }, (_, index) => eventOf(index));
const newestFirst = all.toSorted((a, b) => b.beganMs - a.beganMs || (a.id < b.id ? -1 : 1));

beforeAll(async () => {
  store = await Store.open({ zone: 'Europe/Berlin', upkeepMs: 0 });
  const { run, runAll } = { run: store.run.bind(store), runAll: store.runAll.bind(store) };
  table = await AlarmTable.open({
    run,
    runAll,
    all(sql, params) {
      asked++;
      return store.all(sql, params);
    },
  });
  await table.write({ events: all });
});
afterAll(() => store.close());

const idsOf = (events: readonly AlarmEvent[]) => events.map(({ id }) => id);

it.each<[string, Parameters<AlarmTable['list']>[3], (event: AlarmEvent) => boolean, number]>([
  ['all', {}, () => true, 1],
  ['of a rule', { rule: 'rule 3' }, ({ rule }) => rule === 'rule 3', 1],
  ['of a severity', { severity: 'critical' }, ({ severity }) => severity === 'critical', 1],
  [
    'that nobody looks after',
    { isOpen: true },
    ({ acknowledged, withdrawnMs }) => acknowledged === null && withdrawnMs === null,
    1,
  ],
  ['that last', { isLasting: true }, ({ endedMs }) => endedMs === null, 1],
])('events %s come newest first, with few statements', async (_name, filter, isOf, most) => {
  asked = 0;
  const found = await table.list(Number.MAX_SAFE_INTEGER, 100, () => true, filter);
  expect(asked).toBeLessThanOrEqual(most);
  expect(idsOf(found)).toEqual(idsOf(newestFirst.filter(isOf).slice(0, 100)));
});

it('who may see few of many hears of each of them once, over the seams of what is looked at', async () => {
  asked = 0;
  const isSeen = ({ id }: AlarmEvent) => Number(id.slice(1)) % 41 === 0;
  const found = await table.list(Number.MAX_SAFE_INTEGER, 500, isSeen);
  expect(asked).toBeLessThanOrEqual(5);
  expect(idsOf(found)).toEqual(idsOf(newestFirst.filter(isSeen)));
  const before = await table.list(1000, 5, isSeen);
  expect(idsOf(before)).toEqual(idsOf(newestFirst.filter(e => e.beganMs < 1000 && isSeen(e)).slice(0, 5)));
});
