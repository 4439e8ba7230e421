import { describe, expect, it } from 'vitest';
import { en } from '../../../web/i18n/en.ts';
import {
  type AssistantOutlet,
  type ForwardOutlet,
  isSomething,
  keyOf,
  type ModbusOutlet,
  stateOf,
  withMeters,
} from '../../../web/outlets/outlet.ts';
import { factsOf, lossesOf } from '../../../web/outlets/outlet-facts.ts';
import { draftOf, freeIdFrom, settingsOf } from '../../../web/set-up/draft.ts';
import type { FormField } from '../../../web/set-up/fields.ts';

const nowMs = 1_780_000_000_000;
const all = { gateways: null, meters: null, quantities: null };
const counts = { windows: 0, values: 0, deliveries: 0, failures: 0, dropped: 0, refused: 0 };
const common = { id: 'x', site: null, isOn: true, settings: {}, fault: null };

const forward = (more: Partial<ForwardOutlet> = {}): ForwardOutlet => ({
  ...common,
  door: 'forward',
  key: keyOf('forward', 'x'),
  kind: 'influx',
  name: 'InfluxDB',
  choice: all,
  keepDays: 7,
  lagS: 0,
  takenMs: null,
  counts,
  waiting: null,
  isAllCounted: true,
  ...more,
});
const modbus: ModbusOutlet = {
  ...common,
  door: 'modbus',
  key: 'modbus.x',
  kind: 'eastron-sdm630',
  name: 'Wall box',
  settings: { meter: 'cellar.house', port: 1502 },
  clients: 2,
};
const assistant: AssistantOutlet = {
  ...common,
  door: 'assistant',
  key: 'assistant.x',
  kind: 'home-assistant',
  name: 'Home Assistant',
  meters: 5,
};

describe('the state of another system', () => {
  it.each([
    ['well', forward()],
    ['well', forward({ lagS: 29 })],
    ['waiting', forward({ lagS: 30 })],
    ['faulty', forward({ lagS: 300, fault: 'the server answers 503' })],
    ['faulty', forward({ settings: null })],
    ['off', forward({ isOn: false, lagS: 300, fault: 'the server answers 503' })],
    ['well', modbus],
    ['faulty', { ...modbus, fault: 'its port is taken' }],
    ['off', { ...assistant, isOn: false }],
  ] as const)('is %s', (state, outlet) => {
    expect(stateOf(outlet)).toBe(state);
  });
});

describe('what is said of another system', () => {
  const telling = {
    text: en.outlets,
    locale: 'en',
    nameOf: (key: string) => (key === 'cellar.house' ? 'House' : key),
    nowMs,
  };

  it('tells what waits and since when, and what went', () => {
    expect(factsOf(forward(), telling)).toEqual(['nothing handed on yet']);
    // Only what was missing was told.
    expect(factsOf(forward({ takenMs: nowMs - 1000 }), telling)).toHaveLength(1);
    const late = forward({ lagS: 125, takenMs: nowMs - 130_000, counts: { ...counts, values: 4000 } });
    expect(factsOf({ ...late, waiting: 12 }, telling)).toEqual([
      '12 windows wait, the oldest for 2 min 5 sec',
      expect.stringMatching(/^taken 2 min\.? ago$/),
      '4,000 values handed on',
    ]);
    expect(factsOf({ ...late, waiting: 250_000, isAllCounted: false }, telling)[0]).toBe(
      'at least 250,000 windows wait, the oldest for 2 min 5 sec',
    );
    expect(factsOf(late, telling)[0]).toBe('waiting for 2 min 5 sec');
  });

  it('names the meter that is shown, who asks, and how many are told', () => {
    expect(factsOf(modbus, telling)).toEqual(['House', 'port 1502', 'connected: 2']);
    expect(factsOf(assistant, telling)).toEqual(['at this host’s broker', 'meters told: 5']);
    expect(factsOf({ ...assistant, isOn: false }, telling)).toEqual(['at this host’s broker']);
  });

  it('leaves no loss out', () => {
    expect(lossesOf(forward(), telling)).toEqual([]);
    expect(lossesOf(modbus, telling)).toEqual([]);
    const lost = forward({ counts: { ...counts, dropped: 3, refused: 2 } });
    expect(lossesOf(lost, telling).map(text => /\d+/.exec(text)?.[0])).toEqual(['3', '2']);
  });
});

describe('the form of another system', () => {
  const words = { en: 'Meter', de: 'Zähler', pt: 'Contador' };
  const field = (name: string, kind = 'text'): FormField => ({
    name,
    kind,
    label: words,
    hint: words,
    isOptional: false,
    choices: [],
    columns: [],
  });
  const fields = [field('meter'), field('port', 'number')];
  const meters = [
    { key: 'cellar.house', name: 'House' },
    { key: 'cellar.car', name: 'Car' },
  ];

  it('offers the meters that are there, and sends the key of the chosen one', () => {
    const [meter, port] = withMeters(fields, meters);
    expect(meter?.kind).toBe('choice');
    expect(meter?.choices.map(({ value, label }) => [value, label.de])).toEqual([
      ['cellar.house', 'House'],
      ['cellar.car', 'Car'],
    ]);
    expect(port).toEqual(fields[1]);
    const offered = withMeters(fields, meters);
    expect(settingsOf(offered, draftOf(offered, { meter: 'cellar.car', port: 1502 }))).toEqual({
      meter: 'cellar.car',
      port: 1502,
    });
  });

  it('lets a meter be typed where none is known', () => {
    expect(withMeters(fields, [])).toEqual(fields);
  });

  it('does not take a list of nothing for everything', () => {
    expect(isSomething(all)).toBe(true);
    expect(isSomething({ ...all, meters: ['cellar.house'] })).toBe(true);
    expect(isSomething({ ...all, meters: [] })).toBe(false);
    expect(isSomething({ ...all, quantities: [] })).toBe(false);
  });

  it('makes an id that is free, within what the host allows', () => {
    expect(freeIdFrom('My database', [], 'forward')).toBe('my-database');
    expect(freeIdFrom('My database', ['my-database', 'my-database-2'], 'forward')).toBe('my-database-3');
    expect(freeIdFrom('…', [], 'forward')).toBe('forward');
    const long = 'a'.repeat(64);
    expect(freeIdFrom(long, [long], 'forward')).toMatch(/^a{60}-2$/);
  });
});
