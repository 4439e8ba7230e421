import { describe, expect, it } from 'vitest';
import { type QuantityId, quantities } from '#core/quantities.ts';
import { SmlHead, smlHeadQuantities } from '../../../simulator/meters/sml-head.ts';
import { decodeStream } from '../../firmware/core/sml/stream.ts';

const values: Partial<Record<QuantityId, number>> = {
  energyImportWh: 12_345_678.9,
  energyExportWh: 0.1,
  powerW: -4321.1,
  powerL1W: 0.1,
  powerL2W: -4321.2,
  voltageL1V: 229.9,
  currentL2A: -18.79,
  phaseAngleL3Degrees: -120,
  frequencyHz: 49.9,
};

const decoded = (head: SmlHead) => decodeStream(head.telegram(1)).frames[0]?.values ?? [];

describe('a simulated SML head', () => {
  it('sends what it reads, with the units and decimals of a modern meter, and leaves out what it does not know', () => {
    const shown = decoded(new SmlHead({ read: quantity => values[quantity] }));
    const byObis = Object.fromEntries(shown.map(({ obis, text, unit }) => [obis, `${text} ${unit}`]));
    const expected = smlHeadQuantities
      .filter(id => values[id] !== undefined)
      .map(id => [`${quantities[id].obis}*255`, quantities[id].unit, values[id]] as const);
    for (const [obis, unit, value] of expected) {
      const [text, sentUnit] = (byObis[obis] ?? '').split(' ');
      expect([obis, Number(text), sentUnit]).toEqual([obis, value, unit]);
    }
    expect(shown).toHaveLength(expected.length + 2);
  });

  it('names its maker and its number, and says by its status that it feeds in', () => {
    const exporting = decoded(new SmlHead({ maker: 'ABC', serial: 0x01020304, read: id => values[id] }));
    expect(exporting.slice(0, 2).map(({ obis, raw }) => [obis, raw])).toEqual([
      ['1-0:96.50.1*1', '414243'],
      ['1-0:96.1.0*255', '0a014142430001020304'],
    ]);
    expect((exporting[2]?.status ?? 0) & 0x800).toBe(0x800);
    const importing = decoded(new SmlHead({ read: id => (id === 'powerW' ? 5 : values[id]) }));
    expect((importing[2]?.status ?? 0) & 0x800).toBe(0);
  });

  it('sends telegrams of the size that real meters send: 212 to 684 bytes', () => {
    const full = new SmlHead({ read: id => values[id] ?? 1 }).telegram(1);
    const small = new SmlHead({
      read: id => values[id] ?? 1,
      quantities: ['energyImportWh', 'powerW'],
    }).telegram(1);
    expect(small.length).toBeGreaterThanOrEqual(180);
    expect(full.length).toBeLessThanOrEqual(684);
  });
});
