import { parseArgs } from 'node:util';
import type { Mistake } from '#core/rules.ts';
import { didYouMean } from '../near-words.ts';
import { argumentOf, SettingsError, settingEntries } from '../settings.ts';
import type { Command, Given, Option } from './command.ts';

export type Asked =
  | { readonly kind: 'help'; readonly of: Command | undefined }
  | { readonly kind: 'version' }
  | { readonly kind: 'run'; readonly command: Command; readonly given: Given };

const everywhere: Readonly<Record<string, Option>> = {
  help: { help: 'print this' },
  version: { help: 'print the version' },
};

/** Every option of a command by its name: its own, `--config`, and the settings that it takes. */
export function optionsOf({ options = {}, settings }: Command): Readonly<Record<string, Option>> {
  const taken = settingEntries.filter(([name]) => settings === 'all' || settings.includes(name));
  const fromSettings = taken.flatMap(([name, setting]) => {
    const argument = argumentOf(name, setting);
    return argument === null ? [] : [[argument, { value: 'VALUE', help: setting.help }] as const];
  });
  return {
    ...options,
    config: { value: 'FILE', help: 'settings from a JSON file; environment and arguments override it' },
    ...Object.fromEntries(fromSettings),
    ...everywhere,
  };
}

/** How a command is called: `joulegate user role NAME ROLE [options]`. */
export const usageOf = ({ name, operands = [] }: Command): string =>
  ['joulegate', name, ...operands, '[options]'].join(' ');

/**
 * Reads the arguments of `joulegate`. Without a word it is the first of the commands.
 * @throws SettingsError that names every argument that is not known, is too much or lacks its value, with what is allowed
 */
export function readArguments(
  args: readonly string[],
  commands: readonly Command[],
  env: Readonly<Record<string, string | undefined>>,
): Asked {
  const types = typesOf(commands);
  const { tokens } = parseArgs({ args: [...args], options: types, strict: false, tokens: true });
  const words = tokens.flatMap(token => (token.kind === 'positional' ? [token.value] : []));
  const command = commandOf(words, commands);
  const mistakes: Mistake[] = [];
  const flags = new Set<string>();
  const values = new Map<string, string>();
  const isAsked = (name: string) => tokens.some(token => token.kind === 'option' && token.name === name);
  if (command === undefined) {
    if (isAsked('help')) return { kind: 'help', of: undefined };
    const strange = tokens.flatMap(token =>
      token.kind === 'option' && !Object.hasOwn(types, token.name) ? [token] : [],
    );
    // What follows an option that is none was most often meant as its value.
    if (strange.length > 0 && args[0]?.startsWith('-'))
      throw new SettingsError(
        strange.map(({ name, rawName }) => ({
          field: rawName,
          message: `is not known${didYouMean(name, Object.keys(types))}; joulegate --help tells more`,
        })),
      );
    throw new SettingsError([
      { field: words.slice(0, 2).join(' '), message: unknownCommand(words, commands) },
    ]);
  }
  const options = optionsOf(command);
  const allowed = `joulegate ${command.name} --help lists what is allowed`;
  for (const token of tokens) {
    if (token.kind !== 'option') continue;
    const { name, rawName, value } = token;
    const option = Object.hasOwn(options, name) ? options[name] : undefined;
    const refuse = (message: string) => void mistakes.push({ field: rawName, message });
    if (option === undefined) refuse(`is not known${didYouMean(name, Object.keys(options))}; ${allowed}`);
    else if (option.value === undefined) {
      if (value !== undefined) refuse(`takes no value, ${JSON.stringify(value)} was given`);
      flags.add(name);
      // `--http-port --json` was meant as a missing value, not as the value "--json".
    } else if (value === undefined || value === '' || value.startsWith('--')) {
      refuse(`needs a value: ${rawName} ${option.value}`);
    } else values.set(name, value);
  }
  const own = words.slice(wordsOf(command, words));
  const operands = command.operands ?? [];
  const least = operands.filter(operand => !operand.startsWith('[')).length;
  for (const word of own.slice(operands.length))
    mistakes.push({ field: word, message: `is too much; allowed is ${usageOf(command)}` });
  if (own.length < least && !flags.has('help') && !flags.has('version')) {
    const missing = operands.slice(own.length, least).join(' and ');
    mistakes.push({ field: command.name, message: `needs ${missing}: ${usageOf(command)}` });
  }
  if (mistakes.length > 0) throw new SettingsError(mistakes);
  if (flags.has('help')) return { kind: 'help', of: words.length === 0 ? undefined : command };
  if (flags.has('version')) return { kind: 'version' };
  const sources = {
    args: Object.fromEntries(values),
    env,
    configFile: values.get('config') ?? env.JOULEGATE_CONFIG,
  };
  return { kind: 'run', command, given: { words: own, flags, values, sources } };
}

/** The command of the longest name that the words begin with. */
function commandOf(words: readonly string[], commands: readonly Command[]): Command | undefined {
  if (words.length === 0) return commands[0];
  const [one = '', two = ''] = words;
  return (
    commands.find(({ name }) => name === `${one} ${two}`) ??
    commands.find(({ name }) => name === (aliases[one] ?? one))
  );
}

/** What a command was called before. */
const aliases: Readonly<Record<string, string>> = { serve: 'start' };

/** Commands that read their arguments themselves (`cli.ts`). */
const ownArguments = ['decode', 'firmware'];

const wordsOf = ({ name }: Command, words: readonly string[]): number =>
  words.length === 0 ? 0 : name.split(' ').length;

function unknownCommand([one = '', two = '']: readonly string[], commands: readonly Command[]): string {
  if (ownArguments.includes(one)) return `comes first: joulegate ${one} ${two === '' ? '…' : two} [options]`;
  const names = commands.map(({ name }) => name);
  const ofGroup = names.filter(name => name.startsWith(`${one} `));
  if (ofGroup.length > 0) {
    const what = two === '' ? 'is not whole' : `is no command${didYouMean(`${one} ${two}`, ofGroup)}`;
    return `${what}; allowed are ${ofGroup.map(name => `joulegate ${name}`).join(', ')}`;
  }
  const others = [...Object.keys(aliases), ...ownArguments];
  const firsts = [...new Set(names.map(name => name.split(' ')[0] ?? ''))];
  return `is no command${didYouMean(one, [...firsts, ...others])}; allowed are ${firsts.join(', ')}; joulegate --help tells more`;
}

/** An option that takes a value at one command takes one at all, or its value would be a word. */
function typesOf(commands: readonly Command[]): Record<string, { type: 'string' | 'boolean' }> {
  const types: Record<string, { type: 'string' | 'boolean' }> = {};
  for (const command of commands)
    for (const [name, { value }] of Object.entries(optionsOf(command)))
      types[name] = { type: value === undefined ? 'boolean' : 'string' };
  return types;
}
