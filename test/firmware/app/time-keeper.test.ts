import { describe, expect, test } from 'vitest';
import { TimeKeeper } from '#app/time-keeper.ts';
import { VirtualTime } from '../../../simulator/gateway/virtual-time.ts';

const trueMs = Date.UTC(2026, 10, 21, 12);
const hourMs = 3_600_000;

/** Servers by name: how far their clock is off, and their way; without an entry one is silent. */
function setUp(
  given: Record<string, { offMs?: number; wayMs?: number; garble?: (packet: Uint8Array) => void }>,
) {
  const clocks = new Map(Object.entries(given));
  const time = new VirtualTime();
  const said: string[] = [];
  const asked: string[] = [];
  let open = 0;
  let state = 1;
  const next = () => {
    state = (state * 75 + 74) % 65_537;
    return state & 0xff;
  };
  const keeper = new TimeKeeper({
    servers: ['a', 'b', 'c'],
    time,
    random: {
      unit: () => 0.5,
      bytes: count => Uint8Array.from({ length: count }, () => next()),
    },
    log: (_level, text) => said.push(text),
    ask: (server, packet, done) => {
      asked.push(server);
      open++;
      const clock = clocks.get(server);
      const cancel =
        clock === undefined
          ? () => {}
          : time.after(clock.wayMs ?? 40, () => {
              const answer = answerTo(
                packet,
                trueMs + time.ticksMs() - (clock.wayMs ?? 40) / 2 + (clock.offMs ?? 0),
              );
              clock.garble?.(answer);
              done(answer);
            });
      let isOver = false;
      return () => {
        if (isOver) return;
        isOver = true;
        open--;
        cancel();
      };
    },
  });
  const offMs = () => {
    const wallMs = keeper.wallMs();
    return wallMs === undefined ? undefined : wallMs - trueMs - time.ticksMs();
  };
  return { keeper, time, said, asked, clocks, offMs, open: () => open };
}

function answerTo(request: Uint8Array, atMs: number): Uint8Array {
  const packet = new Uint8Array(48);
  packet.set([0x24, 2]);
  packet.set(request.subarray(40, 48), 24);
  const view = new DataView(packet.buffer);
  for (const at of [32, 40]) {
    view.setUint32(at, (Math.floor(atMs / 1000) + 2_208_988_800) % 2 ** 32);
    view.setUint32(at + 4, ((atMs % 1000) / 1000) * 2 ** 32);
  }
  return packet;
}

describe('the time', () => {
  test('is not known before a server has said it, and known as soon as all have', () => {
    const { keeper, time, offMs, open } = setUp({ a: {}, b: { wayMs: 80 }, c: { wayMs: 200 } });
    expect(keeper.wallMs()).toBeUndefined();
    keeper.start();
    time.advance(250);
    expect(offMs()).toBe(0);
    expect(keeper.source).toMatchObject({ server: 'a', agreeing: 3 });
    expect(open()).toBe(0);
  });

  test('is that of two against a false one, also where the false one comes later', () => {
    const { keeper, time, offMs, clocks } = setUp({ a: {}, b: { offMs: 9e9, wayMs: 1 }, c: {} });
    keeper.start();
    time.advance(5000);
    expect(offMs()).toBe(0);
    clocks.set('b', {});
    clocks.set('a', { offMs: -hourMs });
    for (let round = 0; round < 10; round++) time.advance(hourMs);
    expect(offMs()).toBe(0);
  });

  test('is known by one of three where the others are silent, after 4 s', () => {
    const { keeper, time, offMs } = setUp({ c: { wayMs: 100 } });
    keeper.start();
    time.advance(3900);
    expect(offMs()).toBeUndefined();
    time.advance(200);
    expect(offMs()).toBe(0);
    expect(keeper.source).toMatchObject({ server: 'c', agreeing: 1 });
  });

  test('where two differ is that of the first in the list, and only once it was said three times', () => {
    const { keeper, time, offMs } = setUp({ a: {}, c: { offMs: 60_000 } });
    keeper.start();
    time.advance(30_000);
    expect(offMs()).toBeUndefined();
    time.advance(15_000);
    expect(offMs()).toBe(0);
  });

  test('goes on by the ticks for days without a server, and its drift is mended when one is back', () => {
    const { keeper, time, offMs, clocks } = setUp({ a: {}, b: {} });
    keeper.start();
    time.advance(5000);
    clocks.clear();
    time.advance(5 * 24 * hourMs);
    expect(offMs()).toBe(0);
    expect(time.ticksMs() - (keeper.source?.atTicksMs ?? 0)).toBeGreaterThan(4 * 24 * hourMs);
    // The crystal was 20 ppm slow.
    clocks.set('a', { offMs: 8640 }).set('b', { offMs: 8640 });
    time.advance(20 * 60_000);
    expect(offMs()).toBe(8640);
  });

  test('is not set an hour on by one server that is alone, unless it says so in three rounds', () => {
    const { keeper, time, offMs, clocks } = setUp({ a: {}, b: {}, c: {} });
    keeper.start();
    time.advance(5000);
    clocks.clear();
    clocks.set('c', { offMs: hourMs });
    time.advance(hourMs + 1000);
    expect(offMs()).toBe(0);
    time.advance(20_000);
    expect(offMs()).toBe(0);
    time.advance(60_000);
    expect(offMs()).toBe(hourMs);
  });

  test('of 1970, 2019 or of a server that has lost its own is refused, and said', () => {
    const { keeper, time, said } = setUp({
      a: { offMs: -trueMs + 1000 },
      b: { offMs: -7 * 365 * 86_400_000 },
      c: { garble: packet => packet.set([0xe4]) },
    });
    keeper.start();
    time.advance(5000);
    expect(keeper.wallMs()).toBeUndefined();
    expect(said.filter(text => text.includes('refused'))).toHaveLength(3);
  });

  test('is right in 2038 and in 2106, where counters of 32 bits begin anew', () => {
    for (const year of [2038, 2040, 2106]) {
      const offByMs = Date.UTC(year, 1, 8) - trueMs;
      const { keeper, time, offMs } = setUp({ a: { offMs: offByMs }, b: { offMs: offByMs } });
      keeper.start();
      time.advance(5000);
      // A time stamp of NTP has 136 years: what it says of 2106 is what it would say of 1970.
      if (year < 2104) expect(offMs(), String(year)).toBe(offByMs);
      else expect(offMs(), String(year)).toBeUndefined();
    }
  });

  test('that somebody else sends is not heard, and the server’s own still counts', () => {
    const { keeper, time, offMs } = setUp({
      a: { garble: packet => packet.set([0xff, 0xff], 24) },
      b: { wayMs: 300 },
    });
    keeper.start();
    time.advance(5000);
    expect(offMs()).toBe(0);
    expect(keeper.source?.server).toBe('b');
  });

  test('is asked for again after 15 s, then more rarely, and each hour once it is known', () => {
    const { keeper, time, asked, clocks } = setUp({});
    keeper.start();
    time.advance(hourMs);
    expect(asked.length / 3).toBeGreaterThan(7);
    expect(asked.length / 3).toBeLessThan(14);
    clocks.set('a', {}).set('b', {});
    time.advance(hourMs);
    asked.length = 0;
    time.advance(24 * hourMs);
    expect(asked.length / 3).toBe(24);
  });

  test('starts anew with each network, with no question of before left open', () => {
    const { keeper, time, open } = setUp({});
    for (let count = 0; count < 50; count++) {
      keeper.start();
      time.advance(count * 100);
    }
    keeper.stop();
    expect(open()).toBe(0);
  });
});
