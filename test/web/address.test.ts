import { expect, it } from 'vitest';
import { type Address, formatAddress, ledgerOf, parseAddress } from '../../web/address.ts';

const addresses: readonly Address[] = [
  { view: 'overview' },
  { view: 'history', meter: 'attic.main', quantity: null, range: { kind: 'preset', preset: '7d' } },
  { view: 'ledger', meter: null, dayMs: null, range: '90d', toMs: null },
  { view: 'ledger', meter: 'attic.main', dayMs: 1_774_724_400_000, range: '7d', toMs: 1_774_800_000_000 },
];

it.each(addresses)('an address of $view is the same after it was in the address bar', address => {
  expect(parseAddress(formatAddress(address))).toEqual(address);
});

it('what of the ledger is not understood becomes the default', () => {
  const standard = { view: 'ledger', meter: null, dayMs: null, range: '30d', toMs: null };
  expect(parseAddress('#/ledger')).toEqual(standard);
  expect(parseAddress('#/ledger?day=today&range=7&to=-1')).toEqual(standard);
  expect(parseAddress(ledgerOf('attic.main', 5))).toEqual({ ...standard, meter: 'attic.main', dayMs: 5 });
});
