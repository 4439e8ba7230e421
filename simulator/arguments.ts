import { parseArgs } from 'node:util';

/** One option of a command, as data: what it takes, what it is without it, and the line of help. */
export type Option = { readonly help: string } & (
  | { readonly takes: 'nothing' }
  | { readonly takes: 'integer'; readonly min: number; readonly max: number; readonly unless: number | null }
  | { readonly takes: 'number'; readonly min: number; readonly max: number; readonly unless: number | null }
  | { readonly takes: 'integers'; readonly min: number; readonly max: number }
  | {
      readonly takes: 'text';
      readonly called: string;
      /** Where only these are allowed. */
      readonly oneOf?: readonly string[];
      readonly unless: string | null;
    }
);

export type Options = { readonly [name: string]: Option };

type Value<O extends Option> = O extends { takes: 'nothing' }
  ? boolean
  : O extends { takes: 'integer' | 'number'; unless: infer U }
    ? number | (U extends null ? null : never)
    : O extends { takes: 'integers' }
      ? readonly number[]
      : O extends { takes: 'text'; unless: infer U }
        ? string | (U extends null ? null : never)
        : never;

export type Values<O extends Options> = { readonly [N in keyof O]: Value<O[N]> };

/** A mistake of the person at the keyboard: what was wrong and what is allowed, in one line. */
export class UsageError extends Error {}

/** The options' values. @throws UsageError that names the argument, what was wrong and what is allowed. */
export function parseOptions<O extends Options>(
  command: string,
  options: O,
  args: readonly string[],
): Values<O> {
  const { tokens } = parseArgs({
    args: [...args],
    options: Object.fromEntries(
      Object.entries(options).map(([name, { takes }]) => [
        name,
        { type: takes === 'nothing' ? ('boolean' as const) : ('string' as const) },
      ]),
    ),
    strict: false,
    tokens: true,
  });
  const values: Record<string, unknown> = {};
  for (const [name, option] of Object.entries(options)) values[name] = without(option);
  for (const token of tokens) {
    if (token.kind === 'option-terminator') continue;
    if (token.kind === 'positional') {
      throw new UsageError(
        `${JSON.stringify(token.value)} is one word too many; ${allowed(command, options)}`,
      );
    }
    const option = Object.hasOwn(options, token.name) ? options[token.name] : undefined;
    if (option === undefined)
      throw new UsageError(`${token.rawName} is not known; ${allowed(command, options)}`);
    if (option.takes === 'nothing' && token.value !== undefined) {
      throw new UsageError(`--${token.name} takes no value, ${JSON.stringify(token.value)} was given`);
    }
    values[token.name] = readValue(token.name, option, token.value);
  }
  return values as Values<O>;
}

const allowed = (command: string, options: Options): string =>
  Object.keys(options).length === 0
    ? `${command} takes no options`
    : `${command} takes ${Object.keys(options)
        .map(name => `--${name}`)
        .join(', ')}`;

function without(option: Option): unknown {
  if (option.takes === 'nothing') return false;
  return option.takes === 'integers' ? [] : option.unless;
}

function readValue(name: string, option: Option, text: string | undefined): unknown {
  if (option.takes === 'nothing') return true;
  const wants = optionMeaning(option);
  // `--port --json` was meant as a missing value, not as the value "--json".
  if (text === undefined || text === '' || text.startsWith('--')) {
    throw new UsageError(`--${name} needs a value: ${wants}`);
  }
  if (option.takes === 'text') {
    if (option.oneOf === undefined || option.oneOf.includes(text)) return text;
    throw new UsageError(`--${name} ${JSON.stringify(text)}: ${wants} is allowed`);
  }
  const numbers = (option.takes === 'integers' ? text.split(',') : [text]).map(part => numberOf(part));
  const isRight = (number: number): boolean =>
    number >= option.min && number <= option.max && (option.takes === 'number' || Number.isInteger(number));
  if (!numbers.every(isRight)) throw new UsageError(`--${name} ${JSON.stringify(text)}: ${wants} is allowed`);
  return option.takes === 'integers' ? numbers : numbers[0];
}

const numberOf = (text: string): number =>
  /^[+-]?(\d+(\.\d*)?|\.\d+)(e[+-]?\d+)?$/i.test(text.trim()) ? Number(text) : Number.NaN;

/** Words that are neither options nor their values, and all others: for commands that take such words. */
export function wordsApart(
  options: Options,
  args: readonly string[],
): { readonly words: readonly string[]; readonly rest: readonly string[] } {
  const [words, rest]: [string[], string[]] = [[], []];
  const isValue = (before = ''): boolean => {
    const name = before.slice(2);
    return before.startsWith('--') && Object.hasOwn(options, name) && options[name]?.takes !== 'nothing';
  };
  for (const [index, arg] of args.entries()) {
    const isWord = !arg.startsWith('-') && !isValue(args[index - 1]);
    (isWord ? words : rest).push(arg);
  }
  return { words, rest };
}

/** What an option takes, in words. */
export function optionMeaning(option: Option): string {
  switch (option.takes) {
    case 'nothing':
      return 'true or false';
    case 'text':
      return option.oneOf === undefined ? option.called : `one of ${option.oneOf.join(', ')}`;
    case 'integers':
      return `whole numbers from ${option.min} to ${option.max} with commas between them`;
    case 'integer':
      return `a whole number from ${option.min} to ${option.max}`;
    case 'number':
      return `a number from ${option.min} to ${option.max}`;
  }
}

/** The lines of help for a command's options. */
export function optionHelp(options: Options): string {
  const rows = Object.entries(options).map(([name, option]) => {
    const value =
      option.takes === 'nothing'
        ? ''
        : option.takes === 'text'
          ? ` ${option.called.toUpperCase().replace(/^AN? /, '')}`
          : option.takes === 'integers'
            ? ' N,N'
            : ' N';
    return [`  --${name}${value}`, option.help] as const;
  });
  const width = Math.max(...rows.map(([left]) => left.length)) + 2;
  return rows.map(([left, help]) => `${left.padEnd(width)}${help}`).join('\n');
}
