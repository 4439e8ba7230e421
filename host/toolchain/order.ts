import { parseArgs } from 'node:util';
import { isTarget, type Target, targets } from './targets.ts';

const actions = ['check', 'build', 'linux', 'flash'] as const;

/** What `joulegate firmware …` asks for. */
export interface Order {
  readonly action: (typeof actions)[number];
  readonly target: Target;
  /** `NAME=VALUE`, for the firmware's configuration. */
  readonly configuration: readonly string[];
  /** The serial port of a board to flash; empty for the others. */
  readonly port: string;
  /** Where the images are; undefined for where `build` puts them. */
  readonly images: string | undefined;
  readonly baud: number;
  /** The board is in download mode already. */
  readonly isWaiting: boolean;
}

const options = {
  target: { type: 'string' },
  port: { type: 'string' },
  images: { type: 'string' },
  baud: { type: 'string' },
  waiting: { type: 'boolean' },
} as const;

export const orderUsage = `joulegate firmware
  check | build [--target ${Object.keys(targets).join(' | ')}] [NAME=VALUE …]
  linux [NAME=VALUE …]
  flash --port PATH [--images FOLDER] [--baud 460800] [--waiting]
  keys [--key FILE]
  sign FOLDER [--key FILE]
  list FOLDER`;

/** The order, or what is wrong with it. */
export function readOrder(args: readonly string[]): Order | string {
  const { values, positionals, tokens } = parseArgs({
    args: [...args],
    options,
    strict: false,
    allowPositionals: true,
    tokens: true,
  });
  for (const token of tokens) {
    if (token.kind !== 'option') continue;
    const known = Object.entries(options).find(([name]) => name === token.name);
    if (known === undefined) return `${token.rawName} is not known`;
    if (known[1].type === 'string' && (token.value === undefined || token.value === ''))
      return `${token.rawName} needs a value`;
  }
  const [name, ...configuration] = positionals;
  const action = actions.find(each => each === name);
  if (name === undefined) return 'nothing was asked for';
  if (action === undefined) return `${name} is no command`;
  const { target = 'esp32', port, images, baud = '460800', waiting } = values;
  if (typeof target !== 'string' || !isTarget(target)) return `${target} is no target`;
  if (!/^[0-9]{4,7}$/.test(String(baud))) return `--baud ${baud} is no speed`;
  const odd = configuration.find(word => !/^[a-zA-Z][a-zA-Z0-9]*=/.test(word));
  if (odd !== undefined) return `${odd} is no NAME=VALUE`;
  if (action === 'flash' && typeof port !== 'string')
    return 'flash needs --port, the serial port of the board';
  return {
    action,
    target,
    configuration,
    port: typeof port === 'string' ? port : '',
    images: typeof images === 'string' ? images : undefined,
    baud: Number(baud),
    isWaiting: waiting === true,
  };
}

/** Gateways fetch images in the clear, and one that has the identity of another in it would make them all that one. */
export const isForOneBoard = (configuration: readonly string[]): boolean =>
  configuration.some(word => /^(?:gateway|password|wifiPassword)=./.test(word));
