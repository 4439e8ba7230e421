import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import { leastTimeoutMs, Slave, slaveCounts, slaveRows } from '#app/slave.ts';

test('a slave begins with nothing of whoever had its row before, and touches no row but its own', () => {
  const rows = slaveRows(3);
  const [first, last] = [
    new Slave(1, { timeoutMs: 100 }, rows, 0),
    new Slave(3, { timeoutMs: 300 }, rows, 2),
  ];
  const fresh = [first.figures('m'), last.figures('m')];
  const used = new Slave(2, { timeoutMs: 200, turnaroundMs: 5, unitSwitchMs: 7 }, rows, 1);
  for (let read = 0; read < 5; read++) {
    for (const place of Object.values(slaveCounts)) used.count(place);
    used.answered(2 ** (2 * read), false);
    used.answered(9999, true);
    used.restUntil(read);
    used.missed(read);
  }
  expect(used).toMatchObject({ isSilent: true, turnaroundMs: 5, unitSwitchMs: 7, probeAtTicks: 60_004 });
  expect(used.figures('m')).toMatchObject({ requests: 5, answers: 15, late: 5, state: 'silent' });
  expect(used.figures('m').latency).toEqual([1, 1, 0, 1, 0, 0, 1, 0, 0, 0, 1, 0, 0, 5]);
  expect([first.figures('m'), last.figures('m')]).toEqual(fresh);
  const next = new Slave(3, { timeoutMs: 300 }, rows, 1);
  expect(next.figures('m')).toEqual(fresh[1]);
  expect(next).toMatchObject({
    turnaroundMs: 0,
    unitSwitchMs: 0,
    isMissed: false,
    restsUntilTicks: -Infinity,
  });
});

const slaveOf = (timeoutMs: number) => new Slave(1, { timeoutMs });

describe("a slave's time-out", () => {
  it('is the one of the settings until something is known, and never more', () => {
    const slave = slaveOf(300);
    expect(slave.timeoutMs).toBe(300);
    slave.timedOut();
    expect(slave.timeoutMs).toBe(300);
    slave.answered(2000, false);
    expect(slave.timeoutMs).toBe(300);
  });

  it('comes down to what the slave needs, and no lower than timers can tell', () => {
    const quick = slaveOf(300);
    const slow = slaveOf(300);
    for (let count = 0; count < 50; count++) {
      quick.answered(0, false);
      slow.answered(60, false);
    }
    expect(quick.timeoutMs).toBe(leastTimeoutMs);
    expect(slow.timeoutMs).toBeGreaterThanOrEqual(100);
    expect(slow.timeoutMs).toBeLessThan(130);
  });

  it('grows with what varies', () => {
    const steady = slaveOf(1000);
    const restless = slaveOf(1000);
    for (let count = 0; count < 50; count++) {
      steady.answered(50, false);
      restless.answered(count % 2 === 0 ? 10 : 90, false);
    }
    expect(restless.timeoutMs).toBeGreaterThan(steady.timeoutMs * 1.5);
  });

  it('is doubled by each miss, so that a slave that became slow is heard again', () => {
    const slave = slaveOf(300);
    for (let count = 0; count < 50; count++) slave.answered(5, false);
    const before = slave.timeoutMs;
    slave.timedOut();
    expect(slave.timeoutMs).toBe(before * 2);
    for (let count = 0; count < 10; count++) slave.timedOut();
    expect(slave.timeoutMs).toBe(300);
  });

  it('lies between 20 ms and the settings, whatever comes, and above the latency of a steady slave', () => {
    const step = fc.option(fc.double({ min: 0, max: 5000, noNaN: true }), { nil: undefined });
    fc.assert(
      fc.property(fc.integer({ min: 20, max: 10_000 }), fc.array(step), (mostMs, steps) => {
        const slave = slaveOf(mostMs);
        for (const latencyMs of steps) {
          if (latencyMs === undefined) slave.timedOut();
          else slave.answered(latencyMs, false);
          expect(slave.timeoutMs).toBeGreaterThanOrEqual(leastTimeoutMs);
          expect(slave.timeoutMs).toBeLessThanOrEqual(mostMs);
        }
        const latencyMs = mostMs / 3;
        for (let count = 0; count < 60; count++) slave.answered(latencyMs, false);
        expect(slave.timeoutMs).toBeGreaterThanOrEqual(Math.min(latencyMs * 1.99, mostMs));
      }),
    );
  });
});
