import { describe, expect, it } from 'vitest';
import { Bus } from '#app/bus.ts';
import type { CommandOutcome } from '#app/poll-commands.ts';
import { createBusSource } from '#app/poller.ts';
import { Slave } from '#app/slave.ts';
import type { BusRequest, WriteRequest } from '#core/modbus/frame.ts';
import { eastronSdm120 } from '#profiles/eastron-sdm120.ts';
import { eastronSdm630 } from '#profiles/eastron-sdm630.ts';
import type { ModbusProfile } from '#profiles/profile.ts';
import { VirtualTime } from '../../../simulator/gateway/virtual-time.ts';
import { lineRig, meterSettings, noLog, recordingSink } from './line-rig.ts';
import { framed, type Scripted, scriptedLine, wordAt } from './scripted-line.ts';

const settings = { id: 'bus', kind: 'rs485', port: 'scripted' } as const;

/** Three reads each second, of the same slave. */
const profile: ModbusProfile = {
  ...eastronSdm120,
  registers: [0, 1000, 2000].flatMap(base =>
    eastronSdm120.registers
      .slice(0, 1)
      .map(register => ({ ...register, address: base, quantity: quantityAt(base) })),
  ),
};

function quantityAt(base: number) {
  return base === 0 ? 'voltageL1V' : base === 1000 ? 'voltageL2V' : 'voltageL3V';
}

/** A polled meter of which `fate` says what its answer to a read becomes. */
function polled(fate: (start: number, count: number) => 'comes' | 'lost' | 'damaged') {
  const time = new VirtualTime();
  const written: string[] = [];
  const counts = new Map<number, number>();
  const openSerial = scriptedLine(time, (request): Scripted[] => {
    const start = wordAt(request, 2);
    if (request[1] === 16) {
      written.push(Buffer.from(request).toString('hex'));
      return [{ afterMs: 10, bytes: framed([...request.subarray(0, 6)]) }];
    }
    const count = (counts.get(start) ?? 0) + 1;
    counts.set(start, count);
    const how = fate(start, count);
    const bytes = framed([1, 4, 4, 0x43, 0x66, start >> 8, 0]);
    if (how === 'damaged') bytes[5] = 0xff;
    return how === 'lost' ? [] : [{ afterMs: 10, bytes }];
  });
  const { sink, samples, failures } = recordingSink();
  const source = createBusSource({
    time,
    line: settings,
    openSerial,
    meters: [{ settings: meterSettings('m', 1), profile, sink }],
    log: noLog,
  });
  source.start();
  const valuesOf = (quantity: string, fromTicks: number) =>
    samples.filter(({ ticksMs, values }) => ticksMs >= fromTicks && quantity in values).length;
  return { time, source, written, samples, failures, valuesOf };
}

describe('a lost answer', () => {
  it.each(['lost', 'damaged'] as const)('that is %s keeps no other read of its slave back', how => {
    const { time, failures, valuesOf } = polled((start, count) =>
      start === 0 && count === 5 ? how : 'comes',
    );
    time.advance(30_000);
    for (const quantity of ['voltageL1V', 'voltageL2V', 'voltageL3V']) {
      expect(valuesOf(quantity, 0), quantity).toBeGreaterThanOrEqual(28);
      expect(valuesOf(quantity, 8000), quantity).toBeGreaterThanOrEqual(21);
    }
    expect(failures).toEqual([]);
  });

  it('keeps no command back, also where answers are lost again and again, and the command is written once', () => {
    for (const every of [3, 5, 1000]) {
      const rig = polled((_, count) => (count % every === 2 ? 'lost' : 'comes'));
      rig.time.advance(5400);
      const outcomes: CommandOutcome[] = [];
      rig.source.command?.('m', 'baud-code', 2, outcome => outcomes.push(outcome));
      rig.time.advance(3000);
      expect(outcomes, `every ${every}`).toEqual([{ ok: true }]);
      expect(rig.written).toHaveLength(1);
      const before = rig.samples.length;
      rig.time.advance(10_000);
      expect(rig.samples.length - before).toBeGreaterThan(12);
    }
  });
});

it('an answer that began in time is heard to its end, and nothing is asked into it', () => {
  const {
    time,
    line,
    openSerial,
    settings: simulated,
  } = lineRig([{ address: 1, profile: eastronSdm630, read: () => 0.5 }]);
  const { sink, samples } = recordingSink();
  const meters = [{ settings: meterSettings('m', 1, { sampleMs: 2000 }), profile: eastronSdm630, sink }];
  const source = createBusSource({ time, line: simulated, openSerial, meters, log: noLog });
  // Longer than its time-out, and shorter than that and the 172 ms of its longest answer.
  line.setFaults({ delayMs: 400 });
  source.start();
  time.advance(60_000);
  expect(source.counters()).toMatchObject({ crcErrors: 0 });
  expect(
    samples.filter(({ ticksMs, values }) => ticksMs > 10_000 && 'voltageL1V' in values).length,
  ).toBeGreaterThan(20);
});

/** A bus of which each write is heard, and answered as the script says. */
function writes(script: (frame: Uint8Array, count: number) => readonly Scripted[]) {
  const time = new VirtualTime();
  const heard: string[] = [];
  const openSerial = scriptedLine(time, frame => {
    heard.push(Buffer.from(frame.subarray(1, -2)).toString('hex'));
    return script(frame, heard.length);
  });
  const bus = new Bus({ time, line: settings, openSerial, log: noLog });
  const slave = new Slave(1, { timeoutMs: 100 });
  bus.link.open();
  const ask = (request: BusRequest, attempts = 1): boolean => {
    while (bus.freeAtTicks(request, slave) > time.ticksMs())
      time.advance(bus.freeAtTicks(request, slave) - time.ticksMs());
    let isOk = false;
    bus.ask(request, slave, attempts, ({ ok }) => {
      isOk = ok;
    });
    while (bus.isBusy) time.advance(time.untilNextMs() ?? 1);
    return isOk;
  };
  const write = (value: number): WriteRequest => ({
    address: 1,
    fc: 16,
    start: 7,
    count: 1,
    data: Uint8Array.of(value >> 8, value & 0xff),
  });
  return { time, heard, ask, write };
}

describe('a write', () => {
  const confirmed = (frame: Uint8Array) => framed([...frame.subarray(0, 6)]);

  it('is not confirmed by what comes late for the write before it', () => {
    const { heard, ask, write } = writes((frame, count) =>
      count === 1 ? [{ afterMs: 700, bytes: confirmed(frame) }] : [],
    );
    expect(ask(write(1))).toBe(false);
    expect(ask(write(2))).toBe(false);
    expect(heard).toEqual(['1000070001020001', '1000070001020002']);
  });

  it('goes out once, and is not confirmed by the double of what confirmed the one before it', () => {
    const { heard, ask, write } = writes((frame, count) =>
      count === 1
        ? [
            { afterMs: 10, bytes: confirmed(frame) },
            { afterMs: 60, bytes: confirmed(frame) },
          ]
        : [],
    );
    expect(ask(write(1))).toBe(true);
    expect(ask(write(2))).toBe(false);
    expect(heard).toHaveLength(2);
  });

  it('of another value to the same place is confirmed by its own answer', () => {
    const { heard, ask, write } = writes(frame => [{ afterMs: 10, bytes: confirmed(frame) }]);
    for (const value of [1, 2, 2, 3]) expect(ask(write(value))).toBe(true);
    expect(heard).toHaveLength(4);
  });
});
