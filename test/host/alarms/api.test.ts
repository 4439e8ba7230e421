import { afterAll, beforeAll, expect, it } from 'vitest';
import { AlarmTable } from '../../../host/alarms/alarm-table.ts';
import { alarmRuleOf } from '../../security/route-examples.ts';
import { type HostUnderTest, startHostUnderTest } from '../api/host-under-test.ts';
import { type Person, personOf, personWith } from '../api/signed-in.ts';
import { storeSite } from '../api/stored-site.ts';
import { batchOf, gaugeWindow } from '../store/memory-store.ts';

let host: HostUnderTest;
let ada: Person;
let eve: Person;
const meter = 'attic.main';
const minuteMs = 60_000;
beforeAll(async () => {
  host = await startHostUnderTest();
  await storeSite(host);
  ada = await personOf(host, 'ada', { '*': 'admin' });
  eve = await personOf(host, 'eve', { home: 'viewer' });
  await commit(-3, [50, 150, 160, 50, 150]);
});
afterAll(() => host.close());

let sequence = 0;
/** Windows of power, from so many minutes after now on. */
async function commit(minutes: number, values: readonly number[]): Promise<void> {
  const fromMs = host.clock.nowMs + minutes * minuteMs;
  const windows = values.map((powerW, index) => ({
    gateway: 'attic',
    record: gaugeWindow(fromMs + index * 10_000, powerW),
  }));
  const watermarks = [{ gateway: 'attic', epoch: '00000000000000ac', sequence: ++sequence }];
  await host.store.commit(batchOf(host.store, { windows, watermarks }));
  await host.alarms.settled();
}

it('a dry run tells how often a rule would have fired, and keeps nothing', async () => {
  const { target, condition } = alarmRuleOf(meter);
  const range = { fromMs: host.clock.nowMs - 7 * 86_400_000, toMs: host.clock.nowMs };
  const response = await ada.ask('POST', '/api/v1/alarm-rules/try', { target, condition, ...range });
  expect(response.statusCode, response.body).toBe(200);
  expect(response.json()).toMatchObject({
    fired: 2,
    metersTried: 1,
    events: [{ value: 150, worst: 160, endValue: 50 }, { endedMs: null }],
  });
  expect((await ada.ask('GET', '/api/v1/alarm-events')).json()).toEqual([]);
});

it('what a rule told is listed, acknowledged once, commented, and outlives the rule', async () => {
  const made = await ada.ask('POST', '/api/v1/alarm-rules', alarmRuleOf(meter));
  expect(made.statusCode, made.body).toBe(201);
  await commit(1, [50, 150]);
  const [event] = (await ada.ask('GET', '/api/v1/alarm-events')).json();
  expect(event).toMatchObject({ meter, value: 150, unit: 'W', endedMs: null, acknowledged: null });
  const lasting = async () => (await ada.ask('GET', '/api/v1/alarm-events?state=lasting')).json().length;
  expect(await lasting()).toBe(1);
  const path = `/api/v1/alarm-events/${event.id}`;
  await ada.ask('POST', `${path}/acknowledge`);
  await ada.ask('POST', `${path}/comments`, { text: 'the oven' });
  await commit(1.5, [50]);
  await ada.ask('DELETE', `/api/v1/alarm-rules/${made.json().id}`);
  expect(await lasting()).toBe(0);
  const [after] = (await ada.ask('GET', '/api/v1/alarm-events')).json();
  expect(after).toMatchObject({
    id: event.id,
    endValue: 50,
    acknowledged: { by: 'ada' },
    comments: [{ by: 'ada', text: 'the oven' }],
  });
  expect((await ada.ask('GET', path)).json()).toEqual(after);
  expect((await eve.ask('GET', path)).json()).toEqual(after);
  const zoe = await personOf(host, 'zoe', { elsewhere: 'admin' });
  expect((await zoe.ask('GET', path)).statusCode).toBe(404);
  expect((await ada.ask('GET', '/api/v1/alarm-rules')).json()).toEqual([]);
});

it('what nobody looks after is asked for alone, and pages hear of each change', async () => {
  const heard: string[] = [];
  const stop = host.events.on(event => {
    if (event.type === 'alarmEvent') heard.push(`${event.gateway}.${event.meter} ${event.id}`);
  });
  const made = await ada.ask('POST', '/api/v1/alarm-rules', alarmRuleOf(meter));
  await commit(3, [50, 150]);
  const open = async (query = '') =>
    (await ada.ask('GET', `/api/v1/alarm-events?state=open${query}`))
      .json()
      .map(({ id }: { id: string }) => id);
  const [id] = await open();
  expect(heard).toContain(`${meter} ${id}`);
  expect(await open('&severity=critical')).toEqual([]);
  heard.length = 0;
  await ada.ask('POST', `/api/v1/alarm-events/${id}/acknowledge`);
  expect(heard).toEqual([`${meter} ${id}`]);
  expect(await open()).toEqual([]);
  await ada.ask('DELETE', `/api/v1/alarm-rules/${made.json().id}`);
  stop();
});

it('alarms of the host are listed at any site, for those alone who may see the host', async () => {
  const [ofMeter] = await host.alarms.list(Number.MAX_SAFE_INTEGER, 1, () => true);
  if (ofMeter === undefined) throw new Error('there is no alarm yet');
  const table = await AlarmTable.open(host.store);
  await table.write({ events: [{ ...ofMeter, id: 'of-the-host', rule: 'of the host', meter: '' }] });
  const isListed = async (person: Person, query: string) =>
    (await person.ask('GET', `/api/v1/alarm-events${query}`)).body.includes('of-the-host');
  expect([await isListed(ada, ''), await isListed(ada, '?site=home')]).toEqual([true, true]);
  expect([await isListed(eve, ''), await isListed(eve, '?site=home')]).toEqual([false, false]);
});

it('a rule of too many meters is refused and says why; what is left out later is told by the rule and by health', async () => {
  const small = await startHostUnderTest({ tracksMost: 1 });
  try {
    const bob = await personOf(small, 'bob', { '*': 'admin' });
    const storeWindow = async (name: string, sequence: number) => {
      const record = { ...gaugeWindow(small.clock.nowMs + sequence * 10_000, 50), meter: name };
      const watermarks = [{ gateway: 'attic', epoch: '00000000000000ad', sequence }];
      await small.store.commit(batchOf(small.store, { windows: [{ gateway: 'attic', record }], watermarks }));
      await small.alarms.settled();
    };
    const ofSite = { ...alarmRuleOf(meter), target: { site: 'home' } };
    await storeWindow('main', 1);
    const made = await bob.ask('POST', '/api/v1/alarm-rules', ofSite);
    expect(made.json()).toMatchObject({ isLeavingOut: false });
    const refused = await bob.ask('POST', '/api/v1/alarm-rules', ofSite);
    expect([refused.statusCode, refused.json().code]).toEqual([409, 'alarmRules.tooManyMeters']);
    expect(refused.body).toContain('1 meters too many would be judged');
    expect((await bob.ask('PUT', `/api/v1/alarm-rules/${made.json().id}`, ofSite)).statusCode).toBe(200);
    expect((await bob.ask('GET', '/api/v1/health')).json()).toMatchObject({ reasons: [] });
    await storeWindow('other', 2);
    expect((await bob.ask('GET', '/api/v1/alarm-rules')).json()).toMatchObject([{ isLeavingOut: true }]);
    expect((await bob.ask('GET', '/api/v1/health')).json()).toMatchObject({
      status: 'degraded',
      reasons: [{ code: 'alarms.leftOut' }],
    });
    // What leaves meters out is still renamed, for it asks for no more of them.
    const change = (more: object) =>
      bob.ask('PUT', `/api/v1/alarm-rules/${made.json().id}`, { ...ofSite, ...more });
    const renamed = await change({ name: 'another name' });
    expect([renamed.statusCode, renamed.json()]).toMatchObject([
      200,
      { name: 'another name', isLeavingOut: true },
    ]);
    expect((await change({ isOn: false })).statusCode).toBe(200);
    expect((await change({})).json()).toMatchObject({ code: 'alarmRules.tooManyMeters' });
  } finally {
    await small.close();
  }
});

it('a viewer looks and changes nothing; what makes no sense is told where', async () => {
  const { id } = (await ada.ask('POST', '/api/v1/alarm-rules', alarmRuleOf(meter))).json();
  expect((await eve.ask('GET', '/api/v1/alarm-rules')).json()).toHaveLength(1);
  expect((await eve.ask('DELETE', `/api/v1/alarm-rules/${id}`)).statusCode).toBe(403);
  expect((await eve.ask('POST', '/api/v1/alarm-rules', alarmRuleOf(meter))).statusCode).toBe(403);
  const range = {
    kind: 'range',
    quantity: 'powerW',
    of: 'mean',
    low: 5,
    high: 5,
    hysteresis: 0,
    forS: 0,
  };
  const refused = await ada.ask('PUT', `/api/v1/alarm-rules/${id}`, {
    ...alarmRuleOf(meter),
    condition: range,
  });
  expect([refused.statusCode, refused.json().code]).toEqual([400, 'alarmRule.condition']);
  for (const condition of [
    { ...range, low: 220, high: 240, hysteresis: 10 },
    { kind: 'unbalance', of: 'voltage', overPercent: 5, hysteresis: 5, fromMean: 1, forS: 0 },
  ]) {
    const endless = await ada.ask('PUT', `/api/v1/alarm-rules/${id}`, { ...alarmRuleOf(meter), condition });
    expect([endless.statusCode, endless.json()]).toMatchObject([400, { field: 'condition.hysteresis' }]);
  }
  const alone = await ada.ask('POST', '/api/v1/alarm-rules', {
    ...alarmRuleOf(meter),
    target: { sum: [meter] },
  });
  expect(alone.json().message).toBe(
    'target.sum: ["attic.main"] given; a list of 2 to 64 that are different is allowed.',
  );
  const toNobody = { ...alarmRuleOf(meter), channels: ['nobody'] };
  const unknown = await ada.ask('POST', '/api/v1/alarm-rules', toNobody);
  expect([unknown.statusCode, unknown.json().code]).toEqual([404, 'channel.unknown']);
  const wrong = { ...alarmRuleOf(meter), target: { meter: 'attic.nothing' }, severity: 'loud' };
  expect((await ada.ask('POST', '/api/v1/alarm-rules', wrong)).statusCode).toBe(400);
});

it('whom a rule tells is shown to those who may change it, and not to viewers and share links', async () => {
  const manner = { name: 'Anna', isOn: true, language: 'en', messagesPerHour: 20, quiet: null };
  const channel = { id: 'anna-handy', kind: 'web-push', ...manner, settings: {} };
  expect((await ada.ask('POST', '/api/v1/channels', channel)).statusCode).toBe(201);
  await ada.ask('POST', '/api/v1/alarm-rules', { ...alarmRuleOf(meter), channels: ['anna-handy'] });
  const lists = [];
  const oleg = await personOf(host, 'oleg', { home: 'operator' });
  const expiresMs = host.clock.nowMs + 86_400_000;
  const link = { name: 'wall', site: 'home', view: '#/', meters: null };
  const made = await host.auth.shares.secrets.make('ada', expiresMs, link);
  const holder = personWith(host, { cookie: `joulegate=${made?.secret}` });
  for (const person of [ada, oleg, eve, holder])
    lists.push((await person.ask('GET', '/api/v1/alarm-rules')).json().at(-1).channels);
  expect(lists).toEqual([['anna-handy'], ['anna-handy'], null, null]);
});

it('a rule whose channel was taken away, or stayed at another site, is changed and switched off all the same, and names it no more', async () => {
  const manner = { name: 'Family', isOn: true, language: 'en', messagesPerHour: 20, quiet: null };
  const channel = { id: 'family', kind: 'web-push', ...manner, settings: {} };
  expect((await ada.ask('POST', '/api/v1/channels', channel)).statusCode).toBe(201);
  const rule = { ...alarmRuleOf(meter), channels: ['family'] };
  const { id } = (await ada.ask('POST', '/api/v1/alarm-rules', rule)).json();
  expect((await ada.ask('DELETE', '/api/v1/channels/family')).statusCode).toBe(204);
  const off = await ada.ask('PUT', `/api/v1/alarm-rules/${id}`, { ...rule, isOn: false });
  expect([off.statusCode, off.json()]).toMatchObject([200, { isOn: false, channels: [] }]);
  expect((await ada.ask('PUT', `/api/v1/alarm-rules/${id}`, rule)).json().code).toBe('channel.unknown');
  // The same of a channel of the site that its gateway has left.
  await ada.ask('POST', '/api/v1/channels', { ...channel, site: 'home' });
  expect((await ada.ask('PUT', `/api/v1/alarm-rules/${id}`, rule)).json().channels).toEqual(['family']);
  await host.fleet.register('attic');
  await ada.ask('POST', '/api/v1/sites', { id: 'barn' });
  const moved = await ada.ask('PUT', '/api/v1/gateways/attic/site', { site: 'barn' });
  expect(moved.statusCode, moved.body).toBe(204);
  expect((await ada.ask('PUT', `/api/v1/alarm-rules/${id}`, rule)).json().channels).toEqual([]);
});
