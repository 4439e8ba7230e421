import { existsSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { Agent, request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { Control } from '../../../host/control/control.ts';
import { controlPath, isPathTooLong } from '../../../host/control/control-path.ts';
import { withHost } from '../../../host/control/with-host.ts';
import { defaultSettings } from '../../../host/settings.ts';
import { type HostUnderTest, startHostUnderTest } from '../api/host-under-test.ts';

let dataDir: string;
let control: Control;
let host: HostUnderTest;
let port: number;
const said: string[] = [];
const agent = new Agent({ keepAlive: true, maxSockets: 1 });

beforeEach(() => {
  said.length = 0;
});
beforeAll(async () => {
  dataDir = mkdtempSync(join(tmpdir(), 'joulegate-control-'));
  control = new Control(dataDir, (_level, text) => void said.push(text));
  host = await startHostUnderTest({ control });
  await control.listen(host.api);
  port = Number(new URL(await host.api.listen({ host: '127.0.0.1', port: 0 })).port);
});
afterAll(async () => {
  agent.destroy();
  await control.close();
  await host.close();
  rmSync(dataDir, { recursive: true, force: true });
});

/** By the socket where there is no port. */
const ask = (path: string, more: { port?: number; headers?: Record<string, string> } = {}) =>
  new Promise<{ status: number; body: string }>((resolve, reject) => {
    const place = more.port === undefined ? { socketPath: controlPath(dataDir) } : { port: more.port, agent };
    const asked = request({ ...place, host: '127.0.0.1', path, headers: more.headers }, answer => {
      let body = '';
      answer.setEncoding('utf8').on('data', piece => {
        body += piece;
      });
      answer.on('end', () => resolve({ status: answer.statusCode ?? 0, body }));
    });
    asked.on('error', reject).end();
  });

test('a command is admin of the host without a session, also before there is any account', async () => {
  for (const path of ['/api/v1/gateways', '/api/v1/storage', '/api/v1/pairings', '/api/v1/counters'])
    expect((await ask(path)).status, path).toBe(200);
  // What is about the person who asks is for persons.
  expect((await ask('/api/v1/session')).status).toBe(401);
});

test('socket and folder are for the user of the host alone', () => {
  expect(statSync(controlPath(dataDir)).mode & 0o777).toBe(0o600);
  expect(statSync(dataDir).mode & 0o077).toBe(0);
});

test('nothing that a request of the network says makes a command of it', async () => {
  const names = [
    ...['x-joulegate-control', 'x-joulegate-access', 'x-access', 'x-control', 'x-host', 'x-role', 'x-user'],
    ...['x-forwarded-for', 'x-forwarded-host', 'x-forwarded-proto', 'x-real-ip', 'forwarded', 'via', 'from'],
    ...['x-forwarded-user', 'x-remote-user', 'remote-user', 'x-original-url', 'x-rewrite-url', 'user-agent'],
    ...[
      'authorization',
      'proxy-authorization',
      'cookie',
      'host',
      'origin',
      'referer',
      'upgrade-insecure-requests',
    ],
  ];
  const values = [
    ...['host', 'command', 'joulegate', 'admin', '*', '1', 'true', '127.0.0.1', 'localhost', 'unix', '::1'],
    ...[controlPath(dataDir), 'Bearer command', 'Basic am91bGVnYXRlOg==', 'joulegate=command', 'for=unix'],
    ...['{"kind":"host","roles":{"*":"admin"}}', 'null', 'undefined', '__proto__'],
  ];
  let tried = 0;
  let through = 0;
  for (const name of names)
    for (const value of values) {
      const { status } = await ask('/api/v1/gateways', { port, headers: { [name]: value } });
      tried++;
      if (status < 400) through++;
    }
  const all = Object.fromEntries(names.slice(0, -5).map(name => [name, 'host']));
  for (const path of ['/api/v1/gateways', '/api/v1/gateways?access=host&kind=host', '//api/v1/gateways']) {
    const { status, body } = await ask(path, { port, headers: all });
    tried++;
    // An address that is none of the API's is the page's.
    if (status < 400 && body.startsWith('[')) through++;
  }
  console.log(`${tried} requests of the network with made-up headers of a command: ${through} got through`);
  expect(through).toBe(0);
});

test('a folder whose name is too long for a socket costs the commands, not the host', async () => {
  const deep = join(dataDir, 'x'.repeat(90));
  expect(isPathTooLong(controlPath(deep))).toBe(true);
  expect(isPathTooLong(controlPath('C:\\data', 'win32'), 'win32')).toBe(false);
  expect(controlPath('/data', 'win32')).toMatch(/^\\\\\.\\pipe\\joulegate-[0-9a-f]{16}$/);
  const other = new Control(deep, (_level, text) => void said.push(text));
  await other.listen(host.api);
  expect(said).toEqual([expect.stringContaining('too long for a socket')]);
  await other.close();
  const settings = { ...defaultSettings(), dataDir: deep };
  const command = withHost({ settings, needs: 'any', warn: () => {} }, async () => 'done');
  await expect(command).rejects.toThrow(
    /too long for a socket .*: name it by a shorter path, such as a link/,
  );
  expect(existsSync(deep)).toBe(false);
});

test('a socket that a killed host left is taken over', async () => {
  await control.close();
  writeFileSync(controlPath(dataDir), '');
  control = new Control(dataDir, (_level, text) => void said.push(text));
  await control.listen(host.api);
  expect(said).toEqual([]);
  // This one is not the control that the API knows: it is a stranger's socket.
  expect((await ask('/api/v1/gateways')).status).toBe(401);
});
