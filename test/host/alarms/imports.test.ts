import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { QuantityId } from '#core/quantities.ts';
import { AlarmTable } from '../../../host/alarms/alarm-table.ts';
import { counterWindow, gaugeWindow } from '../store/memory-store.ts';
import { hostWithAlarms, over100, startMs } from './host-with-alarms.ts';

let host: Awaited<ReturnType<typeof hostWithAlarms>>;
let dir: string;
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'joulegate-alarms-'));
  host = await hostWithAlarms();
});
afterEach(async () => {
  await host.close();
  await rm(dir, { recursive: true, force: true });
  expect(host.faults).toEqual([]);
});

/** Somebody imports windows of a meter, by the seconds from the start at which they begin. */
async function imports(
  quantity: QuantityId,
  windowS: number,
  values: Readonly<Record<number, number>>,
  meter = 'attic.main',
) {
  const path = join(dir, 'old.csv');
  const lines = Object.entries(values).map(
    ([second, value]) => `${new Date(startMs + Number(second) * 1000).toISOString()},${value}`,
  );
  await writeFile(path, `time,value\n${lines.join('\n')}\n`);
  const prepared = await host.store.imports.prepare(path, {
    format: { delimiter: ',', decimal: '.', encoding: 'utf-8', hasHeader: true, empty: [] },
    time: { columns: ['time'], format: 'iso', zone: 'UTC', means: 'start' },
    columns: [{ column: 'value', meter, quantity, factor: '1' }],
    windowS,
    overlap: 'refuse',
    mistakes: 'refuse',
  });
  expect(prepared.report.obstacles).toEqual([]);
  await prepared.write({ who: 'ada', why: 'the old system', fileName: 'old.csv' });
}

it('what is imported into a gap fires nothing, neither when a late window comes nor after a kill', async () => {
  await host.alarms.set(over100);
  await host.commit({ 0: 50, 1: 150, 2: 50, 90: 50, 91: 50 });
  const told = [[1, 2]];
  expect(await host.events()).toEqual(told);
  // Ten minutes long: what is judged stays as fine as it came.
  await imports('powerW', 600, { 60: 500 });
  await host.commit({ 89: 50 });
  expect(await host.events()).toEqual(told);
  await host.restart({ isKilled: true });
  expect(await host.events()).toEqual(told);
});

it('what is imported into the gap of a counter fires nothing', async () => {
  const condition = {
    kind: 'energy',
    quantity: 'energyImportWh',
    withinS: 3600,
    budget: 1000,
    forS: 0,
  } as const;
  await host.alarms.set({ ...over100, condition });
  const count = (...readings: readonly (readonly [minute: number, wh: number])[]) =>
    host.commitWindows(
      ...readings.map(([minute, wh]) => ({
        gateway: 'attic',
        record: counterWindow(startMs + minute * 60_000, wh, 60),
      })),
    );
  // 10 Wh a minute, evenly; by the import all of it at once.
  await count([0, 100_000], [600, 106_000], [602, 106_020]);
  await imports('energyImportWh', 60, { [300 * 60]: 100_010, [310 * 60]: 105_990 });
  await count([601, 106_010]);
  expect(await host.events()).toEqual([]);
});

it('what is imported before a range changes nothing of what a counter grew in it as it came, built or not', async () => {
  const count = (...readings: readonly (readonly [minute: number, wh: number])[]) =>
    host.putWindows(
      ...readings.map(([minute, wh]) => ({
        gateway: 'attic',
        record: counterWindow(startMs + minute * 60_000, wh, 60),
      })),
    );
  const at = (minute: number) => startMs + minute * 60_000;
  const key = 'attic.main.energyImportWh';
  const grown = async () => {
    const { growth } = await host.store.statistics(key, at(1320), at(1441), true);
    return growth;
  };
  // 2 Wh a minute evenly, for 121 of its 5440 minutes in the range; by the import more.
  await count([-4000, 5000], [1440, 15_880], [3 * 1440, 18_000]);
  expect(await grown()).toBeCloseTo(242, 3);
  await imports('energyImportWh', 60, { [-3000 * 60]: 5001, [-2990 * 60]: 5002 });
  expect(await grown()).toBeCloseTo(242, 3);
  await host.store.upkeep();
  expect(await grown()).toBeCloseTo(242, 3);
});

it('what was imported of a meter that never speaks is not called silent', async () => {
  const silence = { kind: 'silence', forS: 60 } as const;
  host.siteOf.set('attic', 'away');
  await host.commit({ 0: 50 });
  await host.alarms.set({ ...over100, target: { site: 'home' }, condition: silence });
  await imports('powerW', 60, { [-3600]: 500 }, 'old.attic');
  for (let minute = 20; minute < 30; minute++) await host.tick(startMs + minute * 60_000);
  expect(await host.events()).toEqual([]);
});

const power = (gateway: string, place: number, powerW: number) => ({
  gateway,
  record: gaugeWindow(startMs + place * 10_000, powerW),
});

it('a sum of a site does not wait for a meter that a file alone told, over a restart, too, until it speaks', async () => {
  await host.commit({ 0: 50 });
  await imports('powerW', 60, { [-3600]: 500 }, 'old.main');
  await host.alarms.set({ ...over100, target: { sumOfSite: 'home' } });
  await host.commit({ 1: 150, 2: 50 });
  expect(await host.events()).toEqual([[1, 2]]);
  await host.restart();
  await host.commit({ 20: 150, 21: 50 });
  const alone = [
    [1, 2],
    [20, 21],
  ];
  expect(await host.events()).toEqual(alone);
  const both = (place: number, attic: number, old: number) =>
    host.commitWindows(power('attic', place, attic), power('old', place, old));
  await both(40, 50, 10);
  await host.tick(startMs + 480_000);
  await both(60, 60, 60);
  await both(61, 60, 10);
  expect(await host.events()).toEqual([...alone, [60, 61]]);
});

it('a rule of silence made after an import, and a host that starts, do not wait for a meter that a file alone told', async () => {
  const minutes = async (from: number, to: number) => {
    for (let minute = from; minute < to; minute++) {
      await host.tick(startMs + minute * 60_000);
      await host.commit({ [minute * 6]: 50 });
    }
  };
  await host.commit({ 0: 50 });
  await imports('powerW', 60, { [-3600]: 500 }, 'old.main');
  const condition = { kind: 'silence', forS: 300 } as const;
  await host.alarms.set({ ...over100, target: { site: 'home' }, condition });
  await minutes(1, 10);
  await host.restart();
  await minutes(10, 20);
  expect(await host.events()).toEqual([]);
  await host.commitWindows(power('attic', 120, 50), power('old', 120, 50));
  await minutes(21, 30);
  // Since it spoke it is waited for as others are.
  expect(await host.events()).toEqual([[151, null]]);
});

it('silence of what a file alone told, as a host before judged it, ends with the start', async () => {
  await host.commit({ 0: 50 });
  await imports('powerW', 60, { [-3600]: 500 }, 'old.main');
  const condition = { kind: 'silence', forS: 300 } as const;
  const target = { site: 'home' } as const;
  const {
    id: rule,
    name,
    severity,
    channels,
    version,
  } = await host.alarms.set({
    ...over100,
    target,
    condition,
  });
  const beganMs = startMs + 300_000;
  const lasts = { beganMs, firedMs: beganMs, endedMs: null, value: null, worst: null, endValue: null };
  const said = { ruleName: name, severity, subject: 'silence', unit: '', condition: 'for 5 min', channels };
  const people = { isTold: true, toTell: [], acknowledged: null, comments: [], withdrawnMs: null };
  const event = { ...lasts, ...said, ...people, id: 'before', rule, meter: 'old.main' };
  const state = { name: 'on', beganMs, worst: null, judgedMs: startMs, recent: [] } as const;
  const states = [{ rule, version, meter: 'old.main', state }];
  const meanwhile = async () => (await AlarmTable.open(host.store)).write({ states, events: [event] });
  await host.restart({ meanwhile, untilMs: startMs + 600_000 });
  expect(await host.events()).toEqual([[30, 60]]);
  expect(host.told.map(({ kind, gateway }) => [kind, gateway])).toEqual([['ended', 'old']]);
});

it('when a meter was heard is told by what gateways told, also where files brought more of it before', async () => {
  const quarterS = 900;
  await host.alarms.set({ ...over100, condition: { kind: 'silence', forS: 3600 } });
  host.clock.nowMs = startMs + 2 * 86_400_000;
  for (const quantity of ['voltageL1V', 'voltageL2V', 'voltageL3V'] as const)
    await imports(quantity, 60, { 0: 230, [1.9 * 86_400]: 230 });
  const windows = Array.from({ length: 2 * 96 }, (_, index) => ({
    gateway: 'attic',
    record: gaugeWindow(startMs + (index - 1) * quarterS * 1000, 50, quarterS),
  }));
  const late = windows.splice(40, 1);
  await host.commitWindows(...windows);
  expect(await host.events()).toEqual([]);
  await host.commitWindows(...late);
  expect(await host.events()).toEqual([]);
});
