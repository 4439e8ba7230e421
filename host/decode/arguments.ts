import { parseArgs } from 'node:util';
import type { Mistake } from '#core/rules.ts';
import { type CaptureFormat, captureFormats } from './capture.ts';

export interface DecodeOptions {
  /** A path, or `-` for standard input. */
  readonly file: string;
  readonly isJson: boolean;
  readonly format: CaptureFormat | undefined;
  /** Id of a Modbus profile that says what registers mean. */
  readonly profile: string | undefined;
}

export type DecodeRequest =
  | { readonly isHelp: true }
  | { readonly isHelp: false; readonly options: DecodeOptions };

export const decodeUsage =
  'joulegate decode FILE [--json] [--format sml|d0|p1|modbus] [--profile ID]; FILE is - for standard input';

export const decodeHelp = [
  'joulegate decode FILE [options]',
  '',
  'Reads a raw capture from an optical head or an RS485 line and prints what is in it. FILE is its path, or - for',
  'standard input. What it is (SML, D0, P1, Modbus RTU in both directions) is seen from the bytes; they may also be',
  'written as hexadecimal text, as logs have them. Only what has a right checksum is printed.',
  '',
  '  --json         a line of JSON for each telegram or frame, and a last one with the counts',
  '  --format NAME  sml, d0, p1 or modbus, where it cannot be seen',
  '  --profile ID   what the registers of a Modbus meter mean: the id of its profile, such as eastron-sdm630',
  '  --help         print this',
  '',
  'Ends with 0 where something valid was found, 1 where nothing was or the file cannot be read, 2 where the command',
  'line is wrong.',
].join('\n');

/** Flags may stand before the command's name as well. */
const flags = ['--json', '--help'];

/** The arguments of `joulegate decode` without that word, or undefined where it is another command. */
export function argumentsOfDecode(args: readonly string[]): readonly string[] | undefined {
  const at = args.findIndex(argument => !flags.includes(argument));
  return args[at] === 'decode' ? args.toSpliced(at, 1) : undefined;
}

const options = {
  json: { type: 'boolean' },
  help: { type: 'boolean' },
  format: { type: 'string' },
  profile: { type: 'string' },
} as const;

/** Reads the arguments behind `decode`; all mistakes in them, each with what is allowed. */
export function readDecodeArguments(
  args: readonly string[],
): DecodeRequest | { readonly mistakes: readonly Mistake[] } {
  const { tokens } = parseArgs({ args: [...args], options, strict: false, tokens: true });
  const mistakes: Mistake[] = [];
  const refuse = (field: string, message: string) => void mistakes.push({ field, message });
  const files: string[] = [];
  const given = new Map<string, string>();
  const asked = new Set<string>();
  for (const token of tokens) {
    if (token.kind === 'option-terminator') continue;
    if (token.kind === 'positional') files.push(token.value);
    else if (token.name === 'json' || token.name === 'help') {
      if (token.value !== undefined)
        refuse(token.rawName, `takes no value, ${JSON.stringify(token.value)} was given`);
      asked.add(token.name);
    } else if (token.name !== 'format' && token.name !== 'profile') {
      refuse(token.rawName, `is not known; allowed is ${decodeUsage}`);
    } else if (token.value === undefined || token.value === '' || token.value.startsWith('--')) {
      refuse(token.rawName, `needs a value: ${decodeUsage}`);
    } else given.set(token.name, token.value);
  }
  const format = captureFormats.find(name => name === given.get('format'));
  if (given.has('format') && format === undefined) {
    refuse(
      '--format',
      `${JSON.stringify(given.get('format'))} is no format; allowed is ${captureFormats.join(', ')}`,
    );
  }
  if (asked.has('help') && mistakes.length === 0) return { isHelp: true };
  const [file, ...more] = files;
  if (file === undefined) refuse('decode', `needs a capture: ${decodeUsage}`);
  for (const word of more) refuse(word, `is too much; allowed is ${decodeUsage}`);
  if (file === undefined || mistakes.length > 0) return { mistakes };
  return {
    isHelp: false,
    options: { file, isJson: asked.has('json'), format, profile: given.get('profile') },
  };
}
