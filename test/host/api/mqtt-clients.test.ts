import { afterAll, beforeAll, expect, test } from 'vitest';
import type { MadeMqttClient, MqttClient } from '../../../host/api/contract.ts';
import { MqttClients } from '../../../host/auth/mqtt-clients.ts';
import { type HostUnderTest, startHostUnderTest } from './host-under-test.ts';
import { type Person, personOf } from './signed-in.ts';

const path = '/api/v1/mqtt-clients';
let host: HostUnderTest;
let ada: Person;
let barn: Person;
let vera: Person;

beforeAll(async () => {
  host = await startHostUnderTest();
  ada = await personOf(host, 'ada', { '*': 'admin' });
  await host.sites.create('barn', null);
  barn = await personOf(host, 'bo', { barn: 'admin', home: 'operator' });
  vera = await personOf(host, 'vera', { '*': 'operator' });
  await host.fleet.register('cellar');
  await host.fleet.register('stable');
  await host.sites.move('stable', 'barn');
});
afterAll(() => host.close());

async function made(person: Person, body: object): Promise<MadeMqttClient> {
  const response = await person.ask('POST', path, body);
  expect(response.statusCode, response.body).toBe(201);
  return response.json();
}

const listed = async (person: Person): Promise<MqttClient[]> => (await person.ask('GET', path)).json();

test('an MQTT client gets its password this once, kept is a hash, and a new one ends it', async () => {
  const { password, broker, ...shown } = await made(ada, { id: 'grafana', sites: ['*'], mayWrite: false });
  expect(shown).toEqual({
    id: 'grafana',
    sites: ['*'],
    mayWrite: false,
    createdMs: host.clock.nowMs,
    online: false,
  });
  expect(password).toMatch(/^[\w-]{32}$/);
  expect(broker).toEqual({
    hosts: ['127.0.0.1'],
    port: host.broker.port,
    isTls: false,
    isLoopback: true,
    topic: 'joulegate/+/live',
  });
  expect(await listed(ada)).toEqual([shown]);
  const rows = await host.store.all('SELECT * FROM mqtt_client');
  expect(JSON.stringify(rows)).not.toContain(password);
  const { mqttClients } = host.auth;
  expect(mqttClients.isRight('grafana', password)).toBe(true);
  const renewed: MadeMqttClient = (await ada.ask('POST', `${path}/grafana/password`)).json();
  expect(mqttClients.isRight('grafana', password)).toBe(false);
  expect(renewed.broker).toEqual(broker);
  const opened = await MqttClients.open(host.store, () => 0);
  expect(opened.isRight('grafana', renewed.password)).toBe(true);
  expect(opened.list()).toEqual(mqttClients.list());
  expect((await ada.ask('DELETE', `${path}/grafana`)).statusCode).toBe(204);
  expect(mqttClients.isRight('grafana', renewed.password)).toBe(false);
  expect((await MqttClients.open(host.store, () => 0)).size).toBe(0);
});

test('an admin of a site sees and makes those of that site alone; the others are not there', async () => {
  await made(ada, { id: 'of-home', sites: ['home'], mayWrite: false });
  await made(ada, { id: 'of-both', sites: ['barn', 'home'], mayWrite: false });
  await made(ada, { id: 'of-all', sites: ['*'], mayWrite: false });
  await made(barn, { id: 'of-barn', sites: ['barn'], mayWrite: true });
  expect((await listed(barn)).map(({ id }) => id)).toEqual(['of-barn']);
  expect((await listed(ada)).map(({ id }) => id)).toEqual(['of-all', 'of-barn', 'of-both', 'of-home']);
  const absent = await barn.ask('DELETE', `${path}/nowhere`);
  for (const id of ['of-home', 'of-both', 'of-all']) {
    for (const response of [
      await barn.ask('DELETE', `${path}/${id}`),
      await barn.ask('POST', `${path}/${id}/password`),
    ]) {
      expect(response.statusCode).toBe(404);
      expect(response.body).toBe(absent.body.replaceAll('nowhere', id));
    }
  }
  const refused: [Person, string[], number][] = [
    [barn, ['*'], 404],
    [barn, ['home'], 403],
    [barn, ['barn', 'home'], 403],
    [barn, ['attic'], 404],
    [ada, ['attic'], 404],
    [vera, ['home'], 403],
  ];
  for (const [person, sites, status] of refused) {
    const response = await person.ask('POST', path, { id: 'more', sites, mayWrite: false });
    expect(response.statusCode, sites.join()).toBe(status);
  }
  expect((await vera.ask('GET', path)).statusCode).toBe(403);
  expect((await host.ask({ method: 'GET', url: path })).statusCode).toBe(401);
  expect(host.auth.mqttClients.size).toBe(4);
});

test('a name is one program’s or one gateway’s, as far as who asks may see', async () => {
  const taken = await ada.ask('POST', path, { id: 'cellar', sites: ['home'], mayWrite: false });
  expect(taken.json()).toMatchObject({ code: 'mqttClient.exists', field: 'id' });
  expect((await ada.ask('POST', path, { id: 'of-barn', sites: ['*'], mayWrite: true })).statusCode).toBe(409);
  const bad = await ada.ask('POST', path, { id: 'Not An Id', sites: ['*'], mayWrite: true });
  expect(bad.json()).toMatchObject({ code: 'request.invalid', field: 'id' });
});

test('a site that goes leaves no right behind, for one that may be given its name later', async () => {
  await host.sites.create('shed', null);
  await made(ada, { id: 'of-shed', sites: ['shed'], mayWrite: false });
  await made(ada, { id: 'shed-too', sites: ['home', 'shed'], mayWrite: false });
  expect((await ada.ask('DELETE', '/api/v1/sites/shed')).statusCode).toBe(204);
  expect(host.auth.mqttClients.get('of-shed')).toBeUndefined();
  expect(host.auth.mqttClients.get('shed-too')?.sites).toEqual(['home']);
});

test('each change is taken down, without a password', async () => {
  const client = await made(barn, { id: 'nodered', sites: ['barn'], mayWrite: true });
  await barn.ask('POST', `${path}/nodered/password`);
  await barn.ask('DELETE', `${path}/nodered`);
  const entries = await host.audit.list({ sites: ['barn'], limit: 3 });
  expect(entries).toMatchObject([
    { user: 'bo', action: 'mqttClient.revoke', subject: 'nodered', after: null },
    { action: 'mqttClient.renew', subject: 'nodered' },
    { action: 'mqttClient.create', before: null, after: { sites: ['barn'], mayWrite: true } },
  ]);
  expect(JSON.stringify(entries)).not.toContain(client.password);
});
