import { describe, expect, it } from 'vitest';
import type { BusMeter } from '#app/poll-job.ts';
import { createBusSource } from '#app/poller.ts';
import { type QuantityId, quantities } from '#core/quantities.ts';
import type { Ports, SerialHandlers } from '#ports';
import { eastronSdm120 } from '#profiles/eastron-sdm120.ts';
import { eastronSdm630 } from '#profiles/eastron-sdm630.ts';
import { peacefairPzem004tV3 } from '#profiles/peacefair-pzem-004t-v3.ts';
import type { ModbusProfile } from '#profiles/profile.ts';
import type { ModbusSlave } from '../../../simulator/meters/modbus-slave.ts';
import { lineRig, meterSettings, noLog, recordingSink } from './line-rig.ts';

/** A value of its own for each quantity, whole in every register's steps and inside every range. */
const trueValue = (quantity: QuantityId): number =>
  quantities[quantity].unit === '1' ? 0.5 : quantities[quantity].wire;

const slave = (address: number, profile: ModbusProfile): ModbusSlave => ({
  address,
  profile,
  read: trueValue,
});

/** A source on a simulated line: `meters` are asked for, `slaves` are there. */
function rigOf(
  slaves: readonly ModbusSlave[],
  asked: readonly (ModbusSlave & { sampleMs?: number })[] = slaves,
) {
  const rig = lineRig(slaves);
  const sinks = asked.map(() => recordingSink());
  const meters: BusMeter[] = asked.map(({ address, profile, sampleMs = 1000 }, index) => ({
    settings: meterSettings(`m${address}`, address, { sampleMs }),
    profile,
    sink: (sinks[index] as (typeof sinks)[number]).sink,
  }));
  const warnings: string[] = [];
  const log: Ports['log'] = (_, text) => warnings.push(text);
  const source = createBusSource({
    time: rig.time,
    line: rig.settings,
    openSerial: rig.openSerial,
    meters,
    log,
  });
  return { ...rig, sinks, source, warnings };
}

const sdm630 = slave(1, eastronSdm630);
const sdm120 = slave(2, eastronSdm120);
const pzem = slave(3, peacefairPzem004tV3);

describe('poller', () => {
  it('reads every quantity of every meter on the line, each at its own pace', () => {
    const { time, source, sinks } = rigOf([sdm630, sdm120, pzem]);
    source.start();
    time.advance(62_950);
    for (const [index, { profile }] of [sdm630, sdm120, pzem].entries()) {
      const { samples, failures } = sinks[index] as (typeof sinks)[number];
      expect(failures).toEqual([]);
      for (const { quantity, everyMs = 1000 } of profile.registers) {
        const values = samples.flatMap(({ values }) => values[quantity] ?? []);
        expect(new Set(values), quantity).toEqual(new Set([trueValue(quantity)]));
        const isFast = everyMs <= 1000;
        expect(values.length, quantity).toBe(1 + Math.floor((isFast ? 62_000 : 60_000) / everyMs));
      }
    }
    expect(source.counters()).toMatchObject({ timeouts: 0, overruns: 0, foreign: 0, late: 0 });
  });

  it('keeps each meter on its own grid, so that samples do not drift', () => {
    const { time, source, sinks } = rigOf([pzem]);
    source.start();
    time.advance(900_000);
    const ticks = (sinks[0]?.samples ?? []).map(({ ticksMs }) => ticksMs);
    expect(ticks.length).toBe(900);
    for (const [index, at] of ticks.entries()) expect(at - index * 1000).toBeLessThan(100);
  });

  it('a dead slave costs the others at most one time-out a minute', () => {
    const dead = slave(9, eastronSdm120);
    const { time, source, sinks, warnings } = rigOf([sdm630, pzem], [sdm630, dead, pzem]);
    source.start();
    time.advance(60_000);
    const before = source.counters();
    time.advance(600_000);
    expect((source.counters().timeouts as number) - (before.timeouts as number)).toBe(10);
    expect(source.counters().overruns).toBe(before.overruns);
    expect(sinks[0]?.failures).toEqual([]);
    expect(sinks[2]?.failures).toEqual([]);
    const offline = sinks[1]?.failures.filter(({ reason }) => reason === 'offline').length as number;
    expect(offline).toBeGreaterThan(600);
    expect(warnings.filter(text => text.includes('m9') && text.includes('does not answer'))).toHaveLength(1);
  });

  it('a dead slave costs the others no more where the line is full of noise', () => {
    const dead = slave(9, eastronSdm120);
    const { time, line, source, sinks } = rigOf([sdm630, pzem], [sdm630, dead, pzem]);
    source.start();
    time.advance(60_000);
    // Most echoes are damaged, and so each silence is taken for a damaged answer.
    line.setFaults({ echo: true, bitErrorRate: 0.02 });
    time.advance(600_000);
    const asked = sinks[1]?.failures.filter(
      ({ reason, ticksMs }) => reason !== 'offline' && ticksMs > 60_000,
    );
    expect(asked?.length).toBeGreaterThanOrEqual(9);
    expect(asked?.length).toBeLessThanOrEqual(11);
  });

  it('a silent slave is polled at its own pace from its first answer on', () => {
    const { time, line, source, sinks } = rigOf([sdm630, pzem]);
    source.start();
    time.advance(5000);
    line.setFaults({ deadAddresses: [3] });
    time.advance(300_000);
    line.setFaults({ deadAddresses: [] });
    const { samples, failures } = sinks[1] as (typeof sinks)[number];
    const samplesBefore = samples.length;
    const failuresBefore = failures.length;
    time.advance(60_000);
    const first = samples[samplesBefore];
    expect(first).toBeDefined();
    time.advance(30_000);
    const since = samples.filter(
      ({ ticksMs }) => ticksMs >= (first?.ticksMs ?? Infinity) && ticksMs < (first?.ticksMs ?? 0) + 25_000,
    );
    expect(since.length).toBeGreaterThanOrEqual(25);
    expect(failures.slice(failuresBefore).every(({ ticksMs }) => ticksMs <= (first?.ticksMs ?? 0))).toBe(
      true,
    );
  });

  it('every sample that is due comes, or fails with a reason', () => {
    const { time, line, source, sinks } = rigOf([pzem]);
    source.start();
    time.advance(10_500);
    line.setFaults({ isCut: true });
    time.advance(100_000);
    line.setFaults({ isCut: false, bitErrorRate: 0.002 });
    time.advance(200_000);
    const { samples, failures } = sinks[0] as (typeof sinks)[number];
    const { overruns } = source.counters();
    expect(samples.length + failures.length + (overruns as number)).toBe(311);
    expect(new Set(failures.map(({ reason }) => reason))).toEqual(new Set(['timeout', 'offline', 'crc']));
  });

  it('on a line full of noise gives true values or none', () => {
    const { time, line, source, sinks } = rigOf([sdm630, sdm120, pzem]);
    line.setFaults({ bitErrorRate: 0.0005, echo: true });
    source.start();
    time.advance(240_000);
    expect(source.counters().crcErrors).toBeGreaterThan(100);
    const values = sinks.flatMap(({ samples }) => samples.flatMap(sample => Object.entries(sample.values)));
    expect(values.filter(([quantity, value]) => value !== trueValue(quantity as QuantityId))).toEqual([]);
    expect(values.length).toBeGreaterThan(3000);
  });

  it('with a slave slower than its time-out gives true values or none, and the others theirs', () => {
    const { time, line, source, sinks } = rigOf([sdm630, pzem]);
    line.setFaults({ delayMs: 350 });
    source.start();
    time.advance(120_000);
    line.setFaults({ delayMs: 0 });
    time.advance(120_000);
    const values = sinks.flatMap(({ samples }) => samples.flatMap(sample => Object.entries(sample.values)));
    expect(values.filter(([quantity, value]) => value !== trueValue(quantity as QuantityId))).toEqual([]);
    expect(source.counters().timeouts).toBeGreaterThan(2);
    for (const { samples } of sinks) expect(samples.at(-1)?.ticksMs).toBeGreaterThan(238_000);
  });

  it('gives a meter that refuses a read its reason, and goes on with its other reads', () => {
    const { time, source, sinks } = rigOf([sdm120], [{ ...sdm120, profile: eastronSdm630 }]);
    source.start();
    time.advance(20_000);
    const { samples, failures } = sinks[0] as (typeof sinks)[number];
    expect(new Set(failures.map(({ reason }) => reason))).toEqual(new Set(['exception']));
    expect(samples.length).toBeGreaterThan(10);
    expect(source.counters().exceptions).toBe(failures.length);
  });

  it('drops what cannot be true and says so', () => {
    const absurd: ModbusSlave = {
      ...sdm120,
      read: quantity => (quantity === 'frequencyHz' ? 9e9 : trueValue(quantity)),
    };
    const { time, source, sinks } = rigOf([absurd]);
    source.start();
    time.advance(500);
    const { samples, failures } = sinks[0] as (typeof sinks)[number];
    expect(samples.some(({ values }) => 'frequencyHz' in values)).toBe(false);
    expect(failures.map(({ reason }) => reason)).toEqual(['implausible']);
    expect(source.counters().implausible).toBe(1);
  });

  it('leaves out what it has no time for, serves all meters alike, and counts the rest', () => {
    const meters = [1, 2, 3, 4].map(address => ({ ...slave(address, eastronSdm630), sampleMs: 250 }));
    const { time, source, sinks } = rigOf(meters);
    source.start();
    time.advance(60_000);
    const counts = sinks.map(({ samples }) => samples.filter(({ values }) => 'powerW' in values).length);
    expect(Math.max(...counts) - Math.min(...counts)).toBeLessThanOrEqual(1);
    expect(Math.min(...counts)).toBeGreaterThan(40);
    const slow = sinks.map(({ samples }) => samples.filter(({ values }) => 'energyTotalWh' in values).length);
    expect(Math.min(...slow)).toBeGreaterThanOrEqual(10);
    expect(source.counters().overruns).toBeGreaterThan(100);
  });

  it.each([
    [9600, 1],
    [9600, 8],
    [38_400, 1],
    [38_400, 8],
  ])('leaves nothing of a line of %i baud with %i meters unused', (baud, count) => {
    const profile = {
      ...eastronSdm630,
      registers: eastronSdm630.registers.filter(({ address }) => address < 80),
    };
    const slaves = Array.from({ length: count }, (_, index) => slave(index + 1, profile));
    const rig = lineRig(slaves, { baud });
    const answered: number[] = [];
    const meters = slaves.map(({ address }) => ({
      settings: meterSettings(`m${address}`, address, { sampleMs: 1 }),
      profile,
      sink: { samples: (ticksMs: number) => answered.push(ticksMs), failed: () => {} },
    }));
    const { time, openSerial, settings, line } = rig;
    const source = createBusSource({ time, line: settings, openSerial, meters, log: noLog });
    source.start();
    time.advance(4000);
    source.stop();
    const limitMs = (8 + 5 + 160) * line.characterMs + 20 + line.gapMs;
    const spentMs = (answered.at(-1) ?? 0) - (answered[0] ?? 0);
    expect(((answered.length - 1) * limitMs) / spentMs).toBeGreaterThan(0.999);
  });

  it('stops at once and can start again', () => {
    const { time, source, sinks } = rigOf([pzem]);
    source.start();
    time.advance(2500);
    source.stop();
    time.advance(10_000);
    expect(sinks[0]?.samples).toHaveLength(3);
    expect(time.untilNextMs()).toBeUndefined();
    source.start();
    time.advance(2500);
    expect(sinks[0]?.samples).toHaveLength(6);
  });
});

describe('poller on a line that comes and goes', () => {
  const meterOf = (sink: ReturnType<typeof recordingSink>): BusMeter => ({
    settings: meterSettings('pzem', 3),
    profile: peacefairPzem004tV3,
    sink: sink.sink,
  });

  it('says notConfigured where the port does not exist, and opens it when it is there', () => {
    const rig = lineRig([pzem]);
    const sink = recordingSink();
    let isThere = false;
    const attempts: number[] = [];
    const openSerial: Ports['openSerial'] = (line, handlers) => {
      attempts.push(rig.time.ticksMs());
      if (!isThere) throw new Error('no such port');
      return rig.openSerial(line, handlers);
    };
    const source = createBusSource({
      time: rig.time,
      line: rig.settings,
      openSerial,
      meters: [meterOf(sink)],
      log: noLog,
    });
    source.start();
    rig.time.advance(100_000);
    expect(attempts).toEqual([0, 1000, 3000, 7000, 15_000, 31_000, 61_000, 91_000]);
    expect(new Set(sink.failures.map(({ reason }) => reason))).toEqual(new Set(['notConfigured']));
    expect(sink.failures).toHaveLength(101);
    isThere = true;
    rig.time.advance(40_000);
    expect(sink.samples.length).toBeGreaterThan(15);
    expect(source.counters()).toMatchObject({ opens: 1, closes: 8 });
  });

  it('opens a lost port again, and fails its samples in between', () => {
    const rig = lineRig([pzem]);
    const sink = recordingSink();
    let last: SerialHandlers | undefined;
    const openSerial: Ports['openSerial'] = (line, handlers) => {
      last = handlers;
      return rig.openSerial(line, handlers);
    };
    const source = createBusSource({
      time: rig.time,
      line: rig.settings,
      openSerial,
      meters: [meterOf(sink)],
      log: noLog,
    });
    source.start();
    for (let count = 0; count < 5; count++) {
      rig.time.advance(10_500);
      last?.onClosed('connection reset');
    }
    rig.time.advance(9500);
    expect(sink.samples.length + sink.failures.length).toBe(62);
    expect(sink.failures.length).toBeLessThanOrEqual(10);
    expect(new Set(sink.failures.map(({ reason }) => reason))).toEqual(new Set(['timeout']));
    expect(source.counters()).toMatchObject({ opens: 6, closes: 5 });
  });

  it('takes a port that throws at a write for lost, closes it and opens it again', () => {
    const rig = lineRig([pzem]);
    const sink = recordingSink();
    let isPlugged = true;
    let closes = 0;
    const openSerial: Ports['openSerial'] = (line, handlers) => {
      const port = rig.openSerial(line, handlers);
      return {
        write: bytes => {
          if (!isPlugged) throw new Error('EIO');
          port.write(bytes);
        },
        close: () => {
          closes++;
          port.close();
        },
      };
    };
    const log: string[] = [];
    const source = createBusSource({
      time: rig.time,
      line: rig.settings,
      openSerial,
      meters: [meterOf(sink)],
      log: (_, text) => log.push(text),
    });
    source.start();
    rig.time.advance(5500);
    isPlugged = false;
    rig.time.advance(2000);
    isPlugged = true;
    rig.time.advance(10_000);
    expect(log[0]).toBe('line bus: simulated cannot be written to: EIO; next try in 1 s');
    expect(closes).toBeGreaterThan(0);
    expect(source.counters()).toMatchObject({ opens: closes + 1, closes });
    expect(sink.samples.length + sink.failures.length).toBe(18);
    expect(sink.samples.length).toBeGreaterThan(11);
    expect(new Set(sink.failures.map(({ reason }) => reason))).toEqual(new Set(['timeout']));
  });
});
