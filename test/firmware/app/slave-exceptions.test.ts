import { describe, expect, it } from 'vitest';
import { createBusSource } from '#app/poller.ts';
import { refusedEveryMs } from '#app/refused-block.ts';
import { exceptionOf } from '#app/slave-exceptions.ts';
import type { QuantityId } from '#core/quantities.ts';
import type { ModbusProfile, ModbusRegister } from '#profiles/profile.ts';
import { VirtualTime } from '../../../simulator/gateway/virtual-time.ts';
import { meterSettings, recordingSink } from './line-rig.ts';
import { framed, scriptedLine, wordAt } from './scripted-line.ts';

const quantities: readonly QuantityId[] = [
  'voltageL1V',
  'voltageL2V',
  'voltageL3V',
  'currentL1A',
  'currentL2A',
  'currentL3A',
  'frequencyHz',
];

const register = (quantity: QuantityId, address: number): ModbusRegister => ({
  quantity,
  fc: 4,
  address,
  type: 'uint16',
  order: 'big',
  scale: 1,
});

const profile: ModbusProfile = {
  kind: 'modbus',
  id: 'seven',
  manufacturer: 'Test',
  model: 'Test',
  defaults: { baud: 9600, parity: 'none', stopBits: 1, address: 1 },
  limits: { maxRegistersPerRead: 20, maxHoleRegisters: 0 },
  registers: quantities.map(register),
};

/** A slave that refuses as told: with a code, or undefined to answer. */
function rig(refusal: (start: number, count: number, ticksMs: number) => number | undefined) {
  const time = new VirtualTime();
  const asked: { start: number; count: number; ticksMs: number }[] = [];
  const openSerial = scriptedLine(time, request => {
    const [start, count] = [wordAt(request, 2), wordAt(request, 4)];
    asked.push({ start, count, ticksMs: time.ticksMs() });
    const code = refusal(start, count, time.ticksMs());
    const data = Array.from({ length: count * 2 }, (_, index) => (index % 2 === 0 ? 0 : 40 + start + index));
    const body = code === undefined ? [1, 4, data.length, ...data] : [1, 0x84, code];
    return [{ afterMs: 10, bytes: framed(body) }];
  });
  const { sink, samples, failures } = recordingSink();
  const log: string[] = [];
  const source = createBusSource({
    time,
    line: { id: 'bus', kind: 'rs485', port: 'scripted' },
    openSerial,
    meters: [{ settings: meterSettings('m', 1), profile, sink }],
    log: (level, text) => log.push(`${level}: ${text}`),
  });
  source.start();
  return { time, source, asked, samples, failures, log };
}

const has = (start: number, count: number, address: number): boolean =>
  start <= address && address < start + count;
const within = <T extends { ticksMs: number }>(all: readonly T[], from: number, to: number): T[] =>
  all.filter(({ ticksMs }) => ticksMs >= from && ticksMs < to);

describe('exceptions', () => {
  it('are the nine of the protocol, each with its meaning; all others are failures', () => {
    const meanings = [1, 2, 3, 4, 5, 6, 8, 10, 11].map(code => exceptionOf(code).means);
    expect(meanings).toEqual([
      'refused',
      'refused',
      'refused',
      'failed',
      'later',
      'later',
      'damaged',
      'silent',
      'silent',
    ]);
    for (const code of [0, 7, 9, 12, 255]) expect(exceptionOf(code).means).toBe('failed');
  });

  it.each([1, 2, 3])(
    '%i: a block that is refused as a whole is asked seldom, its values fail, and it is told once',
    code => {
      const { time, asked, samples, failures, log } = rig(() => code);
      time.advance(300_500);
      expect(samples).toEqual([]);
      expect(new Set(failures.map(({ reason }) => reason))).toEqual(new Set(['exception']));
      expect(failures.length).toBe(301);
      expect(log).toHaveLength(1);
      expect(log[0]).toMatch(
        new RegExp(
          `^warn: meter m \\(address 1 on line bus\\) refuses registers 0 to 6 \\(function 4\\) with exception ${code} \\(.+\\): .+ check that the profile is the one of this meter.*; what it refuses is asked again every 10 minutes$`,
        ),
      );
      expect(within(asked, 30_000, 300_000)).toEqual([]);
      expect(asked.length).toBeLessThanOrEqual(2 + 16);
      time.advance(refusedEveryMs);
      expect(within(asked, 300_000, 1e9).length).toBeGreaterThan(0);
      expect(log).toHaveLength(1);
    },
  );

  it('2: of a block with one register that is not there, all others are read', () => {
    const { time, asked, samples, failures } = rig((start, count) => (has(start, count, 3) ? 2 : undefined));
    time.advance(60_500);
    const seen = within(samples, 50_000, 50_999).flatMap(({ values }) => Object.keys(values));
    expect(seen.sort()).toEqual(quantities.filter((_, index) => index !== 3).sort());
    expect(within(failures, 50_000, 50_999)).toHaveLength(1);
    expect(within(asked, 50_000, 50_999).some(({ start, count }) => has(start, count, 3))).toBe(false);
  });

  it('2: a block that is answered after ten minutes is read as a whole again', () => {
    const { time, asked, samples, log } = rig((start, count, ticksMs) =>
      has(start, count, 3) && ticksMs < 500_000 ? 2 : undefined,
    );
    time.advance(620_500);
    const last = within(asked, 610_000, 620_000);
    expect(new Set(last.map(({ start, count }) => `${start}+${count}`))).toEqual(new Set(['0+7']));
    expect(Object.keys(samples.at(-1)?.values ?? {})).toHaveLength(7);
    expect(log.at(-1)).toBe(
      'info: meter m (address 1 on line bus) answers registers 0 to 6 (function 4) again',
    );
  });

  it('2: a refusal of a moment is no refusal', () => {
    const { time, asked, log } = rig((_start, _count, ticksMs) =>
      ticksMs > 4500 && ticksMs < 5500 ? 2 : undefined,
    );
    time.advance(20_500);
    expect(log).toEqual([]);
    expect(asked.every(({ count }) => count === 7)).toBe(true);
    expect(asked).toHaveLength(21);
  });

  it('4: a device failure is a failure of that sample, and the next is asked for in its time', () => {
    const { time, asked, failures, source } = rig(() => 4);
    time.advance(10_500);
    expect(failures.map(({ reason }) => reason)).toEqual(Array.from({ length: 11 }, () => 'exception'));
    expect(asked).toHaveLength(11);
    expect(source.slaves?.()[0]).toMatchObject({ state: 'answering', exceptions: 11, timeouts: 0 });
  });

  it.each([
    [5, 500],
    [6, 100],
  ])('%i: a slave that needs a moment gets it, and no failure is counted', (code, pauseMs) => {
    let turn = 0;
    const { time, asked, samples, failures } = rig(() => (turn++ === 0 ? code : undefined));
    time.advance(999);
    expect(failures).toEqual([]);
    expect(samples).toHaveLength(1);
    const [first, second] = asked;
    expect((second?.ticksMs ?? 0) - (first?.ticksMs ?? 0)).toBeGreaterThanOrEqual(pauseMs);
    expect((second?.ticksMs ?? 0) - (first?.ticksMs ?? 0)).toBeLessThan(pauseMs + 100);
  });

  it.each([5, 6])('%i: a slave that always needs a moment fails after four tries', code => {
    const { time, asked, failures } = rig(() => code);
    time.advance(60_000);
    expect(failures.length).toBeGreaterThan(5);
    expect(asked.length / failures.length).toBeCloseTo(4, 0);
    expect(new Set(failures.map(({ reason }) => reason))).toEqual(new Set(['exception']));
  });

  it('8: damaged memory counts as damaged bytes, and is asked again at once', () => {
    let turn = 0;
    const { time, samples, source } = rig(() => (turn++ % 2 === 0 ? 8 : undefined));
    time.advance(10_500);
    expect(samples).toHaveLength(11);
    expect(source.counters()).toMatchObject({ crcErrors: 11, retries: 11, exceptions: 11 });
    expect(source.slaves?.()[0]).toMatchObject({ crcErrors: 11 });
  });

  it.each([10, 11])('%i: a slave that a gateway does not reach is silent, and asked once a minute', code => {
    const { time, asked, failures, log } = rig(() => code);
    time.advance(5500);
    expect(failures.slice(0, 3).map(({ reason }) => reason)).toEqual(['timeout', 'timeout', 'timeout']);
    expect(log).toHaveLength(1);
    expect(log[0]).toContain('the gateway before it');
    const before = asked.length;
    time.advance(600_000);
    expect(asked.length - before).toBe(10);
    expect(new Set(failures.slice(3).map(({ reason }) => reason))).toEqual(new Set(['offline', 'timeout']));
  });
});
