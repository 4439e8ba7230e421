import { describe, expect, it } from 'vitest';
import { encodeRead } from '#core/modbus/frame.ts';
import { eastronSdm120 } from '#profiles/eastron-sdm120.ts';
import { VirtualTime } from '../../../simulator/gateway/virtual-time.ts';
import { ConverterDelay } from '../../../simulator/line/converter-delay.ts';
import { type LineFaults, noFaults } from '../../../simulator/line/faults.ts';
import { SerialLine } from '../../../simulator/line/serial-line.ts';
import { attachSlave } from '../../../simulator/meters/modbus-slave.ts';

const turnaroundMs = 20;

/** Three meters on a line, and how long after a request the answer of each is whole; undefined where none came in a second. */
function rig() {
  const time = new VirtualTime();
  const line = new SerialLine({ time, baud: 9600, parity: 'none', stopBits: 1, seed: 1 });
  for (const address of [1, 2, 3])
    attachSlave(line, { address, profile: eastronSdm120, read: () => address }, time, turnaroundMs);
  let heard = 0;
  let atMs = 0;
  let first = 0;
  const master = line.connect({
    onBytes: bytes => {
      if (heard === 0) first = bytes[0] ?? 0;
      heard += bytes.length;
      atMs = time.ticksMs();
    },
  });
  const ask = (address: number): number | undefined => {
    heard = 0;
    const askedMs = time.ticksMs();
    master.write(encodeRead({ address, fc: 4, start: 0, count: 2 }));
    time.advance(1000);
    return heard === 9 && first === address ? atMs - askedMs : undefined;
  };
  return { line, ask, rounds: (count: number) => Array.from({ length: count }, () => [1, 2, 3].map(ask)) };
}

/** Request, turn-around, answer. */
const promptMs = (17 * 10_000) / 9600 + turnaroundMs;

describe('faults of a line, changed while it runs', () => {
  it('one meter is late and the others are not, until it is told otherwise', () => {
    const { line, ask } = rig();
    const delays = () =>
      [1, 2, 3].map(address => Math.round(Math.abs((ask(address) ?? Number.NaN) - promptMs)));
    expect(delays()).toEqual([0, 0, 0]);
    line.setFaults({ delayMs: 300, lateAddresses: [2] });
    expect(delays()).toEqual([0, 300, 0]);
    line.setFaults({ lateAddresses: [] });
    expect(delays()).toEqual([300, 300, 300]);
    line.setFaults({ delayMs: 0 });
    expect(delays()).toEqual([0, 0, 0]);
  });

  it('jitter is another lateness each time, within its bound', () => {
    const { line, rounds } = rig();
    line.setFaults({ jitterMs: 250 });
    const late = rounds(30)
      .flat()
      .map(ms => (ms ?? Number.NaN) - promptMs);
    expect(Math.min(...late)).toBeGreaterThanOrEqual(-0.01);
    expect(Math.max(...late)).toBeLessThan(250);
    expect(Math.max(...late) - Math.min(...late)).toBeGreaterThan(200);
  });

  it('so many requests are passed over', () => {
    const { line, rounds } = rig();
    line.setFaults({ silentShare: 0.3 });
    const answers = rounds(100).flat();
    const silent = answers.filter(ms => ms === undefined).length;
    expect(silent).toBeGreaterThan(60);
    expect(silent).toBeLessThan(120);
    line.setFaults({ silentShare: 0 });
    expect(rounds(5).flat()).not.toContain(undefined);
  });

  it.each([
    ['another baud', { baud: 19_200 }],
    ['another parity', { parity: 'even' }],
  ] as const)('a meter of %s is not understood, and its neighbours are', (_, slaveUart) => {
    const { line, ask } = rig();
    line.setFaults({ slaveUart, slaveUartAddresses: [2] });
    const answers = [1, 2, 3].map(address => ask(address) !== undefined);
    expect(answers).toEqual([true, false, true]);
    line.setFaults({ slaveUartAddresses: [] });
    expect([1, 2, 3].map(address => ask(address) !== undefined)).toEqual([false, false, false]);
    line.setFaults({ slaveUart: {} });
    expect([1, 2, 3].map(address => ask(address) !== undefined)).toEqual([true, true, true]);
  });

  it('what a converter holds back comes out late and in its order', () => {
    const time = new VirtualTime();
    const line: { faults: LineFaults } = { faults: noFaults };
    const heard: [number, number][] = [];
    const delay = new ConverterDelay(line, time, 3, bytes => heard.push([time.ticksMs(), bytes[0] ?? 0]));
    const reused = new Uint8Array(1);
    const push = (value: number) => {
      reused[0] = value;
      delay.push(reused);
    };
    push(0);
    expect(heard).toEqual([[0, 0]]);
    line.faults = { ...noFaults, converterMs: 50, converterJitterMs: 200 };
    for (let value = 1; value <= 50; value++) {
      push(value);
      time.advance(5);
    }
    line.faults = noFaults;
    // Nothing overtakes what is under way.
    push(51);
    time.advance(1000);
    push(52);
    expect(heard.map(([, value]) => value)).toEqual(Array.from({ length: 53 }, (_, value) => value));
    const lateness = heard.slice(1, 51).map(([atMs, value]) => atMs - (value - 1) * 5);
    expect(Math.min(...lateness)).toBeGreaterThanOrEqual(50);
    expect(Math.max(...lateness)).toBeLessThanOrEqual(250);
    expect(heard.at(-1)).toEqual([1250, 52]);
  });
});
