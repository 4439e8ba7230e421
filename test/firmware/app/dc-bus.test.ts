import { describe, expect, it } from 'vitest';
import { createDcSource } from '#app/dc-sampler.ts';
import { zeroCounters } from '#app/energy-store.ts';
import type { I2cPort } from '#ports';
import { ina219 } from '#profiles/ina219.ts';
import { VirtualTime } from '../../../simulator/gateway/virtual-time.ts';
import { Ina219Chip } from '../../../simulator/meters/ina219-chip.ts';
import { meterSettings, recordingSink } from './line-rig.ts';

/** So many addresses an INA219's two pins give (SBOS448G, table 1). */
const most = 16;

/** Sensors on one bus in virtual time, the first at 0x40. The chip at place `i` carries `i` / 10 A. */
function busRig(count: number, sampleMs = 1000) {
  const time = new VirtualTime();
  const bus = { hangs: false, words: 0 };
  const logs: string[] = [];
  let saves = 0;
  const sensors = Array.from({ length: count }, (_, place) => ({
    chip: new Ina219Chip({
      shuntOhm: 0.1,
      voltageV: () => 12,
      currentA: () => place / 10,
      nowMs: () => time.ticksMs(),
    }),
    record: recordingSink(),
  }));
  // A word takes 0.3 ms at 100 kHz; virtual time counts whole ones, so four of them take 1.
  const afterWord = (answer: () => void): void => {
    if (bus.hangs) return;
    if (++bus.words % 4 === 0) time.after(1, answer);
    else answer();
  };
  const openI2c = (_: unknown, address: number): I2cPort => {
    const port = sensors[address - 0x40]?.chip.port();
    if (port === undefined) throw new Error('no such address');
    return {
      readWord: (register, done) => port.readWord(register, value => afterWord(() => done(value))),
      writeWord: (register, value, done) => port.writeWord(register, value, ok => afterWord(() => done(ok))),
      close: () => {},
    };
  };
  const source = createDcSource({
    time,
    line: { id: 'i2c', kind: 'i2c', port: 'simulated' },
    openI2c,
    meters: sensors.map(({ record }, place) => ({
      settings: meterSettings(`dc${place}`, 0x40 + place, { sampleMs }),
      profile: ina219,
      sink: record.sink,
      counters: { load: () => zeroCounters, save: () => saves++ },
    })),
    log: (_, text) => logs.push(text),
  });
  const reasons = (place: number) => (sensors[place]?.record.failures ?? []).map(({ reason }) => reason);
  return { time, bus, logs, sensors, source, reasons, saves: () => saves };
}

describe('DC sensors on one bus', () => {
  it('are read at their pace, sixteen of them ten times a second, each with its own current', () => {
    const rig = busRig(most, 100);
    rig.source.start();
    rig.time.advance(10_050);
    for (const [place, { record }] of rig.sensors.entries()) {
      expect(record.failures).toEqual([]);
      expect(record.samples.length).toBeGreaterThanOrEqual(99);
      expect(record.samples.at(-1)?.values.currentA).toBeCloseTo(place / 10, 5);
    }
  });

  it('write to flash once a minute in all, however many they are', () => {
    const rig = busRig(4);
    rig.source.start();
    rig.time.advance(13 * 60_000);
    // Each once in four minutes; the first carries no current and has nothing to write.
    expect(rig.saves()).toBe(3 * 3);
  });

  it('tell one that is absent, with its address, and lose no sample of the others', () => {
    const rig = busRig(4);
    rig.source.start();
    rig.time.advance(5500);
    const absent = rig.sensors[2];
    if (absent !== undefined) absent.chip.isPresent = false;
    rig.time.advance(10_000);
    expect(rig.reasons(2)).toEqual(Array(10).fill('timeout'));
    for (const place of [0, 1, 3]) {
      expect(rig.reasons(place)).toEqual([]);
      expect(rig.sensors[place]?.record.samples.length).toBe(16);
    }
    expect(rig.logs).toEqual([
      'meter dc2: no INA219 at address 0x42 of line i2c answers, while others do: its supply, its solder joints or its address pins',
    ]);
  });

  it('tell a bus on which nobody answers from one whose sensor is absent', () => {
    const rig = busRig(3);
    rig.source.start();
    rig.time.advance(5500);
    for (const { chip } of rig.sensors) chip.isPresent = false;
    rig.time.advance(5000);
    // Who is asked first cannot know yet that the others are silent too.
    expect(rig.reasons(0).slice(1)).toEqual(Array(4).fill('busLost'));
    expect(rig.reasons(2)).toEqual(Array(5).fill('busLost'));
    expect(rig.logs.at(-1)).toMatch(/no sensor of line i2c answers: its supply, SDA, SCL or their pull-ups/);
    for (const { chip } of rig.sensors) {
      chip.reset();
      chip.isPresent = true;
    }
    const before = rig.sensors.map(({ record }) => record.samples.length);
    rig.time.advance(3000);
    for (const [place, { record }] of rig.sensors.entries())
      expect(record.samples.length).toBe((before[place] ?? 0) + 3);
  });

  it('wait for a bus that hangs by one time-out a second, and each due sample fails with the reason', () => {
    const rig = busRig(most);
    rig.source.start();
    rig.time.advance(5500);
    rig.bus.hangs = true;
    rig.time.advance(10_000);
    for (const place of rig.sensors.keys()) expect(rig.reasons(place)).toEqual(Array(10).fill('busLost'));
    expect(rig.source.fault()).toMatch(/SDA or SCL is held low/);
    rig.bus.hangs = false;
    const before = rig.sensors.map(({ record }) => record.samples.length);
    rig.time.advance(5000);
    for (const [place, { record }] of rig.sensors.entries())
      expect(record.samples.length).toBeGreaterThanOrEqual((before[place] ?? 0) + 4);
  });
});
