import { expect, it } from 'vitest';
import { decodeRecord } from '#core/wire/records.ts';
import { joulegate } from '../../../host/forward/kinds/joulegate.ts';

const nameOf = (gateway: string, meter: string): string | undefined => {
  const window = { gateway, meter, startMs: 0, windowS: 10, arrivedMs: 0, values: {}, missing: [] };
  const [bytes = new Uint8Array(0)] = joulegate.records?.({ ...window, site: 'home' }) ?? [];
  const record = decodeRecord(bytes);
  return record.ok ? record.value.meter : undefined;
};

const beginningWith = (id: string, most: number): string[] =>
  id.length === most ? [id] : [id, ...beginningWith(`${id}a`, most), ...beginningWith(`${id}-`, most)];

it('no two meters of whatever gateways have one name at another Joulegate', () => {
  expect(nameOf('attic', 'main')).toBe('attic-main');
  expect(nameOf('attic-2', 'main')).toBe('attic-2-main');
  expect(nameOf('attic', 'heat-pump')).toBe('attic--heat-pump');
  const ids = beginningWith('a', 6);
  const names = ids.flatMap(gateway => ids.map(meter => nameOf(gateway, meter)));
  expect(new Set(names).size).toBe(ids.length ** 2);
});
