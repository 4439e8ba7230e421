import { expect, it } from 'vitest';
import { guessPlan, type ImportChoice, importCheckOf } from '../../../web/data/import-guess.ts';

it.each([
  [
    'a file of a German grid operator',
    ';',
    [
      ['Datum', 'Uhrzeit', 'Bezug [kWh]', 'Einspeisung [kWh]', 'Bemerkung'],
      ['01.02.2026', '00:15', '1234,5', '0,0', ''],
    ],
    'DD.MM.YYYY HH:mm',
    ',',
    ['time', 'time', 'energyImportWh×1000', 'energyExportWh×1000', '-'],
  ],
  [
    'an export of Home Assistant',
    ',',
    [
      ['entity_id', 'state', 'last_changed'],
      ['sensor.power', '231.4', '2026-02-01T00:00:00.000Z'],
    ],
    'iso',
    '.',
    ['-', 'powerW×1', 'time'],
  ],
  [
    'a logger that writes seconds since 1970 and no names',
    ',',
    [
      ['1767225600', '512.5'],
      ['1767225610', '515'],
    ],
    'unix',
    '.',
    ['time', 'powerW×1'],
  ],
  [
    'an inverter',
    ',',
    [
      ['Time', 'Power (kW)', 'Voltage L1', 'Frequency Hz'],
      ['2026-02-01 00:05:00', '3.25', '231.0', '50.01'],
    ],
    'iso',
    '.',
    ['time', 'powerW×1000', 'voltageL1V×1', 'frequencyHz×1'],
  ],
])('%s is understood', (_name, delimiter, lines, timeFormat, decimal, uses) => {
  const plan = guessPlan(lines, delimiter);
  expect(plan).toMatchObject({ timeFormat, decimal });
  const told = plan.uses.map(use =>
    use.is === 'time' ? 'time' : use.is === 'value' ? `${use.quantity}×${use.factor}` : '-',
  );
  expect(told).toEqual(uses);
});

it('columns are asked for by their names, or by their places where a name does not tell', () => {
  const header = ['time', 'kWh', 'kWh', ''];
  const choice: ImportChoice = {
    file: '0123456789abcdef',
    format: { delimiter: ';', encoding: 'windows-1252' },
    header,
    meter: 'attic.main',
    zone: 'Europe/Berlin',
    means: 'end',
    overlap: 'fill',
    mistakes: 'refuse',
    plan: {
      hasHeader: true,
      timeFormat: 'iso',
      decimal: ',',
      uses: [
        { is: 'time' },
        { is: 'value', quantity: 'energyImportWh', factor: 1000 },
        { is: 'value', quantity: 'energyExportWh', factor: 1000 },
        { is: 'skipped' },
      ],
    },
  };
  expect(importCheckOf(choice)).toMatchObject({
    time: { columns: ['time'], means: 'end' },
    columns: [
      { column: '#2', quantity: 'energyImportWh', factor: 1000, meter: 'attic.main' },
      { column: '#3', quantity: 'energyExportWh' },
    ],
  });
  const none = { ...choice, plan: { ...choice.plan, uses: [{ is: 'time' }, { is: 'skipped' }] as const } };
  expect(importCheckOf(none)).toBeUndefined();
});
