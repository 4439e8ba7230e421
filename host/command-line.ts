import { parseArgs } from 'node:util';
import type { Mistake } from '#core/rules.ts';
import {
  argumentOf,
  defaultSettings,
  environmentOf,
  type SettingSources,
  SettingsError,
  settingEntries,
} from './settings.ts';

/** What a command line asks for. */
export type Command =
  | { readonly name: 'help' }
  | { readonly name: 'version' }
  | { readonly name: 'serve'; readonly isJson: boolean; readonly sources: SettingSources }
  | { readonly name: 'backup'; readonly sources: SettingSources }
  | { readonly name: 'restore'; readonly file: string; readonly sources: SettingSources };

const flags = ['help', 'version', 'json'] as const;

const usage =
  'joulegate [serve | backup | restore FILE | decode FILE | firmware COMMAND] [options]; joulegate --help lists them';

/**
 * Reads the arguments of `joulegate`. Settings are only named here; `loadSettings` checks what they say.
 * @throws SettingsError that names every argument that is not known or lacks its value
 */
export function readCommandLine(args: readonly string[], env: NodeJS.ProcessEnv): Command {
  const valued: readonly string[] = [
    'config',
    ...settingEntries.flatMap(([name, setting]) => argumentOf(name, setting) ?? []),
  ];
  const { tokens } = parseArgs({
    args: [...args],
    options: Object.fromEntries([
      ...flags.map(name => [name, { type: 'boolean' as const }]),
      ...valued.map(name => [name, { type: 'string' as const }]),
    ]),
    strict: false,
    tokens: true,
  });
  const mistakes: Mistake[] = [];
  const given = new Map<string, string>();
  const asked = new Set<string>();
  const words: string[] = [];
  for (const token of tokens) {
    if (token.kind === 'option-terminator') continue;
    if (token.kind === 'positional') {
      words.push(token.value);
      continue;
    }
    const { name, rawName, value } = token;
    if (valued.includes(name)) {
      // `--http-port --json` was meant as a missing value, not as the value "--json".
      if (value === undefined || value === '' || value.startsWith('--')) {
        mistakes.push({ field: rawName, message: `needs a value: ${rawName} VALUE` });
      } else given.set(name, value);
    } else if (!flags.some(flag => flag === name)) {
      mistakes.push({ field: rawName, message: `is not known; allowed is ${usage}` });
    } else if (value !== undefined) {
      mistakes.push({ field: rawName, message: `takes no value, ${JSON.stringify(value)} was given` });
    } else asked.add(name);
  }
  const [name = 'serve', file, ...more] = words;
  const isCommand = name === 'serve' || name === 'backup' || name === 'restore';
  if (name === 'decode' || name === 'firmware')
    mistakes.push({ field: name, message: `comes first: joulegate ${name} ${file ?? '…'} [options]` });
  else if (!isCommand) mistakes.push({ field: name, message: `is no command; allowed is ${usage}` });
  const surplus = name === 'restore' ? more : [...(file === undefined ? [] : [file]), ...more];
  if (isCommand) {
    for (const word of surplus) mistakes.push({ field: word, message: `is too much; allowed is ${usage}` });
  }
  if (mistakes.length > 0) throw new SettingsError(mistakes);
  if (asked.has('help')) return { name: 'help' };
  if (asked.has('version')) return { name: 'version' };
  const sources = { args: Object.fromEntries(given), env, configFile: given.get('config') };
  if (name === 'backup') return { name, sources };
  if (name !== 'restore') return { name: 'serve', isJson: asked.has('json'), sources };
  if (file !== undefined) return { name, file, sources };
  throw new SettingsError([{ field: name, message: 'needs a backup: joulegate restore FILE' }]);
}

/** The text of --help; every setting with its default and its name in the environment. */
export function helpText(): string {
  const defaults = defaultSettings();
  const rows: [string, string][] = [
    ['--config FILE', 'settings from a JSON file; environment and arguments override it'],
    ...settingEntries.map(([name, setting]): [string, string] => {
      const { help } = setting;
      const argument = argumentOf(name, setting);
      const environment = environmentOf(name);
      if (argument === null) return ['', `${environment}: ${help}`];
      const value = Object.entries(defaults).find(([key]) => key === name)?.[1] ?? 'none';
      return [`--${argument} VALUE`, `${help} (${value}; or ${environment})`];
    }),
    ['--json', 'print what happens as lines of JSON, for programs'],
    ['--version', 'print the version'],
    ['--help', 'print this'],
  ];
  const width = Math.max(...rows.map(([option]) => option.length)) + 2;
  return [
    'joulegate [serve] [options]',
    '',
    'Takes measurements of gateways in by MQTT, keeps them, and shows them at a web page.',
    '',
    'joulegate backup [options]         makes a backup now, also while the host runs',
    'joulegate restore FILE [options]   puts a backup in the place of the database of a stopped host',
    'joulegate decode FILE [options]    prints what a raw capture of a meter holds; joulegate decode --help tells more',
    'joulegate firmware COMMAND         keys, signatures, builds and boards; joulegate firmware --help tells more',
    '',
    ...rows.map(([option, help]) => `  ${option.padEnd(width)}${help}`),
  ].join('\n');
}
