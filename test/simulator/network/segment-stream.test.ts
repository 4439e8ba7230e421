import fc from 'fast-check';
import { expect, test } from 'vitest';
import { VirtualTime } from '../../../simulator/gateway/virtual-time.ts';
import { seededUnit } from '../../../simulator/line/bit-noise.ts';
import { type NetworkFaults, noNetworkFaults } from '../../../simulator/network/network-faults.ts';
import { SegmentStream } from '../../../simulator/network/segment-stream.ts';

function rig(faults: Partial<NetworkFaults>, seed = 1) {
  const time = new VirtualTime();
  const state = { faults: { ...noNetworkFaults, ...faults } };
  const got: { readonly ticks: number; readonly bytes: Uint8Array }[] = [];
  let endedTicks: number | undefined;
  const stream = new SegmentStream({
    time,
    unit: seededUnit(seed),
    faults: () => state.faults,
    deliver: bytes => got.push({ ticks: time.ticksMs(), bytes }),
    ended: () => {
      endedTicks = time.ticksMs();
    },
  });
  return { time, state, got, stream, endedTicks: () => endedTicks };
}

const all = (got: readonly { readonly bytes: Uint8Array }[]): number[] =>
  got.flatMap(({ bytes }) => [...bytes]);

test('a good network delivers at once', () => {
  const { got, stream, endedTicks } = rig({});
  stream.push(Uint8Array.of(1, 2, 3));
  stream.end();
  expect(all(got)).toEqual([1, 2, 3]);
  expect(endedTicks()).toBe(0);
});

test('8 kB/s carry 8 kB in a second, whatever is pushed at once', () => {
  const { time, got, stream, endedTicks } = rig({ bytesPerS: 8000 });
  stream.push(new Uint8Array(24_000));
  stream.end();
  time.advance(1000);
  expect(Math.abs(all(got).length - 8000)).toBeLessThanOrEqual(1460);
  time.advance(10_000);
  expect(endedTicks()).toBe(3000);
});

test('what is late comes late, in order, and the end comes last', () => {
  const { time, got, stream, endedTicks } = rig({ delayMs: 100, jitterMs: 300 });
  for (let value = 0; value < 50; value++) {
    stream.push(Uint8Array.of(value));
    time.advance(10);
  }
  stream.end();
  time.advance(1000);
  expect(all(got)).toEqual(Array.from({ length: 50 }, (_, value) => value));
  expect(got[0]?.ticks).toBeGreaterThanOrEqual(100);
  expect(endedTicks()).toBe(got.at(-1)?.ticks);
});

test('a lost segment is a stall of 200 ms or more, not a loss', () => {
  const { time, got, stream } = rig({ lossShare: 0.05 });
  for (let value = 0; value < 1000; value++) {
    stream.push(Uint8Array.of(value & 255));
    time.advance(20);
  }
  time.advance(120_000);
  expect(all(got)).toEqual(Array.from({ length: 1000 }, (_, value) => value & 255));
  expect(stream.counts.lostSegments).toBeGreaterThan(30);
  expect(stream.counts.lostSegments).toBeLessThan(80);
});

test('nothing passes out of reach, and all that waited passes when it is back', () => {
  const { time, state, got, stream } = rig({ delayMs: 50 });
  stream.push(Uint8Array.of(1));
  time.advance(20);
  state.faults = { ...state.faults, passage: 'stalled' };
  stream.push(Uint8Array.of(2));
  time.advance(3_600_000);
  expect(all(got)).toEqual([]);
  state.faults = { ...state.faults, passage: 'open' };
  stream.goOn();
  time.advance(100);
  expect(all(got)).toEqual([1, 2]);
});

test('the same seed is the same network; every byte comes once and in order, whatever is wrong', () => {
  const faults = fc.record({
    delayMs: fc.integer({ min: 0, max: 500 }),
    jitterMs: fc.integer({ min: 0, max: 500 }),
    bytesPerS: fc.constantFrom(0, 500, 8000),
    lossShare: fc.constantFrom(0, 0.05, 0.5),
  });
  const pieces = fc.array(fc.tuple(fc.integer({ min: 1, max: 3000 }), fc.integer({ min: 0, max: 300 })), {
    maxLength: 12,
  });
  fc.assert(
    fc.property(faults, pieces, fc.integer(), (wrong, chunks, seed) => {
      const runs = [rig(wrong, seed), rig(wrong, seed)].map(({ time, got, stream, endedTicks }) => {
        let next = 0;
        for (const [length, pauseMs] of chunks) {
          stream.push(Uint8Array.from({ length }, () => next++ & 255));
          time.advance(pauseMs);
        }
        stream.end();
        time.advance(3_600_000);
        const whole = Buffer.concat(got.map(({ bytes }) => bytes));
        expect(whole.equals(Uint8Array.from({ length: next }, (_, value) => value & 255))).toBe(true);
        expect(stream.waitingBytes).toBe(0);
        return [endedTicks(), got.map(({ ticks }) => ticks)];
      });
      expect(runs[0]?.[0]).toBeDefined();
      expect(runs[0]).toEqual(runs[1]);
    }),
    { numRuns: 40 },
  );
});
