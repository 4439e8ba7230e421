import { afterAll, beforeAll, expect, it } from 'vitest';
import { AlarmTable } from '../../../host/alarms/alarm-table.ts';
import { alarmRuleOf } from '../../security/route-examples.ts';
import { startPushService } from '../notify/push-service.ts';
import { batchOf, gaugeWindow } from '../store/memory-store.ts';
import { type HostUnderTest, startHostUnderTest } from './host-under-test.ts';
import { type Person, personOf } from './signed-in.ts';
import { storeSite } from './stored-site.ts';

let host: HostUnderTest;
let ada: Person;
let service: Awaited<ReturnType<typeof startPushService>>;
beforeAll(async () => {
  host = await startHostUnderTest();
  await storeSite(host);
  const windows = [{ gateway: 'attic', record: gaugeWindow(host.clock.nowMs - 60_000, 50) }];
  const watermarks = [{ gateway: 'attic', epoch: '00000000000000ac', sequence: 1 }];
  await host.store.commit(batchOf(host.store, { windows, watermarks }));
  service = await startPushService();
  ada = await personOf(host, 'ada', { '*': 'admin' });
});
afterAll(async () => {
  await host.close();
  await service.close();
});

const made = async (person: Person, path: string, body: object) => {
  const response = await person.ask('POST', `/api/v1/${path}`, body);
  expect(response.statusCode, response.body).toBe(201);
  return response.json();
};
const channel = (id: string, site?: string) => ({
  id,
  kind: 'web-push',
  name: id,
  isOn: true,
  language: 'en',
  messagesPerHour: 20,
  quiet: null,
  settings: {},
  ...(site !== undefined && { site }),
});
/** Signs a browser up; a push service is on the internet. */
const signUp = (person: Person, channel: string, name: string) => {
  const { p256dh, auth } = service.subscribed(`/${name}`);
  return made(person, 'push-browsers', {
    channel,
    label: name,
    endpoint: `https://push.example/${name}`,
    p256dh,
    auth,
  });
};
const labels = async (): Promise<string[]> =>
  (await ada.ask('GET', '/api/v1/push-browsers'))
    .json()
    .browsers.map(({ label }: { label: string }) => label)
    .toSorted();

it('who may not look at a site any more is told nothing of it any more, at once and after a restart', async () => {
  await made(ada, 'sites', { id: 'barn' });
  await made(ada, 'channels', channel('barn-phones', 'barn'));
  await made(ada, 'channels', channel('all-phones'));
  const people = ['eve', 'fred', 'gus', 'hal'] as const;
  for (const name of people) {
    const person = await personOf(host, name, name === 'hal' ? { '*': 'viewer' } : { barn: 'viewer' });
    await signUp(person, 'barn-phones', `${name} barn`);
    const ofAll = await person.ask('POST', '/api/v1/push-browsers', {
      ...{ channel: 'all-phones', label: 'x', endpoint: 'https://push.example/all' },
      ...{ p256dh: service.subscribed('/x').p256dh, auth: service.subscribed('/x').auth },
    });
    expect(ofAll.statusCode, name).toBe(name === 'hal' ? 201 : 404);
  }
  expect(await labels()).toEqual(['eve barn', 'fred barn', 'gus barn', 'hal barn', 'x']);
  await host.auth.accounts.setRoles('eve', { home: 'admin' });
  await host.auth.removeAccount('fred');
  await host.auth.accounts.setRoles('hal', { barn: 'operator' });
  await expect.poll(labels).toEqual(['gus barn', 'hal barn']);
  const rows = await host.store.all("SELECT name FROM push WHERE kind = 'browser' ORDER BY name");
  expect(rows).toEqual([{ name: 'gus' }, { name: 'hal' }]);
});

it('rules, channels and browsers of a site that is taken away go with it; what came of them stays, and others stay', async () => {
  const rule = alarmRuleOf('attic.main');
  const silence = { ...rule, condition: { kind: 'silence', forS: 60 } };
  const kept = await made(ada, 'alarm-rules', rule);
  for (const target of [{ site: 'barn' }, { sumOfSite: 'barn' }])
    await made(ada, 'alarm-rules', {
      ...('site' in target ? silence : rule),
      target,
      channels: ['barn-phones'],
    });
  const ofHome = await made(ada, 'alarm-rules', { ...silence, target: { site: 'home' } });
  expect((await ada.ask('DELETE', '/api/v1/sites/barn')).statusCode).toBe(204);
  const left = [kept.id, ofHome.id].toSorted();
  expect(
    host.alarms
      .rules()
      .map(({ id }) => id)
      .toSorted(),
  ).toEqual(left);
  const table = await AlarmTable.open(host.store);
  expect((await table.rules()).map(({ id }) => id).toSorted()).toEqual(left);
  expect((await table.states()).filter(({ rule: id }) => !left.includes(id))).toEqual([]);
  const channels = (await ada.ask('GET', '/api/v1/channels')).json();
  expect(channels.map(({ id }: { id: string }) => id)).toEqual(['all-phones']);
  expect(await labels()).toEqual([]);
  // The same id, given anew, is nobody's of before.
  await made(ada, 'sites', { id: 'barn' });
  expect(host.alarms.rules()).toHaveLength(2);
});
