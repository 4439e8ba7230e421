import { expect, it } from 'vitest';
import type { Message } from '#core/wire/messages.ts';
import { Alarms } from '../../../host/alarms/gateway-alarms.ts';
import { Events } from '../../../host/events.ts';

const told = (id: string, isOn: boolean, atMs: number): Message<'alarm'> => ({
  v: 1,
  id,
  meter: 'heat',
  quantity: 'powerW',
  isOn,
  value: 5,
  atMs,
});

it('an alarm of a gateway that lasts is not pushed out by others that come and go', () => {
  const alarms = new Alarms(new Events(), () => 0);
  alarms.take('cellar', told('hot', true, 1));
  for (let at = 2; at < 2000; at++) alarms.take('attic', told('door', at % 2 === 0, at));
  expect(alarms.active).toBe(1);
  expect(alarms.list()).toHaveLength(500);
  expect(alarms.list('cellar')).toMatchObject([{ id: 'hot', isOn: true }]);
  expect(alarms.list('attic')[0]).toMatchObject({ isOn: false, atMs: 1999 });
});

it('where more last than are kept the oldest go', () => {
  const alarms = new Alarms(new Events(), () => 0);
  for (let at = 0; at < 501; at++) alarms.take(`gw${at}`, told('hot', true, at));
  expect(alarms.list()).toHaveLength(500);
  expect(alarms.list('gw0')).toEqual([]);
});
