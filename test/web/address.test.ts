import { expect, it } from 'vitest';
import {
  type Address,
  dataAddress,
  fleetAddress,
  formatAddress,
  gatewayAddress,
  ledgerOf,
  parseAddress,
} from '../../web/address.ts';

const addresses: readonly Address[] = [
  { view: 'overview' },
  { view: 'history', meter: 'attic.main', quantity: null, range: { kind: 'preset', preset: '7d' } },
  { view: 'ledger', meter: null, dayMs: null, range: '90d', toMs: null },
  { view: 'ledger', meter: 'attic.main', dayMs: 1_774_724_400_000, range: '7d', toMs: 1_774_800_000_000 },
  { view: 'meter', meter: 'attic.main' },
  { view: 'meter', meter: 'attic.main', atMs: 1_790_000_000_000 },
  { view: 'meter', meter: 'attic.main', weeks: 13 },
  { view: 'structure' },
  { view: 'structure', period: 'month', atMs: 1_790_000_000_000 },
  { view: 'structure', period: 'year' },
  dataAddress('corrections'),
  dataAddress('corrections', { meter: 'attic.main', fromMs: 1_774_724_400_000, toMs: 1_774_800_000_000 }),
  dataAddress('export', { meter: 'attic.main' }),
  dataAddress('backups'),
  dataAddress('outlets', { outlet: '' }),
  dataAddress('outlets', { outlet: 'forward.influx' }),
  { view: 'settings' },
  { view: 'settings', part: 'people' },
  gatewayAddress(null),
  fleetAddress({ part: 'rollouts' }),
  fleetAddress({ find: 'cellar 2', show: 'offline', sort: 'journal' }),
  gatewayAddress('cellar'),
  gatewayAddress('cellar', 'line', 'bus'),
  gatewayAddress('cellar', 'profiles'),
  gatewayAddress('cellar', 'settings', 'bus', { address: 7, profile: 'eastron-sdm120' }),
  gatewayAddress('cellar', 'settings', 'bus', { address: 7, profile: null }),
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

it('what of a gateway is not understood shows how it is', () => {
  expect(parseAddress('#/gateways/cellar/line')).toEqual(gatewayAddress('cellar'));
  expect(parseAddress('#/gateways/cellar/engine?address=999')).toEqual(gatewayAddress('cellar'));
});

it('a meter without a name, and a view that is none, show the overview', () => {
  expect(parseAddress('#/meter')).toEqual({ view: 'overview' });
  expect(parseAddress('#/constructor')).toEqual({ view: 'overview' });
});
