import { argumentOf, defaultSettings, environmentOf, settingEntries } from '../settings.ts';
import type { Command } from './command.ts';
import { optionsOf, usageOf } from './read.ts';
import { otherCommands } from './table.ts';

/** The text of `joulegate --help`. */
export function helpText(commands: readonly Command[]): string {
  return [
    'joulegate COMMAND [options]',
    '',
    'Takes measurements of gateways in by MQTT, keeps them, and shows them at a web page. joulegate COMMAND --help tells all of',
    'a command; joulegate start --help lists every setting.',
    '',
    ...inColumns([
      ...commands.map(({ name, operands = [], help }) => [callOf(name, operands), help] as const),
      ...otherCommands,
    ]),
    '',
    'Commands act on the host that runs on the data folder, and on its database where none runs. Whoever may write that',
    'folder may do so. They end with 0 where it was done, 1 where not, 2 where the command line or a setting is wrong.',
  ].join('\n');
}

/** The text of `joulegate COMMAND --help`; every setting it takes with its default and its name in the environment. */
export function commandHelp(command: Command): string {
  const settings = settingEntries.filter(
    ([name]) => command.settings === 'all' || command.settings.includes(name),
  );
  const defaults = Object.entries(defaultSettings());
  const isSetting = (option: string) =>
    settings.some(([name, setting]) => argumentOf(name, setting) === option);
  const own = Object.entries(optionsOf(command)).filter(([name]) => !isSetting(name));
  const rows = [
    ...own.map(([name, { value, help }]): [string, string] => [
      value === undefined ? `--${name}` : `--${name} ${value}`,
      help,
    ]),
    ...settings.map(([name, setting]): [string, string] => {
      const argument = argumentOf(name, setting);
      const variable = environmentOf(name);
      if (argument === null) return ['', `${variable}, or ${variable}_FILE: ${setting.help}`];
      const value = defaults.find(([key]) => key === name)?.[1] ?? 'none';
      return [`--${argument} VALUE`, `${setting.help} (${value}; or ${variable})`];
    }),
  ];
  const { help, more = [] } = command;
  return [usageOf(command), '', `${help}.`, ...more, '', ...inColumns(rows)].join('\n');
}

const callOf = (name: string, operands: readonly string[]): string =>
  ['joulegate', name, ...operands].join(' ');

function inColumns(rows: readonly (readonly [string, string])[]): string[] {
  const width = Math.max(...rows.map(([left]) => left.length)) + 2;
  return rows.map(([left, right]) => `  ${left.padEnd(width)}${right}`);
}
