import { describe, expect, it } from 'vitest';
import { commandHelp, helpText } from '../../../host/commands/help.ts';
import { readArguments } from '../../../host/commands/read.ts';
import { commands } from '../../../host/commands/table.ts';
import { argumentOf, environmentOf, SettingsError, settingEntries } from '../../../host/settings.ts';

const read = (...args: string[]) => readArguments(args, commands, {});

describe('the command line', () => {
  it('starts a host, with or without being told, also by the word of before', () => {
    expect(read()).toMatchObject({ kind: 'run', command: { name: 'start' } });
    expect(read('serve')).toEqual(read('start'));
    expect(read('--json')).toMatchObject({ command: { name: 'start' } });
  });

  it('takes every setting, and leaves what it says to be checked with the others', () => {
    for (const [name, setting] of settingEntries) {
      const argument = argumentOf(name, setting);
      if (argument === null) continue;
      const sources = { args: { [argument]: 'x' } };
      expect(read(`--${argument}`, 'x', '--json')).toMatchObject({ given: { sources } });
      expect(read(`--${argument}=x`)).toMatchObject({ given: { sources } });
    }
    expect(read('--config', 'a.json')).toMatchObject({ given: { sources: { configFile: 'a.json' } } });
    const env = { JOULEGATE_CONFIG: 'b.json' };
    expect(readArguments([], commands, env)).toMatchObject({
      given: { sources: { configFile: 'b.json', env } },
    });
  });

  it('takes no secret, for all users of the machine could read it there', () => {
    const secrets = settingEntries.filter(([, { isSecret }]) => isSecret).map(([name]) => name);
    expect(secrets).toContain('mqttPassword');
    for (const name of secrets) {
      const argument = environmentOf(name).replace('JOULEGATE_', '--').toLowerCase().replaceAll('_', '-');
      expect(() => read(argument, 'x')).toThrow(/is not known/);
    }
    for (const { options = {} } of commands)
      expect(Object.keys(options).filter(name => /pass|secret|code|token$/.test(name))).toEqual([]);
  });

  it('every command has its words, and a help that names all it takes', () => {
    for (const command of commands) {
      const { name, operands = [], options = {} } = command;
      const words = [...name.split(' '), ...operands.map(() => 'x')];
      expect(read(...words), name).toMatchObject({ kind: 'run', command: { name } });
      expect(read(...name.split(' '), '--help')).toMatchObject({ kind: 'help', of: { name } });
      const help = commandHelp(command);
      for (const part of [...operands, ...Object.keys(options).map(option => `--${option}`), '--config'])
        expect(help, name).toContain(part);
      expect(helpText(commands)).toContain(`joulegate ${[name, ...operands].join(' ')} `);
      expect(command.help).toMatch(/^[a-z]/);
    }
    expect(new Set(commands.map(({ name }) => name)).size).toBe(commands.length);
    for (const other of ['decode', 'firmware']) expect(helpText(commands)).toContain(`joulegate ${other} `);
  });

  it('an option is a flag or has a value, and the same at every command', () => {
    const kinds = new Map<string, boolean>();
    for (const { options = {} } of commands)
      for (const [name, { value }] of Object.entries(options)) {
        expect(kinds.get(name) ?? value === undefined, name).toBe(value === undefined);
        kinds.set(name, value === undefined);
      }
  });

  it('the help of start names every setting, with its default and its variable', () => {
    const start = commands.find(({ name }) => name === 'start');
    if (start === undefined) throw new Error('there is no start');
    const help = commandHelp(start);
    for (const [name, setting] of settingEntries) {
      const argument = argumentOf(name, setting);
      if (argument !== null) expect(help).toContain(`--${argument} `);
      expect(help).toContain(environmentOf(name));
    }
  });

  it.each([
    [['--help'], 'help'],
    [['start', '--version'], 'version'],
    [['user', '--help'], 'help'],
  ])('%j gives %s', (args, kind) => {
    expect(read(...args).kind).toBe(kind);
  });

  it.each([
    [['srve'], 'srve', 'is no command (did you mean serve'],
    [['strat'], 'strat', 'did you mean start'],
    [['user'], 'user', 'is not whole; allowed are joulegate user list'],
    [['user', 'lst'], 'user lst', 'did you mean user list'],
    [['--json', 'firmware', 'check'], 'firmware check', 'comes first: joulegate firmware check'],
    [['start', 'start'], 'start', 'is too much'],
    [['backup', 'x'], 'x', 'is too much'],
    [['restore', 'x', 'y'], 'y', 'is too much'],
    [['restore'], 'restore', 'needs FILE: joulegate restore FILE'],
    [['user', 'role', 'ada'], 'user role', 'needs ROLE'],
    [['--prot', '1'], '--prot', '--help'],
    [['--htpp-port', '1'], '--htpp-port', 'did you mean http-port'],
    [['user', 'list', '--http-port', '1'], '--http-port', 'is not known'],
    [['-p', '1'], '-p', '--help'],
    [['--http-port'], '--http-port', 'needs a value'],
    [['--http-port='], '--http-port', 'needs a value'],
    [['--http-port', '--json'], '--http-port', 'needs a value'],
    [['--json=yes'], '--json', 'takes no value'],
  ])('refuses %j by name and says what is allowed', (args, field, part) => {
    const refusal = (() => {
      try {
        return read(...args);
      } catch (error) {
        return error;
      }
    })();
    if (!(refusal instanceof SettingsError)) throw new Error(`${args.join(' ')} was taken`);
    expect(refusal.mistakes[0]).toMatchObject({ field, message: expect.stringContaining(part) });
  });
});
