import { expect, it } from 'vitest';
import { fromHex } from '#core/bytes.ts';
import { obisText } from '#core/sml/obis.ts';
import { SmlDecoder } from '#core/sml/telegram.ts';
import { SmlTransport } from '#core/sml/transport.ts';
import type { SmlValue } from '#core/sml/value.ts';
import {
  absent,
  list,
  message,
  octets,
  type SmlBytes,
  signed,
  unsigned,
} from '../../../../simulator/meters/sml-encode.ts';
import synthetic from '../../../vectors/sml/synthetic.json' with { type: 'json' };

/** What both ways to take the values of a payload give. */
function bothWays(bytes: Uint8Array, start = 0, end = bytes.length) {
  const copy = (value: SmlValue) => ({ ...value });
  const kept = new SmlDecoder().decode(bytes, start, end);
  const values: object[] = [];
  const taken = new SmlDecoder({ onValue: value => values.push(copy(value)) }).decode(bytes, start, end);
  expect({ ...taken, value: undefined }).toEqual({ ...kept, value: undefined });
  if (kept.ok && taken.ok) expect(taken.value).toEqual({ ...kept.value, values: [] });
  return { kept: kept.ok ? kept.value.values.map(copy) : undefined, values };
}

it('a telegram whose values are taken as they come gives the same as one whose values are kept', () => {
  let compared = 0;
  const transport = new SmlTransport({
    onFrame: ({ bytes, start, end }) => {
      const { kept, values } = bothWays(bytes, start, end);
      if (kept === undefined) return;
      expect(values).toEqual(kept);
      compared += values.length;
    },
    onFault: () => {},
  });
  for (const { hex } of synthetic) transport.push(fromHex(hex) ?? new Uint8Array(0));
  expect(compared).toBeGreaterThan(100);
});

it('powers that a DZG meter coded wrongly are taken right, wherever in the list it says who it is, and in their order', () => {
  const server = [0x0a, 0x01, 0x44, 0x5a, 0x47, 0x00, 0x02, 0x98, 0x00, 0x00];
  const entry = (obis: number[], value: SmlBytes) =>
    list(octets(obis), absent, absent, unsigned(27, 1), signed(-2, 1), value, absent);
  const power = entry([1, 0, 16, 7, 0, 255], signed(-29_912, 2));
  const voltage = entry([1, 0, 32, 7, 0, 255], unsigned(23_000, 2));
  const serial = entry([1, 0, 96, 1, 0, 255], octets(server));
  const telegrams = [
    [serial, power, voltage],
    [voltage, power, serial],
    [power, voltage, power, serial, voltage],
    [power, voltage],
  ];
  for (const entries of telegrams) {
    const payload = message(
      1,
      0x0701,
      list(absent, octets([9]), absent, absent, list(...entries), absent, absent),
    );
    const { kept, values } = bothWays(Uint8Array.from(payload));
    expect(values).toEqual(kept);
    const isSaid = entries.includes(serial);
    const powers = kept?.filter(({ abc, def }) => obisText(abc, def) === '1-0:16.7.0*255') ?? [];
    expect(powers.map(({ mantissa }) => mantissa)).toEqual(powers.map(() => (isSaid ? 35_624 : -29_912)));
  }
});
