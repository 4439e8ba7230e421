import { describe, expect, it } from 'vitest';
import { encodeRead } from '#core/modbus/frame.ts';
import type { TimePort } from '#ports';
import { findProfile } from '#profiles/registry.ts';
import { VirtualTime } from '../../../simulator/gateway/virtual-time.ts';
import { BitNoise } from '../../../simulator/line/bit-noise.ts';
import { SerialLine } from '../../../simulator/line/serial-line.ts';
import { attachSlave } from '../../../simulator/meters/modbus-slave.ts';
import { seed } from '../../seed.ts';

function lineAt(baud: number, seed = 1) {
  const time = new VirtualTime();
  const line = new SerialLine({ time, baud, parity: 'even', stopBits: 1, seed });
  return { time, line };
}

const hundred = Uint8Array.from({ length: 100 }, (_, index) => index);

describe('serial line', () => {
  it('takes the time that the baud rate and the bits of a character give', () => {
    const { time, line } = lineAt(9600);
    const heard: { ticksMs: number; count: number }[] = [];
    const sender = line.connect({});
    line.connect({ onBytes: bytes => heard.push({ ticksMs: time.ticksMs(), count: bytes.length }) });
    sender.write(hundred);
    time.advance(1000);
    expect(heard.reduce((sum, { count }) => sum + count, 0)).toBe(100);
    expect(heard.at(-1)?.ticksMs).toBeCloseTo((100 * 11 * 1000) / 9600, 6);
    for (const [index, { ticksMs }] of heard.entries()) {
      const before = heard.slice(0, index + 1).reduce((sum, { count }) => sum + count, 0);
      expect(ticksMs).toBeCloseTo((before * 11 * 1000) / 9600, 6);
    }
  });

  it('is heard by all others, and by the sender only with echo', () => {
    const { time, line } = lineAt(9600);
    const counts = [0, 0, 0];
    const ports = counts.map((_, index) =>
      line.connect({
        onBytes: bytes => {
          counts[index] = (counts[index] as number) + bytes.length;
        },
      }),
    );
    ports[0]?.write(hundred);
    time.advance(1000);
    expect(counts).toEqual([0, 100, 100]);
    line.setFaults({ echo: true });
    ports[0]?.write(hundred);
    time.advance(1000);
    expect(counts).toEqual([100, 200, 200]);
  });

  it('ends a frame by 3.5 characters of silence, and no sooner', () => {
    const { time, line } = lineAt(9600);
    const frames: { length: number; endTicks: number; atTicks: number }[] = [];
    const sender = line.connect({});
    line.connect({
      onFrame: (frame, endTicks) => frames.push({ length: frame.length, endTicks, atTicks: time.ticksMs() }),
    });
    sender.write(hundred.subarray(0, 5));
    time.advance(5 * line.characterMs + line.gapMs * 0.9);
    sender.write(hundred.subarray(0, 3));
    time.advance(100);
    sender.write(hundred.subarray(0, 2));
    time.advance(100);
    expect(frames.map(({ length }) => length)).toEqual([8, 2]);
    for (const { endTicks, atTicks } of frames) expect(atTicks - endTicks).toBeCloseTo(line.gapMs, 6);
  });

  it('spoils both when two speak at once', () => {
    const { time, line } = lineAt(9600);
    const heard: number[] = [];
    line.connect({ onBytes: bytes => heard.push(...bytes) });
    const [a, b] = [line.connect({}), line.connect({})];
    a.write(Uint8Array.of(1, 2, 0xff, 4, 5, 6));
    time.advance(2);
    b.write(Uint8Array.of(0xff, 0xff));
    time.advance(100);
    expect(line.counts.collisions).toBe(2);
    // 0 wins bit by bit: what was alone on the wire is right, what was not is neither the one nor the other.
    expect(heard.slice(0, 2)).toEqual([1, 2]);
    expect(heard).not.toContain(0xff);
  });

  it('flips bits at the rate it was told, the same ones for the same seed, until it is told otherwise', () => {
    const spoil = (seed: number) => {
      const { time, line } = lineAt(115_200, seed);
      const heard: number[] = [];
      line.connect({ onBytes: bytes => heard.push(...bytes) });
      const sender = line.connect({});
      line.setFaults({ bitErrorRate: 0.01 });
      for (let count = 0; count < 250; count++) sender.write(hundred);
      time.advance(60_000);
      const { flippedBits, bytes } = line.counts;
      line.setFaults({ bitErrorRate: 0 });
      sender.write(hundred);
      time.advance(60_000);
      expect(line.counts.flippedBits).toBe(flippedBits);
      expect(heard.slice(-100)).toEqual([...hundred]);
      return { heard, share: flippedBits / (bytes * 8) };
    };
    const first = spoil(7);
    expect(first.share).toBeGreaterThan(0.008);
    expect(first.share).toBeLessThan(0.012);
    expect(spoil(7).heard).toEqual(first.heard);
    expect(spoil(8).heard).not.toEqual(first.heard);
  });

  it('carries nothing when it is cut', () => {
    const { time, line } = lineAt(9600);
    let count = 0;
    line.connect({ onBytes: bytes => (count += bytes.length), onFrame: () => count++ });
    const sender = line.connect({});
    line.setFaults({ isCut: true });
    sender.write(hundred);
    time.advance(1000);
    expect(count).toBe(0);
  });

  it('flips every bit at rate 1 and none at rate 0', () => {
    const noise = new BitNoise(3);
    const bytes = Uint8Array.of(0, 0xff, 0x0f);
    expect(noise.spoil(bytes)).toBe(0);
    noise.setErrorRate(1);
    expect(noise.spoil(bytes)).toBe(24);
    expect([...bytes]).toEqual([0xff, 0, 0xf0]);
  });
});

it('two slaves at one address are apart by what they take to think, however late the timers of the machine are', () => {
  const time = new VirtualTime({ ticksMs: 1000 });
  // A machine that has time each 100 ms only.
  const stalling: TimePort = {
    ticksMs: () => time.ticksMs(),
    wallMs: () => time.wallMs(),
    after: (delayMs, callback) =>
      time.after(Math.ceil((time.ticksMs() + delayMs) / 100) * 100 - time.ticksMs(), callback),
  };
  const line = new SerialLine({ time: stalling, baud: 9600, parity: 'none', stopBits: 1, seed });
  line.setFaults({ twinAddresses: [1] });
  const profile = findProfile('eastron-sdm120');
  if (profile?.kind !== 'modbus') throw new Error('no profile');
  attachSlave(line, { address: 1, profile, read: () => 230 }, stalling, 15);
  const counts: number[] = [];
  let heard = 0;
  const master = line.connect({
    onBytes: bytes => {
      heard += bytes.length;
    },
  });
  for (let asked = 0; asked < 20; asked++) {
    heard = 0;
    master.write(encodeRead({ address: 1, fc: 4, start: 0, count: 2 }));
    time.advance(1000);
    counts.push(heard);
  }
  // Nine bytes have the answer; two that begin together would be heard as nine, too.
  expect(counts.filter(count => count !== 9).length).toBeGreaterThan(10);
});
