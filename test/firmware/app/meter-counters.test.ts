import { describe, expect, it } from 'vitest';
import { Clock } from '#app/clock.ts';
import { Meter } from '#app/meter.ts';
import { NamedWindows } from '#app/named-windows.ts';
import { UndatedWindows } from '#app/undated.ts';
import { WindowTimer } from '#app/window-timer.ts';
import type { WindowRecord } from '#core/wire/records.ts';
import { VirtualTime } from '../../../simulator/gateway/virtual-time.ts';

/** 2023-11-14 22:13:20 UTC: a multiple of 10 s. */
const epochMs = 1_700_000_000_000;

function setUp({ windowS = 10 } = {}) {
  const time = new VirtualTime({ wallMs: epochMs });
  const records: WindowRecord[] = [];
  const clock = new Clock(time, { synced: () => {}, jumped: () => {} });
  let news = 0;
  const meter: Meter = new Meter(
    {
      clock,
      named: new NamedWindows(),
      undated: new UndatedWindows(),
      windowTimer: new WindowTimer(clock, () => [meter]),
      emit: record => records.push(record),
      onIdentity: () => news++,
    },
    { id: 'm', windowS, sampleMs: 1000 },
  );
  clock.start();
  meter.start();
  /** Shows these a second each, with power beside them. */
  const show = (...readings: number[]) => {
    for (const value of readings) {
      meter.samples(time.ticksMs(), [
        { quantity: 'powerW', value: 1000 },
        { quantity: 'energyImportWh', value },
      ]);
      time.advance(1000);
    }
  };
  const lasts = () =>
    records.map(({ startMs, values }) => [
      (startMs - epochMs) / 1000,
      values.find(({ quantity }) => quantity === 'energyImportWh')?.last,
    ]);
  return { time, meter, records, show, lasts, news: () => news };
}

const ten = (from: number): number[] => Array.from({ length: 10 }, (_, index) => from + index);

describe('the counters of a meter', () => {
  it('keep a glitch out of window and live values, and count it with its kind', () => {
    const { meter, records, show } = setUp();
    show(1000, 1001, 1002, 0, 1003, 99_999_999, 77, 1004, 1005, 1006);
    expect(records).toMatchObject([
      {
        values: [
          { quantity: 'powerW', samples: 10 },
          { quantity: 'energyImportWh', samples: 7, last: 1006 },
        ],
        failures: [{ reason: 'implausible', count: 3 }],
      },
    ]);
    expect(meter.health()).toMatchObject({ failures: { implausible: 3 }, counterEvents: { glitch: 3 } });
    const latest: number[] = [];
    meter.latest((quantity, value) => {
      if (quantity === 'energyImportWh') latest.push(value);
    });
    show(5);
    expect([latest, meter.isIdentityWanted]).toEqual([[1006], true]);
  });

  it('tell a reading that was held when its window closed once it is believed, in a record of its own', () => {
    const { show, lasts, meter } = setUp({ windowS: 1 });
    show(5000, 5001, 0, 1, 1, 2, 3);
    expect(lasts()).toEqual([
      [0, 5000],
      [1, 5001],
      [2, undefined],
      [3, undefined],
      [4, undefined],
      [2, 0],
      [3, 1],
      [4, 1],
      [5, 2],
      [6, 3],
    ]);
    expect(meter.health().counterEvents).toEqual({ reset: 1 });
  });

  it('say that a window is empty because what was read is not believed', () => {
    const { meter, time, records } = setUp({ windowS: 1 });
    for (const value of [5000, 0, 5000]) {
      meter.samples(time.ticksMs(), [{ quantity: 'energyImportWh', value }]);
      time.advance(1000);
    }
    expect(records.map(({ failures }) => failures)).toEqual([
      [],
      [{ reason: 'implausible', count: 1 }],
      [{ reason: 'implausible', count: 1 }],
    ]);
  });
});

describe('a serial number', () => {
  const told = (records: readonly WindowRecord[]) => records.map(({ serial }) => serial);

  it('is told with the first window after it was read, and once an hour', () => {
    const { meter, time, records, show, news } = setUp();
    show(...ten(100));
    meter.identified(time.ticksMs(), { serial: 'A1', model: 'SDM630' });
    show(...ten(110), ...ten(120));
    meter.identified(time.ticksMs(), { serial: 'A1' });
    expect(told(records)).toEqual([undefined, 'A1', undefined]);
    expect([meter.identity, news()]).toEqual([{ serial: 'A1', model: 'SDM630' }, 1]);
    time.advance(3_600_000);
    expect(told(records).filter(serial => serial === 'A1')).toHaveLength(2);
  });

  it('that is another makes another meter: its first reading is taken at once, higher or lower', () => {
    for (const first of [3, 1_000_000]) {
      const { meter, time, records, show, lasts } = setUp();
      meter.identified(time.ticksMs(), { serial: 'A1' });
      show(...ten(100_000));
      meter.identified(time.ticksMs(), { serial: 'B2' });
      show(...ten(first));
      expect(lasts()).toEqual([
        [0, 100_009],
        [10, first + 9],
      ]);
      expect([told(records), records.flatMap(({ failures }) => failures)]).toEqual([['A1', 'B2'], []]);
      expect(meter.health().counterEvents).toEqual({ replaced: 1 });
    }
  });

  it('that is read only after the first odd readings takes these for the new meter', () => {
    const { meter, time, show, lasts } = setUp({ windowS: 1 });
    meter.identified(time.ticksMs(), { serial: 'A1' });
    show(5000, 5001, 20, 20);
    meter.identified(time.ticksMs(), { serial: 'B2' });
    show(21);
    expect(lasts()).toEqual([
      [0, 5000],
      [1, 5001],
      [2, undefined],
      [3, undefined],
      [2, 20],
      [3, 20],
      [4, 21],
    ]);
  });

  it('never mixes the old meter’s reading into the window that tells the new number', () => {
    const { meter, time, records, show } = setUp();
    meter.identified(time.ticksMs(), { serial: 'A1' });
    show(...ten(5000), 5010, 5011);
    meter.identified(time.ticksMs(), { serial: 'B2' });
    time.advance(8000);
    expect(records.at(-1)).toMatchObject({ serial: 'B2', values: [{ quantity: 'powerW' }] });
    expect(records.at(-1)?.values).toHaveLength(1);
  });

  it('that is none by the rule of the wire is not heard', () => {
    const { meter, time, news } = setUp();
    for (const serial of ['', ' A', 'x'.repeat(65), 'ä', 'A\n']) meter.identified(time.ticksMs(), { serial });
    expect([meter.identity, news()]).toEqual([{}, 0]);
  });
});
