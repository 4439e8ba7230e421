import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { BusMeter } from '#app/poll-job.ts';
import { createBusSource } from '#app/poller.ts';
import type { QuantityId } from '#core/quantities.ts';
import type { ModbusProfile, ModbusRegister } from '#profiles/profile.ts';
import { VirtualTime } from '../../../simulator/gateway/virtual-time.ts';
import { seed } from '../../seed.ts';
import { meterSettings, noLog } from './line-rig.ts';
import { characterMs, framed, scriptedLine, wordAt } from './scripted-line.ts';

const turnaroundMs = 10;
const gapMs = 3.5 * characterMs;

/** One read of so many registers, due so often. */
interface Read {
  readonly meter: number;
  readonly count: number;
  readonly everyMs: number;
}

const quantities = [
  'voltageL1V',
  'voltageL2V',
  'voltageL3V',
  'currentL1A',
  'currentL2A',
  'currentL3A',
] as const;

const costMs = ({ count }: Read): number => (8 + 5 + 2 * count) * characterMs + turnaroundMs + gapMs;
const loadOf = (reads: readonly Read[]): number =>
  reads.reduce((sum, read) => sum + costMs(read) / read.everyMs, 0);

/** The registers at both ends of a block: what is between them is read too. */
function blockOf({ count, everyMs }: Read, place: number): ModbusRegister[] {
  const register = (quantity: QuantityId, address: number): ModbusRegister => ({
    quantity,
    fc: 4,
    address,
    type: 'uint16',
    order: 'big',
    scale: 1,
    everyMs,
  });
  const start = place * 1000;
  const first = register(quantities[(place * 2) % 6] as QuantityId, start);
  return count === 1
    ? [first]
    : [first, register(quantities[(place * 2 + 1) % 6] as QuantityId, start + count - 1)];
}

/** Polls these reads for some time; when each of them was answered. */
function poll(reads: readonly Read[], durationMs: number) {
  const time = new VirtualTime();
  const addresses = [...new Set(reads.map(({ meter }) => meter))];
  const own = (meter: number) => reads.filter(read => read.meter === meter);
  const meters: BusMeter[] = addresses.map(meter => {
    const profile: ModbusProfile = {
      kind: 'modbus',
      id: `p${meter}`,
      manufacturer: 'Test',
      model: 'Test',
      defaults: { baud: 9600, parity: 'none', stopBits: 1, address: meter },
      limits: { maxRegistersPerRead: 125, maxHoleRegisters: 125 },
      registers: own(meter).flatMap(blockOf),
    };
    const sink = { samples: () => {}, failed: () => {} };
    return { settings: meterSettings(`m${meter}`, meter, { sampleMs: 100 }), profile, sink };
  });
  const answeredTicks = new Map<Read, number[]>(reads.map(read => [read, []]));
  const begunTicks = new Map<Read, number[]>(reads.map(read => [read, []]));
  const order: Read[] = [];
  const openSerial = scriptedLine(time, request => {
    const count = wordAt(request, 4);
    const place = wordAt(request, 2) / 1000;
    const read = own(request[0] as number)[place] as Read;
    const data = Array.from({ length: count * 2 }, () => place + 1);
    begunTicks.get(read)?.push(time.ticksMs());
    answeredTicks.get(read)?.push(time.ticksMs() + costMs(read) - gapMs);
    order.push(read);
    return [{ afterMs: turnaroundMs, bytes: framed([request[0] as number, 4, data.length, ...data]) }];
  });
  const line = { id: 'bus', kind: 'rs485', port: 'scripted' } as const;
  const source = createBusSource({ time, line, openSerial, meters, log: noLog });
  source.start();
  time.advance(durationMs);
  source.stop();
  return { answeredTicks, begunTicks, order, counters: source.counters() };
}

const someRead = fc.record({
  meter: fc.integer({ min: 1, max: 8 }),
  count: fc.integer({ min: 1, max: 80 }),
  everyMs: fc.constantFrom(200, 250, 500, 700, 1000, 1300, 2000, 5000, 10_000, 60_000),
});

/** At most three reads a meter, none of them asked for twice at one pace: the plan would join them. */
const someReads = fc
  .uniqueArray(someRead, {
    minLength: 2,
    maxLength: 20,
    selector: ({ meter, everyMs }) => `${meter}/${everyMs}`,
  })
  .map(reads =>
    reads.filter(
      (read, index) => reads.slice(0, index).filter(({ meter }) => meter === read.meter).length < 3,
    ),
  );

/** The first of the reads that together take no more than this share of the line. */
function upTo(load: number, reads: readonly Read[]): Read[] {
  const chosen: Read[] = [];
  for (const read of reads) if (loadOf([...chosen, read]) <= load) chosen.push(read);
  return chosen;
}

describe('the order of reads on a line', () => {
  it('misses no deadline by more than a transaction at up to 90 % load', () => {
    let sets = 0;
    let reads = 0;
    let latestMs = -Infinity;
    fc.assert(
      fc.property(someReads, fc.double({ min: 0.5, max: 0.9, noNaN: true }), (some, load) => {
        const chosen = upTo(load, some);
        const { answeredTicks } = poll(chosen, 20_000);
        const longestMs = Math.max(...chosen.map(costMs));
        sets++;
        for (const [{ everyMs }, ticks] of answeredTicks) {
          for (let turn = 0; (turn + 1) * everyMs + longestMs < 20_000; turn++) {
            reads++;
            const lateMs = (ticks[turn] ?? Infinity) - (turn + 1) * everyMs;
            latestMs = Math.max(latestMs, lateMs);
            expect(lateMs).toBeLessThanOrEqual(longestMs);
          }
        }
      }),
      { numRuns: 100 },
    );
    console.log(
      `deadlines, seed ${seed}: ${reads.toLocaleString('en')} reads of ${sets} random sets at 50 to 90 % load; ${
        latestMs <= 0 ? 'none was late' : `the latest ${latestMs.toFixed(1)} ms behind its deadline`
      }`,
    );
    expect(reads).toBeGreaterThan(3000);
  });

  it('slow values cost a fast one one transaction at most, also where all fall due at once', () => {
    const power: Read = { meter: 1, count: 2, everyMs: 1000 };
    const energy = Array.from(
      { length: 8 },
      (_, index): Read => ({ meter: index + 1, count: 60, everyMs: 60_000 }),
    );
    const { begunTicks, counters } = poll([power, ...energy], 300_500);
    const longestMs = costMs(energy[0] as Read);
    const late = (begunTicks.get(power) ?? []).map((ticks, turn) => ticks - turn * 1000);
    expect(late.length).toBe(301);
    expect(Math.max(...late)).toBeLessThanOrEqual(longestMs);
    for (const read of energy) expect(begunTicks.get(read)?.length).toBeGreaterThanOrEqual(5);
    expect(counters.overruns).toBe(0);
  });

  it('shares a line that is too slow for all: equals get the same, nobody less than half an equal share', () => {
    let sets = 0;
    let turns = 0;
    let widest = 0;
    let least = Infinity;
    fc.assert(
      fc.property(someReads, fc.double({ min: 1.3, max: 5, noNaN: true }), (some, load) => {
        // All asked for more often by the same factor, so that paces stay apart.
        const factor = loadOf(some) / load;
        const reads = some.map(read => ({
          ...read,
          everyMs: Math.max(100, Math.round(read.everyMs * factor)),
        }));
        fc.pre(loadOf(reads) > 1.2);
        const durationMs = 40_000;
        const { begunTicks, order } = poll(reads, durationMs);
        sets++;
        turns += order.length;
        for (const read of reads) {
          const count = begunTicks.get(read)?.length ?? 0;
          const isServed = count >= Math.floor(durationMs / read.everyMs) - 1;
          if (isServed) continue;
          for (const other of reads) {
            if (other.everyMs !== read.everyMs) continue;
            widest = Math.max(widest, (begunTicks.get(other)?.length ?? 0) - count);
          }
          least = Math.min(least, (count + 2) / (order.length / reads.length));
        }
      }),
      { numRuns: 40 },
    );
    console.log(
      `too much for the line, seed ${seed}: ${turns.toLocaleString('en')} reads of ${sets} random sets at 120 to 500 % load; reads of one pace differ by ${widest}, the least served got ${(least * 100).toFixed(0)} % of an equal share`,
    );
    expect(widest).toBeLessThanOrEqual(1);
    expect(least).toBeGreaterThanOrEqual(0.5);
  });
});
