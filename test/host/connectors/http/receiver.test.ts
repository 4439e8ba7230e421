import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { QuantityId } from '#core/quantities.ts';
import type { WindowRecord } from '#core/wire/records.ts';
import { NotTakenNow, type WindowStore } from '../../../../host/connectors/connector.ts';
import { connector } from '../../../../host/connectors/http/connector.ts';
import { type Disk, diskOf } from '../../../../host/connectors/http/disk-windows.ts';
import { ingestLimits } from '../../../../host/connectors/http/limits.ts';
import { HttpReceiver } from '../../../../host/connectors/http/receiver.ts';
import { receiverOf } from '../../../../host/connectors/http/receivers.ts';
import { httpMistakes } from '../../../../host/connectors/http/settings.ts';
import { TakenWindows } from '../../../../host/connectors/http/taken.ts';
import { textOfValue } from '../../../../host/connectors/http/windows.ts';
import { noTopics } from '../../../../host/connectors/topics.ts';
import { ImportGate } from '../../../../host/store/import-gate.ts';
import { nodeRandom } from '../../../../simulator/gateway/random.ts';
import { VirtualTime } from '../../../../simulator/gateway/virtual-time.ts';
import { type HostWithConnectors, startHostWithConnectors } from '../host-with-connectors.ts';

const saved = {
  id: 'attic',
  kind: 'http',
  name: 'Attic',
  isOn: true,
  settings: { meters: [{ id: 'house', name: 'House', everyS: 10 }] },
};
const startMs = Date.UTC(2026, 5, 1, 12);
const reading = (offsetS: number, value = 100) =>
  ({ meter: 'house', quantity: 'powerW', value, atMs: startMs + offsetS * 1000 }) as const;

let host: HostWithConnectors | undefined;
const start = async () => {
  host = await startHostWithConnectors({ kinds: [connector] });
  await host.connectors.save(saved);
  return host;
};
afterEach(() => host?.close());

/** Sends it to the connector as the routes do, while time goes on. */
async function send(to: HostWithConnectors, ...readings: ReturnType<typeof reading>[]) {
  const station = to.connectors.station('attic');
  const receiver = station && receiverOf(station);
  if (station === undefined || receiver === undefined) throw new Error('the connector does not run');
  const taking = receiver.take(readings, diskOf(to.store, 'attic'), () => station.recordsWaiting === 0);
  let isDone = false;
  const ended = () => {
    isDone = true;
  };
  taking.then(ended, ended);
  // As fast as the machine's time: the query takes of that.
  while (!isDone) {
    to.time.advance(20);
    await new Promise(resolve => setTimeout(resolve, 20));
  }
  return taking;
}

describe('a silent sender', () => {
  test('is told after three intervals, by health and ledger, until it sends again', async () => {
    const host = await start();
    await host.pass(1000);
    await send(host, reading(1), reading(11));
    await host.pass(25_000);
    const meter = () => host.fleet.gateway('attic')?.health?.meters.house;
    expect(meter()?.state).toBe('well');
    await host.pass(40_000);
    expect(meter()).toMatchObject({ state: 'failing', reason: 'timeout' });
    expect(host.connectors.get('attic')?.fault?.message).toContain('nothing was sent for three intervals');
    const range = { meter: 'attic.house', fromMs: startMs, toMs: startMs + 3_600_000 };
    const [first, ...others] = await host.store.missing(range);
    expect([first?.startMs, first?.reason, others]).toEqual([startMs + 20_000, 'timeout', []]);
    await send(host, reading(61));
    await host.pass(10_000);
    expect(meter()).toMatchObject({ state: 'well', reason: null });
    expect(host.connectors.get('attic')?.fault?.message).toBe(undefined);
  });

  test('is not told of for years that never were, where the clock was set', async () => {
    const told: WindowRecord[] = [];
    const time = new VirtualTime({ wallMs: Date.UTC(2000, 0, 1, 12) });
    const { settings } = saved;
    const store: WindowStore = { put: async windows => void told.push(...windows) };
    const ports = { time, random: nodeRandom, topics: noTopics, folder: '', log: () => {} };
    const receiver = new HttpReceiver({ ...ports, settings, sinks: new Map(), store }, new TakenWindows());
    receiver.start();
    for (const wallMs of [startMs, Date.UTC(2040, 0), startMs + 600_000]) {
      told.length = 0;
      time.setWall(wallMs);
      time.advance(120_000);
      const starts = told.map(window => window.startMs);
      expect(starts.length).toBeGreaterThan(5);
      expect(starts.length).toBeLessThan(12);
      expect(Math.min(...starts)).toBeGreaterThanOrEqual(wallMs);
    }
    receiver.stop();
  });

  test('is told where the clock was set back by hours, and no interval is told twice', async () => {
    const told: number[] = [];
    const failed: string[] = [];
    const time = new VirtualTime({ wallMs: startMs });
    const store: WindowStore = {
      put: async windows => void told.push(...windows.map(window => window.startMs)),
    };
    const ports = { time, random: nodeRandom, topics: noTopics, folder: '', log: () => {} };
    const sink = {
      samples: () => {},
      failed: (_ticksMs: number, reason: string) => void failed.push(reason),
    };
    const { settings } = saved;
    const sinks = new Map([['house', sink]]);
    const receiver = new HttpReceiver({ ...ports, settings, sinks, store }, new TakenWindows());
    receiver.start();
    time.advance(2 * 3_600_000);
    failed.length = 0;
    time.setWall(startMs + 600_000);
    time.advance(3 * 3_600_000);
    expect([failed.length > 1000, receiver.fault()?.code]).toEqual([true, 'sender.never']);
    expect(told).toEqual(Array.from({ length: told.length }, (_, index) => startMs + index * 10_000));
    expect(told.at(-1)).toBeGreaterThan(startMs + 3 * 3_600_000);
    receiver.stop();
  });

  test('is told apart from one whose clock was set back, and who sends the past', async () => {
    const host = await start();
    await host.pass(7_200_000);
    await send(host, reading(7190));
    await host.pass(40_000);
    expect(host.connectors.get('attic')?.fault?.code).toBe('sender.silent');
    await send(host, reading(3600));
    await host.pass(20_000);
    expect(host.connectors.get('attic')?.fault).toMatchObject({
      code: 'sender.past',
      facts: { minutes: 60 },
    });
    await host.pass(20_000);
    expect(host.connectors.get('attic')?.fault?.code).toBe('sender.silent');
  });

  test('is told apart from one whose clock is hours behind, and who is not told to be well', async () => {
    const host = await start();
    await host.pass(7_200_000);
    for (const offsetS of [3600, 3610, 3620, 3630, 3640]) {
      await send(host, reading(offsetS));
      await host.pass(10_000);
    }
    expect(host.connectors.get('attic')?.fault).toMatchObject({
      code: 'sender.past',
      facts: { minutes: 60 },
    });
    await send(host, reading(7249));
    await host.pass(10_000);
    expect(host.connectors.get('attic')?.fault).toBeUndefined();
  });

  test('that brings its values later, has none of them taken for a value of now', async () => {
    const host = await start();
    await host.pass(100_000);
    host.connectors.live('attic', 60);
    await send(host, reading(20, 5), reading(30, 6));
    await host.pass(100);
    expect(host.fleet.gateway('attic')?.live.house).toMatchObject({
      atMs: startMs + 30_000,
      values: { powerW: 6 },
    });
    const nowS = Math.floor(((host.time.wallMs() ?? 0) - startMs) / 1000);
    await send(host, reading(nowS, 7));
    await host.pass(200);
    expect(host.fleet.gateway('attic')?.live.house).toMatchObject({
      atMs: startMs + nowS * 1000,
      values: { powerW: 7 },
    });
  });

  test('that brings its values later, mends what was told to be missing', async () => {
    const host = await start();
    await send(host, reading(1));
    await host.pass(100_000);
    const range = { meter: 'attic.house', fromMs: startMs, toMs: startMs + 3_600_000 };
    expect(await host.store.missing(range)).not.toEqual([]);
    const late = Array.from({ length: 9 }, (_, index) => reading(11 + index * 10, index));
    expect(await send(host, ...late)).toEqual({ stored: 9, repeated: 0, notStored: 0 });
    expect(await host.store.missing(range)).toEqual([]);
    const rows = await host.store.all('SELECT startS FROM gauge');
    expect(rows.length).toBe(10);
  });
});

test('after a restart of the host the same is not stored twice, and what is new is', async () => {
  const host = await start();
  const body = Array.from({ length: 20 }, (_, index) => reading(index * 10, index));
  await host.pass(300_000);
  await send(host, ...body);
  const again = await host.restart();
  const more = [...body, reading(200, 7)];
  expect(await send(again, ...more)).toEqual({ stored: 1, repeated: 20, notStored: 0 });
  expect(await send(again, ...more.map(each => ({ ...each, value: each.value + 1 })))).toEqual({
    stored: 0,
    repeated: 0,
    notStored: 21,
  });
  expect((await again.store.all('SELECT startS FROM gauge')).length).toBe(21);
});

test('where the interval is changed, what overlaps with stored windows is not stored beside them', async () => {
  const host = await start();
  await host.pass(300_000);
  await send(host, reading(0), reading(10), reading(120));
  await host.connectors.save({
    ...saved,
    settings: { meters: [{ id: 'house', name: 'House', everyS: 60 }] },
  });
  expect(await send(host, reading(0), reading(61), reading(125))).toEqual({
    stored: 1,
    repeated: 0,
    notStored: 2,
  });
  const rows = await host.store.all('SELECT startS, windowS FROM gauge ORDER BY startS');
  expect(rows.map(({ startS, windowS }) => [Number(startS) - startMs / 1000, windowS])).toEqual([
    [0, 10],
    [10, 10],
    [60, 60],
    [120, 10],
  ]);
});

describe('an import of the same interval', () => {
  let dir: string;
  beforeEach(async () => {
    dir = await mkdtemp(join(tmpdir(), 'joulegate-http-between-'));
  });
  afterEach(() => rm(dir, { recursive: true, force: true }));

  /** A file with a power of the interval at `startMs`, looked at and ready to be written. */
  async function prepared({ store }: HostWithConnectors) {
    const path = join(dir, 'old.csv');
    await writeFile(path, `time,watts\n${new Date(startMs).toISOString()},100\n`);
    const { write } = await store.imports.prepare(path, {
      format: { delimiter: ',', decimal: '.', encoding: 'utf-8', hasHeader: true, empty: [] },
      time: { columns: ['time'], format: 'iso', zone: 'UTC', means: 'start' },
      columns: [{ column: 'watts', meter: 'attic.house', quantity: 'powerW', factor: '1' }],
      windowS: 10,
      overlap: 'refuse',
      mistakes: 'refuse',
    });
    return () => write({ who: 'ada', why: 'the old system', fileName: 'old.csv' });
  }
  const windows = async ({ store }: HostWithConnectors) =>
    (await store.all('SELECT startS FROM gauge')).map(({ startS }) => Number(startS) - startMs / 1000);

  test('is written once what is on its way to the disk is there, and finds it', async () => {
    const host = await start();
    const write = await prepared(host);
    const station = host.connectors.station('attic');
    const receiver = station && receiverOf(station);
    const sent = receiver?.take([reading(0)], diskOf(host.store, 'attic'), () => true);
    while (station?.recordsWaiting === 0) await new Promise(resolve => setImmediate(resolve));
    const written = write().catch(({ name }) => name);
    // Upkeep waits for an import that is being written: one that did not wait is over by then.
    await host.store.upkeep();
    host.time.advance(100);
    expect(await written).toBe('CameMeanwhile');
    expect(await sent).toMatchObject({ stored: 1 });
    expect(await windows(host)).toEqual([0]);
  });

  test('that is written while it is looked what is there, has it looked again', async () => {
    const host = await start();
    const write = await prepared(host);
    // The disk is asked about intervals before the newest alone.
    await send(host, reading(30));
    const station = host.connectors.station('attic');
    const receiver = station && receiverOf(station);
    const disk = diskOf(host.store, 'attic');
    let looks = 0;
    const sent = receiver?.take(
      [reading(0)],
      {
        ...disk,
        async windows(...wanted) {
          const found = await disk.windows(...wanted);
          if (looks++ === 0) await write();
          return found;
        },
      },
      () => true,
    );
    expect([await sent, looks]).toEqual([{ stored: 0, repeated: 1, notStored: 0 }, 2]);
    expect((await windows(host)).sort()).toEqual([0, 30]);
  });

  test('is waited for, not by intervals beside it, and by nobody for ever', async () => {
    const host = await start();
    const { imports } = host.store;
    let end = () => {};
    const span = { meters: new Set(['attic.house']), fromMs: startMs, toMs: startMs + 10_000 };
    const ended = imports.gate.write(span, () => new Promise<void>(resolve => (end = resolve)));
    expect(await send(host, reading(10), reading(-10))).toMatchObject({ stored: 2 });
    const station = host.connectors.station('attic');
    const late = station && receiverOf(station)?.take([reading(0)], diskOf(host.store, 'attic'), () => true);
    host.time.advance(ingestLimits.waitMs);
    await expect(late).rejects.toMatchObject({ why: 'waiting' });
    const sent = send(host, reading(0));
    end();
    await ended;
    expect(await sent).toMatchObject({ stored: 1 });
  });

  test('does not begin where what is on its way to the disk does not get there', async () => {
    const gate = new ImportGate(1);
    gate.waitFor(new Promise(() => {}));
    const span = { meters: new Set(['attic.house']), fromMs: startMs, toMs: startMs + 10_000 };
    let isWritten = false;
    const written = gate.write(span, async () => {
      isWritten = true;
    });
    await expect(written).rejects.toThrow('still on their way to the disk; look at it again');
    expect([isWritten, gate.over('attic.house', startMs, startMs + 1)]).toEqual([false, undefined]);
  });
});

describe('where the disk does not take it', () => {
  const settings = saved.settings;
  const noImports = { gate: new ImportGate(), importOver: () => undefined };
  const nothingThere: Disk = {
    ...noImports,
    changesByFiles: () => 0,
    endS: () => 0,
    windows: async (_meter, _windowS, starts) => new Map(starts.map(startS => [startS, new Map()])),
  };
  const kinds = new Set<string | undefined>();
  const setUp = (put: WindowStore['put']) => {
    const time = new VirtualTime({ wallMs: startMs + 60_000 });
    const options = { settings, sinks: new Map(), time, random: nodeRandom, topics: noTopics };
    const receiver = new HttpReceiver(
      { ...options, store: { put }, folder: '', log: (_level, _text, kind) => void kinds.add(kind) },
      new TakenWindows(),
    );
    return { receiver, time };
  };

  test('whatever names are sent, what is refused is one kind of line in the log', () => {
    const { receiver } = setUp(async () => {});
    for (const meter of ['a', 'b', 'c'])
      receiver.refused(1, receiver.mistakeOf({ ...reading(0), meter }, 0) ?? '');
    expect(receiver.fault()?.message).toContain('there is no meter c; allowed are house');
    expect(kinds).toEqual(new Set(['connector.http.refused']));
  });

  test('what was refused is taken when it is sent again', async () => {
    const given: WindowRecord[] = [];
    let isFull = true;
    const { receiver } = setUp(async windows => {
      if (isFull) throw new NotTakenNow('full');
      given.push(...windows);
    });
    const take = () => receiver.take([reading(0)], nothingThere, () => true);
    await expect(take()).rejects.toMatchObject({ why: 'waiting' });
    isFull = false;
    expect(await take()).toMatchObject({ stored: 1 });
    expect(await take()).toMatchObject({ stored: 0, repeated: 1 });
    expect(given.length).toBe(1);
    expect(receiver.counters()).toMatchObject({ putOff: 1, stored: 1, repeated: 1 });
  });

  test('what went and is not known to have come is not given again before that is known', async () => {
    let puts = 0;
    const { receiver } = setUp(async () => {
      puts++;
      if (puts === 1) throw new Error('the host is being shut down');
    });
    let isDrained = false;
    const take = () => receiver.take([reading(0)], nothingThere, () => isDrained);
    await expect(take()).rejects.toMatchObject({ why: 'waiting' });
    await expect(take()).rejects.toMatchObject({ why: 'waiting' });
    expect(puts).toBe(1);
    isDrained = true;
    expect(await take()).toMatchObject({ stored: 1 });
    expect(puts).toBe(2);
  });

  test('a file that comes meanwhile is looked for once what is on its way is there', async () => {
    let stored = () => {};
    let puts = 0;
    const { receiver } = setUp(() => {
      puts++;
      return new Promise(resolve => {
        stored = resolve;
      });
    });
    const asked: string[] = [];
    let changes = 0;
    const disk: Disk = {
      ...noImports,
      changesByFiles: () => changes,
      endS: () => startMs,
      async windows(_meter, _windowS, starts) {
        asked.push(`after ${puts}`);
        const text = textOfValue('powerW', { mean: 100, min: 100, max: 100, last: 100 });
        const held = changes === 0 ? [] : ([['powerW', { text }]] as const);
        return new Map(starts.map(startS => [startS, new Map(held)]));
      },
    };
    const take = () => receiver.take([reading(0)], disk, () => true);
    const first = take();
    await new Promise(resolve => setTimeout(resolve, 5));
    changes = 1;
    const second = take();
    await new Promise(resolve => setTimeout(resolve, 5));
    expect(asked).toEqual(['after 0']);
    stored();
    expect(await first).toMatchObject({ stored: 1 });
    expect(await second).toMatchObject({ stored: 0, repeated: 1 });
    expect([asked, puts]).toEqual([['after 0', 'after 1'], 1]);
  });

  test('while a file is written the disk is asked each time, and what it said then is not believed later', async () => {
    const { receiver } = setUp(async () => {});
    const there = new Map<QuantityId, string>();
    let changes: number | undefined;
    let asked = 0;
    const disk: Disk = {
      ...noImports,
      changesByFiles: () => changes,
      endS: () => Number.POSITIVE_INFINITY,
      async windows(_meter, _windowS, starts) {
        asked++;
        return new Map(
          starts.map(startS => [startS, new Map([...there].map(([quantity, text]) => [quantity, { text }]))]),
        );
      },
    };
    const textOf = (quantity: QuantityId, last: number) =>
      textOfValue(quantity, { mean: last, min: last, max: last, last });
    const take = async (quantity: QuantityId, value: number) => {
      const { stored, repeated } = await receiver.take(
        [{ ...reading(0, value), quantity }],
        disk,
        () => true,
      );
      there.set(quantity, textOf(quantity, value));
      return { stored, repeated };
    };
    expect(await take('powerW', 100)).toEqual({ stored: 1, repeated: 0 });
    there.set('voltageV', textOf('voltageV', 230));
    expect(await take('voltageV', 230)).toEqual({ stored: 0, repeated: 1 });
    there.set('currentA', textOf('currentA', 2));
    changes = 1;
    expect(await take('currentA', 2)).toEqual({ stored: 0, repeated: 1 });
    expect(asked).toBe(3);
    expect(await take('currentA', 2)).toEqual({ stored: 0, repeated: 1 });
    expect(asked).toBe(3);
  });

  test('a file that was written makes no interval silent that had values', async () => {
    const told: WindowRecord[] = [];
    const { receiver, time } = setUp(async windows => void told.push(...windows));
    let changes = 0;
    const disk = { ...nothingThere, changesByFiles: () => changes };
    receiver.start();
    time.advance(20_000);
    const send = (offsetS: number) => receiver.take([reading(offsetS)], disk, () => true);
    for (const offsetS of [60, 70]) await send(offsetS);
    changes++;
    await send(80);
    time.advance(40_000);
    receiver.stop();
    expect(told.filter(({ values }) => values.length === 0)).toEqual([]);
    expect(told).toHaveLength(3);
  });

  test('what another request forgets is not forgotten while it is looked at', async () => {
    let stored = () => {};
    let looked = () => {};
    const isStored = new Promise<void>(resolve => {
      stored = resolve;
    });
    const isLookedFor = new Promise<void>(resolve => {
      looked = resolve;
    });
    let [isSlow, isAsked] = [false, false];
    const { receiver } = setUp(() => (isSlow ? isStored : Promise.resolve()));
    const text = textOfValue('powerW', { mean: 100, min: 100, max: 100, last: 100 });
    const disk: Disk = {
      ...nothingThere,
      endS: () => (isAsked ? Number.POSITIVE_INFINITY : 0),
      async windows(_meter, _windowS, starts) {
        await isLookedFor;
        return new Map(
          starts.map(startS => [startS, new Map(startS * 1000 < startMs ? [] : [['powerW', { text }]])]),
        );
      },
    };
    const take = (fromS: number, count: number) =>
      receiver.take(
        Array.from({ length: count }, (_, index) => reading(fromS + index * 10)),
        disk,
        () => true,
      );
    const pass = () => new Promise(resolve => setImmediate(resolve));
    await take(0, ingestLimits.windows);
    isSlow = true;
    const waits = take(1_000_000, 10);
    await pass();
    isAsked = true;
    const again = take(-10, 2);
    await pass();
    stored();
    await waits;
    looked();
    expect(await again).toMatchObject({ stored: 1, repeated: 1 });
  });

  test('nobody is answered before, and nobody waits for ever; too many are put off', async () => {
    let stored = () => {};
    let puts = 0;
    const { receiver, time } = setUp(() => {
      puts++;
      return new Promise(resolve => {
        stored = resolve;
      });
    });
    const take = () => receiver.take([reading(0)], nothingThere, () => true);
    const takings = Array.from({ length: 64 }, () => take().catch(error => error.why));
    await expect(take()).rejects.toMatchObject({ why: 'tooMany' });
    await new Promise(resolve => setTimeout(resolve, 5));
    time.advance(10_000);
    expect(new Set(await Promise.all(takings))).toEqual(new Set(['waiting']));
    const again = take();
    await new Promise(resolve => setTimeout(resolve, 5));
    stored();
    expect(await again).toMatchObject({ stored: 0, repeated: 1 });
    expect(puts).toBe(1);
  });
});

test('an interval that lies across quarters of an hour is refused at its field', () => {
  const settings = { meters: [{ id: 'house', name: 'House', everyS: 7 }] };
  expect(httpMistakes(settings)).toEqual([
    { field: 'meters.0.everyS', message: expect.stringContaining('7 given; one of 1, 2, 3') },
  ]);
});

test('rows that give one quantity of a meter from two places are refused at the second', () => {
  const row = { meter: 'a', quantity: 'powerW', measurement: 'pv', field: 'w' };
  const meters = [{ id: 'a', name: 'A' }];
  const lines = [
    { ...row, tags: 'side=south' },
    { ...row, tags: 'side=north' },
  ];
  expect(httpMistakes({ meters, lines })).toEqual([
    { field: 'lines.1.quantity', message: 'powerW of a is given twice; each may come from one place' },
  ]);
});
