import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type HostUnderTest, signInFirst, startHostUnderTest } from '../api/host-under-test.ts';
import { personOf } from '../api/signed-in.ts';
import { batchOf, gaugeWindow } from '../store/memory-store.ts';
import { everything } from './forward-rig.ts';
import { Receiver } from './receiver.ts';

let host: HostUnderTest;
let cookie: string;
let receiver: Receiver;
beforeAll(async () => {
  receiver = await new Receiver().start();
  host = await startHostUnderTest();
  cookie = await signInFirst(host);
});
afterAll(async () => {
  await host.close();
  await receiver.stop();
});

const ask = (method: 'GET' | 'POST' | 'PUT' | 'DELETE', path: string, body?: object) =>
  host.ask({ method, url: `/api/v1/forwards${path}`, headers: { cookie }, ...(body && { body }) });
const manner = { name: 'Out', isOn: true, choice: everything, keepDays: 7 };
const token = 'a-secret-token';

describe('forwards by the API', () => {
  it('are set up, tested, changed and removed; a secret is never shown, and not sent elsewhere', async () => {
    const url = `${receiver.url}/in`;
    const made = await ask('POST', '', { id: 'out', kind: 'http', ...manner, settings: { url, token } });
    expect([made.statusCode, made.json()]).toMatchObject([
      201,
      { id: 'out', site: null, settings: { url }, lagS: 0, fault: null, counts: { windows: 0 } },
    ]);
    expect(made.body).not.toContain(token);
    expect((await ask('POST', '/out/test')).json()).toMatchObject({ isSent: false });
    const windows = [{ gateway: 'attic', record: gaugeWindow(host.clock.nowMs - 60_000, 100) }];
    const watermarks = [{ gateway: 'attic', epoch: '00000000000000aa', sequence: 1 }];
    await host.store.commit(batchOf(host.store, { windows, watermarks }));
    expect((await ask('POST', '/out/test')).json()).toEqual({ isSent: true, said: '200 ok' });
    const kept = await ask('PUT', '/out', { ...manner, name: 'Other', settings: { url } });
    expect([kept.statusCode, kept.json()]).toMatchObject([200, { name: 'Other' }]);
    await ask('POST', '/out/test');
    expect(receiver.asked.at(-1)?.headers.authorization).toBe(`Bearer ${token}`);
    const elsewhere = url.replace('127.0.0.1', 'localhost');
    const refused = await ask('PUT', '/out', { ...manner, settings: { url: elsewhere } });
    expect([refused.statusCode, refused.json()]).toMatchObject([
      400,
      { code: 'forward.settings', field: 'token' },
    ]);
    await ask('PUT', '/out', { ...manner, settings: { url: elsewhere, token: null } });
    await ask('POST', '/out/test');
    expect(receiver.asked.at(-1)?.headers.host).toMatch(/^localhost/);
    expect(receiver.asked.at(-1)?.headers.authorization).toBeUndefined();
    const details = await ask('GET', '/out');
    expect([details.statusCode, details.json()]).toMatchObject([
      200,
      { id: 'out', deliveries: expect.any(Array) },
    ]);
    expect((await ask('GET', '')).body).not.toContain(token);
    expect((await ask('POST', '/out/skip')).json()).toEqual({ windows: expect.any(Number) });
    expect((await ask('POST', '/nobody/skip')).statusCode).toBe(404);
    expect((await ask('DELETE', '/out')).statusCode).toBe(204);
    expect((await ask('GET', '')).json()).toEqual([]);
    expect(await host.store.all('SELECT * FROM forward_cursor')).toEqual([]);
  });

  it('of a site are of its admins, reach the internet alone, and are nobody else’s to see', async () => {
    const settings = { url: `${receiver.url}/in` };
    const keeper = await personOf(host, 'keeper', { home: 'admin' });
    const body = { id: 'near', kind: 'http', site: 'home', ...manner, settings };
    expect((await keeper.ask('POST', '/api/v1/forwards', body)).statusCode).toBe(201);
    const { isSent, said, why } = (await keeper.ask('POST', '/api/v1/forwards/near/test')).json();
    expect([isSent, said]).toEqual([
      false,
      expect.stringMatching(/^127\.0\.0\.1 is in the host's own network/),
    ]);
    expect(why).toEqual({ code: 'host.notAllowed', facts: { host: '127.0.0.1' } });
    const refused = await ask('POST', '', { ...body, id: 'topic', kind: 'mqtt', settings: {} });
    expect(refused.json()).toMatchObject({ code: 'forward.settings', field: 'site' });
    expect((await ask('POST', '', { ...body, id: 'all', site: null })).statusCode).toBe(201);
    expect((await keeper.ask('GET', '/api/v1/forwards')).json().map(({ id }: { id: string }) => id)).toEqual([
      'near',
    ]);
    expect((await keeper.ask('GET', '/api/v1/forwards/all')).statusCode).toBe(404);
  });

  it('tell what is wrong with settings', async () => {
    const wrong = async (kind: string, settings: object, more = {}) =>
      (await ask('POST', '', { id: 'bad', kind, ...manner, ...more, settings })).json().message;
    expect(await wrong('http', { url: 'file:///etc/passwd' })).toBe(
      'url: is no address; https://… or http://… is allowed.',
    );
    expect(await wrong('influx', { url: 'http://a.example', version: '2', bucket: 'b' })).toMatch(
      /^org: is missing/,
    );
    const of2 = { version: '2', org: 'home', bucket: 'b' };
    expect(await wrong('influx', { url: 'https://a.example:8480/influx?db=home', ...of2 })).toBe(
      'url: ?db=home given behind the path; an address such as https://a.example:8480 is allowed.',
    );
    expect(await wrong('joulegate', { url: 'https://a.example/#/data', token: 't' })).toMatch(
      /^url: #\/data given/,
    );
    expect(await wrong('mqtt', { topic: 'joulegate/out/{house}' })).toBe(
      'topic: {house} given; {site}, {gateway} and {meter} are allowed.',
    );
    expect(await wrong('mqtt', { topic: 'power/{meter}' })).toMatch(/begins with joulegate\/out\//);
    expect(
      await wrong(
        'http',
        { url: 'http://a.example' },
        { choice: { ...everything, quantities: ['powerKw'] } },
      ),
    ).toMatch(/powerKw is no quantity/);
    expect(await wrong('fax', {})).toMatch(/one of joulegate, influx, http, mqtt is allowed/);
  });
});
