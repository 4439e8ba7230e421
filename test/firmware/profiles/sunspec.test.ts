import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fromHex } from '#core/bytes.ts';
import { decodeRegisters } from '#core/modbus/decode.ts';
import { planReads } from '#core/modbus/plan.ts';
import { SunspecSearch } from '#core/modbus/sunspec.ts';
import { isPlausible } from '#core/quantities.ts';
import type { ModbusProfile } from '#profiles/profile.ts';
import { findProfile } from '#profiles/registry.ts';
import { sunspecDevice, sunspecProfile } from '#profiles/sunspec.ts';
import vectors from '../../vectors/modbus/sunspec.json' with { type: 'json' };

/** Registers from `base` on; the rest is refused. */
const memoryOf =
  (image: Uint8Array, base: number) =>
  (start: number, count: number): Uint8Array | undefined => {
    const from = (start - base) * 2;
    return from < 0 || from + count * 2 > image.length ? undefined : image.subarray(from, from + count * 2);
  };

function searchIn(read: (start: number, count: number) => Uint8Array | undefined) {
  const search = new SunspecSearch();
  let reads = 0;
  for (let next = search.next(); next !== undefined; next = search.next(), reads++) {
    search.take(read(next.start, next.count));
    if (reads > 100) throw new Error('the search does not end');
  }
  return { search, reads };
}

function searched(id: string): ModbusProfile {
  const profile = findProfile(id);
  if (profile?.kind !== 'modbus' || profile.sunspec === undefined) throw new Error(`${id} searches nothing`);
  return profile;
}

describe('a SunSpec device', () => {
  it.each(vectors.map(vector => [vector.name, vector] as const))(
    '%s is found and read as was worked out apart from this code',
    (_, { profile: id, base, manufacturer, image, values }) => {
      const read = memoryOf(fromHex(image) ?? new Uint8Array(0), base);
      const { search } = searchIn(read);
      expect(search.map?.manufacturer).toBe(manufacturer);
      const profile = search.map && sunspecProfile(searched(id), search.map);
      if (profile === undefined) throw new Error('nothing was found');
      const blocks = planReads(profile.registers, profile.limits);
      const told = blocks.flatMap(({ registers, start, count }) =>
        decodeRegisters(registers, start, read(start, count) ?? new Uint8Array(0)),
      );
      expect(told.map(({ quantity }) => quantity).sort()).toEqual(Object.keys(values).sort());
      for (const { quantity, value } of told) {
        const expected = Object.entries(values).find(([name]) => name === quantity)?.[1] ?? Number.NaN;
        expect(Math.abs(value - expected), `${quantity}: ${value}, not ${expected}`).toBeLessThan(
          Math.max(Math.abs(expected) * 1e-12, 1e-9),
        );
        expect(isPlausible(quantity, value), quantity).toBe(true);
        expect(searched(id).sunspec?.quantities).toContain(quantity);
      }
    },
  );

  it('says who it is where its own common model has it, also behind another', () => {
    const vector = vectors.find(({ name }) => name.startsWith('meter 203 behind'));
    const image = fromHex(vector?.image ?? '') ?? new Uint8Array(0);
    const { map } = searchIn(memoryOf(image, 40_000)).search;
    const serialOf = (id: string) => map && sunspecProfile(searched(id), map)?.identity?.serial?.address;
    const textAt = (address = 0) =>
      String.fromCharCode(...image.subarray((address - 40_000) * 2).subarray(0, 3));
    expect(textAt(serialOf('sunspec-inverter'))).toBe('SN0');
    expect(textAt(serialOf('sunspec-meter'))).toBe('SN2');
  });

  it('whose counters were seen below zero shows no energy that is none', () => {
    const models = [{ id: 103, start: 40_000, length: 50, device: 0 }];
    const image = new Uint8Array(104);
    new DataView(image.buffer).setInt32(48, -1_234_567);
    const shown = ['KOSTAL', 'Fronius'].map(manufacturer => {
      const registers = sunspecProfile(sunspecDevice, { manufacturer, models })?.registers ?? [];
      const [energy] = decodeRegisters(
        registers.filter(({ quantity }) => quantity === 'energyExportWh'),
        40_000,
        image,
      );
      return energy?.value;
    });
    expect(shown).toEqual([-1_234_567, 2 ** 32 - 1_234_567]);
    expect(isPlausible('energyExportWh', shown[0] ?? 0)).toBe(false);
  });

  it('without a map is none, and one whose chain breaks off is read as far as it came', () => {
    expect(searchIn(() => undefined)).toMatchObject({
      search: { state: 'absent', map: undefined },
      reads: 3,
    });
    expect(searchIn((_, count) => new Uint8Array(count * 2)).search.state).toBe('absent');
    const vector = vectors.find(({ name }) => name === 'inverter 103 with inputs');
    const image = (fromHex(vector?.image ?? '') ?? new Uint8Array(0)).subarray(0, (2 + 68 + 52) * 2);
    const { map } = searchIn(memoryOf(image, 40_000)).search;
    expect(map?.models.map(({ id }) => id)).toEqual([1, 103]);
    expect(map && sunspecProfile(sunspecDevice, map)?.registers.length).toBeGreaterThan(10);
  });

  it('is found behind models that nobody knows or that have nothing but a header', () => {
    const words = [0x5375, 0x6e53, 1, 2, 0, 0, 64_999, 0, 120, 1, 7, 103, 3, 0, 0, 0, 0xffff, 0];
    const image = Uint8Array.from(words.flatMap(word => [word >> 8, word & 255]));
    const { map } = searchIn(memoryOf(image, 40_000)).search;
    expect(map?.models.map(({ id, start }) => [id, start - 40_000])).toEqual([
      [1, 2],
      [120, 8],
      [103, 11],
    ]);
  });

  it('whose chain has no end is left after as many models as any device has', () => {
    const endless = (start: number, count: number) =>
      start === 40_000 ? Uint8Array.of(0x53, 0x75, 0x6e, 0x53) : new Uint8Array(count * 2).fill(1);
    const headersOnly = (start: number, count: number) =>
      start === 40_000
        ? Uint8Array.of(0x53, 0x75, 0x6e, 0x53)
        : Uint8Array.of(0, 9, 0, 0).subarray(0, count * 2);
    expect(searchIn(endless).reads).toBeLessThan(40);
    expect(searchIn(headersOnly)).toMatchObject({ search: { state: 'absent' }, reads: 34 });
  });

  it('of any bytes is found or not in bounded reads, and never read where it has no registers', () => {
    const memory = fc.uint8Array({ minLength: 4, maxLength: 600 });
    const marked = memory.map(bytes => Uint8Array.of(0x53, 0x75, 0x6e, 0x53, 0, 1, 0, 66, ...bytes));
    fc.assert(
      fc.property(fc.oneof(memory, marked), fc.constantFrom(0, 40_000, 50_000), (bytes, base) => {
        const { search, reads } = searchIn(memoryOf(bytes, base));
        expect(reads).toBeLessThanOrEqual(100);
        const profile = search.map && sunspecProfile(sunspecDevice, search.map);
        for (const { start, count } of profile ? planReads(profile.registers, profile.limits) : []) {
          expect(start + count).toBeLessThanOrEqual(0x1_0000);
        }
      }),
      { numRuns: 500 },
    );
  });
});
