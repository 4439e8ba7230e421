import { expect, test } from 'vitest';
import { quantityIds } from '#core/quantities.ts';
import { profileQuantities } from '#profiles/profile.ts';
import { profiles } from '#profiles/registry.ts';
import { deviceKind } from '../../../web/meter/device-kind.ts';
import { quantityGroups } from '../../../web/meter/quantity-groups.ts';

const idsOf = (measured: readonly string[]) =>
  quantityGroups(measured).flatMap(({ rows }) =>
    rows.flatMap(({ byPhase, total }) => [...byPhase, total].filter(id => id !== null)),
  );

test('every quantity stands in one place, and only there', () => {
  expect([...idsOf(quantityIds)].sort()).toEqual([...quantityIds].sort());
});

test('every profile is shown whole', () => {
  for (const profile of profiles) {
    const measured = profileQuantities(profile);
    expect([profile.id, [...idsOf(measured)].sort()]).toEqual([profile.id, [...new Set(measured)].sort()]);
  }
});

test('phases and their total stand in one line, what is between phases in another', () => {
  const groups = quantityGroups([
    'voltageL1V',
    'voltageL2V',
    'voltageL3V',
    'voltageL1L2V',
    'voltageLineV',
    'powerW',
    'powerL1W',
  ]);
  expect(groups).toEqual([
    {
      id: 'power',
      hasPhases: true,
      rows: [{ stem: 'power', is: 'phases', byPhase: ['powerL1W', null, null], total: 'powerW' }],
    },
    {
      id: 'voltage',
      hasPhases: true,
      rows: [
        { stem: 'voltage', is: 'phases', byPhase: ['voltageL1V', 'voltageL2V', 'voltageL3V'], total: null },
        { stem: 'voltageLine', is: 'between', byPhase: ['voltageL1L2V', null, null], total: 'voltageLineV' },
      ],
    },
  ]);
});

test('inputs of an inverter stand by themselves', () => {
  const [power] = quantityGroups(['powerDcW', 'powerDc1W', 'powerDc2W']);
  expect(power?.rows.map(({ total, is }) => [total, is])).toEqual([
    ['powerDcW', 'single'],
    ['powerDc1W', 'single'],
    ['powerDc2W', 'single'],
  ]);
});

test('what no vocabulary knows is left out', () => {
  expect(quantityGroups(['nothing', 'gasVolumeM3'])).toMatchObject([{ id: 'others' }]);
});

test.each([
  ['eastron-sdm630', 'rail3'],
  ['eastron-sdm120', 'rail1'],
  ['peacefair-pzem-004t-v3', 'rail1'],
  ['sml-meter', 'smart'],
  ['ina219', 'shunt'],
  ['growatt-rtu', 'inverter'],
])('%s looks like %s', (id, kind) => {
  const profile = profiles.find(each => each.id === id);
  if (profile === undefined) throw new Error(id);
  const quantities = [...profileQuantities(profile)];
  expect(deviceKind({ kind: profile.kind, quantities }, [])).toBe(kind);
});

test('of a profile that the page does not know, what is measured tells', () => {
  expect(deviceKind(undefined, ['voltageL2V'])).toBe('rail3');
  expect(deviceKind(undefined, ['shuntVoltageV'])).toBe('shunt');
  expect(deviceKind(undefined, [])).toBe('rail1');
});
