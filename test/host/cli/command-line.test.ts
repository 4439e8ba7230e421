import { describe, expect, it } from 'vitest';
import { type Command, helpText, readCommandLine } from '../../../host/command-line.ts';
import { argumentOf, environmentOf, SettingsError, settingEntries } from '../../../host/settings.ts';

const read = (...args: string[]): Command => readCommandLine(args, {});

describe('the command line', () => {
  it('serves, with or without being told', () => {
    expect(read()).toEqual(read('serve'));
    expect(read()).toMatchObject({ name: 'serve', isJson: false });
  });

  it('takes every setting, and leaves what it says to be checked with the others', () => {
    for (const [name, setting] of settingEntries) {
      const argument = argumentOf(name, setting);
      if (argument === null) continue;
      expect(read(`--${argument}`, 'x', '--json')).toMatchObject({
        isJson: true,
        sources: { args: { [argument]: 'x' } },
      });
      expect(read(`--${argument}=x`)).toMatchObject({ sources: { args: { [argument]: 'x' } } });
    }
    expect(read('--config', 'host.json')).toMatchObject({ sources: { configFile: 'host.json' } });
  });

  it('makes a backup, and restores one', () => {
    expect(read('backup', '--data-dir', 'x')).toMatchObject({
      name: 'backup',
      sources: { args: { 'data-dir': 'x' } },
    });
    expect(read('restore', 'a.duckdb')).toMatchObject({ name: 'restore', file: 'a.duckdb' });
  });

  it('helps and tells its version', () => {
    expect(read('--help').name).toBe('help');
    expect(read('serve', '--version').name).toBe('version');
    for (const command of ['backup', 'restore', 'decode', 'firmware'])
      expect(helpText()).toContain(`joulegate ${command} `);
    for (const [name, setting] of settingEntries) {
      const argument = argumentOf(name, setting);
      if (argument !== null) expect(helpText()).toContain(`--${argument} `);
      expect(helpText()).toContain(environmentOf(name));
    }
  });

  it('takes no password, for all users of the machine could read it there', () => {
    const secrets = settingEntries.filter(([name, setting]) => argumentOf(name, setting) === null);
    expect(secrets.map(([name]) => name)).toEqual(['mqttPassword', 'metricsToken']);
    expect(() => read('--mqtt-password', 'x')).toThrow(/--mqtt-password/);
  });

  it.each([
    [['srve'], 'srve', 'joulegate [serve'],
    [['serve', 'serve'], 'serve', 'joulegate [serve'],
    [['backup', 'x'], 'x', 'is too much'],
    [['restore', 'x', 'y'], 'y', 'is too much'],
    [['restore'], 'restore', 'needs a backup'],
    [['--json', 'firmware', 'check'], 'firmware', 'comes first: joulegate firmware check'],
    [['--prot', '1'], '--prot', '--help'],
    [['-p', '1'], '-p', '--help'],
    [['--http-port'], '--http-port', 'needs a value'],
    [['--http-port='], '--http-port', 'needs a value'],
    [['--http-port', '--json'], '--http-port', 'needs a value'],
    [['--json=yes'], '--json', 'takes no value'],
  ])('refuses %j by name and says what is allowed', (args, field, part) => {
    const refusal = (() => {
      try {
        return readCommandLine(args, {});
      } catch (error) {
        return error;
      }
    })();
    expect(refusal).toBeInstanceOf(SettingsError);
    expect((refusal as SettingsError).mistakes[0]).toMatchObject({
      field,
      message: expect.stringContaining(part),
    });
  });
});
