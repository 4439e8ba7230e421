import type { ImportFile, ImportLook } from '../../api/contract.ts';
import { blanks } from './blanks.ts';
import { columnName, type ImportChoice, linesAreOf } from './choice.ts';
import { proposeDevices } from './devices.ts';
import { guessPlan } from './guess-plan.ts';
import { proposeNames } from './names.ts';

/** Such as "Date/time UTC" or `time_utc`; "UTC+1" and "UTC/GMT (+1)" are another zone. */
const utc = /(?<![a-z])(?:utc|gmt)(?![a-z])(?!.*[-+−±] ?0*[1-9])/i;
const isOfUtc = (name: string): boolean => utc.test(name.replace(/([a-z])(?=UTC|Utc|GMT)/g, '$1 '));

/** What is asked first of a file, as far as its first lines tell; everything can be changed. */
export function firstChoice(
  file: ImportFile,
  format: ImportFile['format'],
  lines: readonly (readonly string[])[],
  meter: string,
  zone: string,
): ImportChoice {
  // The host has names without the blanks around them.
  const header = (lines[0] ?? []).map(name => name.trim());
  const { means, thousands, ...plan } =
    format.kind === 'lines'
      ? { ...pointPlan, timeFormat: file.timeFormat ?? 'unixNs' }
      : guessPlan(lines, format, file.units);
  const isStatistics =
    (header.includes('statistic_id') || header.includes('metadata_id')) && header.includes('start');
  // Loggers and histories tell what was true at a moment; tables of intervals say where each begins.
  const isLogged = format.kind === 'sqlite' || format.kind === 'lines' || header.includes('last_changed');
  const isUtc = plan.hasHeader && plan.uses.some(({ is }, at) => is === 'time' && isOfUtc(header[at] ?? ''));
  return {
    ...{
      file: file.id,
      format: { ...format, empty: [...blanks], ...(thousands !== undefined && { thousands }) },
      plan,
      header,
      meter,
      names: [],
      devices: [],
    },
    zone: isUtc ? 'UTC' : zone,
    means: isStatistics ? 'start' : isLogged ? 'instant' : means,
    // Long-term statistics are of hours (Home Assistant, "Long- and short-term statistics").
    windowS: !isStatistics ? null : format.table === 'statistics_short_term' ? 300 : 3600,
    overlap: 'refuse',
    mistakes: 'refuse',
  };
}

/** What becomes of each series, or each device, that a look into the whole file has found. */
export function withNames(choice: ImportChoice, look: Pick<ImportLook, 'series'>): ImportChoice {
  const values = choice.plan.uses.flatMap((use, at) => (use.is === 'value' ? [at] : []));
  if (linesAreOf(choice.plan) === 'devices')
    return { ...choice, names: [], devices: proposeDevices(look, values) };
  const names = proposeNames(
    look,
    choice.header,
    values.map(at => columnName(choice, at)),
  );
  // As in a table: readings alone are of their moments. Those of statistics are of the ends of their hours.
  const used = names.flatMap(({ use }) => use ?? []);
  const isRead = choice.windowS === null && used.length > 0 && used.every(({ isGauge }) => !isGauge);
  return { ...choice, names, devices: [], ...(isRead && { means: 'instant' }) };
}

/** Points of line protocol come as time, series and value. */
const pointPlan = {
  hasHeader: true,
  decimal: '.',
  means: 'instant',
  thousands: undefined,
  uses: [{ is: 'time' }, { is: 'name' }, { is: 'value', quantity: 'powerW', factor: 1 }],
} as const;
