import { type ClientRequest, get, type IncomingMessage } from 'node:http';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { hostLimits } from '../../host/limits.ts';
import { until } from '../comes-true.ts';
import { type HostUnderTest, signInFirst, startHostUnderTest } from '../host/api/host-under-test.ts';
import { heldUpMs } from '../processor-time.ts';

let host: HostUnderTest;
let cookie: string;
let url: string;

beforeEach(async () => {
  host = await startHostUnderTest();
  cookie = await signInFirst(host);
  url = `${await host.api.listen({ host: '127.0.0.1', port: 0 })}/api/v1/events`;
});
afterEach(() => host.close());

interface Listener {
  readonly request: ClientRequest;
  readonly response: IncomingMessage;
  /** Without the numbers of events. */
  text: string;
  /** Of the newest event. */
  lastId: string | undefined;
  hasEnded: boolean;
}

/** A browser's EventSource, as far as the wire shows. */
const listen = (headers: Record<string, string> = { cookie }, query = '') =>
  new Promise<Listener>((resolve, reject) => {
    const request = get(`${url}${query}`, { headers, agent: false }, response => {
      const listener: Listener = { request, response, text: '', lastId: undefined, hasEnded: false };
      response.setEncoding('utf8');
      response.on('data', (part: string) => {
        for (const [, id] of part.matchAll(/^id: (\d+)$/gm)) listener.lastId = id;
        listener.text += part.replace(/^id: \d+\n/gm, '');
      });
      response.on('close', () => {
        listener.hasEnded = true;
      });
      response.on('error', () => {});
      resolve(listener);
    });
    request.on('error', reject);
  });

const count = async (name: string): Promise<number> => {
  const { counters } = (await host.ask({ url: '/api/v1/counters', headers: { cookie } })).json();
  return counters[`http.${name}`];
};

it('events reach every listener as the contract says, live values meter by meter', async () => {
  const both = [await listen(), await listen()];
  for (const { response } of both) {
    expect(response.statusCode).toBe(200);
    expect(response.headers['content-type']).toBe('text/event-stream; charset=utf-8');
    expect(response.headers['x-content-type-options']).toBe('nosniff');
  }
  const values = { powerW: -120.5 };
  host.events.emit({
    type: 'live',
    gateway: 'cellar',
    meters: { a: { atMs: 1, values }, b: { atMs: 2, values } },
  });
  host.events.emit({ type: 'gateway', gateway: 'cellar' });
  host.events.emit({ type: 'committed', gateway: 'cellar', meters: ['a'], toMs: 3 });
  const expected = [
    'event: live\ndata: {"meter":"cellar.a","atMs":1,"values":{"powerW":-120.5}}\n\n',
    'event: live\ndata: {"meter":"cellar.b","atMs":2,"values":{"powerW":-120.5}}\n\n',
    'event: gateway\ndata: {"gateway":"cellar"}\n\n',
    'event: committed\ndata: {"gateway":"cellar","meters":["cellar.a"],"toMs":3}\n\n',
  ].join('');
  for (const listener of both) {
    await until(() => listener.text.includes('committed'));
    expect(listener.text).toBe(`retry: 2000\n\n${expected}`);
  }
});

it('a page whose connection broke hears what it missed, each event once, and what is too old it asks for anew', async () => {
  const before = await listen();
  await until(() => before.lastId !== undefined);
  const opened = before.lastId ?? '';
  host.events.emit({ type: 'gateway', gateway: 'cellar' });
  await until(() => before.text.includes('cellar'));
  expect(Number(before.lastId)).toBeGreaterThan(Number(opened));
  before.request.destroy();
  await until(() => before.hasEnded);
  host.events.emit({ type: 'committed', gateway: 'cellar', meters: ['a'], toMs: 3 });
  host.events.emit({ type: 'live', gateway: 'cellar', meters: { a: { atMs: 1, values: { powerW: 1 } } } });
  host.events.emit({ type: 'site', site: 'home', version: 7 });
  const missed =
    'event: committed\ndata: {"gateway":"cellar","meters":["cellar.a"],"toMs":3}\n\n' +
    'event: site\ndata: {"site":"home","version":7}\n\n';
  const again = await listen({ cookie, 'last-event-id': before.lastId ?? '' });
  await until(() => again.text.includes('"version":7'));
  expect(again.text).toBe(`retry: 2000\n\n${missed}`);
  // It has heard all, and of one that came before all there was.
  const none = await listen({ cookie, 'last-event-id': again.lastId ?? '' });
  const first = await listen({ cookie, 'last-event-id': opened });
  await until(() => first.text.includes('"version":7') && none.text !== '');
  expect(first.text).toContain('event: gateway');
  expect(none.text).toBe('retry: 2000\n\n');
  for (const made of ['1', '99999999999999999999', 'x', '-1', `${Number(again.lastId) + 1}`]) {
    const lost = await listen({ cookie, 'last-event-id': made });
    await until(() => lost.text.includes('resync'));
    expect(lost.text).toBe('retry: 2000\n\nevent: resync\ndata: {}\n\n');
    expect(lost.lastId).toBe(again.lastId);
  }
  expect(await count('eventResyncs')).toBe(5);
});

it('of more events than are kept the page is told that it missed some', async () => {
  const before = await listen();
  await until(() => before.lastId !== undefined);
  before.request.destroy();
  await until(() => before.hasEnded);
  for (let index = 0; index < 2 * hostLimits.eventsKept.most; index++)
    host.events.emit({ type: 'gateway', gateway: 'cellar' });
  const again = await listen({ cookie, 'last-event-id': before.lastId ?? '' });
  await until(() => again.text.includes('resync'));
  expect(again.text).not.toContain('gateway');
});

it('of more than may wait for a page it is told that it missed some, and many who come back cost little', async () => {
  const before = await listen();
  await until(() => before.lastId !== undefined);
  before.request.destroy();
  await until(() => before.hasEnded);
  const [gateway, missed] = ['g'.repeat(64), { cookie, 'last-event-id': before.lastId ?? '' }];
  const half = Math.floor(hostLimits.eventWaitingBytes.most / 2 / 140);
  for (let index = 0; index < half; index++) host.events.emit({ type: 'gateway', gateway });
  const all = await listen(missed);
  await until(() => all.text.split(gateway).length === half + 1);
  for (let index = 0; index < 2 * half; index++) host.events.emit({ type: 'gateway', gateway });
  const late = await listen(missed);
  await until(() => late.text.includes('resync'));
  expect(late.text).not.toContain(gateway);
  expect(await count('eventResyncs')).toBe(1);
});

it('what a gateway tells of a line reaches those alone who look at it, and they hear nothing else', async () => {
  for (const id of ['cellar', 'attic']) await host.fleet.register(id);
  const overview = await listen();
  const ofLine = await listen({ cookie }, '?gateway=cellar&line=bus');
  const ofGateway = await listen({ cookie }, '?gateway=cellar');
  const ofOther = await listen({ cookie }, '?gateway=attic&line=bus');
  const traceOf = (line: string) => ({ v: 1, line, dropped: 0, frames: [] });
  for (const gateway of ['cellar', 'attic']) {
    for (const line of ['bus', 'ir']) host.events.emit({ type: 'trace', gateway, message: traceOf(line) });
  }
  host.events.emit({ type: 'probe', gateway: 'cellar', message: { v: 1, id: 'p', registers: [] } });
  host.events.emit({ type: 'gateway', gateway: 'cellar' });
  host.events.emit({ type: 'result', gateway: 'cellar', message: { v: 1, id: 'x', ok: true } });
  host.events.emit({ type: 'gateway', gateway: 'attic' });
  const frame = (gateway: string, line: string) =>
    `event: trace\ndata: {"gateway":"${gateway}","v":1,"line":"${line}","dropped":0,"frames":[]}\n\n`;
  const probe = 'event: probe\ndata: {"gateway":"cellar","v":1,"id":"p","registers":[]}\n\n';
  await until(() => overview.text.includes('attic'));
  await until(() => ofGateway.text.includes('probe') && ofLine.text.includes('probe'));
  await until(() => ofOther.text.includes('trace'));
  const start = 'retry: 2000\n\n';
  expect(ofLine.text).toBe(start + frame('cellar', 'bus') + probe);
  expect(ofGateway.text).toBe(start + frame('cellar', 'bus') + frame('cellar', 'ir') + probe);
  expect(ofOther.text).toBe(start + frame('attic', 'bus'));
  expect(overview.text).toBe(
    `${start}event: gateway\ndata: {"gateway":"cellar"}\n\nevent: gateway\ndata: {"gateway":"attic"}\n\n`,
  );
  // Live values are for those who look at the whole.
  expect(host.live.watchers).toBe(1);
  expect(await count('eventClients')).toBe(4);
});

it('streams of lines are few, end with their session, and want a gateway', async () => {
  await host.fleet.register('cellar');
  const refused = await listen({ cookie }, '?line=bus');
  expect(refused.response.statusCode).toBe(400);
  const all: Listener[] = [];
  for (let index = 0; index < hostLimits.lineWatchers.most; index++) {
    all.push(await listen({ cookie }, '?gateway=cellar'));
  }
  expect((await listen({ cookie }, '?gateway=cellar')).response.statusCode).toBe(503);
  expect((await listen()).response.statusCode).toBe(200);
  await host.ask({ method: 'DELETE', url: '/api/v1/session', headers: { cookie } });
  await until(() => all.every(({ hasEnded }) => hasEnded));
});

it('gateways are asked for live values only while somebody listens', async () => {
  expect(host.live.watchers).toBe(0);
  const [first, second] = [await listen(), await listen()];
  expect(host.live.watchers).toBe(1);
  first.request.destroy();
  await until(() => first.hasEnded);
  expect(host.live.watchers).toBe(1);
  second.request.destroy();
  await until(() => host.live.watchers === 0);
  expect(await count('eventClients')).toBe(0);
});

it('a stream ends with its session, and others go on', async () => {
  const mine = await listen();
  await host.auth.accounts.create('eve', 'another long password', { '*': 'viewer' });
  const { token } = await host.auth.sessions.begin('eve');
  const hers = await listen({ cookie: `joulegate=${token}` });
  await host.ask({ method: 'DELETE', url: '/api/v1/session', headers: { cookie } });
  await until(() => mine.hasEnded);
  host.events.emit({ type: 'gateway', gateway: 'cellar' });
  await until(() => hers.text.includes('cellar'));
  expect(mine.text).not.toContain('cellar');
  hers.request.destroy();
});

it('a listener that does not read is dropped and counted, and others miss nothing', async () => {
  const slow = await listen();
  slow.response.pause();
  const quick = await listen();
  const values = Object.fromEntries(Array.from({ length: 100 }, (_, index) => [`quantity${index}`, index]));
  let sent = 0;
  while ((await count('eventClientsTooSlow')) === 0 && sent < 5000) {
    for (let index = 0; index < 10; index++) {
      host.events.emit({ type: 'live', gateway: 'cellar', meters: { house: { atMs: sent++, values } } });
    }
    await until(() => quick.text.includes(`"atMs":${sent - 1},`));
    quick.text = quick.text.slice(-5000);
  }
  expect(await count('eventClientsTooSlow')).toBe(1);
  expect(await count('eventClients')).toBe(1);
  expect(quick.hasEnded).toBe(false);
  slow.response.resume();
  await until(() => slow.hasEnded);
});

it('without a session there is no stream', async () => {
  const refused = await listen({});
  expect(refused.response.statusCode).toBe(401);
});

it('streams that are open do not hold up the end of the host', async () => {
  const listeners = [await listen(), await listen()];
  const paused = await listen();
  paused.response.pause();
  const startedMs = performance.now() - heldUpMs();
  await host.api.close();
  expect(performance.now() - heldUpMs() - startedMs).toBeLessThan(5000);
  for (const listener of listeners) await until(() => listener.hasEnded);
});
