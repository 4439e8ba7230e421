import { readFileSync } from 'node:fs';
import type { Mistake } from '#core/rules.ts';
import { messageOf } from '../message-of.ts';
import { didYouMean } from '../near-words.ts';
import { secretFromFile } from './secret-files.ts';
import { argumentOf, environmentOf } from './setting.ts';
import { settingEntries } from './table.ts';

export interface SettingSources {
  /** Values of command line arguments by their names (`http-port`), as texts. */
  readonly args?: Readonly<Record<string, string | undefined>>;
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** A JSON file with any of the settings by their names (`httpPort`). */
  readonly configFile?: string | undefined;
}

/** What somebody gave, and under which name: `--http-port`, `JOULEGATE_HTTP_PORT` or `httpPort in host.json`. */
export interface Given {
  readonly field: string;
  readonly value: unknown;
}

/** What was given for each setting by its name, the later source overriding: file, environment, arguments. */
export function givenIn(sources: SettingSources, mistakes: Mistake[]): ReadonlyMap<string, Given> {
  const given = new Map<string, Given>();
  const { configFile, env = {}, args = {} } = sources;
  const file = configFile === undefined ? {} : readConfig(configFile, mistakes);
  const names = settingEntries.map(([name]) => name);
  for (const [name, value] of Object.entries(file)) {
    const field = `${name} in ${configFile}`;
    if (names.includes(name)) given.set(name, { field, value });
    else
      mistakes.push({
        field,
        message: `is not known${didYouMean(name, names)}; allowed are ${names.join(', ')}`,
      });
  }
  for (const [name, setting] of settingEntries) {
    const fromFile = setting.isSecret ? secretFromFile(name, env, mistakes) : undefined;
    if (fromFile !== undefined) given.set(name, fromFile);
    const environment = environmentOf(name);
    const fromEnvironment = env[environment];
    if (fromEnvironment !== undefined) given.set(name, { field: environment, value: fromEnvironment });
    const argument = argumentOf(name, setting);
    const fromArguments = argument === null ? undefined : args[argument];
    if (fromArguments !== undefined) given.set(name, { field: `--${argument}`, value: fromArguments });
  }
  return given;
}

function readConfig(path: string, mistakes: Mistake[]): Record<string, unknown> {
  const refuse = (message: string) => void mistakes.push({ field: path, message });
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    refuse(`cannot be read; a file of JSON is allowed (${messageOf(error)})`);
    return {};
  }
  try {
    const json: unknown = JSON.parse(text);
    if (typeof json === 'object' && json !== null && !Array.isArray(json)) return { ...json };
    refuse('holds no JSON object; an object of settings is allowed');
  } catch (error) {
    refuse(
      `is no JSON: look at line ${lineOfMistake(text, error)} and the end of the one before; an object of settings is allowed, such as {"httpPort": 8080}`,
    );
  }
  return {};
}

const tokens = /(?:\s|[{}[\]:,]|"(?:[^"\\\n]|\\.)*"|-?\d[\d.eE+-]*|true|false|null)*/y;

/** Of a parser's words its place alone is told: they repeat what stands there, which may be a password. */
function lineOfMistake(text: string, error: unknown): number {
  const place = /at position (\d+)/.exec(messageOf(error));
  tokens.lastIndex = 0;
  const read = tokens.exec(text)?.[0].length ?? 0;
  const at = place === null ? read : Number(place[1]);
  return text.slice(0, at).split('\n').length;
}
