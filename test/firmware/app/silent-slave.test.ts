import { describe, expect, it } from 'vitest';
import type { BusMeter } from '#app/poll-job.ts';
import { createBusSource } from '#app/poller.ts';
import { eastronSdm630 } from '#profiles/eastron-sdm630.ts';
import type { ModbusRegister } from '#profiles/profile.ts';
import { VirtualTime } from '../../../simulator/gateway/virtual-time.ts';
import { seededUnit } from '../../../simulator/line/bit-noise.ts';
import { seed } from '../../seed.ts';
import { lineRig, meterSettings, noLog, recordingSink } from './line-rig.ts';
import { framed, scriptedLine } from './scripted-line.ts';

const addresses = [1, 2, 3, 4, 5, 6, 7, 8];
/** Ten values in one read: eight of these a second take two thirds of a line at 9600 baud. */
const profile = {
  ...eastronSdm630,
  registers: eastronSdm630.registers.filter(({ address }) => address < 20),
};
const half = (): number => 0.5;

describe('one silent slave of eight', () => {
  it('leaves the others their schedule, costs a time-out a minute, and is back within a minute', () => {
    const unit = seededUnit(seed);
    let leastShare = 1;
    let mostTimeouts = 0;
    let longestMs = 0;
    for (let run = 0; run < 2; run++) {
      const rig = lineRig(addresses.map(address => ({ address, profile, read: half })));
      const silent = addresses[Math.floor(unit() * 8)] as number;
      const sinks = addresses.map(() => recordingSink());
      const meters: BusMeter[] = addresses.map((address, index) => ({
        settings: meterSettings(`m${address}`, address),
        profile,
        sink: (sinks[index] as (typeof sinks)[number]).sink,
      }));
      const { time, line, openSerial, settings } = rig;
      const source = createBusSource({ time, line: settings, openSerial, meters, log: noLog });
      source.start();
      time.advance(5000);
      line.setFaults({ deadAddresses: [silent] });
      const deadTicks = time.ticksMs();
      // The first minute is that in which its silence is found out.
      time.advance(60_000);
      const timeoutsBefore = source.counters().timeouts as number;
      time.advance(180_000 + unit() * 60_000);
      const minutes = (time.ticksMs() - deadTicks) / 60_000 - 1;
      const timeouts = (source.counters().timeouts as number) - timeoutsBefore;
      mostTimeouts = Math.max(mostTimeouts, timeouts / Math.ceil(minutes));
      const aliveTicks = time.ticksMs();
      for (const [index, { samples, failures }] of sinks.entries()) {
        if (addresses[index] === silent) continue;
        const came = samples.filter(({ ticksMs }) => ticksMs > deadTicks).length;
        leastShare = Math.min(leastShare, came / Math.floor((aliveTicks - deadTicks) / 1000));
        expect(failures.length).toBe(0);
      }
      line.setFaults({ deadAddresses: [] });
      time.advance(61_000);
      const back = sinks[addresses.indexOf(silent)]?.samples.find(({ ticksMs }) => ticksMs > aliveTicks);
      longestMs = Math.max(longestMs, (back?.ticksMs ?? Infinity) - aliveTicks);
      const figures = source.slaves?.().find(({ address }) => address === silent);
      expect(figures?.state).toBe('answering');
      source.stop();
    }
    console.log(
      `one silent slave of eight, seed ${seed}: the others got ${(leastShare * 100).toFixed(1)} % of their schedule at the least, ${mostTimeouts.toFixed(2)} time-outs a minute, back after ${(longestMs / 1000).toFixed(1)} s at the most`,
    );
    expect(leastShare).toBeGreaterThanOrEqual(0.95);
    expect(mostTimeouts).toBeLessThanOrEqual(1);
    expect(longestMs).toBeLessThanOrEqual(60_000);
  });

  it('is back within a minute at whatever moment it returns', () => {
    let longestMs = 0;
    for (let phase = 0; phase < 60; phase++) {
      const time = new VirtualTime();
      const returnTicks = 130_000 + phase * 1000 + ((phase * 137) % 1000);
      const openSerial = scriptedLine(time, () =>
        time.ticksMs() < returnTicks ? [] : [{ afterMs: 10, bytes: framed([1, 4, 2, 0, 230]) }],
      );
      const { sink, samples } = recordingSink();
      const one = { ...profile, registers: [{ ...profile.registers[0], type: 'uint16' } as ModbusRegister] };
      const meters = [{ settings: meterSettings('m', 1), profile: one, sink }];
      const line = { id: 'bus', kind: 'rs485', port: 'scripted' } as const;
      const source = createBusSource({ time, line, openSerial, meters, log: noLog });
      source.start();
      time.advance(returnTicks + 61_000);
      longestMs = Math.max(longestMs, (samples[0]?.ticksMs ?? Infinity) - returnTicks);
      source.stop();
    }
    expect(longestMs).toBeGreaterThan(50_000);
    expect(longestMs).toBeLessThanOrEqual(60_000);
  });

  it('is told of by its figures, with the latency of those that answer', () => {
    const { time, openSerial, settings } = lineRig([{ address: 1, profile, read: half }], {
      turnaroundMs: 25,
    });
    const meters = [1, 2].map(address => ({
      settings: meterSettings(`m${address}`, address),
      profile,
      sink: recordingSink().sink,
    }));
    const source = createBusSource({ time, line: settings, openSerial, meters, log: noLog });
    source.start();
    time.advance(10_500);
    const [first, second] = source.slaves?.() ?? [];
    expect(first).toMatchObject({ address: 1, meter: 'm1', state: 'answering', answers: 11, timeouts: 0 });
    // 25 ms lie between 20 and 30.
    expect(first?.latency).toEqual([0, 0, 0, 0, 11, 0, 0, 0, 0, 0, 0, 0, 0, 0]);
    expect(first?.timeoutMs).toBeLessThan(60);
    expect(second).toMatchObject({
      address: 2,
      meter: 'm2',
      state: 'silent',
      answers: 0,
      timeouts: 4,
      timeoutMs: 300,
    });
  });
});
