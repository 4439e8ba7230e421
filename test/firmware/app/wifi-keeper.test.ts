import { describe, expect, test } from 'vitest';
import { WifiKeeper, type WifiStation } from '#app/wifi-keeper.ts';
import { VirtualTime } from '../../../simulator/gateway/virtual-time.ts';

type State = ReturnType<WifiStation['state']>;

/** A driver as the SDK's: it takes one attempt at a time, and tells changes. */
function setUp() {
  const time = new VirtualTime();
  const said: string[] = [];
  const told: (string | boolean | undefined)[] = [];
  const triesMs: number[] = [];
  let state: State = 'away';
  const station: WifiStation = {
    connect: () => {
      if (state !== 'away') throw new Error('already connecting');
      triesMs.push(time.ticksMs());
      state = 'joining';
    },
    disconnect: () => {
      state = 'away';
    },
    state: () => state,
  };
  const keeper = new WifiKeeper(
    'home',
    station,
    {
      time,
      random: { unit: () => 0.5, bytes: () => new Uint8Array() },
      log: (_level, text) => said.push(text),
    },
    (isUp, why) => told.push(isUp ? 'up' : why),
  );
  const become = (next: State) => {
    state = next;
    keeper.noticed();
  };
  return { keeper, time, said, told, triesMs, become };
}

describe('a network', () => {
  test('is told once it has given an address, and once it is lost', () => {
    const { keeper, told, become } = setUp();
    keeper.start();
    keeper.start();
    become('joining');
    become('joined');
    expect([keeper.isUp, told]).toEqual([false, []]);
    become('up');
    become('up');
    expect([keeper.isUp, told, keeper.joins]).toEqual([true, ['up'], 1]);
    become('away');
    become('away');
    expect([keeper.isUp, told]).toEqual([false, ['up', 'it was lost']]);
  });

  test('that refuses is tried again after 1 s, then more rarely, up to once a minute', () => {
    const { keeper, time, said, triesMs, become } = setUp();
    keeper.start();
    for (let count = 0; count < 12; count++) {
      become('away');
      const tries = triesMs.length;
      while (triesMs.length === tries) time.advance(250);
    }
    const waitsMs = triesMs.slice(1).map((atMs, index) => atMs - (triesMs[index] ?? 0));
    expect(waitsMs[0]).toBeLessThanOrEqual(1000);
    expect(waitsMs.at(-1)).toBeGreaterThanOrEqual(30_000);
    expect(Math.max(...waitsMs)).toBeLessThanOrEqual(60_250);
    expect(said[0]).toContain(
      'WiFi home: it is not there, too weak, or refused the password; next try in 1 s',
    );
    become('up');
    become('away');
    time.advance(1000);
    expect(triesMs).toHaveLength(14);
  });

  test('that gives no address, or a driver that forgets, is left after 30 s and joined anew', () => {
    const { keeper, time, said, triesMs, become } = setUp();
    keeper.start();
    become('joined');
    time.advance(31_000);
    expect(said.at(-1)).toContain('it gives no address for 30 s');
    expect(triesMs).toHaveLength(2);
    time.advance(30_000);
    expect(said.at(-1)).toContain('no answer for 30 s');
    become('up');
    expect(keeper.isUp).toBe(true);
  });

  test('that is stopped is left, and not tried again', () => {
    const { keeper, time, triesMs, become } = setUp();
    keeper.start();
    become('up');
    keeper.stop();
    become('away');
    time.advance(100_000);
    expect([keeper.isUp, triesMs.length]).toEqual([false, 1]);
  });
});
