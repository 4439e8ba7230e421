import { expect, it } from 'vitest';
import { firstLines, likelyLayout, unitsBelow } from '../../../host/import/likely-layout.ts';
import { importCheckOf } from '../../../host/import/proposal/choice.ts';
import { firstChoice, withNames } from '../../../host/import/proposal/first-choice.ts';
import { guessPlan } from '../../../host/import/proposal/guess-plan.ts';

/** What is proposed of a file, as the page and `--propose` do it: how it is read, its times, and what becomes of its columns. */
function proposed(lines: readonly string[]) {
  const text = `${lines.join('\n')}\n`;
  const layout = likelyLayout(text);
  const { delimiter, hasHeader, skip, under } = layout;
  const shown = firstLines(text, layout, 12);
  const format = { delimiter, header: hasHeader, skip, under };
  const units = unitsBelow(text, layout);
  const file = { id: '0123456789abcdef', name: 'a', bytes: 9, format, timeFormat: null, tables: [] };
  const choice = firstChoice({ ...file, lines: shown, units }, format, shown, 'home.main', 'Europe/Lisbon');
  const check = importCheckOf(choice);
  const { decimal, thousands } = check?.format ?? {};
  return {
    ...{ delimiter, skip, under, decimal, thousands },
    time: [...(check?.time.columns ?? []), check?.time.format, check?.time.means].join(' '),
    columns: (check?.columns ?? []).map(({ column, quantity, factor }) => `${column}: ${quantity}×${factor}`),
    series: choice.plan.uses.flatMap(({ is }, at) => (is === 'name' ? [choice.header[at]] : [])),
  };
}

it('a delimiter behind the last cell of each line is not what tells delimiters apart', () => {
  // The Czech data centre of electricity ends its lines with one, and not its names.
  const lines = ['Datum;Von;Bis;Bezug kW;', '01.08.2025;00:00;00:15;0,5;', '01.08.2025;00:15;00:30;0,25;'];
  const some = {
    delimiter: ';',
    skip: 0,
    time: 'Datum Von DD.MM.YYYY HH:mm start',
    columns: ['Bezug kW: powerW×1000'],
  };
  expect(proposed(lines)).toMatchObject(some);
  expect(proposed([lines[0]?.slice(0, -1) ?? '', ...lines.slice(1)])).toMatchObject(some);
});

it('titles that are as wide as the table, by delimiters alone or by saying one thing again, are not its names', () => {
  // "Advanced Metering Data" of an American utility.
  const utility = [
    'Name,A Person,,,',
    'Meter Number,72621898,,,',
    'Start Date,03/30/2024,,,',
    ',,,,',
    'Start,Point,Load kW,Units,Kind',
  ];
  expect(
    proposed([...utility, '2024-03-30 00:00,72621898,2.1,kW,a', '2024-03-30 00:15,72621898,2,kW,a']),
  ).toMatchObject({
    skip: 4,
    columns: ['Load kW: powerW×1000'],
  });
  // The page of an inverter of SMA.
  const inverter = [
    'sep=,',
    'Version CSV3|Tool WebUI',
    '',
    ',STP8,STP8',
    ',SUNNY,SUNNY',
    ',Metering.TotWhOut,GridMs.TotW (Avg)',
    ',Analog,Analog',
  ];
  expect(
    proposed([
      ...inverter,
      'DD.MM.YYYY hh:mm:ss,[Wh],[W]',
      '30.06.2025 11:35:00,41926,4884',
      '30.06.2025 11:40:00,41927,4870',
    ]),
  ).toMatchObject({
    ...{ skip: 5, under: 2 },
    columns: ['Metering.TotWhOut: energyExportWh×1', 'GridMs.TotW (Avg): powerW×1'],
  });
});

const quarters = (count: number, cellsOf: (at: number) => string, firstMinute = 0) =>
  Array.from({ length: count }, (_, at) => {
    const minute = firstMinute + 15 * at;
    const clock = [Math.floor(minute / 60) % 24, minute % 60].map(part => `${part}`.padStart(2, '0'));
    return cellsOf(at).replace('CLOCK', clock.join(':'));
  });

it('energy of single intervals is proposed as the power that it makes, also where the newest line is the first', () => {
  const amounts = [0.31, 0.33, 0.3, 0.29, 0.32];
  const lines = quarters(5, at => `2026-01-05 CLOCK,${amounts[at]},0`);
  const grid = {
    time: 'Time iso start',
    columns: ['Consumption (kWh): powerImportW×4000', 'Export (kWh): powerExportW×4000'],
  };
  const names = 'Time,Consumption (kWh),Export (kWh)';
  expect(proposed([names, ...lines])).toMatchObject(grid);
  expect(proposed([names, ...lines.toReversed()])).toMatchObject(grid);
  // Of both ways energy is counted of neither, as what is fed in would be counted as none.
  const oneWay = lines.map(line => line.replace(/,0$/, ''));
  expect(proposed(['Time,Consumption (kWh)', ...oneWay]).columns).toEqual(['Consumption (kWh): powerW×4000']);
  expect(proposed(['Time,Export (kWh)', ...oneWay]).columns).toEqual(['Export (kWh): powerW×-4000']);
  // Readings grow, whichever line is the first.
  const readings = quarters(5, at => `2026-01-05 CLOCK,${100 + at},7`);
  const read = {
    time: 'Time iso instant',
    columns: ['Consumption (kWh): energyImportWh×1000', 'Export (kWh): energyExportWh×1000'],
  };
  expect(proposed([names, ...readings])).toMatchObject(read);
  expect(proposed([names, ...readings.toReversed()])).toMatchObject(read);
  // Without a unit they may as well be power: a person has to say it.
  expect(proposed(['Time,Consumption,Export', ...lines])).toMatchObject({ time: 'Time iso instant' });
  const ofUnit = amounts.map((value, at) => `2026-01-05 0${at}:00,${value},kWh`);
  expect(proposed(['Time,Consumption,Unit', ...ofUnit]).columns).toEqual(['Consumption: powerW×1000']);
  // Of phases and of registers of tariffs no power is known but the one that is drawn.
  const phases = quarters(5, at => `2026-01-05 CLOCK,${amounts[at]},${amounts[at]},${amounts[at]}`);
  expect(proposed(['Time,Energy L1 (Wh),Export L1 (Wh),Import T1 (Wh)', ...phases]).columns).toEqual([
    'Energy L1 (Wh): powerL1W×4',
  ]);
});

it('a meter of which nothing but what goes out is told has it as power below zero, of which energy is counted', () => {
  const lines = ['2026-01-05 00:00,5', '2026-01-05 00:15,6'];
  expect(proposed(['Time,PV production (kW)', ...lines]).columns).toEqual([
    'PV production (kW): powerW×-1000',
  ]);
  // A hall or a line for production uses what it counts.
  for (const name of [
    'Produktion Halle 3 (kW)',
    'Produktionshalle [kW]',
    'Production line 2 kW',
    'Produktionslinie 4 kW',
  ])
    expect(proposed([`Time,${name}`, ...lines]).columns).toEqual([`${name}: powerW×1000`]);
});

it('registers of tariffs are not taken for the whole', () => {
  const line = '2026-01-05 00:00,1,2,3,4';
  expect(
    proposed(['time,Import T1 kWh,Import T2 kWh,Bezug HT (kWh),2.8.2 kWh', line, line.replace(':00', ':15')])
      .columns,
  ).toEqual([
    'Import T1 kWh: energyImportT1Wh×1000',
    'Import T2 kWh: energyImportT2Wh×1000',
    '2.8.2 kWh: energyExportT2Wh×1000',
  ]);
});

it('signs and registers of meters say which way it goes', () => {
  const line = '2026-01-05 00:00,1,2,3,4';
  const columnsOf = (names: string) =>
    proposed([`time,${names}`, line, line.replace(':00', ':15')]).columns.map(each => each.split(': ')[1]);
  const both = ['energyImportWh×1000', 'energyExportWh×1000', 'powerImportW×1000', 'powerExportW×1000'];
  expect(columnsOf('A+ (kWh),A- (kWh),P+ (kW),P- (kW)')).toEqual(both);
  expect(columnsOf('+A [kWh],-A [kWh],+P [kW],-P [kW]')).toEqual(both);
  expect(columnsOf('1-1:1.29.0 kWh,1-1:2.29.0 kWh,1-1:1.5.0 kW,1-1:2.5.0 kW').slice(0, 2)).toEqual(
    both.slice(0, 2),
  );
  expect(columnsOf('Mains-A (kWh),Phase A-B kW,x kW,y kW')).toEqual(['energyImportWh×1000', 'powerW×1000']);
});

it('times of the ends of intervals are told by the first of a day, or by a name', () => {
  const lines = quarters(4, at => `2024/09/13;CLOCK;${at},5;Real`, 15);
  const titles = ['CPE;PT0002;;', 'Intervalo;15 min;;'];
  expect(proposed([...titles, 'Data;Hora;Consumo registado, Ativa (kW);Estado', ...lines])).toMatchObject({
    time: 'Data Hora YYYY/MM/DD HH:mm end',
    columns: ['Consumo registado, Ativa (kW): powerW×1000'],
  });
  expect(proposed(['Bis;Bezug (kW)', '2026-01-05 07:30;1', '2026-01-05 07:45;2']).time).toBe('Bis iso end');
  expect(proposed(['Zeit;Bezug (kW)', '2026-01-05 07:30;1', '2026-01-05 07:45;2']).time).toBe(
    'Zeit iso start',
  );
  // Spain counts the hours of a day from 1 to 24.
  const hours = ['01/01/2026;1;0,5', '01/01/2026;2;0,4', '01/01/2026;3;0,3'];
  expect(proposed(['Fecha;Hora;Consumo_kWh', ...hours])).toMatchObject({
    time: 'Fecha Hora DD/MM/YYYY H end',
    columns: ['Consumo_kWh: powerW×1000'],
  });
});

it('days are told from months by all lines that are shown', () => {
  const at = (...days: string[]) => proposed(['Date,Load (kW)', ...days.map(day => `${day} 00:15,1`)]).time;
  expect(at('03/01/2026', '03/30/2026')).toBe('Date MM/DD/YYYY HH:mm start');
  expect(at('01/03/2026', '30/03/2026')).toBe('Date DD/MM/YYYY HH:mm start');
  expect(at('3/1/2026', '3/30/2026')).toBe('Date M/D/YYYY H:mm start');
  expect(at('3/1/2026', '30/1/2026')).toBe('Date D/M/YYYY H:mm start');
  const exact = (day: string) => proposed(['Date,Load (kW)', `${day} 0:15:30,1`]).time;
  expect([exact('3/30/2026'), exact('3.1.2026')]).toEqual([
    'Date M/D/YYYY H:mm:ss start',
    'Date D.M.YYYY H:mm:ss start',
  ]);
  expect(at('30-01-2026')).toBe('Date DD-MM-YYYY HH:mm start');
});

it('columns that are empty at first, as of an inverter at night, are proposed where none with values is of the same', () => {
  const lines = ['2026-01-05 00:00,NaN,,5,text', '2026-01-05 00:05,NaN,,5,text'];
  expect(proposed(['time,AC power (W),Total Wh,Energy Wh,Power note', ...lines]).columns).toEqual([
    'AC power (W): powerW×1',
    'Energy Wh: energyImportWh×1',
  ]);
});

it('series are named by all columns that tell their lines apart', () => {
  const lines = ['attic,power,5', 'attic,energy,7', 'cellar,power,6'].flatMap(rest => [
    `2026-01-05 00:00,${rest}`,
    `2026-01-05 00:01,${rest}`,
  ]);
  expect(proposed(['time,sensor,type,value', ...lines]).series).toEqual(['sensor', 'type']);
  expect(proposed(['time,sensor,which,value', ...lines.toSorted()]).series).toEqual(['sensor', 'which']);
  expect(
    proposed([
      'time,which,value',
      ...['a', 'b'].flatMap(which => [`2026-01-05 00:00,${which},1`, `2026-01-05 00:01,${which},1`]),
    ]).series,
  ).toEqual(['which']);
});

it('lines without an order tell no amounts: a reading falls where an older line follows', () => {
  const lines = [3, 1, 4, 0, 2].map(at => `2026-01-05 0${at}:00,${100 + at}`);
  expect(proposed(['time,Import (kWh)', ...lines])).toMatchObject({
    time: 'time iso instant',
    columns: ['Import (kWh): energyImportWh×1000'],
  });
});

it('the number of a meter is no reading', () => {
  // E-REDES of Portugal.
  const lines = ['00:15', '00:30'].map(at => `000001234567890;1234567890;2026/01/05;${at};1,5`);
  expect(proposed(['Contador;Zähler;Data;Hora;Consumo (kW)', ...lines]).columns).toEqual([
    'Consumo (kW): powerW×1000',
  ]);
});

it('of the sides of a site the grid is the one meter that its lines become', () => {
  const of = (names: string) => {
    const cells = names.split(';').slice(1);
    const lines = ['00:00', '00:05', '00:10'].map(at =>
      [`2026-01-05 ${at}`, ...cells.map((_, column) => `${column},5`)].join(';'),
    );
    return proposed([names, ...lines]).columns;
  };
  // E3DC, SolarEdge and Fronius.
  expect(
    of(
      'Zeit;Solarproduktion [W];Batterie Laden [W];Netzeinspeisung [W];Netzbezug [W];Hausverbrauch [W];Abregelungsgrenze [W]',
    ),
  ).toEqual(['Netzeinspeisung [W]: powerExportW×1', 'Netzbezug [W]: powerImportW×1']);
  expect(of('Time;System Production (W);Consumption (W);Export (W);Import (W);Self Consumption (W)')).toEqual(
    ['Export (W): powerExportW×1', 'Import (W): powerImportW×1'],
  );
  expect(
    of(
      'Zeit;Energie Symo [Wh];Energie ins Netz eingespeist [Wh];Energie vom Netz bezogen [Wh];Verbrauch [Wh]',
    ),
  ).toEqual([
    'Energie ins Netz eingespeist [Wh]: energyExportWh×1',
    'Energie vom Netz bezogen [Wh]: energyImportWh×1',
  ]);
  expect(of('Time;Grid L1 (W);PV Power (W);Global Irradiation (kWh/㎡)')).toEqual([
    'Grid L1 (W): powerL1W×1',
  ]);
  expect(of('time;grid_power;pv_power;house_power')).toEqual(['grid_power: powerW×1']);
  expect(of('Time;Battery power (W)')).toEqual(['Battery power (W): powerW×1']);
  expect(of('Zeit;Verbrauch (kWh);Einspeisung (kWh);Leistung (W)')).toEqual([
    'Verbrauch (kWh): energyImportWh×1000',
    'Einspeisung (kWh): energyExportWh×1000',
    'Leistung (W): powerW×1',
  ]);
});

it('a column of units says what a column of values has, and one that says one time in all lines is not their time', () => {
  // Enedis of France.
  const lines = ['00:30', '01:00', '01:30'].map(at => `19125;2025-01-01 00:00:00;W;2026-01-05 ${at}:00;736`);
  expect(proposed(['PRM;Date de début;Unité;Horodate;Valeur', ...lines])).toMatchObject({
    time: 'Horodate iso end',
    columns: ['Valeur: powerW×1'],
  });
  const titles = ['PRM;Type;Debut;Fin', '19125;Courbe;05/01/2026;06/01/2026', 'Horodate;Valeur'];
  expect(proposed([...titles, ...lines.map(line => line.split(';').slice(3).join(';'))])).toMatchObject({
    skip: 2,
    time: 'Horodate iso end',
    columns: ['Valeur: powerW×1'],
  });
  const energy = ['100.5', '100.75'].map((value, at) => `2026-01-05 0${at}:00,${value},kwh`);
  expect(proposed(['time,value,unit', ...energy]).columns).toEqual(['value: energyImportWh×1000']);
});

it('separators of thousands are told by numbers that have both signs', () => {
  const german = ['2026-01-05 00:00;1.234,5;1.500', '2026-01-05 00:15;1.235,5;1.501'];
  expect(proposed(['Zeit;Stand Bezug kWh;Leistung W', ...german])).toMatchObject({
    decimal: ',',
    thousands: '.',
  });
  const english = ['2026-01-05 00:00,"1,234.5","1,500"', '2026-01-05 00:15,"1,235.5","1,501"'];
  expect(proposed(['Time,Import kWh,Power W', ...english])).toMatchObject({ decimal: '.', thousands: ',' });
  expect(proposed(['Zeit;Bezug Wh', '2026-01-05 00:00;1.234.567'])).toMatchObject({
    decimal: ',',
    thousands: '.',
  });
  expect(proposed(['Time;Import kWh', '2026-01-05 00:00;1.234'])).toMatchObject({
    decimal: '.',
    thousands: undefined,
  });
});

it('of a table of a thousand columns each is looked at a few times and not a thousand', () => {
  const names = ['time', ...Array.from({ length: 999 }, (_, at) => `Room ${at} consumption (kWh)`)];
  const lines = [
    names,
    ...['00:00', '00:15', '00:30'].map(at => [`2026-01-05 ${at}`, ...names.slice(1).map(() => '1.5')]),
  ];
  let looks = 0;
  const get = (line: string[], key: string | symbol): unknown => {
    looks++;
    return Reflect.get(line, key);
  };
  guessPlan(
    lines.map(line => new Proxy(line, { get })),
    { delimiter: ',' },
  );
  expect(looks).toBeLessThan(100 * 1000);
});

it('readings that lines name are each of its moment where they are alone, as in a table', () => {
  const lines = [
    ['time', 'name', 'value', 'unit'],
    ['2026-01-10 00:00', 'Import', '5', 'kWh'],
  ];
  const format = { delimiter: ',', header: true } as const;
  const file = { id: '0123456789abcdef', name: 'a', bytes: 9, format, timeFormat: null, tables: [] };
  const choice = firstChoice({ ...file, lines }, format, lines, 'home.main', 'UTC');
  const series = (name: string, unit: string) => ({
    ...{ name, lines: 9, example: ['2026-01-10 00:00', name, '5', unit], filled: [0, 1, 2, 3] },
  });
  const read = [series('Import', 'kWh'), series('Export', 'kWh')];
  expect(withNames(choice, { series: read }).means).toBe('instant');
  expect(withNames(choice, { series: [...read, series('Power', 'W')] }).means).toBe('start');
});

it('a table of the statistics of Home Assistant is of hours, or of 5 minutes, that begin; when a row was written is none of its times', () => {
  const names = ['id', 'created_ts', 'metadata_id', 'start', 'start_ts', 'mean', 'sum'];
  const lines = [
    names,
    ...[0, 1].map(at => [`${at}`, `${1768003210.5 + at}`, '1', '', `${1768000000 + at}`, '5', '']),
  ];
  const of = (table: string) => {
    const format = { kind: 'sqlite', table } as const;
    const file = { id: '0123456789abcdef', name: 'a', bytes: 9, format, timeFormat: null, tables: [] };
    const { plan, means, windowS } = firstChoice({ ...file, lines }, format, lines, 'home.main', 'UTC');
    return [plan.uses.findIndex(({ is }) => is === 'time'), means, windowS];
  };
  expect([of('statistics'), of('statistics_short_term')]).toEqual([
    [4, 'start', 3600],
    [4, 'start', 300],
  ]);
});
