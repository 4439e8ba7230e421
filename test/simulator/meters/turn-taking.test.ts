import { describe, expect, it } from 'vitest';
import { encodeRead } from '#core/modbus/frame.ts';
import type { Cancel } from '#ports';
import { eastronSdm120 } from '#profiles/eastron-sdm120.ts';
import { VirtualTime } from '../../../simulator/gateway/virtual-time.ts';
import { SerialLine } from '../../../simulator/line/serial-line.ts';
import { attachSlave } from '../../../simulator/meters/modbus-slave.ts';
import { TurnTaking } from '../../../simulator/meters/turn-taking.ts';

function rig(time = new VirtualTime()) {
  const line = new SerialLine({ time, baud: 9600, parity: 'none', stopBits: 1, seed: 1 });
  for (const address of [1, 2]) {
    attachSlave(line, { address, profile: eastronSdm120, read: () => address }, time, 20);
  }
  const turns = new TurnTaking(line, time);
  const askers = [0, 1, 2].map(() => {
    const heard: number[] = [];
    return { heard, onBytes: (bytes: Uint8Array) => void heard.push(...bytes) };
  });
  return { time, line, turns, askers };
}

const request = (address: number) => encodeRead({ address, fc: 4, start: 0, count: 2 });

/** A process that gets the processor seldom: whatever fell due meanwhile sees the time that it is by then. */
class HeldTime extends VirtualTime {
  #heldUntilTicks = 0;

  override ticksMs(): number {
    return Math.max(super.ticksMs(), this.#heldUntilTicks);
  }

  override after(delayMs: number, callback: () => void): Cancel {
    return super.after(this.ticksMs() - super.ticksMs() + Math.max(delayMs, 0), callback);
  }

  hold(ms: number): void {
    this.#heldUntilTicks = this.ticksMs() + ms;
    this.advance(ms);
  }
}

describe('masters that share a line', () => {
  it('take turns, and each hears the answer to its own question', () => {
    const { time, line, turns, askers } = rig();
    for (const [index, asker] of askers.entries()) turns.ask(asker, request(1 + (index % 2)));
    time.advance(1000);
    expect(askers.map(({ heard }) => [heard.length, heard[0]])).toEqual([
      [9, 1],
      [9, 2],
      [9, 1],
    ]);
    expect(line.counts.collisions).toBe(0);
  });

  it('wait for one that does not answer no longer than its turn', () => {
    const { time, turns, askers } = rig();
    const [first, second] = askers;
    if (!first || !second) throw new Error('no askers');
    turns.ask(first, request(9));
    turns.ask(second, request(2));
    time.advance(600);
    expect(second.heard).toHaveLength(9);
    expect(first.heard).toHaveLength(0);
  });

  it('do not wait for an answer that nobody awaits any more', () => {
    const { time, line, turns, askers } = rig();
    const [first] = askers;
    if (!first) throw new Error('no askers');
    line.setFaults({ isCut: true });
    turns.ask(first, request(1));
    time.advance(60);
    turns.ask(first, request(1));
    time.advance(60);
    line.setFaults({ isCut: false });
    turns.ask(first, request(2));
    time.advance(60);
    expect(first.heard[0]).toBe(2);
    expect(first.heard).toHaveLength(9);
  });

  it('go on taking turns where all that they hear is a break, as with swapped wires', () => {
    const { time, line, turns, askers } = rig();
    line.setFaults({ swappedWires: true });
    for (let round = 1; round <= 5; round++) {
      for (const asker of askers) turns.ask(asker, request(1));
      time.advance(1000);
      expect(askers.map(({ heard }) => heard.length)).toEqual([round, round, round]);
    }
  });

  it('hear the answer also where the process of their line is held for longer than a turn', () => {
    const time = new HeldTime();
    const { turns, askers } = rig(time);
    const [first] = askers;
    if (!first) throw new Error('no askers');
    let answered = -1;
    turns.ask({ ...first, onTurnEnd: () => (answered = first.heard.length) }, request(1));
    for (let held = 0; held < 4; held++) time.hold(300);
    expect(answered).toBe(9);
    turns.ask({ ...first, onTurnEnd: () => (answered = first.heard.length - 9) }, request(9));
    time.advance(230);
    expect(answered).toBe(0);
  });

  it('forget one that went away', () => {
    const { time, line, turns, askers } = rig();
    const [first, second] = askers;
    if (!first || !second) throw new Error('no askers');
    turns.ask(first, request(1));
    turns.ask(second, request(2));
    turns.leave(second);
    time.advance(1000);
    expect(second.heard).toHaveLength(0);
    expect(line.counts.bytes).toBe(8 + 9);
  });

  it('are bounded in what they may heap up', () => {
    const { turns, askers } = rig();
    for (let count = 0; count < 200; count++)
      turns.ask(askers[count % 2] as (typeof askers)[number], request(1));
    expect(turns.dropped).toBeGreaterThan(0);
  });
});
