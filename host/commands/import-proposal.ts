import { ImportLook, Site, SiteSettings } from '../api/contract.ts';
import type { HostClient } from '../control/host-client.ts';
import { columnsMost } from '../import/proposal/bounds.ts';
import {
  columnName,
  formatOfChoice,
  type ImportChoice,
  importCheckOf,
  linesAreOf,
  seriesColumns,
} from '../import/proposal/choice.ts';
import { areTooMany } from '../import/proposal/devices.ts';
import { firstChoice, withNames } from '../import/proposal/first-choice.ts';
import { Type } from '../typebox.ts';
import { cellLines, shortCell } from './import-text.ts';
import { type ImportWork, type Mapping, workWithinMs } from './import-work.ts';
import { printJson } from './on-host.ts';
import { plain, tableLines } from './text-table.ts';

/** Where the values go unless somebody says better. */
const meter = 'imported.meter';

/**
 * Tells what a file could be imported as, by the first lines and the names in it, as the page proposes it: with `--json` the mapping
 * alone, to be kept and looked at. @throws Error where nothing of it tells what it is
 */
export async function proposeMapping(
  { host, world, file, isJson }: ImportWork,
  given: Mapping,
): Promise<void> {
  const look = (body: object) =>
    host.ask(ImportLook, 'POST', '/api/v1/imports/look', { file: file.id, ...body }, workWithinMs);
  const isOwn = given.format !== undefined;
  const { lines } = isOwn ? await look({ format: given.format }) : file;
  // What is no format the host has just refused.
  const format = (isOwn ? given.format : file.format) as typeof file.format;
  let choice = firstChoice(file, format, lines, meter, await zoneOf(host));
  let otherLines = 0;
  if (seriesColumns(choice).length > 0) {
    const found = await look({ format: formatOfChoice(choice), timeFormat: choice.plan.timeFormat });
    choice = withNames(choice, found);
    otherLines = found.otherLines;
  }
  const check = importCheckOf(choice);
  if (!isJson) {
    world.print(`${plain(file.name)}: ${file.bytes} bytes`);
    const others = file.tables.flatMap(({ name }) => (name === format.table ? [] : [plain(name)]));
    if (others.length > 0)
      world.print(
        `of table ${plain(format.table ?? '')}; for ${others.join(', ')} name it as "table" of a "format" in --mapping`,
      );
    for (const line of ['', ...columnLines(choice, lines), '', ...cellLines(lines), '']) world.print(line);
    const values = choice.plan.uses.filter(({ is }) => is === 'value').length;
    if (areTooMany(choice.devices.length, values))
      world.print(
        `an import takes ${columnsMost} columns of devices: what is left out for that is for a second one\n`,
      );
    if (otherLines > 0)
      world.print(`${otherLines} lines are of further names, which are not told here and left out\n`);
  }
  if (check === undefined)
    throw new Error(
      'no mapping can be proposed: no column tells by its name or its first line what was measured, or when; write one as docs/imports.md shows',
    );
  const { file: _, ...mapping } = check;
  printJson(world, mapping);
  if (isJson) return;
  world.print('');
  world.print(
    'Nothing is imported. Units, directions and zone are guesses: look at each. Keep the mapping by',
  );
  world.print(
    '--propose --json > mapping.json, change what is wrong, and try it by --mapping mapping.json --dry-run.',
  );
}

async function zoneOf(host: HostClient): Promise<string> {
  const [site] = await host.ask(Type.Array(Site), 'GET', '/api/v1/sites');
  if (site === undefined) return 'UTC';
  const { zone } = await host.ask(SiteSettings, 'GET', `/api/v1/sites/${encodeURIComponent(site.id)}`);
  return zone;
}

/** What becomes of each column, or of each series that the lines name. */
function columnLines(choice: ImportChoice, lines: readonly (readonly string[])[]): string[] {
  const { plan, zone, means } = choice;
  const sample = lines[plan.hasHeader ? 1 : 0] ?? [];
  const of = linesAreOf(plan);
  const columns = plan.uses.map((use, column) => {
    const [becomes, times] =
      use.is === 'time'
        ? [`time: ${plan.timeFormat}, ${zone}, ${means}`, '']
        : use.is === 'name'
          ? ['names the series', '']
          : use.is === 'device'
            ? ['names the device', '']
            : use.is === 'skipped'
              ? ['left out', '']
              : of === 'series'
                ? ['values of the series', '']
                : [
                    `${of === 'devices' ? "each device's" : choice.meter} ${use.quantity}`,
                    String(use.factor),
                  ];
    return [columnName(choice, column), shortCell(sample[column] ?? ''), becomes, times];
  });
  const devices = choice.devices.map(({ name, lines, meter, isUsed }) => [
    shortCell(name),
    String(lines),
    isUsed ? meter : 'left out',
  ]);
  const series = choice.names.map(({ name, lines, use }) => [
    shortCell(name),
    String(lines),
    use === null ? 'left out' : `${use.meter} ${use.quantity}`,
    use === null ? '' : String(use.factor),
  ]);
  return [
    ...tableLines(['column', 'first', 'becomes', 'times'], columns),
    ...(devices.length === 0 ? [] : ['', ...tableLines(['device', 'lines', 'becomes'], devices)]),
    ...(series.length === 0 ? [] : ['', ...tableLines(['series', 'lines', 'becomes', 'times'], series)]),
  ];
}
