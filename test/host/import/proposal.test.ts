import { expect, it } from 'vitest';
import { firstLines, likelyLayout, unitsBelow } from '../../../host/import/likely-layout.ts';
import { type ImportChoice, importCheckOf } from '../../../host/import/proposal/choice.ts';
import { proposeDevices } from '../../../host/import/proposal/devices.ts';
import { firstChoice } from '../../../host/import/proposal/first-choice.ts';
import { guessPlan } from '../../../host/import/proposal/guess-plan.ts';
import { proposeNames } from '../../../host/import/proposal/names.ts';
import { factorOf, quantityOf, quantityOfUnit } from '../../../host/import/proposal/words.ts';

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
    ['name', 'powerW×1', 'time'],
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
  [
    'statistics of Home Assistant',
    '\t',
    [
      ['statistic_id', 'unit', 'start', 'min', 'max', 'mean', 'sum', 'state'],
      ['sensor.power', 'W', '26.01.2026 00:00', '1', '3', '2'],
      ['sensor.energy', 'kWh', '26.01.2026 00:00', '', '', '', '5', '105'],
    ],
    'DD.MM.YYYY HH:mm',
    '.',
    ['name', '-', 'time', 'powerW×1', 'powerW×1', 'powerW×1', 'powerW×1', 'powerW×1'],
  ],
  [
    'the same with another of its forms of times, and readings alone',
    '\t',
    [
      ['statistic_id', 'unit', 'start', 'sum', 'state', 'delta'],
      ['sensor.energy', 'kWh', '2026.01.26 00:00', '5', '105', ''],
    ],
    'YYYY.MM.DD HH:mm',
    '.',
    ['name', '-', 'time', 'powerW×1', 'powerW×1', '-'],
  ],
  [
    'a table of a small logger',
    ',',
    [
      ['id', 'ts', 'power_w', 'total_kwh'],
      ['1', '1767225600.25', '512.5', '1.5'],
    ],
    'unix',
    '.',
    ['-', 'time', 'powerW×1', 'energyImportWh×1000'],
  ],
  [
    'a table whose channels have numbers',
    ',',
    [
      ['id', 'channel_id', 'timestamp', 'value'],
      ['1', '7', '1767225600123', '512.5'],
      ['2', '8', '1767225600456', '3'],
    ],
    'unixMs',
    '.',
    ['-', 'name', 'time', 'powerW×1'],
  ],
  [
    'a table whose rows are of several meters, told by their numbers',
    ',',
    [
      ['ts', 'meter_id', 'power', 'energy'],
      ['1767225600', '1', '512.5', '1000'],
      ['1767225600', '2', '3', '20'],
    ],
    'unix',
    '.',
    ['time', 'device', 'powerW×1', 'energyImportWh×1'],
  ],
  [
    'rows of several plugs beside a state',
    ';',
    [
      ['Zeit', 'Steckdose', 'State', 'Leistung [kW]', 'Spannung'],
      ['2026-02-01 00:00', 'Büro', '1', '0,25', '231'],
      ['2026-02-01 00:00', 'Keller', '0', '0,5', '230'],
    ],
    'iso',
    ',',
    ['time', 'device', '-', 'powerW×1000', 'voltageL1V×1'],
  ],
  [
    'rows that a column of another name tells apart, beside a number of each row and a note',
    ',',
    [
      ['id', 'time', 'note', 'which', 'power_w'],
      ['1', '2026-02-01T00:00:00Z', 'ok', 'attic', '5'],
      ['2', '2026-02-01T00:00:00Z', 'ok', 'cellar', '6'],
      ['3', '2026-02-01T00:01:00Z', 'ok', 'attic', '7'],
    ],
    'iso',
    '.',
    ['-', 'time', '-', 'device', 'powerW×1'],
  ],
  [
    'values of several rooms, which are no one meter',
    ',',
    [
      ['time', 'room', 'value'],
      ['2026-02-01 00:00:00', 'kitchen', '5'],
      ['2026-02-01 00:00:03', 'bath', '7'],
    ],
    'iso',
    '.',
    ['time', 'name', 'powerW×1'],
  ],
  [
    'bounds of phases beside their means',
    ',',
    [
      ['time', 'Voltage L1 min', 'Voltage L1 max', 'Voltage L1', '15-min power', 'Leistung L1 Max [W]'],
      ['2026-02-01 00:00:00', '229', '231', '230', '5', '9'],
    ],
    'iso',
    '.',
    ['time', '-', '-', 'voltageL1V×1', 'powerW×1', '-'],
  ],
  [
    'rows of devices without names of columns',
    ',',
    [
      ['1767225600', 'a', '512.5'],
      ['1767225600', 'b', '515'],
      ['1767225610', 'a', '515'],
    ],
    'unix',
    '.',
    ['time', 'device', 'powerW×1'],
  ],
  [
    'readings of one meter, whose column is named as a device might be',
    ';',
    [
      ['Zeit', 'Zähler', 'Leistung'],
      ['2026-02-01 00:00', '12345', '300'],
      ['2026-02-01 00:15', '12345', '300'],
    ],
    'iso',
    ',',
    ['time', 'energyImportWh×1', 'powerW×1'],
  ],
  [
    'an American export',
    ',',
    [
      ['Time Bucket', 'Mains (kW)'],
      ['02/01/2026 01:15:00 PM', '3.25'],
    ],
    'M/D/YYYY h:mm:ss A',
    '.',
    ['time', 'powerW×1000'],
  ],
])('%s is understood', (_name, delimiter, lines, timeFormat, decimal, uses) => {
  const plan = guessPlan(lines, { delimiter });
  expect(plan).toMatchObject({ timeFormat, decimal });
  const told = plan.uses.map(use =>
    use.is === 'value' ? `${use.quantity}×${use.factor}` : use.is === 'skipped' ? '-' : use.is,
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
    windowS: null,
    names: [],
    devices: [],
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

const named = (name: string, example: string[] = []) => ({
  name,
  lines: 2,
  example,
  filled: example.flatMap((cell, index) => (cell === '' ? [] : [index])),
});

it('series of an InfluxDB export are proposed as meters and quantities, and asked for by their names', () => {
  const lines = [
    ['time', 'series', 'value'],
    ['1767225600000', 'W,entity_id=grid value', '5'],
  ];
  const format = { kind: 'lines' as const, series: ['series'] };
  const file = {
    id: '0123456789abcdef',
    name: 'a.lp',
    bytes: 9,
    format,
    timeFormat: 'unixNs',
    tables: [],
    lines,
  };
  const choice = firstChoice(file, format, lines, 'home.main', 'Europe/Berlin');
  expect(choice).toMatchObject({ means: 'instant', plan: { timeFormat: 'unixNs' } });
  const series = [
    named('W,entity_id=grid value'),
    named('W,entity_id=grid_power value'),
    named('kWh,domain=sensor,entity_id=solar_export value'),
    named('°C,entity_id=bath value'),
  ];
  const names = proposeNames({ series }, choice.header, ['value']);
  expect(names.map(({ use }) => use && [use.meter, use.quantity, use.factor])).toEqual([
    ['imported.grid', 'powerW', 1],
    ['imported.grid-2', 'powerW', 1],
    ['imported.solar', 'energyExportWh', 1000],
    null,
  ]);
  expect(importCheckOf({ ...choice, names })).toMatchObject({
    format: { kind: 'lines', series: ['series'] },
    time: { columns: ['time'], format: 'unixNs', means: 'instant' },
    columns: [
      {
        column: 'value',
        where: { column: 'series', equals: 'W,entity_id=grid value' },
        meter: 'imported.grid',
      },
      { meter: 'imported.grid-2' },
      { meter: 'imported.solar' },
    ],
  });
  expect(importCheckOf({ ...choice, names: names.slice(3) })).toBeUndefined();
});

it('each device is proposed as a meter of its own, with what it has values of, as far as an import has room', () => {
  const named = (name: string, filled = [0, 1, 2, 3]) => ({ name, lines: 2, example: [], filled });
  const series = [
    named('Küche'),
    named('kuche'),
    named('7'),
    named('', [0, 2]),
    named('W', [0, 1, 3]),
    named('off', [0, 1]),
  ];
  const devices = proposeDevices({ series }, [2, 3]);
  expect(devices.map(({ meter, isUsed }) => (isUsed ? meter : null))).toEqual([
    'imported.kuche',
    'imported.kuche-2',
    'imported.meter-7',
    null,
    'imported.w',
    null,
  ]);
  const lines = [
    ['ts', 'device', 'power', 'energy'],
    ['1767225600', 'a', '512.5', '1000'],
  ];
  const format = { delimiter: ',' as const };
  const file = { id: '0123456789abcdef', name: 'a', bytes: 9, format, timeFormat: null, tables: [], lines };
  const choice = firstChoice(file, format, lines, 'home.main', 'Europe/Berlin');
  expect(importCheckOf(choice)).toBeUndefined();
  const asked = importCheckOf({ ...choice, devices: devices.slice(2, 5) });
  expect(asked).toMatchObject({ format: { series: ['device'] } });
  expect(asked?.columns.map(({ column, where, meter }) => [column, where, meter])).toEqual([
    ['power', { column: 'series', equals: '7' }, 'imported.meter-7'],
    ['energy', { column: 'series', equals: '7' }, 'imported.meter-7'],
    ['energy', { column: 'series', equals: 'W' }, 'imported.w'],
  ]);
  const many = Array.from({ length: 150 }, (_, at) => named(`d${at}`));
  expect(proposeDevices({ series: many }, [2, 3]).filter(({ isUsed }) => isUsed)).toHaveLength(100);
});

it('a series of words, such as of a switch, is none of power, whatever it is called', () => {
  const series = ['on', 'true', 'unavailable', '5'].map((first, at) =>
    named(`power of plug${at}`, ['1767225600', `plug${at}`, first]),
  );
  const names = proposeNames({ series }, ['time', 'series', 'value'], ['value']);
  expect(names.map(({ use }) => use?.quantity)).toEqual([undefined, undefined, 'powerW', 'powerW']);
});

it('of series, too, what a meter draws, or what it feeds in below zero, is power of which energy is counted where it is all of its power', () => {
  const series = [
    'W,entity_id=grid_import_power value',
    'W,entity_id=grid_export_power value',
    'W,entity_id=roof_production value',
  ];
  const names = proposeNames(
    { series: series.map(name => named(name)) },
    ['time', 'series', 'value'],
    ['value'],
  );
  expect(names.map(({ use }) => use && [use.meter, use.quantity, use.factor])).toEqual([
    ['imported.grid', 'powerImportW', 1],
    ['imported.grid', 'powerExportW', 1],
    ['imported.roof', 'powerW', -1],
  ]);
});

it('statistics of Home Assistant are proposed as means with their bounds, or as sums', () => {
  const header = ['statistic_id', 'unit', 'start', 'min', 'max', 'mean', 'sum', 'state'];
  const series = [
    named('sensor.grid_power', ['sensor.grid_power', 'W', '26.01.2026 00:00', '1', '3', '2']),
    named('sensor.grid_energy', ['sensor.grid_energy', 'kWh', '26.01.2026 00:00', '', '', '', '5', '105']),
    named('sensor.bath', ['sensor.bath', '°C', '26.01.2026 00:00', '1', '3', '2']),
  ];
  const names = proposeNames({ series }, header, header.slice(3));
  expect(names.map(({ column, low, high, use }) => [column, low, high, use?.meter, use?.quantity])).toEqual([
    ['mean', 'min', 'max', 'imported.grid', 'powerW'],
    ['sum', undefined, undefined, 'imported.grid', 'energyImportWh'],
    ['mean', 'min', 'max', undefined, undefined],
  ]);
});

it.each([
  ['Leistung [kW]', 'powerW', 1000],
  ['gridkWh', 'energyImportWh', 1000],
  ['PV_kW', 'powerExportW', 1000],
  ['Wallbox PV kW', 'powerW', 1000],
  ['gridPowerW', 'powerW', 1],
  ['grid import power (W)', 'powerImportW', 1],
  ['Current power', 'powerW', 1],
  ['power_mW', 'powerW', 0.001],
  ['MWh total', 'energyImportWh', 1_000_000],
  ['current_ma', 'currentL1A', 0.001],
  ['Voltage L2', 'voltageL2V', 1],
  ['energy_l1_kwh', 'energyImportL1Wh', 1000],
  ['L3 energy export Wh', 'energyExportL3Wh', 1],
  ['Apparent power L2 (VA)', 'apparentPowerL2VA', 1],
  ['Power factor L1', 'powerFactorL1', 1],
  ['Frequency L1 (Hz)', 'frequencyHz', 1],
  ['export power L2 (W)', undefined, 1],
  ['Feeder 3 power', 'powerW', 1],
  ['price_eur_kwh', undefined, 1000],
  ['Preis ct/kWh', undefined, 1000],
  ['CO2 g/kWh', undefined, 1000],
  ['Wh/km', undefined, 1],
  ['Spot SEK/kWh', undefined, 1000],
  ['øre/kWh', undefined, 1000],
  ['Yield kWh/kWp', undefined, 1000],
  ['Verbrauch kWh/Tag', undefined, 1000],
  ['Kostenstelle 4711 kWh', 'energyImportWh', 1000],
  ['cost centre 7 (kWh)', 'energyImportWh', 1000],
  ['Bezug / kWh', 'energyImportWh', 1000],
  ['Leistung / W', 'powerW', 1],
  ['Verbrauch kWh/min', undefined, 1000],
  ['Bezug Tarif 1', 'energyImportT1Wh', 1],
  ['Einspeisung Tarif 2 (kWh)', 'energyExportT2Wh', 1000],
  ['energy_consumption_tarif_2', 'energyImportT2Wh', 1],
  ['Consumo Tarifa 3 kWh', undefined, 1000],
  ['Tarif 1', undefined, 1],
  ['Tarif 1 ct/kWh', undefined, 1000],
  ['Tarif Strom', undefined, 1],
  ['current_tariff', undefined, 1],
  ['current temperature', undefined, 1],
  ['sample_count', undefined, 1],
  ['timestamp_ms', undefined, 1],
  ['gridAmps', 'currentL1A', 1],
  ['Power L3 kW', 'powerL3W', 1000],
  ['Apparent power kVA', 'apparentPowerVA', 1000],
  ['Blindleistung', 'reactivePowerVar', 1],
  ['Strom', 'currentL1A', 1],
  ['Energy export kWh', 'energyExportWh', 1000],
  ['Einspeiseleistung W', 'powerExportW', 1],
  ['power_factor', 'powerFactor', 1],
  ['Voltage L2-L3', 'voltageL2L3V', 1],
  ['sector kWh', 'energyImportWh', 1000],
  ['kvarh', undefined, 1],
  ['Energie ins Netz eingespeist [kWh]', 'energyExportWh', 1000],
  ['Energie vom Netz bezogen', 'energyImportWh', 1],
  ['Returned energy Wh (A)', 'energyExportWh', 1],
  ['sensor energy returned', 'energyExportWh', 1],
  ['Solar production (kWh)', 'energyExportWh', 1000],
  ['Produção kWh', 'energyExportWh', 1000],
  ['Energia injetada kWh', 'energyExportWh', 1000],
  ['Überschuss kWh', 'energyExportWh', 1000],
  ['Verbrauch aus Produktion kWh', 'energyImportWh', 1000],
  ['Product A kWh', 'energyImportWh', 1000],
  ['Meter Reading electricity delivered to client (Tariff 1) kWh', 'energyImportT1Wh', 1000],
  ['Meter Reading electricity delivered by client (Tariff 1) kWh', 'energyExportT1Wh', 1000],
  ['Lieferwagen Lader kWh', 'energyImportWh', 1000],
  ['Lieferung kWh', 'energyExportWh', 1000],
  ['electricity_currently_delivered', undefined, 1],
  ['EacToday(kWh)', undefined, 1000],
  ['EacTotal(kWh)', 'energyImportWh', 1000],
  ['Tagesertrag kWh', undefined, 1000],
  ['Max V', undefined, 1],
  ['a_max_act_power', undefined, 1],
  ['Power 15 min (W)', 'powerW', 1],
  ['Lastgang 15-min (kW)', 'powerW', 1000],
])('a column named %s', (name, quantity, factor) => {
  expect(quantityOf(name)).toBe(quantity);
  if (quantity !== undefined) expect(factorOf(name)).toBe(factor);
});

it('a unit says what is measured, and the name which way it goes and on which phase', () => {
  expect(quantityOfUnit('W', 'sensor.grid_export_power')).toEqual({ quantity: 'powerExportW', factor: 1 });
  expect(quantityOfUnit('kWh', 'sensor.power_export')).toEqual({ quantity: 'energyExportWh', factor: 1000 });
  expect(quantityOfUnit('kWh', 'sensor.energy_returned')).toEqual({
    quantity: 'energyExportWh',
    factor: 1000,
  });
  expect(quantityOfUnit('kWh', 'sensor.energy_consumption_tariff_2')?.quantity).toBe('energyImportT2Wh');
  expect(quantityOfUnit('V', 'sensor.l2')).toEqual({ quantity: 'voltageL2V', factor: 1 });
});

it('names are asked for without the blanks around them, a quantity of a wide file once, and times of UTC as such', () => {
  const choiceOf = (lines: string[][]) => {
    const format = { delimiter: ',' as const };
    const file = { id: '0123456789abcdef', name: 'a', bytes: 9, format, timeFormat: null, tables: [], lines };
    return importCheckOf(firstChoice(file, format, lines, 'home.main', 'Europe/Berlin'));
  };
  // Octopus Energy has a blank before each name but the first.
  const blank = [
    ['Consumption (kwh)', ' Start', ' End'],
    ['0.123', ' 2023-10-28T00:00:00+01:00', ' 2023-10-28T00:30:00+01:00'],
  ];
  expect(choiceOf(blank)).toMatchObject({ time: { columns: ['Start'], zone: 'Europe/Berlin' } });
  const several = [
    ['Date/time UTC', 'Home (kW)', 'Solar (kW)'],
    ['2023-10-28 00:00', '0.5', '0.25'],
  ];
  expect(choiceOf(several)).toMatchObject({ time: { zone: 'UTC' }, columns: [{ column: 'Home (kW)' }] });
  const zoneOf = (name: string) =>
    choiceOf([
      [name, 'Home (kW)'],
      ['2023-10-28 00:00', '0.5'],
    ])?.time.zone;
  const ahead = ['Time (UTC+1)', 'Time (GMT +01:00)', 'Time UTC (+1)', 'Time (UTC/GMT +1)'];
  expect(ahead.map(zoneOf)).toEqual(ahead.map(() => 'Europe/Berlin'));
  const same = ['Time UTC+00:00', 'Time (GMT)', 'utc_timestamp', 'time_utc', 'timeUTC', 'dateTimeUtc'];
  expect(same.map(zoneOf)).toEqual(same.map(() => 'UTC'));
  const dates = [
    ['Data', 'Hora', 'Consumo (kW)'],
    ['2023/10/28', '00:15', '0,123'],
  ];
  expect(choiceOf(dates)?.time).toMatchObject({ columns: ['Data', 'Hora'], format: 'YYYY/MM/DD HH:mm' });
});

it('units below the names are theirs', () => {
  const text =
    'sep=;\n# of the inverter\nZeit;Netz;Energie;Typ\n[dd.MM.yyyy];[kW];[kWh]\n01.02.2026 00:00;1,5;2,5;a\n01.02.2026 01:00;1,5;2,5;a\n';
  const layout = likelyLayout(text);
  expect(unitsBelow(text, layout)).toEqual(['[dd.MM.yyyy]', '[kW]', '[kWh]', '']);
  const lines = firstLines(text, layout, 9);
  const { uses } = guessPlan(lines, layout, unitsBelow(text, layout));
  expect(uses).toEqual([
    { is: 'time' },
    { is: 'value', quantity: 'powerW', factor: 1000 },
    { is: 'value', quantity: 'energyImportWh', factor: 1000 },
    { is: 'skipped' },
  ]);
  expect(unitsBelow('a;b\n1;2\n', likelyLayout('a;b\n1;2\n'))).toEqual([]);
});

it('readings alone are of their moment, and those beside means of their interval', () => {
  const choiceOf = (header: string[]) => {
    const lines = [header, ['2026-02-01 00:00:00', '5', '6']];
    const format = { delimiter: ',' as const };
    const file = { id: '0123456789abcdef', name: 'a', bytes: 9, format, timeFormat: null, tables: [], lines };
    return firstChoice(file, format, lines, 'home.main', 'Europe/Berlin').means;
  };
  expect(choiceOf(['time', 'import kWh', 'export kWh'])).toBe('instant');
  expect(choiceOf(['time', 'import kWh', 'power W'])).toBe('start');
});

it('what is fed in or made is told from what is used by the words of common languages, and from places where things are made', () => {
  const out = [
    ...['Generation', 'Energy generated', 'Energy to grid', 'Fed in', 'Rückspeisung', 'Netzabgabe'],
    ...['Producción', 'Energía generada', 'Inyección', 'Energía inyectada', 'Énergie produite', 'Excédent'],
    ...[
      'Teruggeleverd',
      'Terug geleverd',
      'Opwek',
      'Opbrengst',
      'Zonneproductie',
      'Produção',
      'Energia gerada',
    ],
  ];
  const used = [
    ...[
      'Nave de producción',
      'Productiehal',
      'Ligne de production',
      'Linha de produção',
      'Produktionsgebäude',
    ],
    ...['Return pump', 'Feed pump', 'Injection moulding', 'Afname', 'Levering', 'Grid to home', 'Consumo'],
  ];
  for (const [names, quantity, power] of [
    [out, 'energyExportWh', 'powerExportW'],
    [used, 'energyImportWh', 'powerW'],
  ] as const)
    for (const name of names) {
      expect(quantityOf(`${name} (kWh)`), name).toBe(quantity);
      expect(quantityOfUnit('W', name)?.quantity, name).toBe(power);
    }
});
