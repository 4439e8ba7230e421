import { describe, expect, it } from 'vitest';
import { tornChips } from '../../../simulator/faults/gateway/power-cuts.ts';
import { NorFlash } from '../../../simulator/gateway/nor-flash.ts';
import { seededRandom } from '../../../simulator/gateway/random.ts';
import { seed } from '../../seed.ts';
import { epochMs, testSite } from './test-site.ts';

const meters = ['kitchen', 'pump', 'utility', 'battery'];

describe('a gateway with its journal in flash', () => {
  it('brings after a power cut what it had measured while nobody listened', () => {
    const flash = new NorFlash({ blocks: 16 });
    const site = testSite({ flash });
    site.broker.shut();
    site.gateway.start();
    site.time.advance(125_000);
    expect(site.stored()).toEqual([]);
    const held = site.gateway.journal.next - 1;
    expect(held).toBe(4 * 12);
    site.gateway.stop();
    const after = testSite({ flash: flash.copy(), after: site });
    after.gateway.start();
    site.broker.open();
    site.time.advance(30_000);
    expect(after.gateway.journal.epoch).toBe(site.gateway.journal.epoch);
    expect(after.stored('kitchen').slice(0, 12)).toMatchObject(
      Array.from({ length: 12 }, (_, index) => ({ startMs: epochMs + index * 10_000 })),
    );
    expect(after.log[0]).toBe(
      `info: ${held} records in the journal's flash, epoch ${site.gateway.journal.epoch}`,
    );
    expect(after.gateway.health()).toMatchObject({ journalErases: 1, journalBadBlocks: 0 });
  });

  it('resends nothing that was acknowledged before the cut', () => {
    const flash = new NorFlash({ blocks: 16 });
    const site = testSite({ flash });
    site.gateway.start();
    site.time.advance(65_000);
    site.gateway.stop();
    site.time.advance(1000);
    const { duplicates, messages } = site.host.counts;
    const after = testSite({ flash: flash.copy(), after: site });
    after.gateway.start();
    site.time.advance(3000);
    expect(after.gateway.journal.oldest).toBe(after.gateway.journal.next);
    expect(site.host.counts).toMatchObject({ duplicates, messages });
  });

  it('that restarts after its clock was ahead goes on at the true time: no sequence comes twice, and no window but those that the wrong clock named', () => {
    const flash = new NorFlash({ blocks: 16 });
    const site = testSite({ flash });
    const { time } = site;
    site.gateway.start();
    time.advance(25_000);
    const aheadMs = 60_000;
    time.setWall(epochMs + time.ticksMs() + aheadMs);
    time.advance(34_000);
    const ticksMs = time.ticksMs();
    const named = site.stored('kitchen').map(({ startMs }) => (startMs - epochMs) / 1000);
    expect(named).toEqual([0, 10, 20, 80, 90, 100]);
    site.gateway.stop();
    time.setWall(epochMs + ticksMs);
    const after = testSite({ flash: flash.copy(), after: site });
    expect(after.gateway.journal).toMatchObject({
      epoch: site.gateway.journal.epoch,
      next: site.gateway.journal.next,
    });
    after.gateway.start();
    time.advance(80_500);
    // It does not wait for the time that the wrong clock named: it knows nothing of it any more.
    const all = after.stored('kitchen').map(({ startMs }) => (startMs - epochMs) / 1000);
    const since = Array.from({ length: 8 }, (_, index) => 50 + index * 10);
    expect(all).toEqual([...named, ...since]);
    expect(all.filter((start, index) => all.indexOf(start) !== index)).toEqual([80, 90, 100]);
    // Each is a record of its own, so that the host takes both and can tell them apart.
    expect(site.host.counts).toMatchObject({ duplicates: 0, outOfOrder: 0, refused: 0 });
    expect(site.host.lost.size).toBe(0);
  });

  it('never tells fewer records as dropped than before, over restarts and acknowledgements', () => {
    const flash = new NorFlash({ blocks: 16 });
    const site = testSite({ flash });
    site.broker.shut();
    site.gateway.start();
    site.time.advance(35_000);
    const [record] = site.gateway.journal.read(3, 10_000, 1);
    flash.bytes[Buffer.from(flash.bytes).indexOf(record ?? '') + 20]! ^= 4;
    site.host.isUp = false;
    site.broker.open();
    site.time.advance(30_000);
    site.gateway.stop();
    const unheard = testSite({ flash: flash.copy(), after: site });
    unheard.gateway.start();
    site.time.advance(15_000);
    site.host.isUp = true;
    site.time.advance(30_000);
    unheard.gateway.stop();
    const after = testSite({ flash: unheard.ports.flash as NorFlash, after: site });
    after.gateway.start();
    site.time.advance(15_000);
    expect(after.gateway.journal.oldest).toBeGreaterThan(3);
    const dropped = site.health.map(({ journal }) => journal.dropped);
    expect(dropped.length).toBeGreaterThan(6);
    expect(new Set(dropped)).toEqual(new Set([1]));
  });

  it('restarts at once on command, though the host has not all', () => {
    const { time, host, gateway, restarts, command } = testSite({ flash: new NorFlash({ blocks: 16 }) });
    gateway.start();
    time.advance(15_000);
    host.isUp = false;
    time.advance(20_000);
    command({ id: 'a', name: 'restart' });
    time.advance(1000);
    expect(gateway.journal.next).toBeGreaterThan(gateway.journal.oldest);
    expect(restarts()).toBe(1);
  });

  it('that is cut off in the midst of its writing, again and again, loses no window and brings none twice', () => {
    const random = seededRandom(seed);
    let flash = new NorFlash({ blocks: 8, chance: () => random.unit() });
    let site = testSite({ flash, random });
    const first = site;
    /** Of each meter, windows that were wholly measured in one life. */
    const due = new Set<number>();
    const lives = 10;
    for (let life = 0; life < lives; life++) {
      const { time, broker, host } = site;
      const beganMs = time.wallMs() ?? 0;
      site.gateway.start();
      if (random.unit() < 0.3) broker.shut();
      else broker.open();
      host.isUp = random.unit() < 0.8;
      time.advance(Math.floor(5000 + random.unit() * 35_000));
      // The power goes at one of the next steps of the flash, and in one of all the ways in which it can.
      let left = Math.floor(random.unit() * 12);
      let torn: NorFlash | undefined;
      flash.before = step => {
        if (left-- !== 0) return;
        const ways = [...tornChips(flash, step, random)];
        torn = ways[Math.floor(random.unit() * ways.length)];
        broker.shut();
      };
      for (let waitedMs = 0; torn === undefined && waitedMs < 60_000; waitedMs += 100) time.advance(100);
      if (torn === undefined) throw new Error(`nothing was written in life ${life}`);
      const cutMs = time.wallMs() ?? 0;
      flash.before = () => {};
      site.gateway.stop();
      for (let startMs = Math.ceil(beganMs / 10_000) * 10_000; startMs + 11_500 <= cutMs; startMs += 10_000)
        due.add(startMs);
      flash = torn;
      time.advance(Math.floor(random.unit() * 5000));
      // A store of its own, too: so many bad starts would be a reason to measure nothing.
      site = testSite({ flash, random, after: site });
    }
    site.gateway.start();
    site.broker.open();
    site.host.isUp = true;
    site.time.advance(120_000);
    expect(site.gateway.journal.epoch).toBe(first.gateway.journal.epoch);
    // Each cut costs the record that it was in at most, and that one has its place.
    const unreadable = (site.host.stored.get(site.gateway.journal.epoch) ?? []).filter(
      ({ length }) => length === 0,
    );
    expect(unreadable.length).toBeLessThanOrEqual(lives);
    expect(site.gateway.health().journal.dropped).toBeLessThanOrEqual(unreadable.length);
    expect(site.host.lost.size).toBe(0);
    expect(site.host.counts.refused).toBe(0);
    expect(due.size).toBeGreaterThan(lives / 2);
    for (const meter of meters) {
      const starts = site.stored(meter).map(({ startMs }) => startMs);
      expect(new Set(starts).size).toBe(starts.length);
      expect([...due].filter(startMs => !starts.includes(startMs))).toEqual([]);
      for (const record of site.stored(meter)) expect(record.failures).toEqual([]);
    }
  });
});
