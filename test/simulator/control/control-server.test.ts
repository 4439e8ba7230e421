import { mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { UsageError } from '../../../simulator/arguments.ts';
import { type ControlServer, startControlServer } from '../../../simulator/control/control-server.ts';
import { happen } from '../../../simulator/control/happen.ts';
import { announceLab, runningLabs } from '../../../simulator/control/running-labs.ts';
import { VirtualTime } from '../../../simulator/gateway/virtual-time.ts';
import { Laboratory } from '../../../simulator/happenings/laboratory.ts';
import { linePart } from '../../../simulator/happenings/line-part.ts';
import { SerialLine } from '../../../simulator/line/serial-line.ts';

let folder: string;
let server: ControlServer;
let lab: Laboratory;
let time: VirtualTime;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'joulegate-control-'));
  mkdirSync(join(folder, 'web', 'assets'), { recursive: true });
  writeFileSync(join(folder, 'web', 'lab.html'), '<!doctype html>');
  writeFileSync(join(folder, 'web', 'assets', 'lab-1.js'), 'export {};');
  writeFileSync(join(folder, 'secret.txt'), 'secret');
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

beforeEach(async () => {
  time = new VirtualTime({ wallMs: 0 });
  const line = new SerialLine({ time, baud: 9600, parity: 'none', stopBits: 1, seed: 1 });
  const part = linePart({ id: 'rs485-1', name: 'Bus', about: 'RS485', line, addresses: () => [1] });
  lab = new Laboratory({ time, parts: [part] });
  server = await startControlServer({ lab, name: 'demo', webDir: join(folder, 'web') });
});
afterEach(() => server.close());

interface Asked {
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

/** By node:http, which sends any headers and paths that are wanted. */
function ask(path: string, { method = 'GET', headers = {}, body }: Asked = {}) {
  const { hostname, port, hash } = new URL(server.address);
  const authorization = `Bearer ${hash.slice(1)}`;
  return new Promise<{ status: number; headers: NodeJS.Dict<string | string[]>; text: string }>(
    (resolve, reject) => {
      const asked = request(
        { hostname, port, path, method, headers: { authorization, ...headers } },
        answer => {
          let text = '';
          answer.setEncoding('utf8').on('data', chunk => {
            text += chunk;
          });
          answer.on('end', () => resolve({ status: answer.statusCode ?? 0, headers: answer.headers, text }));
        },
      );
      asked.on('error', reject);
      asked.end(body);
    },
  );
}

const json = { 'content-type': 'application/json' };
const post = (path: string, body: unknown) =>
  ask(path, { method: 'POST', headers: json, body: typeof body === 'string' ? body : JSON.stringify(body) });

test('what is asked for happens, is told, and ends', async () => {
  const begun = await post('/api/v1/begin', { what: 'line.noise', forS: 60, values: { 'bit-errors': 0.01 } });
  expect([begun.status, JSON.parse(begun.text).running.what]).toEqual([200, 'line.noise']);
  const state = JSON.parse((await ask('/api/v1/state')).text);
  expect(state.running).toMatchObject([{ id: 1, part: 'rs485-1', values: { 'bit-errors': 0.01 } }]);
  expect(state.figures['rs485-1']).toContainEqual({ name: 'flippedBits', value: 0 });
  expect(JSON.parse((await post('/api/v1/end', { id: 1 })).text)).toEqual({ ended: 1 });
  const later = JSON.parse((await ask('/api/v1/state?since=1')).text);
  expect(later.running).toEqual([]);
  expect(later.events).toMatchObject([{ number: 2, kind: 'ended', what: 'line.noise' }]);
  const known = JSON.parse((await ask('/api/v1/lab')).text);
  expect(known.parts).toMatchObject([{ id: 'rs485-1', kind: 'line' }]);
  expect(known.kinds[0]).toMatchObject({ id: 'line.noise', options: { 'bit-errors': { max: 0.5 } } });
});

test.each([
  ['another name that leads here', { host: 'evil.example' }, 403],
  ['the right name at another port', { host: '127.0.0.1:1' }, 403],
  ['a page elsewhere', { origin: 'https://evil.example' }, 403],
  ['a page of another server here', { origin: 'http://127.0.0.1:8080' }, 403],
  ['a page without a place', { origin: 'null' }, 403],
  ['a browser that says where it comes from', { 'sec-fetch-site': 'cross-site' }, 403],
  ['a wrong token', { authorization: 'Bearer AAAAAAAAAAAAAAAAAAAAAAAA' }, 401],
  ['no token', { authorization: '' }, 401],
])('nobody acts by %s', async (_name, headers, status) => {
  const answer = await ask('/api/v1/begin', {
    method: 'POST',
    headers: { ...json, ...headers },
    body: JSON.stringify({ what: 'line.echo' }),
  });
  expect([answer.status, JSON.parse(answer.text).error]).toEqual([status, 'forbidden']);
  expect(lab.running).toEqual([]);
});

test.each([
  ['no JSON', '{', 400, /no JSON/],
  ['no name', {}, 400, /what: is missing/],
  ['a field that is not known', { what: 'line.echo', when: 1 }, 400, /when: is not known/],
  ['no such thing', { what: 'line.ecko' }, 400, /the nearest are line.echo/],
  ['a time that is none', { what: 'line.echo', forS: -1 }, 400, /forS: -1 given/],
  ['a value that is none', { what: 'line.noise', values: { 'bit-errors': 'x' } }, 400, /0 to 0.5 is allowed/],
  ['values that are a list', { what: 'line.noise', values: [1] }, 400, /values: /],
  ['a name of the language', { what: '__proto__' }, 400, /not known/],
  ['too much', `{"what":"${'x'.repeat(20_000)}"}`, 413, /at most 16384 bytes/],
])('bad input is told: %s', async (_name, body, status, words) => {
  const answer = await post('/api/v1/begin', body);
  expect(answer.status).toBe(status);
  expect(JSON.parse(answer.text).message).toMatch(words);
});

test('a form of a foreign page, which can send no JSON, is refused', async () => {
  const answer = await ask('/api/v1/end', {
    method: 'POST',
    headers: { 'content-type': 'text/plain' },
    body: '{}',
  });
  expect(answer.status).toBe(415);
});

test('the page is served with a strict policy, and nothing but its files', async () => {
  const page = await ask('/', { headers: { authorization: '' } });
  expect([page.status, page.text]).toEqual([200, '<!doctype html>']);
  expect(page.headers['content-security-policy']).toMatch(/default-src 'none'; script-src 'self'/);
  expect((await ask('/assets/lab-1.js')).headers['cache-control']).toMatch(/immutable/);
  for (const path of [
    '/../secret.txt',
    '/%2e%2e/secret.txt',
    '/assets/../../secret.txt',
    '/assets',
    '//etc/passwd',
  ]) {
    expect((await ask(path)).status, path).toBe(404);
  }
});

/** Runs the command; gives what it said, and the code that it would end with. */
async function run(...args: string[]): Promise<{ code: number; text: string }> {
  const said: string[] = [];
  const say = (line: string) => void said.push(line);
  try {
    await happen.run(args, { out: say, err: say, stopped: new Promise(() => {}) });
    return { code: 0, text: said.join('\n') };
  } catch (error) {
    const text = error instanceof Error ? error.message : String(error);
    return { code: error instanceof UsageError ? 2 : 1, text };
  }
}

test('joulegate-sim happen begins, tells and ends', async () => {
  const at = ['--at', server.address];
  expect(await run('line.noise', '--bit-errors', '0.02', '--for', '60s', ...at)).toEqual({
    code: 0,
    text: 'line.noise on rs485-1, for 60 s',
  });
  const listed = await run('--list', ...at);
  expect(listed.text).toMatch(/WHAT HAPPENS NOW\nline\.noise +rs485-1, bit-errors 0\.02, (60|59) s left/);
  expect(listed.text).toMatch(/line\.late .*\n +--delay-ms N/);
  expect(await run('--end', 'line.noise', ...at)).toEqual({ code: 0, text: 'ended 1' });
  const again = await run('line.noise', '--end', ...at);
  expect(again.code).toBe(2);
  expect(again.text).toMatch(/line\.noise does not happen now/);
  expect((await run('--end', ...at)).text).toMatch(/^nothing happens now$/);
  expect((await run('line.noise', '--for', '0s', ...at)).text).toMatch(/--for "0s": a duration such as 45 s/);
  expect(JSON.parse((await run('line.echo', '--json', ...at)).text).running.what).toBe('line.echo');
  // Wherever it stands among the options.
  for (const args of [
    [...at, 'line.dead', '--for', '60s'],
    ['--for=60s', ...at, 'line.dead'],
  ])
    expect(await run(...args)).toEqual({ code: 0, text: 'line.dead on rs485-1, for 60 s' });
});

test.each([
  [['line.nose'], /the nearest are line\.noise/],
  [['line.noise', '--bit-errors', '2'], /--bit-errors "2": a number from 0 to 0.5 is allowed/],
  [['line.noise', '--loud'], /--loud is not known; happen line.noise takes --bit-errors, --for/],
  [['line.noise', '--for', 'long'], /--for "long": a duration such as/],
  [['line.noise', '--part', 'kitchen'], /part rs485-1 is allowed/],
  [[], /WHAT is missing/],
])('joulegate-sim happen %j says what is wrong', async (args, words) => {
  const { code, text } = await run(...args, '--at', server.address);
  expect(code).toBe(2);
  expect(text).toMatch(words);
});

test('an address that is none, and one where nobody is, are told', async () => {
  expect((await run('--list', '--at', 'http://127.0.0.1:1')).text).toMatch(
    /the address that the demo prints/,
  );
  const away = await run('--list', '--at', 'http://127.0.0.1:1/#token');
  expect([away.code, away.text]).toEqual([1, expect.stringMatching(/no laboratory answers/)]);
});

test('a laboratory that runs is found, and one that was killed is forgotten', () => {
  const labs = join(folder, 'labs');
  const forget = announceLab({ name: 'demo', address: server.address }, labs);
  writeFileSync(
    join(labs, '99999999-1.json'),
    JSON.stringify({ pid: 99_999_999, name: 'x', address: 'http://x' }),
  );
  writeFileSync(join(labs, 'broken.json'), '{');
  expect(runningLabs(labs)).toEqual([{ pid: process.pid, name: 'demo', address: server.address }]);
  forget();
  expect(runningLabs(labs)).toEqual([]);
});

test('what lies in a folder that somebody else made, or is no laboratory, is left alone', () => {
  const labs = join(folder, 'more-labs');
  const precious = join(folder, 'precious');
  mkdirSync(precious, { mode: 0o700 });
  writeFileSync(join(precious, 'settings.json'), '{"dear":true}');
  symlinkSync(precious, labs);
  expect(runningLabs(labs)).toEqual([]);
  announceLab({ name: 'demo', address: server.address }, labs)();
  expect(readdirSync(precious)).toEqual(['settings.json']);
  expect(runningLabs(precious)).toEqual([]);
  expect(readdirSync(precious)).toEqual(['settings.json']);
});
