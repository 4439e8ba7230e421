import { describe, expect, it } from 'vitest';
import type { GatewaySettings } from '../../../host/api/contract.ts';
import {
  differences,
  draftOf,
  toldDifferences,
  withField,
  withFound,
} from '../../../web/gateways/settings-draft.ts';
import { importedIn } from '../../../web/history/imported.ts';

const settings: GatewaySettings = {
  version: 3,
  lines: [{ id: 'bus', kind: 'rs485', port: 'uart1', baud: 9600 }],
  meters: [{ id: 'meter-1', name: 'House', profile: 'eastron-sdm630', line: 'bus', address: 1 }],
};

describe('a draft of settings', () => {
  it('is what was asked for, and differs from it by what was changed alone', () => {
    const draft = draftOf(settings);
    expect(differences(draft, settings)).toEqual([]);
    const [meter] = draft.meters;
    if (meter === undefined) throw new Error('no meter');
    const changed = { ...draft, meters: [withField(withField(meter, 'address', 9), 'name', 'Hut')] };
    expect(differences(changed, settings)).toEqual([
      { field: 'meter meter-1: name', wanted: 'Hut', running: 'House' },
      { field: 'meter meter-1: address', wanted: '9', running: '1' },
    ]);
  });

  it('loses a field that is emptied, so that its default holds', () => {
    expect(withField({ id: 'a', windowS: 10 }, 'windowS', '')).toEqual({ id: 'a' });
    expect(withField({ id: 'a', windowS: 10 }, 'windowS', Number.NaN)).toEqual({ id: 'a' });
    expect(withField({ id: 'a' }, 'windowS', 60)).toEqual({ id: 'a', windowS: 60 });
  });

  it('takes in what a scan found under an id that is free', () => {
    const { meters } = withFound(draftOf(settings), 'bus', { address: 7, profile: null }, 'New');
    expect(meters[1]).toEqual({ id: 'meter-2', name: 'New', profile: '', line: 'bus', address: 7 });
  });

  it('keeps alarm rules, and tells what was changed of them', () => {
    const rule = {
      id: 'high',
      meter: 'meter-1',
      quantity: 'powerW',
      operator: '>',
      threshold: 5000,
    } as const;
    const draft = draftOf({ ...settings, alarms: [rule] });
    expect(draft.alarms).toEqual([rule]);
    expect(draftOf(settings).alarms).toEqual([]);
    const changed = { ...draft, alarms: [withField(withField(rule, 'threshold', -12.5), 'publish', false)] };
    expect(differences(changed, draft)).toEqual([
      { field: 'alarm high: threshold', wanted: '-12.5', running: '5000' },
      { field: 'alarm high: publish', wanted: 'false', running: null },
    ]);
    expect(withFound(draft, 'bus', { address: 7, profile: null }, 'New').alarms).toEqual([rule]);
  });

  it('shows what the host told of differences, and what is not there', () => {
    expect(
      toldDifferences([
        { field: 'meters.a.name', wanted: 'A', running: null },
        { field: 'alarms.b.publish', wanted: null, running: false },
      ]),
    ).toEqual([
      { field: 'meters.a.name', wanted: 'A', running: null },
      { field: 'alarms.b.publish', wanted: null, running: 'false' },
    ]);
  });

  it('tells of lines, meters and profiles that are only on one side', () => {
    const more = { ...settings, profiles: [{ id: 'mine', model: 'M' }] };
    expect(differences(more, null)).toContainEqual({
      field: 'profile mine: model',
      wanted: 'M',
      running: null,
    });
    expect(differences(null, settings)).toContainEqual({
      field: 'line bus: port',
      wanted: null,
      running: 'uart1',
    });
  });
});

describe('what was imported', () => {
  const entry = (id: number, fromMs: number, toMs: number, isUndone = false) => ({
    id,
    fromMs,
    toMs,
    fileName: `${id}.csv`,
    atMs: 0,
    who: 'ada',
    why: '',
    windows: 1,
    series: [],
    leftOut: 0,
    undone: isUndone ? { atMs: 1, who: 'ada' } : null,
  });

  it('is marked within what is shown, for the series it was imported to, unless it was undone', () => {
    const entries = [entry(1, 0, 100), entry(2, 50, 300), entry(3, 120, 130, true), entry(4, 400, 500)];
    expect(importedIn(entries, [1, 2, 3, 4], { fromMs: 100, toMs: 200 })).toEqual([
      { startMs: 100, endMs: 200, fileName: '2.csv' },
    ]);
    expect(importedIn(entries, [1], { fromMs: 20, toMs: 200 })).toEqual([
      { startMs: 20, endMs: 100, fileName: '1.csv' },
    ]);
    expect(importedIn(entries, [], { fromMs: 0, toMs: 1000 })).toEqual([]);
  });
});
