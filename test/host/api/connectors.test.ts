import { afterAll, beforeAll, expect, test } from 'vitest';
import type { ConnectorEntry } from '../../../host/api/contract.ts';
import { hand } from '../connectors/hand.ts';
import { type HostUnderTest, startHostUnderTest } from './host-under-test.ts';
import { type Person, personOf } from './signed-in.ts';

const path = '/api/v1/connectors';
let host: HostUnderTest;
let ada: Person;

beforeAll(async () => {
  host = await startHostUnderTest({ kinds: [hand] });
  ada = await personOf(host, 'ada', { '*': 'admin' });
});
afterAll(() => host.close());

const body = {
  id: 'cellar',
  kind: 'hand',
  name: 'Cellar',
  settings: { password: 'hush', meter: 'plug' },
};
const shown = (): Promise<ConnectorEntry[]> => ada.ask('GET', path).then(answer => answer.json());

test('a connector is set up, shown without its secret, changed with the secret it had, and ended', async () => {
  const made = await ada.ask('POST', path, body);
  expect(made.statusCode, made.body).toBe(201);
  const entry = {
    id: 'cellar',
    kind: 'hand',
    name: 'Cellar',
    site: 'home',
    isOn: true,
    createdMs: host.clock.nowMs,
    settings: { meter: 'plug' },
    fault: null,
    why: null,
  };
  expect(made.json()).toEqual(entry);
  expect(await shown()).toEqual([entry]);
  const change = { name: 'Attic', isOn: true, settings: { meter: 'plug' } };
  const changed = await ada.ask('PUT', `${path}/cellar`, change);
  expect(changed.json()).toEqual({ ...entry, name: 'Attic' });
  expect(host.connectors.get('cellar')?.settings).toEqual(body.settings);
  expect((await ada.ask('DELETE', `${path}/cellar`)).statusCode).toBe(204);
  expect(await shown()).toEqual([]);
  expect((await ada.ask('DELETE', `${path}/cellar`)).json()).toMatchObject({ code: 'connector.unknown' });
  const entries = await ada.ask('GET', '/api/v1/audit').then(answer => answer.body);
  for (const action of ['create', 'change', 'remove']) expect(entries).toContain(`connector.${action}`);
  expect(entries).not.toContain('hush');
});

test('what is wrong is said field by field, and nothing is set up', async () => {
  const wrong = await ada.ask('POST', path, { ...body, settings: { password: 7, meter: '' } });
  expect(wrong.statusCode).toBe(400);
  expect(wrong.json().mistakes.map(({ field }: { field: string }) => field)).toEqual(['password', 'meter']);
  await host.fleet.register('shed');
  await host.auth.credentials.issue('shed');
  const taken = await ada.ask('POST', path, { ...body, id: 'shed' });
  expect(taken.json()).toMatchObject({ code: 'gateway.exists' });
  expect(await shown()).toEqual([]);
});

test('a probe shows values by settings that are not saved, and why there are none', async () => {
  const probed = await ada.ask('POST', `${path}/probe`, { kind: 'hand', settings: body.settings });
  expect(probed.json()).toMatchObject({
    meters: [{ id: 'plug', values: { powerW: 100, energyImportWh: 1000 }, reason: null }],
    fault: null,
  });
  const refused = await ada.ask('POST', `${path}/probe`, {
    kind: 'hand',
    settings: { ...body.settings, password: 'wrong' },
  });
  expect(refused.statusCode).toBe(422);
  expect(refused.json().message).toBe('the password is not taken there');
  expect(await shown()).toEqual([]);
});

test('what was found is proposed with whole settings', async () => {
  const found = await ada.ask('POST', `${path}/discover`, { kind: 'hand', settings: {} });
  expect(found.json()).toEqual([
    { title: 'A plug', detail: '100 W', settings: { password: 'hush', meter: 'found' } },
  ]);
});

test('what was found with a secret that is kept here does not tell it', async () => {
  await ada.ask('POST', path, body);
  const settings = { meter: 'plug' };
  const found = await ada.ask('POST', `${path}/discover`, { kind: 'hand', id: 'cellar', settings });
  expect(found.json()).toEqual([{ title: 'A plug', detail: '100 W', settings: { meter: 'found' } }]);
  await ada.ask('DELETE', `${path}/cellar`);
});

test('those who do not administer the whole host neither see connectors nor touch them', async () => {
  const vera = await personOf(host, 'vera', { '*': 'operator' });
  for (const [method, url] of [
    ['GET', path],
    ['GET', `${path}/kinds`],
    ['POST', path],
    ['POST', `${path}/probe`],
    ['DELETE', `${path}/cellar`],
  ] as const) {
    const answer = await vera.ask(method, url, method === 'POST' ? body : undefined);
    expect(answer.statusCode, `${method} ${url}`).toBe(403);
  }
});
