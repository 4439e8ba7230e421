import { expect, test } from 'vitest';
import { packEnergy, unpackEnergy } from '../../../host/store/energy-cells.ts';

test('an energy table comes out of its buffer as it went in', () => {
  const none = [null, null, null];
  const table = {
    zone: 'Europe/Berlin',
    startMs: [0, 10, 20],
    endMs: [10, 20, 30],
    meters: [
      {
        meter: 'attic.main',
        importWh: [1.5, 0, 9e11],
        exportWh: none,
        importEstimatedWh: [0, 0, 0.0001],
        exportEstimatedWh: none,
        coverage: [1, 0.5, 0],
      },
      {
        meter: 'attic.none',
        importWh: none,
        exportWh: none,
        importEstimatedWh: none,
        exportEstimatedWh: none,
        coverage: [0, 0, 0],
      },
    ],
  };
  expect(unpackEnergy(packEnergy(table))).toEqual(table);
  const empty = { zone: 'UTC', startMs: [], endMs: [], meters: [] };
  expect(unpackEnergy(packEnergy(empty))).toEqual(empty);
});
