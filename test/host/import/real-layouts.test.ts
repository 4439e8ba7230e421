import { expect, it } from 'vitest';
import { firstLines, likelyLayout, unitsBelow } from '../../../host/import/likely-layout.ts';
import { importCheckOf } from '../../../host/import/proposal/choice.ts';
import { firstChoice } from '../../../host/import/proposal/first-choice.ts';

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
  return {
    ...{ delimiter, skip, under },
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
    columns: ['Bezug kW: powerImportW×1000'],
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
