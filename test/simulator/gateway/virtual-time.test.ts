import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { VirtualTime } from '../../../simulator/gateway/virtual-time.ts';

describe('virtual time', () => {
  it('runs timers in the order they fall due, equal ones in the order they were set', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(50), { maxLength: 40 }), delays => {
        const time = new VirtualTime();
        const fired: { index: number; atMs: number }[] = [];
        delays.forEach((delayMs, index) => {
          time.after(delayMs, () => fired.push({ index, atMs: time.ticksMs() }));
        });
        time.advance(50);
        const expected = delays
          .map((delayMs, index) => ({ index, atMs: delayMs }))
          .sort((a, b) => a.atMs - b.atMs || a.index - b.index);
        expect(fired).toEqual(expected);
      }),
    );
  });

  it('stops exactly where it was told to, and runs timers that callbacks set on the way', () => {
    const time = new VirtualTime({ ticksMs: 1000 });
    let count = 0;
    const again = () => {
      count++;
      time.after(100, again);
    };
    time.after(100, again);
    time.advance(999);
    expect(count).toBe(9);
    expect(time.ticksMs()).toBe(1999);
    expect(time.untilNextMs()).toBe(1);
    time.advance(1);
    expect(count).toBe(10);
  });

  it('never runs a cancelled timer, not even one of the same instant', () => {
    const time = new VirtualTime();
    let ran = 0;
    time.after(10, () => cancel());
    const cancel = time.after(10, () => ran++);
    time.advance(20);
    expect(ran).toBe(0);
    expect(time.untilNextMs()).toBeUndefined();
  });

  it('shows no wall time until it is set, and then keeps it in step with the ticks', () => {
    const time = new VirtualTime();
    time.advance(5000);
    expect(time.wallMs()).toBeUndefined();
    time.setWall(1_700_000_000_000);
    time.advance(250);
    expect(time.wallMs()).toBe(1_700_000_000_250);
    time.setWall(undefined);
    expect(time.wallMs()).toBeUndefined();
  });

  it('says so where timers without delay start each other for ever', () => {
    const time = new VirtualTime();
    const again = () => {
      time.after(0, again);
    };
    again();
    expect(() => time.advance(1)).toThrow('time stands still');
  });
});
