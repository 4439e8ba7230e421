import { expect, test } from 'vitest';
import type { Connector } from '../../../host/connectors/connector.ts';
import { loadConnectors } from '../../../host/connectors/kinds.ts';
import { ntfy } from '../../../host/notify/channels/ntfy.ts';
import { kindNamed, mistakesOf } from '../../../host/set-up/settings-mistakes.ts';

const kinds = await loadConnectors(() => {});
const [modbus, mapping, tasmota] = ['modbus', 'mqtt-mapping', 'tasmota'].map(id => kindNamed(kinds, id)) as [
  Connector,
  Connector,
  Connector,
];

const broker = { url: 'mqtt://broker.example' };

test('a choice is told once, with all that is allowed', () => {
  expect(
    mistakesOf(modbus, { transport: 'udp', meters: [{ id: 'a', name: 'A', profile: 'x', unit: 1 }] }),
  ).toEqual([{ field: 'transport', message: '"udp" given; one of rtu, tcp, serial is allowed' }]);
});

test('of a long choice the nearest are told', () => {
  const values = [{ id: 'a', name: 'A', topic: 'x', quantity: 'powrW' }];
  const [mistake, ...others] = mistakesOf(mapping, { ...broker, values });
  expect(others).toEqual([]);
  expect(mistake).toMatchObject({ field: 'values.0.quantity' });
  expect(mistake?.message).toMatch(/^"powrW" given; powerW, or one of \d+ others, is allowed$/);
});

test('a form is told in words, and numbers as the page translates them', () => {
  const meters = [{ id: 'Küche', name: 'Kitchen', topic: 'plug/#', everyS: 0 }];
  expect(mistakesOf(tasmota, { ...broker, meters })).toEqual([
    {
      field: 'meters.0.id',
      message:
        '"Küche" given; lower-case letters, digits, - and _ are allowed, 64 at most, the first a letter or digit',
    },
    { field: 'meters.0.everyS', message: 'must be >= 1' },
    { field: 'meters.0.topic', message: '"plug/#" given; a topic without # and + is allowed' },
  ]);
});

test('no connector has a form that is told as a pattern', () => {
  const untold: string[] = [];
  const look = (at: string, schema: unknown): void => {
    if (typeof schema !== 'object' || schema === null) return;
    if ('pattern' in schema && !('description' in schema)) untold.push(at);
    for (const [name, inner] of Object.entries(schema)) look(`${at}.${name}`, inner);
  };
  for (const { id, settings } of kinds.values()) look(id, settings);
  expect(untold).toEqual([]);
});

test('what was given is not told again where no choice and no form stand: it may be a secret', () => {
  const password = 'x'.repeat(300);
  const meters = [{ id: 'a', name: 'A', topic: 'plug' }];
  const told = JSON.stringify(mistakesOf(tasmota, { ...broker, password, meters }));
  expect(told).toContain('password');
  expect(told).not.toContain('xxx');
});

test('a setting that is not known is told by its name, with those that are', () => {
  const told = mistakesOf(ntfy, { url: 'https://ntfy.example', topic: 'cellar', subject: 'x' });
  expect(told.map(({ field }) => field)).toEqual(['subject']);
  expect(told[0]?.message).toMatch(/^is not known; allowed are .*\btopic\b/);
});

test('what is missing is told at its field', () => {
  expect(mistakesOf(tasmota, { ...broker, meters: [{ name: 'Kitchen' }] })).toEqual([
    { field: 'meters.0.id', message: 'must be given' },
    { field: 'meters.0.topic', message: 'must be given' },
  ]);
  expect(mistakesOf(ntfy, {}).map(({ field }) => field)).toEqual(['topic']);
});
