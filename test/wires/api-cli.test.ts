import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { get, type IncomingMessage } from 'node:http';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { until } from '../comes-true.ts';

const program = fileURLToPath(new URL('../../dist/host/cli.js', import.meta.url));
const children: ChildProcess[] = [];
let dataDir: string;

beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'joulegate-cli-'));
});
afterEach(async () => {
  for (const child of children.splice(0)) {
    if (child.exitCode === null && child.signalCode === null) {
      child.kill('SIGKILL');
      await once(child, 'exit');
    }
  }
  await rm(dataDir, { recursive: true, force: true });
});

interface Run {
  readonly child: ChildProcess;
  readonly out: string[];
  readonly err: string[];
  readonly code: Promise<number | null>;
}

function run(...args: string[]): Run {
  const child = spawn(process.execPath, [program, ...args], { stdio: ['ignore', 'pipe', 'pipe'] });
  children.push(child);
  const [out, err]: [string[], string[]] = [[], []];
  if (child.stdout) createInterface(child.stdout).on('line', line => out.push(line));
  if (child.stderr) createInterface(child.stderr).on('line', line => err.push(line));
  return { child, out, err, code: once(child, 'close').then(([code]) => code) };
}

const serve = (...args: string[]) =>
  run('serve', '--data-dir', dataDir, '--http-port', '0', '--mqtt-port', '0', ...args);

const isUp = ({ out, err }: Run) =>
  until(
    () => out.some(line => line.includes('listening')),
    () => [...out, ...err].join('\n'),
  );

it('the host tells programs its code and its ports, is set up with them, and needs no code again', async () => {
  const first = serve('--json');
  await isUp(first);
  const [setup, listening] = first.out.map(line => JSON.parse(line));
  expect(setup).toEqual({ event: 'setup', code: expect.stringMatching(/^\w{4}-\w{4}-\w{4}$/) });
  expect(listening).toEqual({
    event: 'listening',
    httpPort: expect.any(Number),
    mqttPort: expect.any(Number),
  });
  const api = `http://127.0.0.1:${listening.httpPort}/api/v1`;
  const made = await fetch(`${api}/setup`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ code: setup.code, user: 'ada', password: 'a long enough password' }),
  });
  expect(made.status).toBe(201);
  const cookie = made.headers.getSetCookie()[0]?.split(';')[0] ?? '';
  // An open stream and a kept connection must not hold up the end.
  const stream = await new Promise<IncomingMessage>((resolve, reject) => {
    get(`${api}/events`, { headers: { cookie } }, resolve).on('error', reject);
  });
  const streamEnded = once(stream, 'close');
  stream.on('error', () => {}).resume();
  first.child.kill('SIGTERM');
  expect(await first.code, first.err.join('\n')).toBe(0);
  await streamEnded;
  expect(first.out).toHaveLength(2);

  const second = serve('--json');
  await isUp(second);
  expect(second.out).toHaveLength(1);
  const { httpPort } = JSON.parse(second.out[0] ?? '');
  const session = await fetch(`http://127.0.0.1:${httpPort}/api/v1/session`, { headers: { cookie } });
  expect(await session.json()).toMatchObject({ user: 'ada' });
  second.child.kill('SIGINT');
  expect(await second.code).toBe(0);
});

it('the host tells people where the page is and the code to begin with', async () => {
  const host = serve();
  await until(
    () => host.out.join('\n').includes('mqtt://127.0.0.1:'),
    () => host.err.join('\n'),
  );
  expect(host.out.join('\n')).toMatch(/http:\/\/127\.0\.0\.1:\d+/);
  expect(host.out.join('\n')).toMatch(/^ {4}\w{4}-\w{4}-\w{4}$/m);
  host.child.kill('SIGINT');
  expect(await host.code).toBe(0);
});

it('what is wrong on the command line is named, and nothing starts', async () => {
  const bad = serve('--http-port', '70000', '--zone', 'Atlantis', '--mqtt-host', 'nowhere');
  expect(await bad.code).toBe(2);
  for (const part of ['--http-port: "70000" given', '0 to 65535', '--zone', 'Europe/Berlin', '--mqtt-host']) {
    expect(bad.err.join('\n')).toContain(part);
  }
  expect(bad.out).toEqual([]);
});

it('a port that is in use is named, with the way out', async () => {
  const other = createServer().listen(0, '127.0.0.1');
  await once(other, 'listening');
  const address = other.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  for (const argument of ['--http-port', '--mqtt-port']) {
    const host = serve(argument, String(port));
    expect(await host.code).toBe(1);
    expect(host.err.join('\n')).toContain(`port ${port} of 127.0.0.1 is in use`);
    expect(host.err.join('\n')).toContain(argument);
  }
  other.close();
});

it('a data folder that cannot be is named, with the way out', async () => {
  const file = run('serve', '--data-dir', program);
  expect(await file.code).toBe(1);
  expect(file.err.join('\n')).toContain(`data folder ${program} cannot be made; choose another`);
  if (!existsSync('/proc/self')) return;
  const nowhere = run('serve', '--data-dir', '/proc/joulegate/data');
  expect(await nowhere.code).toBe(1);
  expect(nowhere.err.join('\n')).toContain('data folder /proc/joulegate/data cannot be made; choose another');
});

it('--version and --help answer and end', async () => {
  const [version, help] = [run('--version'), run('start', '--help')];
  expect([await version.code, await help.code]).toEqual([0, 0]);
  expect(version.out.join()).toMatch(/^\d+\.\d+\.\d+/);
  expect(help.out.join('\n')).toContain('--http-port');
});
