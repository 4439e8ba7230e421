import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { connect } from 'mqtt';
import { TOTP } from 'otpauth';
import { afterAll, expect, test } from 'vitest';

const program = fileURLToPath(new URL('../../dist/host/cli.js', import.meta.url));
const metricsToken = 'marked-metrics-token-7Qx2';
const passphrase = 'marked passphrase of backups 5Zk9';
const brokerPassword = 'marked-broker-password-3Hn6';
const children: ChildProcess[] = [];
const roots: string[] = [];
afterAll(async () => {
  for (const child of children)
    if (child.exitCode === null && child.signalCode === null) child.kill('SIGKILL');
  for (const root of roots) await rm(root, { recursive: true, force: true });
});

/** All that a process says, and its end. */
function run(env: Readonly<Record<string, string>>, ...args: string[]) {
  const child = spawn(process.execPath, [program, ...args], { stdio: ['ignore', 'pipe', 'pipe'], env });
  children.push(child);
  const [out, err]: [string[], string[]] = [[], []];
  createInterface(child.stdout).on('line', line => out.push(line));
  createInterface(child.stderr).on('line', line => err.push(line));
  return { child, out, err, ended: once(child, 'close') };
}

async function listening({
  child,
  out,
  err,
}: ReturnType<typeof run>): Promise<{ httpPort: number; mqttPort: number }> {
  for (let tries = 0; tries < 6000 && child.exitCode === null; tries++) {
    const line = out.find(each => each.includes('"listening"'));
    if (line !== undefined) return JSON.parse(line);
    await new Promise(go => setTimeout(go, 10));
  }
  throw new Error(err.join('\n'));
}

type Json = Readonly<Record<string, string>> & { readonly codes?: readonly string[] };

/** Whoever asks: what it was answered, but for answers that are to give a secret away, which are not kept. */
class Asker {
  cookie = '';
  readonly answers = new Map<string, string>();
  readonly #api: string;

  constructor(port: number) {
    this.#api = `http://127.0.0.1:${port}`;
  }

  async ask(method: string, path: string, body?: object, gives = false): Promise<Json> {
    const response = await fetch(`${this.#api}${path}`, {
      method,
      headers: { ...(body && { 'content-type': 'application/json' }), cookie: this.cookie },
      ...(body && { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    const set = response.headers.getSetCookie()[0]?.split(';')[0];
    if (set !== undefined) this.cookie = set;
    if (!gives) this.answers.set(`${method} ${path} ${this.answers.size} ${response.status}`, text);
    if (gives && !response.ok) throw new Error(`${method} ${path}: ${text}`);
    return text.startsWith('{') ? JSON.parse(text) : {};
  }
}

/** A secret as it may stand somewhere. */
function formsOf(secret: string): Buffer[] {
  const plain = Buffer.from(secret);
  const forms = [
    secret,
    plain.toString('base64'),
    plain.toString('base64url'),
    plain.toString('hex'),
    encodeURIComponent(secret),
  ];
  return [...new Set(forms.map(form => form.replace(/=+$/, '')))].map(form => Buffer.from(form));
}

/** The gateway `cellar`, which takes every second command. */
async function gatewayAt(port: number, password: string) {
  const client = connect(`mqtt://127.0.0.1:${port}`, { username: 'cellar', password, reconnectPeriod: 0 });
  const heard: string[] = [];
  await new Promise<void>(resolve => client.once('connect', () => resolve()));
  client.on('message', (_topic, payload) => {
    const ok = heard.push(payload.toString()) % 2 === 1;
    const { id } = JSON.parse(payload.toString());
    const answer = { v: 1, id, ok, ...(!ok && { message: 'the network house was not found' }) };
    client.publish('joulegate/cellar/result', JSON.stringify(answer), { qos: 1 });
  });
  await client.subscribeAsync('joulegate/cellar/command', { qos: 1 });
  await client.publishAsync('joulegate/cellar/status', '{"v":1,"state":"online"}', { qos: 1, retain: true });
  return { heard, end: () => client.endAsync() };
}

test('20 marked secrets are in no log, answer, export, backup, file or table', async () => {
  const root = await mkdtemp(join(tmpdir(), 'joulegate-leaks-'));
  roots.push(root);
  const dataDir = join(root, 'data');
  await writeFile(join(root, 'passphrase'), `${passphrase}\n`, { mode: 0o600 });
  const env = {
    PATH: process.env.PATH ?? '',
    JOULEGATE_METRICS_TOKEN: metricsToken,
    JOULEGATE_BACKUP_PASSPHRASE_FILE: join(root, 'passphrase'),
  };
  const at = ['--data-dir', dataDir, '--mqtt-port', '0', '--http-port', '0'];
  const host = run(env, 'start', '--json', ...at, '--mqtt-listen', 'both', '--mqtt-tls-port', '0');
  const { httpPort, mqttPort } = await listening(host);
  const secrets = new Map<string, string>([
    ['metrics token', metricsToken],
    ['backup passphrase', passphrase],
    ['broker password', brokerPassword],
  ]);
  const keep = (name: string, secret: string | undefined): string => {
    if (secret === undefined || secret.length < 4) throw new Error(`there is no ${name}`);
    secrets.set(name, secret);
    return secret;
  };
  const setup: Json = JSON.parse(host.out.find(line => line.includes('"setup"')) ?? '{}');
  const code = keep('setup code', setup.code);
  const owner = new Asker(httpPort);
  const stranger = new Asker(httpPort);
  const v1 = '/api/v1';
  const first = keep('password', 'marked-first-password-1Ab');
  await stranger.ask('POST', `${v1}/setup`, { code: 'AAAA-BBBB-CCCC', user: 'ada', password: first });
  await owner.ask('POST', `${v1}/setup`, { code, user: 'ada', password: first });
  await owner.ask('POST', `${v1}/session`, { user: 'ada', password: first }, true);
  keep('session cookie', owner.cookie.split('=')[1]);
  keep('password tried in vain', 'marked-wrong-password-8Yt');
  await stranger.ask('POST', `${v1}/session`, { user: 'ada', password: 'marked-wrong-password-8Yt' });
  const changed = keep('new password', 'marked-second-password-2Cd');
  await owner.ask('PUT', `${v1}/account/password`, { password: first, newPassword: changed });
  const person = keep('password of another', 'marked-person-password-4Ef');
  await owner.ask('POST', `${v1}/accounts`, { user: 'bob', password: person, roles: { home: 'viewer' } });
  const offer = await owner.ask('POST', `${v1}/account/second-factor`, { password: changed }, true);
  const seed = keep('TOTP seed', offer.secret);
  const totp = new TOTP({ secret: seed }).generate();
  const spare = await owner.ask(
    'PUT',
    `${v1}/account/second-factor`,
    { password: changed, code: totp },
    true,
  );
  for (const [index, each] of (spare.codes ?? []).slice(0, 2).entries())
    keep(`spare code ${index + 1}`, each);
  const second = new Asker(httpPort);
  await second.ask('POST', `${v1}/session`, {
    user: 'ada',
    password: changed,
    secondFactor: spare.codes?.[1] ?? '',
  });
  keep('second session cookie', second.cookie.split('=')[1]);
  const expiresMs = Date.now() + 86_400_000;
  const token = { name: 'reader', scopes: ['read'], sites: ['*'], expiresMs };
  keep('API token', (await owner.ask('POST', `${v1}/tokens`, token, true)).token);
  const share = { name: 'roof', site: 'home', view: '#/', meters: null, expiresMs };
  keep('share link', (await owner.ask('POST', `${v1}/shares`, share, true)).share);
  const program_ = { id: 'reader', sites: ['*'], mayWrite: false };
  keep('MQTT password', (await owner.ask('POST', `${v1}/mqtt-clients`, program_, true)).password);
  keep('pairing code', (await owner.ask('POST', `${v1}/pairings`, { gateway: 'attic' }, true)).code);
  await stranger.ask('POST', `${v1}/pair`, { code: secrets.get('pairing code') ?? '', gateway: 'attic' });
  keep('MQTT password tried in vain', 'marked-gateway-password-6Gh');
  await new Promise<void>(resolve => {
    const options = { username: 'attic', password: 'marked-gateway-password-6Gh', reconnectPeriod: 0 };
    const client = connect(`mqtt://127.0.0.1:${mqttPort}`, options);
    client.on('error', () => {}).on('close', () => client.end(true, () => resolve()));
  });
  const wifi = keep('WiFi password', 'marked-wifi-password-9Jk');
  const network = { name: 'network', network: { wifiName: 'house', wifiPassword: wifi } };
  // To one that is not there, in a wrong form, and to one that hears it, once taken and once refused.
  await owner.ask('POST', `${v1}/gateways/attic/commands`, network);
  const made = await owner.ask('POST', `${v1}/gateways`, { id: 'cellar' }, true);
  keep('local PIN', made.localPin);
  const cellar = await gatewayAt(mqttPort, keep('MQTT password of a gateway', made.password));
  await owner.ask('POST', `${v1}/gateways/cellar/commands`, {
    ...network,
    network: { wifiPassword: [wifi] },
  });
  for (const _ of [1, 2]) await owner.ask('POST', `${v1}/gateways/cellar/commands`, network, true);
  expect(cellar.heard.filter(text => text.includes(wifi))).toHaveLength(2);
  await cellar.end();
  const held = JSON.parse(await readFile(join(dataDir, 'secrets.json'), 'utf8')).secrets;
  keep('seal key', held.sealKey);
  for (const [name, pem] of [
    ['authority key', held.authorityKey],
    ['server key', held.serverKey],
  ] as const)
    keep(name, String(pem).split('\n')[1]);
  expect(secrets.size).toBeGreaterThanOrEqual(20);

  // Broken in every way that comes to mind, with secrets in them.
  for (const asker of [owner, stranger]) {
    await asker.ask('POST', `${v1}/session`, { user: changed, password: first, more: seed });
    await asker.ask('GET', `/nowhere/${secrets.get('API token')}?token=${secrets.get('API token')}`);
    await asker.ask('PUT', `${v1}/account/password`, { password: first, newPassword: 'short' });
    for (const path of [
      'health',
      'host',
      'counters',
      'audit',
      'accounts',
      'account/sessions',
      'tokens',
      'shares',
      'mqtt-clients',
      'pairings',
      'gateways',
      'gateways/attic',
      'gateways/attic/settings',
      'gateways/attic/events',
      'sites',
      'sites/home',
      'session',
      'backups',
      'storage',
      'tls/ca',
      'profiles',
      'meters',
      'series',
      'alarms',
      'rollouts',
      'imports',
      'corrections',
      'ledger',
      'exports/readings',
    ])
      await asker.ask('GET', `${v1}/${path}`);
    await asker.ask('GET', '/metrics');
    await asker.ask('GET', '/api/openapi.json');
  }
  const backup = run(env, 'backup', '--data-dir', dataDir);
  await backup.ended;
  expect(backup.out.join('\n')).toContain('sealed with the passphrase');
  host.child.kill('SIGTERM');
  await host.ended;

  // Once more with a broker elsewhere, which does not answer.
  const external = { ...env, JOULEGATE_MQTT_PASSWORD: brokerPassword, JOULEGATE_MQTT_USER: 'host' };
  const again = run(
    external,
    'start',
    '--json',
    ...at.slice(0, 2),
    '--http-port',
    '0',
    '--mqtt-url',
    'mqtt://127.0.0.1:9',
  );
  const later = new Asker((await listening(again)).httpPort);
  for (const path of ['host', 'health', 'counters']) await later.ask('GET', `${v1}/${path}`);
  again.child.kill('SIGTERM');
  await again.ended;
  const wrong = run(
    { ...env, JOULEGATE_MQTT_URL: `mqtt://host:${brokerPassword}@127.0.0.1` },
    'start',
    ...at,
  );
  await wrong.ended;
  expect(wrong.err.join('\n')).toMatch(/JOULEGATE_MQTT_URL/);

  const places = new Map<string, Buffer>();
  for (const [name, lines] of Object.entries({
    'log of the host': host.err,
    // The setup code is announced at the terminal: that is what it is for.
    'announcements of the host': host.out.filter(line => !line.includes('"setup"')),
    'log beside another broker': [...again.err, ...again.out],
    'refusal of settings': [...wrong.err, ...wrong.out],
    'words of a backup': [...backup.out, ...backup.err],
  }))
    places.set(name, Buffer.from(lines.join('\n')));
  for (const asker of [owner, stranger, second, later])
    for (const [name, text] of asker.answers)
      places.set(`answer ${places.size} to ${name}`, Buffer.from(text));
  for (const entry of await readdir(dataDir, { recursive: true, withFileTypes: true })) {
    const path = join(entry.parentPath, entry.name);
    // The one place where secrets are kept.
    if (entry.isFile() && path !== join(dataDir, 'secrets.json')) places.set(path, await readFile(path));
  }
  // Thrown by the program with all of them in it, caught by nobody.
  const crash = fileURLToPath(new URL('../../dist/host/logging/crash.js', import.meta.url));
  const thrower = `import { endAtCrash } from ${JSON.stringify(crash)};
    endAtCrash((_level, text) => console.error(text));
    throw new Error('cannot read "' + process.env.SECRETS + '"', { cause: process.env.SECRETS });`;
  const fallen = spawn(process.execPath, ['--input-type=module', '-e', thrower], {
    env: { SECRETS: [...secrets.values()].join(' ') },
  });
  children.push(fallen);
  const last: Buffer[] = [];
  for (const stream of [fallen.stdout, fallen.stderr]) stream.on('data', bytes => last.push(bytes));
  const [exitCode] = await once(fallen, 'close');
  const crashText = Buffer.concat(last);
  expect([exitCode, crashText.toString()]).toEqual([
    1,
    expect.stringMatching(/^ended by an error.* Error: /),
  ]);
  places.set('text of a crash', crashText);

  const found: string[] = [];
  for (const [secret, value] of secrets)
    for (const form of formsOf(value))
      for (const [place, bytes] of places) if (bytes.includes(form)) found.push(`${secret} in ${place}`);
  // Those who look in the log see that it was asked for, by whom, and what came of it.
  expect(host.err.join('\n')).toMatch(/ada to gateway cellar: network .*house.*: done/);
  expect(host.err.join('\n')).toMatch(/ada to gateway cellar: network .*: not done, the network house/);
  // A code of six digits may stand anywhere by accident, but for the log.
  if (new RegExp(`(^|\\D)${totp}(\\D|$)`).test(host.err.join('\n'))) found.push('TOTP code in the log');
  // Who looks finds what is there.
  const own = await readFile(join(dataDir, 'secrets.json'));
  const seen = [...secrets.values()].filter(value => formsOf(value).some(form => own.includes(form)));
  expect(seen).toHaveLength(3);
  const answered = [...owner.answers.keys()].filter(name => name.endsWith(' 200'));
  expect(answered.length, [...owner.answers.keys()].join('\n')).toBeGreaterThan(15);
  console.log(`${secrets.size + 1} secrets, ${places.size} places, ${found.length} found`);
  expect(found).toEqual([]);
});
