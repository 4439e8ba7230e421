import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createDcSource } from '#app/dc-sampler.ts';
import { type CounterStore, type DcCounters, zeroCounters } from '#app/energy-store.ts';
import type { MeterSettings } from '#core/wire/settings.ts';
import type { I2cPort } from '#ports';
import { ina219 } from '#profiles/ina219.ts';
import { VirtualTime } from '../../../simulator/gateway/virtual-time.ts';
import { Ina219Chip } from '../../../simulator/meters/ina219-chip.ts';
import { meterSettings, recordingSink } from './line-rig.ts';

/** Counters in memory, with every save kept. */
function countersFrom(start: DcCounters): CounterStore & { saves: DcCounters[] } {
  const saves: DcCounters[] = [];
  return { saves, load: () => saves.at(-1) ?? start, save: counters => saves.push(counters) };
}

/** One chip on a bus in virtual time, driven by functions of the time in seconds. */
function dcRig({
  voltageV = () => 12,
  currentA = () => 2,
  settings = {},
  start = zeroCounters,
}: {
  voltageV?: (second: number) => number;
  currentA?: (second: number) => number;
  settings?: Partial<MeterSettings>;
  start?: DcCounters;
} = {}) {
  const time = new VirtualTime();
  const second = () => time.ticksMs() / 1000;
  const chip = new Ina219Chip({
    shuntOhm: settings.shuntOhm ?? 0.1,
    voltageV: () => voltageV(second()),
    currentA: () => currentA(second()),
    nowMs: () => time.ticksMs(),
  });
  const bus = { hangs: false, isThere: true, opens: 0, wordMs: 0 };
  const slowly = (then: () => void) => void (bus.wordMs === 0 ? then() : time.after(bus.wordMs, then));
  const record = recordingSink();
  const counters = countersFrom(start);
  const logs: string[] = [];
  const openI2c = (): I2cPort => {
    bus.opens++;
    if (!bus.isThere) throw new Error('no such bus');
    const port = chip.port();
    return {
      readWord: (register, done) => {
        if (!bus.hangs) slowly(() => port.readWord(register, done));
      },
      writeWord: (register, value, done) => {
        if (!bus.hangs) slowly(() => port.writeWord(register, value, done));
      },
      close: () => {},
    };
  };
  const make = () =>
    createDcSource({
      time,
      line: { id: 'i2c', kind: 'i2c', port: 'simulated' },
      openI2c,
      meters: [
        { settings: meterSettings('dc', 0x40, settings), profile: ina219, sink: record.sink, counters },
      ],
      log: (_, text) => logs.push(text),
    });
  return { ...record, time, chip, bus, counters, logs, make, source: make() };
}

describe('a DC sensor', () => {
  it('gives voltage, current, power, shunt voltage and both counters at each sample', () => {
    const rig = dcRig();
    rig.source.start();
    rig.time.advance(3_600_500);
    const { samples } = rig;
    expect(samples.length).toBe(3601);
    expect(rig.failures).toEqual([]);
    expect(Object.keys(samples[0]?.values ?? {})).toEqual([...ina219.quantities]);
    expect(samples[10]?.values).toMatchObject({ voltageV: 12, shuntVoltageV: 0.2, energyExportWh: 0 });
    expect(samples[10]?.values.currentA).toBeCloseTo(2, 3);
    expect(samples[10]?.values.powerW).toBeCloseTo(24, 2);
  });

  it('counts the energy of an hour to 0.1 %, whatever the load does', () => {
    const wave = fc.record({
      meanA: fc.double({ min: 0.3, max: 1.5, noNaN: true }),
      swingA: fc.double({ min: 0, max: 1.5, noNaN: true }),
      periodS: fc.integer({ min: 40, max: 900 }),
      sign: fc.constantFrom(-1, 1),
      baseV: fc.double({ min: 5, max: 24, noNaN: true }),
    });
    fc.assert(
      fc.property(wave, ({ meanA, swingA, periodS, sign, baseV }) => {
        // Whole periods, so that the truth is the mean: voltage sags with the current, as a battery's does.
        const angle = (second: number) => (2 * Math.PI * second) / periodS;
        const currentA = (second: number) => sign * (meanA + swingA * Math.sin(angle(second)));
        const voltageV = (second: number) => baseV - 0.2 * currentA(second);
        const rig = dcRig({ currentA, voltageV });
        rig.source.start();
        rig.time.advance(Math.ceil(3600 / periodS) * periodS * 1000 + 10);
        const first = (rig.samples[0]?.ticksMs ?? 0) / 1000;
        const last = (rig.samples.at(-1)?.ticksMs ?? 0) / 1000;
        const truth = { importWh: 0, exportWh: 0 };
        const stepS = 0.1;
        for (let second = first + stepS / 2; second < last; second += stepS) {
          const energyWh = (voltageV(second) * currentA(second) * stepS) / 3600;
          if (energyWh > 0) truth.importWh += energyWh;
          else truth.exportWh -= energyWh;
        }
        const values = rig.samples.at(-1)?.values ?? {};
        const total = truth.importWh + truth.exportWh;
        const missed =
          Math.abs((values.energyImportWh ?? 0) - truth.importWh) +
          Math.abs((values.energyExportWh ?? 0) - truth.exportWh);
        expect(missed / total).toBeLessThan(0.001);
      }),
      { seed: 20_261_121, numRuns: 6 },
    );
  });

  it('says overflow and counts no energy while more flows than the chip can measure', () => {
    const rig = dcRig({ currentA: second => (second >= 10 && second < 20 ? 5 : 2) });
    rig.source.start();
    rig.time.advance(30_100);
    expect(rig.failures.map(({ reason }) => reason)).toEqual(Array(10).fill('overflow'));
    const importWh = rig.samples.at(-1)?.values.energyImportWh ?? 0;
    expect(importWh).toBeCloseTo((24 * 19) / 3600, 2);
    expect(rig.source.counters()).toMatchObject({ overflows: 10, failures: 10 });
  });

  it('says timeout while the chip is off the bus, and measures again when it is back', () => {
    const rig = dcRig();
    rig.source.start();
    rig.time.advance(5500);
    rig.chip.isPresent = false;
    rig.time.advance(10_000);
    expect(rig.failures.map(({ reason }) => reason)).toEqual(Array(10).fill('timeout'));
    expect(rig.logs).toEqual([
      'meter dc: no INA219 at address 0x40 of line i2c answers: its supply, its address pins, SDA and SCL',
    ]);
    rig.chip.reset();
    rig.chip.isPresent = true;
    rig.time.advance(5000);
    expect(rig.samples.length).toBe(11);
    expect(rig.source.counters()).toMatchObject({ setups: 2, samples: 11 });
  });

  it('never takes the zero of a chip that lost its supply for a current', () => {
    const rig = dcRig();
    rig.source.start();
    rig.time.advance(5500);
    rig.chip.reset();
    rig.time.advance(5000);
    expect(rig.failures.map(({ reason }) => reason)).toEqual(['notConfigured']);
    for (const { values } of rig.samples) expect(values.currentA).toBeGreaterThan(1.9);
    expect(rig.samples.length).toBe(10);
  });

  it('gives up a bus that hangs, opens it anew, and goes on when it answers', () => {
    const rig = dcRig();
    rig.source.start();
    rig.time.advance(2500);
    rig.bus.hangs = true;
    rig.time.advance(3000);
    expect(rig.failures.map(({ reason }) => reason)).toEqual(Array(3).fill('busLost'));
    expect(rig.logs[0]).toMatch(/line i2c did not answer within 100 ms: SDA or SCL is held low/);
    rig.bus.hangs = false;
    rig.time.advance(2000);
    expect(rig.samples.length).toBe(5);
    expect(rig.bus.opens).toBeGreaterThan(1);
  });

  it('tells a machine that is slow from a bus that hangs', () => {
    const rig = dcRig();
    rig.source.start();
    rig.time.advance(1500);
    rig.bus.wordMs = 70;
    rig.time.advance(10_000);
    expect(rig.failures).toEqual([]);
    expect(rig.samples.length).toBeGreaterThan(8);
    // It hangs in the middle of a sample: that is seen as soon as before.
    rig.bus.hangs = true;
    rig.time.advance(2000);
    expect(rig.failures[0]?.reason).toBe('busLost');
  });

  it('says notConfigured, once in the log, while its bus is not there', () => {
    const rig = dcRig();
    rig.bus.isThere = false;
    rig.source.start();
    rig.time.advance(3500);
    expect(rig.failures.map(({ reason }) => reason)).toEqual(Array(4).fill('notConfigured'));
    expect(rig.logs).toEqual(['meter dc: line i2c cannot be opened: no such bus']);
  });

  it('does not measure with a shunt that cannot be, and says why', () => {
    const rig = dcRig({ settings: { shuntOhm: 1, maxCurrentA: 10 } });
    rig.source.start();
    rig.time.advance(1500);
    expect(new Set(rig.failures.map(({ reason }) => reason))).toEqual(new Set(['notConfigured']));
    expect(rig.logs[0]).toMatch(/meter dc: 10 A through 1 ohm/);
  });

  it('saves its counters once a minute at most and at the stop, and goes on from them', () => {
    const start: DcCounters = {
      energy: { takenSteps: 1_005_000, takenParts: 5, givenSteps: 72_500, givenParts: 7 },
      charge: { takenSteps: 10, takenParts: 0, givenSteps: 20, givenParts: 1 },
    };
    const rig = dcRig({ start });
    rig.source.start();
    rig.time.advance(10 * 60_000 + 500);
    expect(rig.counters.saves.length).toBeGreaterThanOrEqual(9);
    expect(rig.counters.saves.length).toBeLessThanOrEqual(10);
    rig.source.stop();
    const saved = rig.counters.saves.at(-1);
    const last = rig.samples.at(-1)?.values;
    expect((saved?.energy.takenSteps ?? 0) / 10_000).toBe(last?.energyImportWh);
    expect((saved?.charge.takenSteps ?? 0) / 10_000).toBe(last?.chargeAh);
    expect(saved).toMatchObject({
      energy: { givenSteps: 72_500, givenParts: 7 },
      charge: { givenSteps: 20 },
    });
    expect(rig.time.untilNextMs()).toBeUndefined();

    const again = rig.make();
    const before = rig.samples.length;
    again.start();
    rig.time.advance(1500);
    expect(rig.samples[before]?.values).toMatchObject({
      energyImportWh: last?.energyImportWh,
      chargeAh: last?.chargeAh,
      chargeExportAh: 0.002,
    });
  });

  it('counts charge in and out, and holds the highest current and power until it starts again', () => {
    const currentA = (second: number) => (second < 360 ? 1.5 : -2.5);
    const rig = dcRig({ currentA });
    rig.source.start();
    rig.time.advance(720_500);
    const values = rig.samples.at(-1)?.values ?? {};
    expect(values.chargeAh).toBeCloseTo(0.15, 2);
    expect(values.chargeExportAh).toBeCloseTo(0.25, 2);
    expect(rig.samples[200]?.values).toMatchObject({ currentPeakA: 1.5, powerPeakW: 18 });
    expect(values).toMatchObject({ currentA: -2.5, currentPeakA: 2.5, powerPeakW: 30 });
    rig.source.stop();
    const before = rig.samples.length;
    rig.make().start();
    rig.time.advance(500);
    expect(rig.samples[before]?.values).toMatchObject({ currentPeakA: 2.5, chargeAh: values.chargeAh });
  });

  it('measures what factor and offset of its settings say, and counts that', () => {
    const settings = { currentFactor: 1.02, currentOffsetA: 0.01, voltageFactor: 0.99, voltageOffsetV: 0.1 };
    const rig = dcRig({ settings });
    rig.source.start();
    rig.time.advance(720_500);
    const values = rig.samples.at(-1)?.values ?? {};
    expect(values).toMatchObject({ currentA: 2.05, voltageV: 11.98, powerW: 24.559, shuntVoltageV: 0.2 });
    expect(values.energyImportWh).toBeCloseTo(24.559 / 5, 2);
    expect(values.chargeAh).toBeCloseTo(2.05 / 5, 3);
  });

  it('asks again until a conversion is ready, and says timeout where none ever is', () => {
    const rig = dcRig({ settings: { adc: 'mean128', sampleMs: 200 } });
    rig.source.start();
    rig.time.advance(130);
    expect(rig.samples).toEqual([]);
    rig.time.advance(1900);
    expect(rig.failures).toEqual([]);
    expect(rig.samples.length).toBeGreaterThanOrEqual(10);
    expect(rig.source.counters()).toMatchObject({ setups: 1 });
    expect(rig.source.counters().waits).toBeGreaterThan(1);
    rig.chip.isStuck = true;
    rig.time.advance(2000);
    expect(new Set(rig.failures.map(({ reason }) => reason))).toEqual(new Set(['timeout']));
    expect(rig.logs.at(-1)).toMatch(/no conversion ready within 411 ms/);
  });

  it('does not write counters that did not move', () => {
    const rig = dcRig({ currentA: () => 0 });
    rig.source.start();
    rig.time.advance(600_000);
    rig.source.stop();
    expect(rig.counters.saves).toEqual([]);
  });
});
