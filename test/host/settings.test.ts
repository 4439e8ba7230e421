import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { HostSettings } from '../../host/settings.ts';
import {
  argumentOf,
  defaultSettings,
  environmentOf,
  httpListenOf,
  loadSettings,
  mqttListenOf,
  SettingsError,
  settingEntries,
} from '../../host/settings.ts';

let dir: string;
let configFile: string;

beforeAll(() => {
  dir = mkdtempSync(join(tmpdir(), 'joulegate-settings-'));
  configFile = join(dir, 'host.json');
});

afterAll(() => rmSync(dir, { recursive: true, force: true }));

const mistakesOf = (run: () => unknown) => {
  try {
    run();
  } catch (error) {
    if (error instanceof SettingsError) return error.mistakes;
    throw error;
  }
  return [];
};

test('without anything given the defaults stand, and they listen on this machine alone', () => {
  expect(loadSettings({})).toEqual(defaultSettings());
  expect(defaultSettings()).toMatchObject({ httpHost: '127.0.0.1', mqttHost: '127.0.0.1' });
});

test('arguments go before environment, environment before file, file before defaults', () => {
  writeFileSync(
    configFile,
    JSON.stringify({ httpPort: 1001, mqttPort: 1002, zone: 'Asia/Kolkata', dataDir: '/a' }),
  );
  const settings = loadSettings({
    configFile,
    env: { JOULEGATE_MQTT_PORT: '2002', JOULEGATE_ZONE: 'UTC' },
    args: { zone: 'America/Sao_Paulo' },
  });
  expect(settings).toMatchObject({
    httpPort: 1001,
    mqttPort: 2002,
    zone: 'America/Sao_Paulo',
    dataDir: '/a',
  });
});

test('secrets may come from files: named by the environment, or as credentials of systemd', () => {
  const file = join(dir, 'token');
  writeFileSync(file, 'a-token-of-a-good-length\n');
  writeFileSync(join(dir, 'mqttPassword'), 'a password\r\n');
  const env = { JOULEGATE_METRICS_TOKEN_FILE: file, CREDENTIALS_DIRECTORY: dir };
  const secrets = { metricsToken: 'a-token-of-a-good-length', mqttPassword: 'a password' };
  expect(loadSettings({ env })).toEqual({ ...defaultSettings(), ...secrets });
  expect(loadSettings({ env: { ...env, JOULEGATE_MQTT_PASSWORD: 'another' } }).mqttPassword).toBe('another');
  const bad = {
    JOULEGATE_METRICS_TOKEN: 'another-token-of-some-length',
    JOULEGATE_METRICS_TOKEN_FILE: file,
    JOULEGATE_BACKUP_PASSPHRASE_FILE: join(dir, 'mqttPassword'),
    JOULEGATE_MQTT_PASSWORD_FILE: join(dir, 'nowhere'),
  };
  const mistakes = mistakesOf(() => loadSettings({ env: bad }));
  expect(mistakes.map(({ field, message }) => `${field} ${message}`).sort()).toEqual([
    expect.stringMatching(/^JOULEGATE_BACKUP_PASSPHRASE_FILE something else given; 12 to 256 characters/),
    expect.stringMatching(/^JOULEGATE_METRICS_TOKEN_FILE stands beside JOULEGATE_METRICS_TOKEN;/),
    expect.stringMatching(/^JOULEGATE_MQTT_PASSWORD_FILE cannot be read; a file is allowed/),
  ]);
  expect(JSON.stringify(mistakes)).not.toContain('a password');
});

test('every setting can be given by environment and by argument', () => {
  const given: { [name in keyof Required<HostSettings>]: string } = {
    dataDir: '/data',
    httpHost: '0.0.0.0',
    httpPort: '0',
    mqttHost: '::1',
    mqttPort: '65535',
    mqttTlsPort: '1',
    mqttListen: 'tls',
    announce: 'no',
    mqttProxies: '192.0.2.1,10.0.0.0/8',
    tlsHosts: 'energy.example,192.0.2.7,2001:db8::7',
    ntpPort: '123',
    timeServers: 'a.example,192.0.2.1',
    mqttUrl: 'mqtts://broker.example:8883',
    mqttUser: 'joulegate',
    mqttPassword: 'secret',
    mqttVersion: '3.1.1',
    firmwareFolder: '/firmware',
    publicUrl: 'http://192.168.1.10:8080',
    metricsToken: 'a-token-of-a-good-length',
    metricsValues: 'yes',
    httpListen: 'tls',
    tlsCertFile: '/tls/fullchain.pem',
    tlsKeyFile: '/tls/privkey.pem',
    hstsDays: '365',
    trustedProxies: '127.0.0.1,172.16.0.0/12,fd00::/8',
    zone: 'Europe/Lisbon',
    backupHours: '12',
    backupKeep: '12',
    backupPassphrase: 'correct horse battery staple',
    archiveAfterMonths: '0',
    keepRawMonths: '0',
    keepMinutesMonths: '0',
    keepQuartersMonths: '0',
    keepHoursMonths: '0',
    keepDaysMonths: '0',
  };
  expect(Object.keys(given).sort()).toEqual(settingEntries.map(([name]) => name).sort());
  const isNumber = (text: string) => /^\d+$/.test(text);
  const env: Record<string, string> = {};
  const args: Record<string, string> = {};
  const expected: Record<string, string | number> = {};
  for (const [name, setting] of settingEntries) {
    const text = Object.entries(given).find(([key]) => key === name)?.[1] ?? '';
    env[environmentOf(name)] = text;
    const argument = argumentOf(name, setting);
    if (argument !== null) args[argument] = text;
    expected[name] = isNumber(text) ? Number(text) : text;
  }
  expect(loadSettings({ env })).toEqual(expected);
  const { mqttPassword, metricsToken, backupPassphrase } = given;
  const notByArgument = { mqttPassword, metricsToken, backupPassphrase };
  expect({ ...loadSettings({ args }), ...notByArgument }).toEqual(expected);
});

test('every bad setting is told by the name it was given under, with what is allowed', () => {
  const mistakes = mistakesOf(() =>
    loadSettings({
      args: { 'http-port': '80a', zone: 'Europe/Nowhere', 'mqtt-host': 'example.org' },
      env: { JOULEGATE_MQTT_PORT: '70000', JOULEGATE_DATA_DIR: '' },
    }),
  );
  expect(mistakes.map(({ field }) => field).sort()).toEqual([
    '--http-port',
    '--mqtt-host',
    '--zone',
    'JOULEGATE_DATA_DIR',
    'JOULEGATE_MQTT_PORT',
  ]);
  const port = mistakes.find(({ field }) => field === '--http-port');
  expect(port?.message).toBe('"80a" given; a whole number from 0 to 65535 is allowed');
  expect(mistakesOf(() => loadSettings({ args: { zone: '+02:00' } }))).toHaveLength(1);
});

test('the broker speaks TLS, too, as soon as it listens beyond this machine, unless it is told', () => {
  const listenOf = (args: Record<string, string>) => mqttListenOf(loadSettings({ args }));
  for (const host of ['127.0.0.1', '127.0.0.2', '::1', 'localhost'])
    expect(listenOf({ 'mqtt-host': host })).toBe('plain');
  for (const host of ['0.0.0.0', '::', '192.168.1.10']) expect(listenOf({ 'mqtt-host': host })).toBe('both');
  expect(listenOf({ 'mqtt-listen': 'both' })).toBe('both');
  expect(listenOf({ 'mqtt-host': '0.0.0.0', 'mqtt-listen': 'tls' })).toBe('tls');
  // An external broker has a certificate of its own.
  expect(listenOf({ 'mqtt-host': '0.0.0.0', 'mqtt-url': 'mqtts://broker.example' })).toBe(undefined);
  const [mistake] = mistakesOf(() => loadSettings({ args: { 'mqtt-listen': 'ssl' } }));
  expect(mistake).toEqual({
    field: '--mqtt-listen',
    message: '"ssl" given; plain, tls, both are allowed',
  });
  for (const hosts of ['a b', 'energy.example,', 'https://energy.example', '-a', 'a..b'])
    expect(mistakesOf(() => loadSettings({ args: { 'tls-hosts': hosts } }))).toHaveLength(1);
  const servers = ['a.example', 'b.example', '192.0.2.1', 'c.example', 'd.example'];
  const timeServersOf = (count: number) =>
    loadSettings({ args: { 'time-servers': servers.slice(0, count).join(',') } }).timeServers;
  expect(timeServersOf(4)).toBe('a.example,b.example,192.0.2.1,c.example');
  expect(mistakesOf(() => timeServersOf(5))).toHaveLength(1);
  // Longer than a gateway takes, though DNS allows it.
  const long = `${'a'.repeat(60)}.${'b'.repeat(60)}.example`;
  expect(mistakesOf(() => loadSettings({ args: { 'time-servers': long } }))).toHaveLength(1);
});

test('no level is kept shorter than a finer one', () => {
  const args = { 'keep-raw-months': '12', 'keep-minutes-months': '24' };
  expect(loadSettings({ args })).toMatchObject({
    keepRawMonths: 12,
    keepMinutesMonths: 24,
    keepDaysMonths: 0,
  });
  const [mistake] = mistakesOf(() => loadSettings({ args: { ...args, 'keep-hours-months': '12' } }));
  expect(mistake).toEqual({
    field: '--keep-hours-months',
    message: 'keepHoursMonths is 12, keepQuartersMonths 0; 0 (for ever) is allowed',
  });
});

test('backups are made daily and seven are kept, unless said otherwise within bounds', () => {
  expect(loadSettings({})).toMatchObject({ backupHours: 24, backupKeep: 7 });
  const [mistake] = mistakesOf(() => loadSettings({ args: { 'backup-keep': '0' } }));
  expect(mistake?.message).toBe('"0" given; a whole number from 1 to 1000 is allowed');
});

test('a token that could be tried out is refused, and not shown', () => {
  for (const token of ['', 'too-short-a-token', 'with spaces in between it', `${'x'.repeat(20)}\n`]) {
    const [mistake] = mistakesOf(() => loadSettings({ env: { JOULEGATE_METRICS_TOKEN: token } }));
    expect(mistake?.field).toBe('JOULEGATE_METRICS_TOKEN');
    if (token !== '') expect(mistake?.message).not.toContain(token);
  }
});

test('of a file that is no JSON the line is told, and nothing of what stands there', () => {
  const secret = 'hunter2-and-more';
  const texts = [
    [`{"mqttPassword": ${secret}}`, 1],
    [`{\n"httpPort": 1,\n"mqttPassword": "${secret}" "zone": 1}`, 3],
    [`{\n\n"mqttPassword": "${secret}\n}`, 3],
    [`{\n"mqttPassword": '${secret}'}`, 2],
    [secret, 1],
    [`{"metricsToken": "${secret}",}`, 1],
  ] as const;
  for (const [text, line] of texts) {
    writeFileSync(configFile, text);
    const [mistake] = mistakesOf(() => loadSettings({ configFile }));
    expect(mistake?.message, text).toContain(`is no JSON: look at line ${line} `);
    for (const part of ['hunter', 'more', 'ter2']) expect(mistake?.message).not.toContain(part);
  }
});

test('a file that is missing, is no JSON, or has unknown names is refused by its name', () => {
  const gone = join(dir, 'gone.json');
  expect(mistakesOf(() => loadSettings({ configFile: gone }))).toMatchObject([{ field: gone }]);
  writeFileSync(configFile, '{ "httpPort": ');
  expect(mistakesOf(() => loadSettings({ configFile }))).toMatchObject([{ field: configFile }]);
  writeFileSync(configFile, '[1]');
  expect(mistakesOf(() => loadSettings({ configFile }))[0]?.message).toContain('no JSON object');
  writeFileSync(configFile, '{ "httpPort": -1, "colour": "red" }');
  const mistakes = mistakesOf(() => loadSettings({ configFile }));
  expect(mistakes.map(({ field }) => field)).toEqual([
    `colour in ${configFile}`,
    `httpPort in ${configFile}`,
  ]);
  expect(mistakes[0]?.message).toContain('mqttPort');
});

test('the address of an external broker is a URL of MQTT without a password, and what was wrong is not shown', () => {
  for (const mqttUrl of [
    'http://broker',
    'broker:1883',
    'mqtt://',
    'mqtt://broker/path',
    'mqtt://me:secret@broker',
  ]) {
    const [mistake] = mistakesOf(() => loadSettings({ env: { JOULEGATE_MQTT_URL: mqttUrl } }));
    expect(mistake?.field, mqttUrl).toBe('JOULEGATE_MQTT_URL');
    expect(mistake?.message).not.toContain('secret');
  }
  expect(mistakesOf(() => loadSettings({ env: { JOULEGATE_MQTT_PASSWORD: '' } }))).toHaveLength(1);
  expect(mistakesOf(() => loadSettings({ args: { 'mqtt-version': '4' } }))).toEqual([
    { field: '--mqtt-version', message: '"4" given; 5 or 3.1.1 is allowed' },
  ]);
  expect(loadSettings({ env: { JOULEGATE_MQTT_URL: 'mqtt://[::1]' } }).mqttUrl).toBe('mqtt://[::1]');
});

test('page and API speak TLS wherever somebody else could listen, unless told otherwise', () => {
  const listenOf = (args: Record<string, string>) => httpListenOf(loadSettings({ args }));
  for (const host of ['127.0.0.1', '127.0.0.2', '::1', 'localhost'])
    expect(listenOf({ 'http-host': host }), host).toBe('plain');
  for (const host of ['0.0.0.0', '::', '192.168.1.10', 'fd00::1'])
    expect(listenOf({ 'http-host': host }), host).toBe('tls');
  expect(listenOf({ 'http-listen': 'tls' })).toBe('tls');
  expect(listenOf({ 'http-host': '0.0.0.0', 'http-listen': 'plain' })).toBe('plain');
});

test('a certificate goes with its key, and proxies are addresses', () => {
  expect(mistakesOf(() => loadSettings({ args: { 'tls-cert-file': '/a.pem' } }))).toEqual([
    { field: '--tls-cert-file', message: 'given without tlsKeyFile; both are allowed, or neither' },
  ]);
  for (const given of ['proxy.example', '10.0.0.0/33', '10.0.0.1,', 'fd00::/129', 'true', '1']) {
    const [mistake] = mistakesOf(() => loadSettings({ args: { 'trusted-proxies': given } }));
    expect(mistake?.message, given).toContain('172.16.0.0/12');
  }
});
