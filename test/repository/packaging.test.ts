import { describe, expect, test } from 'vitest';
import { readArguments } from '../../host/commands/read.ts';
import { commands } from '../../host/commands/table.ts';
import { isOlder } from '../../host/doctor/program.ts';
import { defaultSettings, loadSettings, settingEntries, unknownVariables } from '../../host/settings.ts';
import { read } from './tree.ts';

const manifest = JSON.parse(read('package.json'));
const oldestNode: string = /\d+\.\d+/.exec(manifest.engines.node)?.[0] ?? '';
const { httpPort, mqttPort, mqttTlsPort } = defaultSettings();
/** After so long `start` gives an end up that hangs (`host/commands/start.ts`). */
const closeWithinS = 8;

const commandOf = (words: readonly string[]) => {
  const asked = readArguments(words, commands, {});
  return asked.kind === 'run' ? asked.command.name : asked.kind;
};
const settingsOf = (env: Record<string, string>) => {
  expect(unknownVariables({ env })).toEqual([]);
  return loadSettings({ env });
};
const variablesIn = (text: string) =>
  Object.fromEntries(
    [...text.matchAll(/(JOULEGATE_[A-Z_]+)=(\S+)/g)].map(([, name = '', value = '']) => [name, value]),
  );

describe('the image', () => {
  const dockerfile = read('Dockerfile').replaceAll('\\\n', ' ');
  const last = dockerfile.slice(dockerfile.lastIndexOf('FROM '));
  const argumentsOf = (word: string): string[] => {
    const [, list = '[]'] = new RegExp(`^${word}.*?(\\[.*\\])$`, 'm').exec(last) ?? [];
    return JSON.parse(list);
  };

  test('is built on a Node that package.json takes, from packages of the lockfile without their scripts', () => {
    const nodes = [...dockerfile.matchAll(/^FROM node:(\d+)-slim/gm)].map(([, node = '']) => node);
    expect(nodes).toHaveLength(3);
    for (const node of nodes) expect(isOlder(`${node}.999`, oldestNode)).toBe(false);
    for (const [line] of dockerfile.matchAll(/npm (ci|install|i)\b.*/g))
      expect(line).toMatch(/^npm ci .*--ignore-scripts/);
    expect(dockerfile).toContain('npm ci --omit=dev');
  });

  test('runs as nobody in particular, with nothing but the host', () => {
    const users = [...last.matchAll(/^USER (\w+)/gm)].map(([, user]) => user);
    expect(users).toEqual(['node']);
    expect(last.indexOf('USER node')).toBeGreaterThan(last.lastIndexOf('RUN '));
    const copied = [...last.matchAll(/^COPY .* (\S+)$/gm)].map(([, to]) => to);
    expect(copied.sort()).toEqual(
      ['dist/firmware', 'dist/host', 'dist/web', 'node_modules', 'package.json'].map(path => `/app/${path}`),
    );
  });

  test('starts, is looked at and stopped as the command has it', () => {
    expect(argumentsOf('ENTRYPOINT')).toEqual(['joulegate']);
    expect(commandOf(argumentsOf('CMD'))).toBe('start');
    const [program, ...words] = argumentsOf('HEALTHCHECK');
    expect([program, commandOf(words)]).toEqual(['joulegate', 'status']);
    expect(last).toContain('STOPSIGNAL SIGTERM');
    const settings = settingsOf(variablesIn(last));
    expect(settings).toMatchObject({ httpHost: '0.0.0.0', mqttHost: '0.0.0.0' });
    expect(last).toContain(`VOLUME ${settings.dataDir}\n`);
    expect(last).toContain(`-m 700 -o node -g node ${settings.dataDir}\n`);
    expect(last).toContain(`EXPOSE ${httpPort} ${mqttPort} ${mqttTlsPort}\n`);
  });

  test('is built of what its build needs, and never of data or keys that lie about', () => {
    const [first, ...kept] = read('.dockerignore').trim().split('\n');
    expect(first).toBe('*');
    const needed = ['firmware', 'host', 'simulator', 'web', 'package.json', 'package-lock.json'];
    expect(kept.sort()).toEqual(
      [...needed, 'tsconfig.json', 'vite.config.ts'].map(path => `!${path}`).sort(),
    );
  });
});

describe('the composition', () => {
  const compose = read('compose.yaml');

  test('gives the container nothing that it does not need', () => {
    expect(compose).toMatch(/^ {4}read_only: true$/m);
    expect(compose).toMatch(/cap_drop:\n {6}- ALL\n/);
    expect(compose).toMatch(/security_opt:\n {6}- no-new-privileges:true\n/);
    expect(compose).toMatch(/tmpfs:\n {6}- \/tmp\n/);
    expect(compose).not.toMatch(/privileged: true|network_mode|pid: |cap_add|docker\.sock/);
  });

  test('its settings are some, its ports the right ones, and it waits until the host has ended', () => {
    const env = Object.fromEntries(
      [...compose.matchAll(/^ {6}(JOULEGATE_\w+): \$\{\1:-(.+)\}$/gm)].map(([, name, value]) => [
        name,
        value,
      ]),
    );
    expect(Object.keys(env).length).toBe([...compose.matchAll(/^ {6}JOULEGATE_/gm)].length);
    const settings = settingsOf(env);
    const published = [...compose.matchAll(/- "(\d+):\1"/g)].map(([, port]) => Number(port));
    expect(settings.mqttListen).toBe('tls');
    expect(published).toEqual([httpPort, mqttTlsPort]);
    expect(Number(/stop_grace_period: (\d+)s/.exec(compose)?.[1])).toBeGreaterThan(closeWithinS);
    expect(read('Dockerfile')).toContain(`VOLUME ${/- data:(\S+)/.exec(compose)?.[1]}\n`);
  });
});

describe('the unit of systemd', () => {
  const unit = read('docs/systemd/joulegate.service');
  const valuesOf = (key: string) =>
    [...unit.matchAll(new RegExp(`^${key}=(.*)$`, 'gm'))].map(([, value = '']) => value);

  test('starts, waits until the host is ready, and stops as the command has it', () => {
    for (const [key, name] of [
      ['ExecStart', 'start'],
      ['ExecStartPost', 'status'],
    ] as const) {
      const [program, ...words] = valuesOf(key)[0]?.split(' ') ?? [];
      expect(program).toBe('/usr/bin/joulegate');
      expect(commandOf(words)).toBe(name);
    }
    const { JOULEGATE_CONFIG, ...env } = variablesIn(unit);
    expect(JOULEGATE_CONFIG).toMatch(/^\/etc\/joulegate\//);
    expect(settingsOf(env).dataDir).toBe(`/var/lib/${valuesOf('StateDirectory')[0]}`);
    expect(Number(valuesOf('TimeoutStopSec')[0])).toBeGreaterThan(closeWithinS);
    const wait = Number(/--wait (\d+)/.exec(unit)?.[1]);
    expect(Number(valuesOf('TimeoutStartSec')[0])).toBeGreaterThan(wait);
  });

  test('has a user of its own, no rights, and one place to write', () => {
    expect(unit).toMatch(/^User=joulegate$/m);
    for (const key of ['NoNewPrivileges', 'PrivateTmp', 'ProtectHome', 'PrivateDevices', 'RestrictSUIDSGID'])
      expect(valuesOf(key), key).toEqual(['yes']);
    expect(valuesOf('ProtectSystem')).toEqual(['strict']);
    expect(valuesOf('CapabilityBoundingSet')).toEqual(['']);
    expect(valuesOf('RestrictAddressFamilies')).toEqual(['AF_INET AF_INET6 AF_UNIX AF_NETLINK']);
    // A backup is copied at a low priority, and would fail where it may not say so.
    expect(valuesOf('SystemCallFilter')).toEqual([
      '@system-service',
      '~@privileged @resources',
      'setpriority',
    ]);
    expect(valuesOf('UMask')).toEqual(['0077']);
    // Node writes machine code and runs it.
    expect(valuesOf('MemoryDenyWriteExecute')).toEqual(['no']);
  });

  test('secrets are handed over under their names', () => {
    const secrets = settingEntries.filter(([, { isSecret }]) => isSecret).map(([name]) => name);
    const handed = valuesOf('#LoadCredential').map(value => value.split(':')[0]);
    expect(handed.length).toBeGreaterThan(0);
    for (const name of handed) expect(secrets).toContain(name);
  });
});
