import { expect, test } from 'vitest';
import { type CounterEvent, happeningsOf } from '../../../web/meter/happenings.ts';

const event = (
  quantity: string,
  fromMs: number,
  toMs: number,
  kind: CounterEvent['kind'] = 'gap',
): CounterEvent => ({
  quantity,
  unit: 'Wh',
  kind,
  fromMs,
  toMs,
  before: 1,
  after: 2,
  amount: 1,
});
const alarm = (meter: string, atMs: number | null, receivedMs: number) => ({
  gateway: 'attic',
  meter,
  id: 'hot',
  quantity: 'powerW',
  isOn: true,
  value: 9,
  atMs,
  receivedMs,
});

test('what happened to several counters at once is told once, by the first of them', () => {
  const events = [
    event('energyExportWh', 5000, 900_000),
    event('energyImportWh', 0, 910_000),
    event('chargeAh', 0, 930_000),
    event('energyImportWh', 0, 910_000, 'glitch'),
  ];
  const told = happeningsOf('attic.main', events, [], 0);
  expect(
    told.map(each => (each.is === 'counter' ? [each.event.kind, each.event.quantity, each.more.length] : [])),
  ).toEqual([
    ['gap', 'energyImportWh', 2],
    ['glitch', 'energyImportWh', 0],
  ]);
});

test('no event is lost, and one counter that had the same twice is told twice', () => {
  const events = [
    event('energyImportWh', 0, 1000),
    event('energyImportWh', 2000, 3000),
    event('chargeAh', 900_000, 990_000),
  ];
  const told = happeningsOf('attic.main', events, [], 0);
  expect(told).toHaveLength(3);
  expect(told.map(({ atMs }) => atMs)).toEqual([990_000, 3000, 1000]);
});

test('alarms are those of the meter alone, dated by the gateway or else by when they came', () => {
  const alarms = [
    alarm('main', 70, 80),
    alarm('main', null, 60),
    alarm('other', 90, 90),
    alarm('main', 5, 90),
  ];
  expect(happeningsOf('attic.main', [], alarms, 10).map(({ atMs }) => atMs)).toEqual([70, 60]);
});
