import { expect, it } from 'vitest';
import { csvOf } from '../../web/csv.ts';
import { siteStartMs } from '../host/api/stored-site.ts';
import { openStage } from './stage.ts';

const starts = ['=', '+', '-', '@', '\t', '\r', '\n', '\uFF1D', '\uFF0B', '\uFF0D', '\uFF20'];
const tails = ['1+1', 'HYPERLINK("http://evil.example";"look")', "cmd|' /C calc'!A0", 'SUM(1;2)', ''];
const fronts = ['', 'a;', '";', 'a\t', 'a\n', '",'];
const names = fronts.flatMap(front => starts.flatMap(start => tails.map(tail => `${front}${start}${tail}`)));

/** Cells as spreadsheets part a text: by RFC 4180 with commas, and by lines with semicolons or tabs whatever is quoted. */
function cellsOf(text: string): string[] {
  const quoted = [...text.matchAll(/(?:^|[,\n\r])(?:"((?:[^"]|"")*)"|([^",\r\n]*))/g)];
  const byCommas = quoted.map(([, inQuotes, plain]) => inQuotes?.replaceAll('""', '"') ?? plain ?? '');
  const byOthers = text.split(/[;\t\r\n]/).map(cell => cell.replace(/^"/, ''));
  return [...byCommas, ...byOthers];
}

const isNumber = (cell: string) => cell !== '' && Number.isFinite(Number(cell));
const runs = (text: string): boolean =>
  cellsOf(text).some(cell => /^[=+\-@\t\r\uFF1D\uFF0B\uFF0D\uFF20]/.test(cell) && !isNumber(cell));

it('a name that a spreadsheet would run is text in every export', async () => {
  expect(runs('a,=1+1\r\n')).toBe(true);
  expect(runs('a,"b;=1+1"\r\n')).toBe(true);
  const stage = await openStage();
  const { host, ada } = stage;
  const through: string[] = [];
  const range = `from=${siteStartMs}&to=${siteStartMs + 20_000}`;
  const about = host.fleet.gateway('cellar')?.about;
  if (about === undefined || about === null) throw new Error('the gateway has told nothing');
  const paths = [
    `readings?${range}&series=cellar.house.powerW`,
    `totals?${range}&period=day&meters=cellar.house`,
  ];
  // The host's own take some milliseconds each: every seventh name, by which each beginning comes in each place.
  const some = names.filter((_, index) => index % 7 === 0);
  for (const name of some) {
    host.fleet.about('cellar', { ...about, meters: about.meters.map(meter => ({ ...meter, name })) });
    for (const path of paths) {
      const { body } = await ada.ask('GET', `/api/v1/exports/${path}`);
      if (runs(body)) through.push(`${path}: ${JSON.stringify(name)}`);
    }
  }
  for (const name of names)
    if (runs(csvOf([[name, -5, name]]))) through.push(`page: ${JSON.stringify(name)}`);
  console.log(
    `export formulas: ${some.length * paths.length} exports of the host, ${names.length} of the page, ${through.length} got through`,
  );
  expect(through).toEqual([]);
  await stage.close();
});
