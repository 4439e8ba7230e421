import { describe, expect, test } from 'vitest';
import { optionHelp, parseOptions, UsageError } from '../../../simulator/arguments.ts';

const options = {
  port: { takes: 'integer', min: 0, max: 65_535, unless: null, help: 'a port' },
  speed: { takes: 'number', min: 0.5, max: 10, unless: 1, help: 'a speed' },
  dead: { takes: 'integers', min: 1, max: 247, help: 'addresses' },
  data: { takes: 'text', called: 'a folder', unless: null, help: 'where' },
  json: { takes: 'nothing', help: 'for programs' },
} as const;
const parse = (...args: string[]) => parseOptions('demo', options, args);

describe('options that are right', () => {
  test('without arguments everything is at its default', () => {
    expect(parse()).toEqual({ port: null, speed: 1, dead: [], data: null, json: false });
  });

  test('values come with a space or =, in any order, the last one counts', () => {
    expect(
      parse('--json', '--port=1', '--data', 'a b', '--dead', '1,247', '--speed', '2.5', '--port', '80'),
    ).toEqual({ port: 80, speed: 2.5, dead: [1, 247], data: 'a b', json: true });
    expect(parse('--speed', '5e-1').speed).toBe(0.5);
  });
});

describe('options that are wrong say which, what was wrong and what is allowed', () => {
  const all = 'demo takes --port, --speed, --dead, --data, --json';
  test.each([
    [['--porr', '1'], `--porr is not known; ${all}`],
    [['-x'], `-x is not known; ${all}`],
    [['--toString', '1'], `--toString is not known; ${all}`],
    [['now'], `"now" is one word too many; ${all}`],
    [['--', 'now'], `"now" is one word too many; ${all}`],
    [['--port'], '--port needs a value: a whole number from 0 to 65535'],
    [['--port='], '--port needs a value: a whole number from 0 to 65535'],
    [['--port', '--json'], '--port needs a value: a whole number from 0 to 65535'],
    [['--port', '65536'], '--port "65536": a whole number from 0 to 65535 is allowed'],
    [['--port', '1.5'], '--port "1.5": a whole number from 0 to 65535 is allowed'],
    [['--port', '0x10'], '--port "0x10": a whole number from 0 to 65535 is allowed'],
    [['--port=-1'], '--port "-1": a whole number from 0 to 65535 is allowed'],
    [['--speed', 'fast'], '--speed "fast": a number from 0.5 to 10 is allowed'],
    [['--speed', 'NaN'], '--speed "NaN": a number from 0.5 to 10 is allowed'],
    [['--speed', 'Infinity'], '--speed "Infinity": a number from 0.5 to 10 is allowed'],
    [['--dead', '1,,2'], '--dead "1,,2": whole numbers from 1 to 247 with commas between them is allowed'],
    [['--dead', '0'], '--dead "0": whole numbers from 1 to 247 with commas between them is allowed'],
    [['--data'], '--data needs a value: a folder'],
    [['--json=yes'], '--json takes no value, "yes" was given'],
  ])('%j', (args, message) => {
    expect(() => parse(...args)).toThrow(new UsageError(message));
  });

  test('a command without options says so', () => {
    expect(() => parseOptions('list', {}, ['--all'])).toThrow('--all is not known; list takes no options');
  });
});

test('help has a line for every option', () => {
  expect(optionHelp(options).split('\n')).toEqual([
    '  --port N       a port',
    '  --speed N      a speed',
    '  --dead N,N     addresses',
    '  --data FOLDER  where',
    '  --json         for programs',
  ]);
});
