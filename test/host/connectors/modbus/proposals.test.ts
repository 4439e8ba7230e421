import { expect, test } from 'vitest';
import { proposalsOf } from '../../../../host/connectors/modbus/proposals.ts';
import { wayOf } from '../../../../host/connectors/modbus/way.ts';

const way = wayOf({ transport: 'rtu', host: 'converter.example', port: 8899 });
const meter = (address: number) => ({
  ...({ address, baud: 9600, parity: 'none', stopBits: 1 } as const),
  ...({ profile: 'eastron-sdm630', sureness: 'sure', values: { voltageL1V: 230 } } as const),
});
const told = '· units 5 to 7, 9, 255 were not asked in time; a meter there is added by hand';
const unasked = [255, 5, 6, 7, 9];

test('which units were not asked in time is told once, with the first proposal', () => {
  expect(proposalsOf(way, [meter(1)], unasked).map(({ detail }) => detail)).toEqual([
    `eastron-sdm630 · 230 V ${told}`,
  ]);
  const [whole, ...others] = proposalsOf(way, [meter(1), meter(2)], unasked).map(({ detail }) => detail);
  expect(whole).toContain(told);
  expect(others).toEqual(Array(2).fill('eastron-sdm630 · 230 V'));
});

test('where all were asked nothing is told of time, and nobody may be there', () => {
  expect(proposalsOf(way, [meter(1)]).map(({ detail }) => detail)).toEqual(['eastron-sdm630 · 230 V']);
  expect(proposalsOf(way, [])).toEqual([]);
});

test('that nobody answered is not told as nobody being there where not all were asked', () => {
  expect(() => proposalsOf(way, [], unasked)).toThrow(
    'nobody answered, and units 5 to 7, 9, 255 were not asked in time; a meter there is added by hand',
  );
});
