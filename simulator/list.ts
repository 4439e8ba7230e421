import { profiles } from '#profiles/registry.ts';
import { type Option, optionMeaning, UsageError } from './arguments.ts';
import { command } from './command.ts';
import { happeningKinds } from './happenings/catalogue.ts';
import { headKinds, quirksOf } from './meters/telegram-head.ts';
import { loadKinds } from './plant/load-kinds.ts';
import { gatewaysOf } from './scenario/gateways.ts';
import { loadScenario, scenarioNames } from './scenario/load.ts';
import { jsonOption } from './scenario/options.ts';
import { ScenarioFile } from './scenario/schema.ts';
import { unknownName } from './scenario/schema-mistakes.ts';

type Rows = readonly (readonly string[])[];

/** One list: what it has, as rows for people and as facts for programs. */
interface Part {
  readonly what: string;
  readonly head: readonly string[];
  readonly rows: () => Rows | Promise<Rows>;
  readonly facts: () => unknown;
}

/** With them comes all that breaks hosts: who looks at a scenario does not wait for it. */
const faults = async () => (await import('./faults/table.ts')).faults;

const scenarios = () => scenarioNames().map(name => loadScenario(name));

const parts: Readonly<Record<string, Part>> = Object.freeze({
  scenarios: {
    what: 'scenarios, for --scenario NAME',
    head: ['SCENARIO', 'METERS', 'LINES', 'GATEWAYS', 'WHAT IT IS'],
    rows: () =>
      scenarios().map(scenario => [
        scenario.id,
        String(scenario.meters.length),
        scenario.lines.map(({ kind }) => kind).join(' '),
        String(gatewaysOf(scenario).length),
        scenario.about,
      ]),
    facts: scenarios,
  },
  profiles: {
    what: 'meters that there is a profile of, for a scenario or --meters',
    head: ['PROFILE', 'KIND', 'MAKER', 'MODEL'],
    rows: () => profiles.map(({ id, kind, manufacturer, model }) => [id, kind, manufacturer, model]),
    facts: () => profiles.map(({ id, kind, manufacturer, model }) => ({ id, kind, manufacturer, model })),
  },
  loads: {
    what: "kinds of loads, for a scenario's circuits",
    head: ['LOAD', 'CURRENT', 'OPTIONS', 'WHAT IT IS'],
    rows: () =>
      Object.entries(loadKinds).map(([id, { on, options, what }]) => [
        id,
        on.startsWith('bus') ? 'direct' : 'alternating',
        Object.keys(options).join(' '),
        what,
      ]),
    facts: () =>
      Object.entries(loadKinds).map(([id, { on, options, what }]) => ({
        id,
        current: on.startsWith('bus') ? 'direct' : 'alternating',
        what,
        options,
      })),
  },
  heads: {
    what: 'heads of smart meters, for a scenario or --head; quirks are put behind with +',
    head: ['HEAD', 'QUIRKS'],
    rows: () => Object.keys(headKinds).map(id => [id, String(quirksOf(id).length)]),
    facts: () => Object.keys(headKinds).map(id => ({ id, quirks: quirksOf(id) })),
  },
  happenings: {
    what: "what can go wrong, for a scenario's happenings or joulegate-sim happen",
    head: ['HAPPENING', 'LASTS', 'OPTIONS', 'WHAT HAPPENS'],
    rows: () =>
      happeningKinds.map(({ id, lasts, options, what }) => [
        id,
        lasts ? 'yes' : 'no',
        Object.keys(options).join(' '),
        what,
      ]),
    facts: () =>
      happeningKinds.map(({ options, ...kind }) => ({
        ...kind,
        options: Object.entries(options).map(([name, option]) => ({
          name,
          takes: takenBy(option),
          help: option.help,
        })),
      })),
  },
  faults: {
    what: 'faults that are made and counted, by joulegate-sim faults',
    head: ['FAULT', 'WHAT HAPPENS'],
    rows: async () => (await faults()).map(({ id, what }) => [id, what]),
    facts: async () =>
      (await faults()).map(({ id, what, pass, watched, times }) => ({ id, what, pass, watched, times })),
  },
});

const takenBy = (option: Option): string => (option.takes === 'nothing' ? 'nothing' : optionMeaning(option));

/** Columns as wide as what is in them, but for the last. */
export function tableText(rows: readonly (readonly string[])[]): string {
  const columns = Math.max(...rows.map(row => row.length));
  const widths = Array.from({ length: columns }, (_, column) =>
    Math.max(...rows.map(row => row[column]?.length ?? 0)),
  );
  return rows
    .map(row =>
      row
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}

const partText = async ({ what, head, rows }: Part): Promise<string> =>
  `${what}\n${tableText([head, ...(await rows())])}`;

/** Meters of one scenario: what hangs where. */
function scenarioText(nameOrPath: string): string {
  const { name, about, meters, lines, plant } = loadScenario(nameOrPath);
  const rows = meters.map(meter => [
    meter.id,
    meter.name,
    meter.profile,
    meter.at,
    meter.line,
    meter.address === undefined ? '' : `address ${meter.address}`,
  ]);
  const circuits = plant.circuits.map(({ id, under = 'supply', load, name: words }) => [
    id,
    under,
    load?.kind ?? '',
    words,
  ]);
  return [
    `${name}: ${about}`,
    '',
    tableText([['CIRCUIT', 'UNDER', 'LOAD', 'NAME'], ...circuits]),
    '',
    tableText([['METER', 'NAME', 'PROFILE', 'AT', 'LINE', ''], ...rows]),
    '',
    tableText([
      ['LINE', 'KIND', ''],
      ...lines.map(({ id, kind, baud }) => [id, kind, baud === undefined ? '' : `${baud} baud`]),
    ]),
  ].join('\n');
}

const names = Object.keys(parts);

export const list = command({
  name: 'list',
  about:
    'Prints all that can be simulated, or one list of it, or what is in a scenario. A scenario file is checked by it, too:\n' +
    'its mistakes are told with their lines.',
  options: {
    only: {
      takes: 'text',
      called: 'a LIST',
      unless: null,
      help: `one list alone: ${names.join(', ')}`,
    },
    scenario: {
      takes: 'text',
      called: 'a NAME|FILE',
      unless: null,
      help: 'what is in this scenario: circuits, meters, lines',
    },
    schema: {
      takes: 'nothing',
      help: 'print the JSON Schema of scenario files, for editors',
    },
    json: jsonOption,
  },
  run: async ({ only, scenario, schema, json }, { out }) => {
    const wanted = [only !== null && '--only', scenario !== null && '--scenario', schema && '--schema'];
    const both = wanted.filter(option => option !== false);
    if (both.length > 1) throw new UsageError(`${both.join(' and ')} are different lists; give one of them`);
    if (schema) {
      out(JSON.stringify(ScenarioFile, null, 2));
      return;
    }
    if (scenario !== null) {
      out(json ? JSON.stringify(loadScenario(scenario)) : scenarioText(scenario));
      return;
    }
    if (only !== null && !names.includes(only)) {
      throw new UsageError(`--only ${JSON.stringify(only)} ${unknownName(only, names)}`);
    }
    const chosen = Object.entries(parts).filter(([name]) => only === null || name === only);
    if (json) {
      const facts = chosen.map(async ([name, part]) => [name, await part.facts()]);
      out(JSON.stringify(Object.fromEntries(await Promise.all(facts))));
    } else out((await Promise.all(chosen.map(([, part]) => partText(part)))).join('\n\n'));
  },
});
