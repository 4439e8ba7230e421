import { afterAll, beforeAll, describe, expect, it, test } from 'vitest';
import { homeAssistantFields } from '../../../host/home-assistant/settings.ts';
import type { Field } from '../../../host/set-up/fields.ts';
import { withSecretsOf } from '../../../host/set-up/secret-fields.ts';
import { type HostUnderTest, startHostUnderTest } from './host-under-test.ts';
import { type Person, personOf } from './signed-in.ts';

let host: HostUnderTest;
let ada: Person;
beforeAll(async () => {
  host = await startHostUnderTest();
  ada = await personOf(host, 'ada', { '*': 'admin' });
});
afterAll(() => host.close());

const api = '/api/v1';
const spoken = { language: 'en', messagesPerHour: 20, quiet: null };
const handedOn = { choice: { gateways: null, meters: null, quantities: null }, keepDays: 7 };
const broker = { url: 'mqtt://127.0.0.1:9', user: 'joulegate', password: 'the password of that broker' };
const meters = [{ id: 'plug', name: 'Plug', topic: 'plug' }];

/** One of each family, as it is set up off; `moved` is what makes it another place. */
const families = [
  {
    path: 'channels',
    kind: 'webhook',
    manner: spoken,
    settings: { url: 'https://here.example/hook', secret: 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw' },
    secret: 'secret',
    moved: { url: 'https://there.example/hook' },
    code: 'channel.settings',
    kept: (id: string) => host.channels.get(id)?.settings,
  },
  {
    path: 'forwards',
    kind: 'http',
    manner: handedOn,
    settings: { url: 'https://here.example/in', token: 'a-token-of-here' },
    secret: 'token',
    moved: { url: 'https://there.example/in' },
    code: 'forward.settings',
    kept: (id: string) => host.forwards.get(id)?.settings,
  },
  {
    path: 'connectors',
    kind: 'tasmota',
    manner: {},
    settings: { ...broker, meters },
    secret: 'password',
    moved: { url: 'mqtt://there.example:1883' },
    code: 'connector.settings',
    kept: (id: string) => host.connectors.get(id)?.settings,
    tries: ['probe', 'discover'],
  },
  {
    path: 'connectors',
    kind: 'opcua',
    manner: {},
    settings: {
      url: 'opc.tcp://127.0.0.1:9',
      security: 'encrypt',
      login: 'user',
      user: 'joulegate',
      password: 'the password of that server',
      values: [{ id: 'm', name: 'M', nodeId: 'ns=2;i=1', quantity: 'powerW' }],
    },
    secret: 'password',
    moved: { security: 'none' },
    code: 'connector.settings',
    kept: (id: string) => host.connectors.get(id)?.settings,
    tries: ['probe', 'discover'],
  },
  {
    path: 'home-assistant',
    manner: { site: null },
    settings: broker,
    secret: 'password',
    moved: { user: 'somebody-else' },
    code: 'homeAssistant.settings',
    kept: (id: string) => host.homeAssistants.get(id)?.settings,
    tries: ['probe'],
  },
] as const;

describe.each(families)(
  'a secret of $path $kind',
  ({ path, manner, settings, secret, moved, code, kept, ...more }) => {
    const kind = 'kind' in more ? { kind: more.kind } : {};
    const id = 'one';
    const { [secret]: given, ...open } = settings as Record<string, unknown>;
    const change = (its: object) =>
      ada.ask('PUT', `${api}/${path}/${id}`, { name: 'One', isOn: false, ...manner, settings: its });

    it('stays where the place does, and is asked for again where that is another; nothing is changed then', async () => {
      const body = { id, name: 'One', isOn: false, ...kind, ...manner, settings };
      const made = await ada.ask('POST', `${api}/${path}`, body);
      expect(made.statusCode, made.body).toBe(201);
      expect(made.body).not.toContain(given);
      expect((await change(open)).statusCode).toBe(200);
      expect(kept(id)).toEqual(settings);

      const before = (await ada.ask('GET', `${api}/${path}`)).json();
      const { entries } = (await ada.ask('GET', `${api}/audit`)).json();
      const refused = await change({ ...open, ...moved });
      const [field] = Object.keys(moved);
      expect([refused.statusCode, refused.json()]).toMatchObject([400, { code, field: secret }]);
      expect(refused.json().message).toContain(
        `given for another ${field}, and is not sent elsewhere; give it again`,
      );
      expect(refused.body).not.toContain(given);
      expect((await ada.ask('GET', `${api}/${path}`)).json()).toEqual(before);
      expect((await ada.ask('GET', `${api}/audit`)).json().entries).toEqual(entries);
      expect(kept(id)).toEqual(settings);
    });

    it('is not sent elsewhere by a trial either', async () => {
      for (const trial of 'tries' in more ? more.tries : []) {
        const tried = await ada.ask('POST', `${api}/${path}/${trial}`, {
          ...kind,
          id,
          settings: { ...open, ...moved },
        });
        expect([tried.statusCode, tried.json()], trial).toMatchObject([400, { code, field: secret }]);
      }
    });

    it('is taken for the other place where it is given again, and the thing goes as it came', async () => {
      const there = { ...settings, ...moved };
      const done = await change(there);
      expect(done.statusCode, done.body).toBe(200);
      expect(kept(id)).toEqual(there);
      expect((await ada.ask('DELETE', `${api}/${path}/${id}`)).statusCode).toBe(204);
    });
  },
);

test('one that may be missing is taken away by null, and by a place that is none any more', async () => {
  const path = `${api}/home-assistant`;
  const body = { name: 'Hall', isOn: false, site: null };
  const stored = () => host.homeAssistants.get('hall')?.settings;
  await ada.ask('POST', path, { id: 'hall', ...body, settings: broker });
  const { url, user } = broker;
  const change = (settings: object) => ada.ask('PUT', `${path}/hall`, { ...body, settings });
  expect((await change({ url: 'mqtt://open.example', user, password: null })).statusCode).toBe(200);
  expect(stored()).toEqual({ url: 'mqtt://open.example', user });
  await change({ url, user, password: 'another' });
  expect((await change({ url: '', everyS: 30 })).statusCode).toBe(200);
  expect(stored()).toEqual({ url: '', everyS: 30 });
});

test('of every kind that has a secret each field of its place asks for it again', () => {
  const families = {
    channel: host.channels.kinds,
    forward: host.forwards.kinds,
    connector: host.connectors.kinds,
    'Modbus server': host.modbusServers.kinds,
  };
  const kinds: [name: string, fields: readonly Field[]][] = [['Home Assistant', homeAssistantFields]];
  for (const [family, its] of Object.entries(families))
    for (const { id, fields } of its.values()) kinds.push([`${family} ${id}`, fields]);
  const secretive = kinds.filter(([, fields]) => fields.some(({ kind }) => kind === 'secret'));
  expect(secretive.length).toBeGreaterThan(12);
  for (const [name, fields] of secretive) {
    const places = fields.filter(({ isPlace }) => isPlace);
    const secrets = fields.filter(({ kind }) => kind === 'secret').map(field => field.name);
    expect(places.length, `${name} has a secret and says not for whom`).toBeGreaterThan(0);
    const before = Object.fromEntries(fields.map(field => [field.name, 'of before']));
    const open = Object.fromEntries(Object.entries(before).filter(([field]) => !secrets.includes(field)));
    expect(withSecretsOf(fields, open, before), name).toEqual(before);
    for (const { name: place } of places) {
      const moved = () => withSecretsOf(fields, { ...open, [place]: 'another' }, before);
      for (const secret of secrets)
        expect(moved, `${name}: ${place} moves ${secret}`).toThrow(
          `${secret}: it was given for another ${place}`,
        );
    }
  }
  // What is named so is of the place wherever there is a secret.
  for (const [name, fields] of secretive)
    for (const field of fields)
      if (/^(url|host|address|port|user|security|ca|fingerprint)$/.test(field.name))
        expect(field.isPlace, `${name} ${field.name}`).toBe(true);
});
