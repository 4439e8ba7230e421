import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import { Clock } from '#app/clock.ts';
import { Meter } from '#app/meter.ts';
import { NamedWindows } from '#app/named-windows.ts';
import { UndatedWindows } from '#app/undated.ts';
import { WindowTimer } from '#app/window-timer.ts';
import { limits } from '#core/limits.ts';
import type { WindowRecord } from '#core/wire/records.ts';
import { VirtualTime } from '../../../simulator/gateway/virtual-time.ts';

/** 2023-11-14 22:13:20 UTC: a multiple of 10 s. */
const epochMs = 1_700_000_000_000;

/** One meter with its clock, as the gateway wires them. */
function setUp(options: { wallMs?: number; windowS?: number; sampleMs?: number } = {}) {
  const time = new VirtualTime(options.wallMs === undefined ? {} : { wallMs: options.wallMs });
  const named = new NamedWindows();
  const undated = new UndatedWindows();
  const records: WindowRecord[] = [];
  const emit = (record: WindowRecord) => records.push(record);
  const windowS = options.windowS ?? 10;
  const clock = new Clock(time, {
    synced: () => {
      meter?.closeDue();
      undated.date(clock.offsetMs ?? 0, named, emit);
      meter?.synced();
    },
    jumped: ticksMs => meter?.jumped(ticksMs),
  });
  const windowTimer = new WindowTimer(clock, () => (meter === undefined ? [] : [meter]));
  const make = (seconds = windowS) =>
    new Meter(
      { clock, named, undated, windowTimer, emit },
      { id: 'm', windowS: seconds, sampleMs: options.sampleMs ?? 1000 },
    );
  let meter: Meter | undefined;
  clock.start();
  meter = make();
  meter.start();
  const power = (value: number) => meter?.samples(time.ticksMs(), [{ quantity: 'powerW', value }]);
  /** Lets time go on and samples each second. */
  const run = (seconds: number) => {
    for (let second = 0; second < seconds; second++) {
      power(100);
      time.advance(1000);
    }
  };
  const replace = (seconds: number) => {
    meter?.finish();
    meter = make(seconds);
    meter.start();
  };
  return { time, clock, meter, records, undated, power, run, replace };
}

test('a meter that is stopped by whoever takes its window measures no more', () => {
  for (const disturb of ['nothing', 'forward', 'back'] as const) {
    const time = new VirtualTime({ wallMs: epochMs });
    let taken = 0;
    const clock = new Clock(time, { synced: () => {}, jumped: ticksMs => meter.jumped(ticksMs) });
    const meter = new Meter(
      {
        clock,
        named: new NamedWindows(),
        undated: new UndatedWindows(),
        windowTimer: new WindowTimer(clock, () => [meter]),
        emit: () => {
          if (++taken > 1) throw new Error(`window ${taken} after it was stopped`);
          meter.stop();
        },
      },
      { id: 'm', windowS: 10, sampleMs: 1000 },
    );
    clock.start();
    meter.start();
    time.advance(5000);
    meter.samples(time.ticksMs(), [{ quantity: 'powerW', value: 100 }]);
    if (disturb !== 'nothing')
      time.setWall((time.wallMs() ?? 0) + (disturb === 'forward' ? 3_600_000 : -3_600_000));
    time.advance(60_000);
    clock.stop();
    expect(taken).toBe(1);
    expect(time.untilNextMs()).toBeUndefined();
  }
});

const starts = (records: readonly WindowRecord[]) => records.map(({ startMs }) => (startMs - epochMs) / 1000);

describe('the windows of a meter', () => {
  it('are aligned to UTC, the first one from wherever the meter started', () => {
    const { run, records } = setUp({ wallMs: epochMs + 3500 });
    run(30);
    expect(starts(records)).toEqual([0, 10, 20]);
    expect(records.map(({ values }) => values[0]?.samples)).toEqual([7, 10, 10]);
    expect(records.every(({ clock, windowS }) => clock === 'synced' && windowS === 10)).toBe(true);
  });

  it('close by the next sample too, where their timer comes late', () => {
    const { time, meter, records } = setUp({ wallMs: epochMs });
    meter.samples(0, [{ quantity: 'powerW', value: 1 }]);
    // The sample says 10.5 s though the timer of 10 s has not run.
    meter.samples(10_500, [{ quantity: 'powerW', value: 2 }]);
    expect(records).toMatchObject([{ values: [{ samples: 1, last: 1 }] }]);
    time.advance(20_000);
    expect(records).toMatchObject([{}, { values: [{ samples: 1, last: 2 }] }]);
  });

  it('without a sample say why: their failures by reason, or that nothing was asked', () => {
    const { time, meter, records } = setUp({ wallMs: epochMs });
    meter.failed(0, 'timeout');
    meter.failed(1, 'timeout');
    meter.failed(2, 'crc');
    time.advance(20_000);
    expect(records).toMatchObject([
      {
        values: [],
        failures: [
          { reason: 'timeout', count: 2 },
          { reason: 'crc', count: 1 },
        ],
      },
      { values: [], failures: [{ reason: 'timeout', count: 1 }] },
    ]);
  });

  it('of a meter that no source ever asked say that it is not configured', () => {
    const { time, records } = setUp({ wallMs: epochMs });
    time.advance(20_000);
    expect(records).toMatchObject([
      { values: [], failures: [{ reason: 'notConfigured', count: 1 }] },
      { values: [], failures: [{ reason: 'notConfigured', count: 1 }] },
    ]);
  });

  it('that began late and saw nothing at all are not told, as nothing was promised', () => {
    const { time, records } = setUp({ wallMs: epochMs + 9900 });
    time.advance(10_200);
    expect(starts(records)).toEqual([10]);
  });

  it('leave implausible values out and count them', () => {
    const { time, meter, records } = setUp({ wallMs: epochMs });
    meter.samples(0, [
      { quantity: 'voltageV', value: 230 },
      { quantity: 'frequencyHz', value: Number.NaN },
      { quantity: 'powerFactor', value: 7 },
    ]);
    expect(meter.health()).toEqual({ state: 'well', reason: null, samples: 1, failures: { implausible: 2 } });
    time.advance(10_000);
    expect(records[0]?.values.map(({ quantity }) => quantity)).toEqual(['voltageV']);
    expect(records[0]?.failures).toEqual([{ reason: 'implausible', count: 2 }]);
  });

  it('before the clock is known are held and then dated backwards, each to the window it overlaps most', () => {
    const { time, run, records } = setUp();
    run(25);
    expect(records).toEqual([]);
    // Held: 0 to 10 s and 10 to 20 s of the ticks, which are 7 to 17 s and 17 to 27 s of the wall.
    time.setWall(epochMs + 32_000);
    run(10);
    expect(starts(records)).toEqual([10, 20, 30]);
    expect(records.map(({ clock }) => clock)).toEqual(['backdated', 'backdated', 'backdated']);
    run(10);
    expect(records.at(-1)).toMatchObject({ clock: 'synced', startMs: epochMs + 40_000 });
  });

  it('go on in the window they are in where the clock becomes known before one has closed', () => {
    const { time, run, records } = setUp();
    run(3);
    time.setWall(epochMs + 9000);
    run(12);
    expect(starts(records)).toEqual([0, 10]);
    expect(records.map(({ clock }) => clock)).toEqual(['backdated', 'synced']);
  });

  it('are not marked as dated backwards for an empty one before them', () => {
    const { time, run, records } = setUp();
    time.advance(2500);
    time.setWall(epochMs + 5000);
    time.advance(7000);
    run(20);
    expect(records.map(({ clock }) => clock)).toEqual(['synced', 'synced']);
  });

  it('that cannot be held any longer go oldest first and are counted', () => {
    const { time, run, records, undated } = setUp({ windowS: 1 });
    run(limits.undatedWindows + 40);
    expect(undated.dropped).toBe(40);
    time.setWall(epochMs);
    run(2);
    // What is left begins where the dropped ones ended.
    expect(starts(records)[0]).toBe(undated.dropped - (limits.undatedWindows + 40));
    expect(starts(records)).toEqual(records.map((_, index) => index + (starts(records)[0] ?? 0)));
  });

  it('end early at a step forward, and the time that did not happen has none', () => {
    const { time, clock, run, records } = setUp({ wallMs: epochMs });
    run(14);
    time.setWall(epochMs + 3_603_000);
    run(17);
    expect(starts(records)).toEqual([0, 10, 3600, 3610]);
    expect(clock.jumps).toBe(1);
  });

  it('wait after a step back, count what they cannot place, and go on when the clock is past the last one', () => {
    const { time, clock, meter, run, records } = setUp({ wallMs: epochMs + 60_000 });
    run(25);
    time.setWall(epochMs + 55_000);
    run(5);
    expect(starts(records)).toEqual([60, 70, 80]);
    expect(meter.health()).toMatchObject({ state: 'failing', reason: 'clock' });
    run(50);
    expect(starts(records)).toEqual([60, 70, 80, 90, 100]);
    expect(records[3]?.failures).toEqual([{ reason: 'clock', count: 34 }]);
    expect(records[3]?.values[0]?.samples).toBe(10);
    expect(clock.jumps).toBe(1);
    expect(meter.health().state).toBe('well');
  });

  it('have none for a time that a waiting meter jumps over', () => {
    const { time, run, records } = setUp({ wallMs: epochMs + 60_000 });
    run(25);
    time.setWall(epochMs);
    run(5);
    time.setWall(epochMs + 3_600_000);
    run(21);
    expect(starts(records)).toEqual([60, 70, 80, 3600, 3610]);
  });

  it('go on at once after a clock that was years ahead for a while', () => {
    const { time, run, records } = setUp({ wallMs: epochMs });
    run(25);
    time.setWall(epochMs + 10 * 365 * 86_400_000);
    run(25);
    time.setWall(epochMs + time.ticksMs());
    run(40);
    const sane = starts(records).filter(start => start < 1000);
    expect(sane).toEqual([0, 10, 20, 50, 60, 70, 80]);
    expect(records.at(-1)).toMatchObject({ failures: [], values: [{ samples: 10 }] });
  });

  it('go on at once after a clock that leapt an hour ahead and back, and told no counters meanwhile', () => {
    const { time, meter, records } = setUp({ wallMs: epochMs });
    const run = (seconds: number) => {
      for (let second = 0; second < seconds; second++) {
        const readings = [
          { quantity: 'powerW', value: 3600 },
          { quantity: 'energyImportWh', value: 1000 + time.ticksMs() / 1000 },
        ] as const;
        meter.samples(time.ticksMs(), readings);
        time.advance(1000);
      }
    };
    run(60);
    time.setWall(epochMs + 3_660_000);
    run(60);
    time.setWall(epochMs + 120_000);
    run(3660);
    const isAhead = ({ startMs }: WindowRecord) => startMs >= epochMs + 3_660_000;
    const hasCounter = ({ values }: WindowRecord) =>
      values.some(({ quantity }) => quantity === 'energyImportWh');
    const doubtful = records.slice(6, 14).filter(isAhead);
    expect(starts(doubtful)).toEqual([3660, 3670, 3680, 3690, 3700, 3710, 3720]);
    for (const record of doubtful) {
      expect(hasCounter(record)).toBe(false);
      expect(record.failures).toEqual([{ reason: 'clock', count: 1 }]);
      expect(record.values.map(({ quantity }) => quantity)).toEqual(['powerW']);
    }
    const others = records.filter(record => !doubtful.includes(record));
    expect(others.every(hasCounter)).toBe(true);
    // No second is without a window until the names come that are given already, and they are leapt over.
    const expected = Array.from({ length: 366 }, (_, index) => index * 10).filter(at => at < 70 || at >= 120);
    expect(starts(others).slice(0, expected.length - 1)).toEqual(expected.slice(0, -1));
    const named = starts(records);
    expect(new Set(named).size).toBe(named.length);
  });

  it('tell counters again once a clock that leapt ahead has stayed there, or two servers agree on it', () => {
    for (const agreeing of [0, 2]) {
      const { time, meter, records } = setUp({ wallMs: epochMs });
      Object.assign(time, { source: () => ({ server: 'a', agreeing, atTicksMs: 0 }) });
      const run = (minutes: number) => {
        for (let minute = 0; minute < minutes; minute++) {
          meter.samples(time.ticksMs(), [{ quantity: 'energyImportWh', value: 1000 + minute }]);
          time.advance(60_000);
        }
      };
      run(1);
      time.setWall(epochMs + 7_200_000);
      run(100);
      const without = records.filter(
        ({ values, failures }) => values.length === 0 && failures[0]?.reason === 'clock',
      );
      expect(without.length, `${agreeing} servers agree`).toBe(agreeing === 2 ? 0 : 90);
      expect(records.at(-6)?.values).toHaveLength(1);
    }
  });

  it('skip what a clock that was hours ahead named already', () => {
    const { time, meter, run, records } = setUp({ wallMs: epochMs, windowS: 60 });
    run(100);
    time.setWall(epochMs + 7_200_000);
    run(150);
    time.setWall(epochMs + time.ticksMs());
    run(7200);
    const named = starts(records);
    expect(new Set(named).size).toBe(named.length);
    expect([...named].sort((a, b) => a - b).slice(-4)).toEqual([7180, 7240, 7300, 7360]);
    expect(meter.health().failures.clock).toBeGreaterThan(100);
    expect(meter.health().failures.clock).toBeLessThan(200);
  });

  it('of a meter whose settings change never overlap those before', () => {
    const { time, power, run, records, replace } = setUp({ wallMs: epochMs });
    run(14);
    replace(1);
    run(10);
    // The window from 10 s ends at 20 s by its name, so the new ones begin there.
    expect(starts(records)).toEqual([0, 10, 20, 21, 22, 23]);
    replace(60);
    power(1);
    time.advance(100_000);
    expect(starts(records).slice(-2)).toEqual([23, 40]);
    expect(records.at(-1)).toMatchObject({ windowS: 60, failures: [{ reason: 'clock', count: 1 }] });
  });

  it('of a clock that drifts keep their names and lose no sample', () => {
    const { time, run, records, clock } = setUp({ wallMs: epochMs });
    for (let minute = 0; minute < 20; minute++) {
      time.setWall((time.wallMs() ?? 0) + (minute % 2 === 0 ? 400 : -400));
      run(60);
    }
    expect(clock.jumps).toBe(0);
    expect(starts(records)).toEqual(records.map((_, index) => index * 10));
    expect(records.reduce((sum, { values }) => sum + (values[0]?.samples ?? 0), 0)).toBeGreaterThan(1185);
  });
});

describe('whatever the wall clock does', () => {
  const step = fc.record({
    seconds: fc.integer({ min: 0, max: 70 }),
    jumpMs: fc.option(
      fc.oneof(fc.integer({ min: -90_000, max: 90_000 }), fc.integer({ min: -900, max: 900 })),
    ),
    failing: fc.boolean(),
  });

  it('no two windows have the same start, none goes backwards, all are aligned, and every sample is accounted for', () => {
    fc.assert(
      fc.property(
        fc.array(step, { minLength: 1, maxLength: 12 }),
        fc.constantFrom(1, 5, 10, 60),
        fc.boolean(),
        fc.nat(59_999),
        (steps, windowS, isKnown, phaseMs) => {
          const start = isKnown ? { wallMs: epochMs + phaseMs } : {};
          const { time, meter, records, undated } = setUp({ ...start, windowS });
          let taken = 0;
          let failed = 0;
          for (const { seconds, jumpMs, failing } of steps) {
            if (jumpMs !== null) time.setWall((time.wallMs() ?? epochMs + phaseMs) + jumpMs);
            for (let second = 0; second < seconds; second++) {
              if (failing) {
                meter.failed(time.ticksMs(), 'exception');
                failed++;
              } else {
                meter.samples(time.ticksMs(), [{ quantity: 'powerW', value: second }]);
                taken++;
              }
              time.advance(1000);
            }
          }
          // Past all steps back: what a waiting meter counted goes with the window after them.
          time.setWall((time.wallMs() ?? epochMs) + 2_000_000);
          time.advance(2000);
          meter.finish();
          for (const [index, { startMs }] of records.entries()) {
            expect(startMs % (windowS * 1000)).toBe(0);
            expect(startMs).toBeGreaterThan(records[index - 1]?.startMs ?? 0);
          }
          if (undated.dropped > 0) return;
          const samples = records.reduce((sum, { values }) => sum + (values[0]?.samples ?? 0), 0);
          const count = (wanted: string) =>
            records.reduce(
              (sum, { failures }) => sum + (failures.find(f => f.reason === wanted)?.count ?? 0),
              0,
            );
          expect(samples + count('clock')).toBe(taken);
          expect(count('exception')).toBe(failed);
        },
      ),
      {
        numRuns: 150,
        examples: [
          [
            [-25_749, -74_401, -63_851].map((jumpMs, index) => ({ seconds: index, jumpMs, failing: false })),
            60,
            true,
            0,
          ],
        ],
      },
    );
  });

  it('no window is named twice, and none overlaps another, by a clock that is hours wrong either', () => {
    const hours = fc.integer({ min: -36_000_000, max: 36_000_000 });
    const jumps = fc.array(fc.record({ seconds: fc.integer({ min: 1, max: 200 }), jumpMs: hours }), {
      minLength: 1,
      maxLength: 14,
    });
    fc.assert(
      fc.property(jumps, fc.constantFrom(10, 60, 300), (steps, windowS) => {
        const { time, run, records } = setUp({ wallMs: epochMs, windowS });
        for (const { seconds, jumpMs } of steps) {
          run(seconds);
          time.setWall((time.wallMs() ?? 0) + jumpMs);
        }
        run(400);
        const named = starts(records).sort((a, b) => a - b);
        for (const [index, start] of named.slice(1).entries()) {
          expect(start - (named[index] ?? 0)).toBeGreaterThanOrEqual(windowS);
        }
      }),
      { numRuns: 60 },
    );
  });
});
