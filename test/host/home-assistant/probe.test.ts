import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { hostOutlets } from '../../../host/home-assistant/outlet.ts';
import { probe } from '../../../host/home-assistant/probe.ts';
import { wishesOf } from '../../../host/home-assistant/settings.ts';
import { type HostUnderTest, startHostUnderTest } from '../api/host-under-test.ts';
import { type Person, personOf } from '../api/signed-in.ts';
import { brokerElsewhere } from './broker-elsewhere.ts';
import { earsAt } from './ears.ts';

const password = 'a password of that broker';
const user = 'joulegate';
const path = '/api/v1/home-assistant';
let host: HostUnderTest;
let ada: Person;
let elsewhere: Awaited<ReturnType<typeof brokerElsewhere>>;
beforeAll(async () => {
  host = await startHostUnderTest();
  ada = await personOf(host, 'ada', { '*': 'admin' });
  elsewhere = await brokerElsewhere(password);
});
afterAll(async () => {
  await host.close();
  await elsewhere.close();
});

const probed = async (settings: object, id?: string) =>
  (await ada.ask('POST', `${path}/probe`, { settings, ...(id !== undefined && { id }) })).json();

test('a broker that lets it in is well, and hears nothing of it', async () => {
  const ears = await earsAt(elsewhere.url, 'ha', password, ['#']);
  expect(await probed({ url: elsewhere.url, user, password })).toEqual({ fault: null, why: null });
  await ears.settled();
  expect(ears.heard).toEqual([]);
  await ears.end();
  expect((await ada.ask('GET', path)).json()).toEqual([]);
});

test('the password of one that is set up is taken where it was left out, for its own broker and user alone', async () => {
  const settings = { url: elsewhere.url, user, password };
  await ada.ask('POST', path, { id: 'hall', name: 'Hall', isOn: false, settings });
  expect(await probed({ url: elsewhere.url, user }, 'hall')).toEqual({ fault: null, why: null });
  expect(await probed({ url: 'mqtt://127.0.0.1:9', user }, 'hall')).toMatchObject({
    code: 'homeAssistant.settings',
    field: 'password',
  });
  expect(await probed({}, 'nobody')).toMatchObject({ code: 'homeAssistant.unknown' });
});

test('what went wrong is said in words: no login, nobody there, no MQTT', async () => {
  expect(await probed({ url: elsewhere.url, user, password: 'wrong' })).toMatchObject({
    fault: expect.stringMatching(
      /^no connection to the broker 127.0.0.1:\d+: .*see the user name and password of this set-up$/,
    ),
    why: { code: 'mqtt.login', facts: { host: '127.0.0.1' } },
  });
  expect(await probed({ url: 'mqtt://127.0.0.1:9' })).toEqual({
    fault:
      'no connection to the broker 127.0.0.1:9: 127.0.0.1 is there and takes no connection on port 9; see the port, and whether the broker runs',
    why: { code: 'port.refused.broker', facts: { host: '127.0.0.1', port: '9' } },
  });
  const web = createServer(socket => socket.resume().end('HTTP/1.1 400 Bad Request\r\n\r\n')).listen(
    0,
    '127.0.0.1',
  );
  await once(web, 'listening');
  const { port } = web.address() as AddressInfo;
  expect((await probed({ url: `mqtt://127.0.0.1:${port}` })).fault).toMatch(
    /speaks no MQTT on port \d+; see the port$/,
  );
  web.close();
  await once(web, 'close');
});

test('without a broker of its own it is at this host, and a host without MQTT says so', async () => {
  expect(await probed({})).toEqual({ fault: null, why: null });
  const nowhere = hostOutlets(undefined, undefined);
  expect(await probe(nowhere, wishesOf({}), new AbortController().signal)).toMatchObject({
    code: 'mqtt.none',
    message: 'this host has no MQTT',
  });
});

test('who asks no more ends it', async () => {
  const silent = createServer().listen(0, '127.0.0.1');
  await once(silent, 'listening');
  const { port } = silent.address() as AddressInfo;
  const gone = new AbortController();
  const asked = once(silent, 'connection');
  const wishes = wishesOf({ url: `mqtt://127.0.0.1:${port}` });
  const said = probe(hostOutlets(undefined, undefined), wishes, gone.signal);
  const [socket] = await asked;
  gone.abort();
  expect((await said)?.message).toBe(`the broker 127.0.0.1:${port} has not answered yet`);
  socket.resume();
  await once(socket, 'close');
  silent.close();
});
