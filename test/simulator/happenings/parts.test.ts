import { expect, test } from 'vitest';
import type { QuantityId } from '#core/quantities.ts';
import { NorFlash } from '../../../simulator/gateway/nor-flash.ts';
import { VirtualTime } from '../../../simulator/gateway/virtual-time.ts';
import { BrownOutFlash } from '../../../simulator/happenings/brown-out-flash.ts';
import { ChangedCounters } from '../../../simulator/happenings/changed-counters.ts';
import { headPart } from '../../../simulator/happenings/head-part.ts';
import { networkParts } from '../../../simulator/happenings/network-part.ts';
import { WrongClock } from '../../../simulator/happenings/wrong-clock.ts';
import { noSmlFaults, type SmlFaults } from '../../../simulator/meters/sml-faults.ts';
import { type NetworkFaults, noNetworkFaults } from '../../../simulator/network/network-faults.ts';

test('all that lasts on a network or with its broker changes it, and leaves nothing behind', async () => {
  const time = new VirtualTime();
  let faults: NetworkFaults = noNetworkFaults;
  const seen: string[] = [];
  const [network, broker] = networkParts({
    time,
    proxy: {
      faults,
      open: 0,
      counts: { connections: 0, refused: 0 },
      traffic: { up: 0, down: 0, lostSegments: 0, swallowed: 0 },
      setFaults: changes => {
        faults = { ...faults, ...changes };
      },
      cut: how => void seen.push(`cut ${how}`),
      halfOpen: () => void seen.push('half open'),
    },
  });
  for (const { id, lasts, begin } of [...(network?.happenings ?? []), ...(broker?.happenings ?? [])]) {
    const undo = await begin({});
    // A flap begins with the way open.
    time.advance(20_000);
    const isSpoilt = JSON.stringify(faults) !== JSON.stringify(noNetworkFaults);
    if (id !== 'network.flap') expect(isSpoilt, id).toBe(lasts);
    await undo();
    expect(faults, id).toEqual(noNetworkFaults);
    time.advance(100_000);
    expect(faults, id).toEqual(noNetworkFaults);
  }
  expect(seen).toEqual(['half open', 'cut reset']);
});

test('a WiFi that flaps does not open a way that is closed for another reason', async () => {
  const time = new VirtualTime();
  let faults: NetworkFaults = noNetworkFaults;
  const [network] = networkParts({
    time,
    proxy: {
      faults,
      open: 0,
      counts: { connections: 0, refused: 0 },
      traffic: { up: 0, down: 0, lostSegments: 0, swallowed: 0 },
      setFaults: changes => {
        faults = { ...faults, ...changes };
      },
      cut: () => {},
      halfOpen: () => {},
    },
  });
  const begin = (id: string) => network?.happenings.find(one => one.id === id)?.begin({});
  await begin('network.down');
  const undo = await begin('network.flap');
  const passages = new Set<string>();
  for (let second = 0; second < 300; second++) {
    time.advance(1000);
    passages.add(faults.passage);
  }
  expect([...passages].sort()).toEqual(['refused', 'stalled']);
  await undo?.();
  expect(faults.passage).toBe('stalled');
});

test('each fault of a head changes it, and leaves nothing behind', async () => {
  let faults: SmlFaults = noSmlFaults;
  const { happenings, figures } = headPart({
    id: 'ir-1',
    name: 'ir-1',
    about: '',
    server: {
      counts: { sent: 7, corrupted: 1, cut: 2, lost: 3, doubled: 0, joined: 0, silent: 0 },
      setFaults: changes => {
        faults = { ...faults, ...changes };
      },
    },
  });
  for (const { id, begin } of happenings) {
    const undo = await begin({});
    expect(faults, id).not.toEqual(noSmlFaults);
    await undo();
    expect(faults, id).toEqual(noSmlFaults);
  }
  expect(figures?.()).toEqual([
    { name: 'telegrams', value: 7 },
    { name: 'spoilt', value: 6 },
  ]);
});

test('counters begin at zero, at another reading, and at the end of their display; power is as it is', () => {
  const truth: Partial<Record<QuantityId, number>> = { energyImportWh: 5_000_000, powerW: 812 };
  const counters = new ChangedCounters(quantity => truth[quantity]);
  const grow = (wh: number) => {
    truth.energyImportWh = (truth.energyImportWh ?? 0) + wh;
    return counters.read('energyImportWh');
  };
  expect(grow(10)).toBe(5_000_010);
  counters.reset();
  expect(grow(0)).toBe(0);
  expect(grow(25)).toBe(25);
  counters.swap(123_000);
  expect(grow(5)).toBe(123_005);
  counters.rollOver(20);
  expect(grow(19)).toBe(99_999_999);
  expect(grow(2)).toBe(1);
  expect(counters.read('powerW')).toBe(812);
  expect(counters.read('energyExportWh')).toBeUndefined();
  expect(counters.hasCounters).toBe(true);
});

test('a clock that is wrong, lost, or both goes on right when it is mended, in any order', () => {
  const time = new VirtualTime({ wallMs: 1000 });
  const clock = new WrongClock(time);
  const jump = clock.spoil({ offsetMs: -400 });
  expect(clock.wallMs()).toBe(600);
  const lost = clock.spoil({ isLost: true });
  expect(clock.wallMs()).toBeUndefined();
  jump();
  time.advance(50);
  lost();
  expect(clock.wallMs()).toBe(1050);
  expect(clock.ticksMs()).toBe(50);
});

test('a brown-out leaves a part of the write, the same for the same seed, and nothing else until there is power', () => {
  const chips = [9, 9, 10].map(seed => {
    const flash = new BrownOutFlash(new NorFlash({ blocks: 2 }));
    flash.write(0, Uint8Array.of(1, 2, 3, 4));
    let cuts = 0;
    flash.failAtNextWrite(seed, () => {
      cuts++;
    });
    expect(() => flash.write(100, new Uint8Array(600))).toThrow('no power');
    expect(() => flash.write(2000, Uint8Array.of(1))).toThrow('no power');
    expect(() => flash.erase(1)).toThrow('no power');
    expect(cuts).toBe(1);
    flash.powerOn();
    flash.write(2000, Uint8Array.of(7));
    const bytes = new Uint8Array(2001);
    flash.read(0, bytes);
    expect([...bytes.subarray(0, 4)]).toEqual([1, 2, 3, 4]);
    expect(bytes[2000]).toBe(7);
    const written = bytes.subarray(100, 700).filter(byte => byte === 0).length;
    expect(written).toBeLessThan(600);
    return written;
  });
  expect(chips[0]).toBe(chips[1]);
  expect(chips[0]).not.toBe(chips[2]);
});
