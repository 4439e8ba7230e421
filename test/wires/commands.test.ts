import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, chownSync, mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { GatewayCredential } from '../../host/api/contract.ts';
import { controlPath } from '../../host/control/control-path.ts';
import { HostClient } from '../../host/control/host-client.ts';
import { Publisher } from './publisher.ts';
import { windowAt } from './windows.ts';

const program = fileURLToPath(new URL('../../dist/host/cli.js', import.meta.url));
const children: ChildProcess[] = [];
let dataDir: string;

beforeEach(() => {
  dataDir = mkdtempSync(join(tmpdir(), 'joulegate-commands-'));
});
afterEach(async () => {
  for (const child of children.splice(0)) {
    if (child.exitCode === null && child.signalCode === null) {
      child.kill('SIGKILL');
      await once(child, 'exit');
    }
  }
  rmSync(dataDir, { recursive: true, force: true });
});

function begin(args: readonly string[], input = '', env: Record<string, string> = {}) {
  const child = spawn(process.execPath, [program, ...args], {
    stdio: ['pipe', 'pipe', 'pipe', 'ipc'],
    env: { ...process.env, ...env, JOULEGATE_DATA_DIR: dataDir },
  });
  children.push(child);
  let [out, err] = ['', ''];
  child.stdout?.setEncoding('utf8').on('data', text => {
    out += text;
  });
  child.stderr?.setEncoding('utf8').on('data', text => {
    err += text;
  });
  child.stdin?.end(input);
  const code = once(child, 'close').then(([number]) => Number(number));
  return { child, code, out: () => out, err: () => err };
}

/** A command, run to its end. */
async function run(words: string, input?: string, env?: Record<string, string>) {
  const { code, out, err } = begin(words.split(' '), input, env);
  return { code: await code, out: out(), err: err() };
}

async function startHost() {
  const host = begin(['start', '--json', '--http-port', '0', '--mqtt-port', '0']);
  const { code, err } = await run('status --wait 120');
  expect(code, err + host.err()).toBe(0);
  const line =
    host
      .out()
      .split('\n')
      .find(text => text.includes('listening')) ?? '{}';
  const { httpPort, mqttPort } = JSON.parse(line);
  return { ...host, url: `http://127.0.0.1:${httpPort}`, mqttPort };
}

async function signIn(url: string, user: string, password: string): Promise<number> {
  const { status } = await fetch(`${url}/api/v1/session`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ user, password }),
  });
  return status;
}

test('who may write the data folder gets in again, with and without a host, and each change is in the log', async () => {
  expect(await run('status --quiet')).toMatchObject({ code: 3 });
  const made = await run('user add ada', 'a violet heron walks\n');
  expect(made, made.err).toMatchObject({
    code: 0,
    out: expect.stringContaining('ada is admin of every site'),
  });
  const host = await startHost();
  expect(statSync(join(dataDir, 'control.sock')).mode & 0o777).toBe(0o600);
  expect(await signIn(host.url, 'ada', 'a violet heron walks')).toBe(201);
  expect(await run('user password ada', 'another heron, quite blue\n')).toMatchObject({ code: 0 });
  expect(await signIn(host.url, 'ada', 'a violet heron walks')).toBe(401);
  expect(await signIn(host.url, 'ada', 'another heron, quite blue')).toBe(201);
  // A weak one is refused by the same rules, and an account that is not there is told with what was meant.
  expect(await run('user password ada', 'ada\n')).toMatchObject({ code: 1 });
  expect(await run('user role adda viewer')).toMatchObject({
    code: 2,
    err: expect.stringContaining('did you mean ada?'),
  });
  const token = await run('token make ada scraper --scopes read --days 1');
  expect(token, token.err).toMatchObject({ code: 0, out: expect.stringMatching(/^\S{20,}\n$/) });
  const authorization = `Bearer ${token.out.trim()}`;
  const log = await fetch(`${host.url}/api/v1/session`, { headers: { authorization } });
  // A token of somebody who has to choose another password opens nothing yet.
  expect(log.status).not.toBe(401);
  host.child.kill('SIGTERM');
  expect(await host.code, host.err()).toBe(0);
  const listed = JSON.parse((await run('user list --json')).out);
  expect(listed).toMatchObject([{ user: 'ada', roles: { '*': 'admin' }, mustChangePassword: true }]);
  for (const text of [made.out, host.out(), host.err()]) expect(text).not.toContain('heron');
});

test('a host that is told to end under load ends in time, and all that it acknowledged is there, once', async () => {
  const host = await startHost();
  const client = new HostClient(controlPath(dataDir));
  const { password } = await client.ask(GatewayCredential, 'POST', '/api/v1/gateways', { id: 'cellar' });
  const { mqttPort: port } = host;
  const journal = { epoch: '00000000000000aa', perMessage: 20, inFlight: 8 };
  const publisher = new Publisher({ gateway: 'cellar', password, port, ...journal });
  publisher.add(...Array.from({ length: 40_000 }, (_, index) => windowAt('main', index)));
  while (publisher.acked < 2000) await new Promise(go => setTimeout(go, 5));
  const startMs = performance.now();
  host.child.kill('SIGTERM');
  // One that is not done after 8 s ends all the same, but not with 0.
  expect(await host.code, host.err()).toBe(0);
  const tookMs = performance.now() - startMs;
  const { acked } = publisher;
  await publisher.close();
  const range = '--from 2026-01-01T00:00:00Z --to 2026-12-31T00:00:00Z --form jsonl';
  const { out, err } = await run(`export readings --series cellar.main.energyImportWh ${range}`);
  const starts = out
    .trim()
    .split('\n')
    .map(line => JSON.parse(line).start_utc);
  const lost = acked - starts.length;
  console.log(
    `ended under load after ${(tookMs / 1000).toFixed(1)} s: ${acked} acknowledged, ${starts.length} stored, ${Math.max(0, lost)} lost, ${starts.length - new Set(starts).size} doubled`,
  );
  expect(lost, err).toBeLessThanOrEqual(0);
  expect(new Set(starts).size).toBe(starts.length);
});

test('--check-config names every wrong setting with what is allowed and what was meant, and starts nothing', async () => {
  const env = { JOULEGATE_HTPP_PORT: '1', JOULEGATE_ZONE: 'Atlantis' };
  const wrong = await run('start --check-config --http-port 99999', '', env);
  expect(wrong.code).toBe(2);
  for (const part of ['--http-port: "99999" given; a whole number', 'JOULEGATE_ZONE', 'JOULEGATE_HTPP_PORT'])
    expect(wrong.err).toContain(part);
  expect(wrong.err).toContain('did you mean JOULEGATE_HTTP_PORT?');
  expect(wrong.out).toBe('');
});

test('the doctor tells of what is wrong in a line each, and what to do', async () => {
  await run('user add ada', 'a violet heron walks\n');
  chmodSync(dataDir, 0o755);
  const told = await run('doctor --json --full --http-port 0 --mqtt-port 0');
  expect(told.code, told.err).toBe(1);
  const findings: { level: string; about: string; toDo?: string }[] = JSON.parse(told.out);
  expect(findings.find(({ about }) => about === 'folder')).toMatchObject({
    level: 'bad',
    toDo: `chmod 700 ${dataDir}`,
  });
  expect(findings.filter(({ level, toDo }) => level !== 'ok' && toDo === undefined)).toEqual([]);
  for (const about of ['node', 'settings', 'disk', 'clock', 'zone', 'database', 'backups'])
    expect(findings.map(finding => finding.about)).toContain(about);
});

test('a second host on a folder is told of the first, which goes on, as do commands, and ends in order when the program that started it for itself is gone', async () => {
  const first = await startHost();
  const { code, err } = await run('start --http-port 0 --mqtt-port 0');
  expect(code).toBe(1);
  expect(err).toMatch(/^joulegate: The database .* another host is using it: stop that one/m);
  expect(err).not.toContain('disk is full');
  expect(await run('status --quiet')).toMatchObject({ code: 0 });
  // What a demo leaves of the channel when it is killed.
  const ended = once(first.child, 'exit');
  first.child.disconnect();
  expect(await ended, first.err()).toEqual([0, null]);
  expect(first.err()).toContain('the program that started this is gone: closing');
});

test.runIf(process.getuid?.() === 0)(
  'root writes nothing into the folder of another user, whose host could not read it',
  async () => {
    await run('user add ada', 'a violet heron walks\n');
    chownSync(dataDir, 65_534, 65_534);
    const before = readdirSync(dataDir).sort();
    for (const words of ['backup', 'restore x.duckdb', 'erase person ada', 'erase site home', 'user list']) {
      const { code, err } = await run(words);
      expect(code, words).toBe(1);
      expect(err, words).toContain("sudo -u '#65534' joulegate");
    }
    expect(readdirSync(dataDir).sort()).toEqual(before);
  },
);
