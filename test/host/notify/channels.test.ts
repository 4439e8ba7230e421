import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { noTopics } from '../../../host/connectors/topics.ts';
import { Channels } from '../../../host/notify/channels.ts';
import { DeliveryTable } from '../../../host/notify/delivery-table.ts';
import { notifyLimits } from '../../../host/notify/limits.ts';
import { Secrets } from '../../../host/secrets/secrets.ts';
import { Store } from '../../../host/store/store.ts';
import { VirtualTime } from '../../../simulator/gateway/virtual-time.ts';
import { comesTrue } from '../../comes-true.ts';
import { noticeOf } from './notices.ts';
import { startPushService } from './push-service.ts';

const secret = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw';
const time = new VirtualTime({ wallMs: Date.UTC(2026, 10, 21, 12) });
const answer = { status: 200 };
let asked = 0;
let server: Server;
let url: string;
let store: Store;
let channels: Channels;

beforeAll(async () => {
  server = createServer((_request, reply) => {
    asked++;
    reply.writeHead(answer.status).end();
  });
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook`;
  store = await Store.open({ zone: 'Europe/Berlin', upkeepMs: 0 });
  channels = await Channels.open({
    tables: store,
    secrets: await Secrets.open(),
    topics: noTopics,
    zone: 'Europe/Berlin',
    log: () => {},
    nowMs: () => time.wallMs() ?? 0,
    time,
    pushReach: 'anywhere',
  });
});
afterAll(async () => {
  await channels.close();
  await store.close();
  server.closeAllConnections();
  await new Promise(resolve => server.close(resolve));
});

const channelOf = (id: string, more: object = {}) => ({
  id,
  kind: 'webhook',
  name: id,
  site: null,
  isOn: true,
  language: 'en' as const,
  messagesPerHour: 1000,
  quiet: null,
  settings: { url, secret },
  ...more,
});
const waiting = async () => (await (await DeliveryTable.open(store)).waiting()).map(({ channel }) => channel);

it('a channel that is removed while a notice comes to it leaves nothing behind', async () => {
  await channels.save(channelOf('going'));
  const told = channels.tell(noticeOf('g1'), ['going']);
  const removed = channels.remove('going');
  const late = channels.tell(noticeOf('g2'), ['going']);
  await Promise.all([told, removed, late]);
  expect(await waiting()).toEqual([]);
  // One that is given the same id later is another.
  await channels.save(channelOf('going'));
  expect(channels.get('going')?.waiting).toBe(0);
  await channels.remove('going');
});

it('quiet hours from a time to the same are neither a whole day nor none: they are refused', () => {
  const from = (from: string, to: string) => channelOf('calm', { quiet: { from, to } });
  expect(() => channels.check(from('22:00', '22:00'))).toThrow('two different times');
  expect(channels.check(from('22:00', '07:00')).id).toBe('webhook');
});

it('an e-mail to commas alone is refused', () => {
  const mail = { host: 'mail.example.org', security: 'tls', from: 'a@example.org', to: ' , ,' };
  expect(() => channels.check(channelOf('mail', { kind: 'email', settings: mail }))).toThrow(
    'names no e-mail',
  );
});

it('one that is switched on twice at once tells a notice once', async () => {
  await channels.save(channelOf('twice', { isOn: false }));
  await channels.tell(noticeOf('t1'), ['twice']);
  await Promise.all([channels.save(channelOf('twice')), channels.save(channelOf('twice'))]);
  const before = asked;
  time.advance(11_000);
  await comesTrue(async () => expect(await waiting()).toEqual([]));
  time.advance(60_000);
  expect(asked - before).toBe(1);
  await channels.remove('twice');
});

it('one that is off keeps what is of a day, and no more than may wait', async () => {
  await channels.save(channelOf('off', { isOn: false }));
  await channels.tell(noticeOf('old'), ['off']);
  time.advance(notifyLimits.giveUpMs + 1000);
  const ids = Array.from({ length: notifyLimits.waiting + 60 }, (_, index) => `o${1000 + index}`);
  await channels.tellAll(ids.map(id => ({ notice: noticeOf(id), channels: ['off'] })));
  const kept = await waiting();
  expect(kept.length).toBeGreaterThanOrEqual(notifyLimits.waiting);
  expect(kept.length).toBeLessThanOrEqual(notifyLimits.waiting + 50);
  const log = await channels.deliveries('off', 2000);
  expect(log.length).toBeLessThanOrEqual(notifyLimits.waiting + 50 + notifyLimits.logged);
  const before = asked;
  time.advance(notifyLimits.giveUpMs + 1000);
  await channels.save(channelOf('off'));
  time.advance(20_000);
  await comesTrue(async () => expect(await waiting()).toEqual([]));
  expect(asked, 'nobody is told of yesterday').toBe(before);
  await channels.remove('off');
});

it('a notice of another site, or of none, is no business of a channel of a site', async () => {
  await channels.save(channelOf('office', { site: 'office', isOn: false }));
  await channels.tell(noticeOf('s1'), ['office']);
  await channels.tell(noticeOf('s2', { site: null, gateway: null, meter: null }), ['office']);
  expect(await waiting()).toEqual([]);
  await channels.tell(noticeOf('s3', { site: 'office' }), ['office']);
  expect(await waiting()).toEqual(['office']);
  await channels.removeOfSite('office');
  expect([channels.list(), await waiting()]).toEqual([[], []]);
});

it('one that takes nothing for an hour is told by the health of the host, until it does', async () => {
  await channels.save(channelOf('poor'));
  answer.status = 503;
  await channels.tell(noticeOf('p1', { severity: 'critical' }), ['poor']);
  time.advance(1500);
  await comesTrue(() => expect(channels.get('poor')?.fault?.message).toMatch(/503/));
  expect(channels.reasons()).toEqual([]);
  time.advance(notifyLimits.failingMs);
  expect(channels.reasons()).toMatchObject([{ code: 'notify.failing', level: 'degraded' }]);
  expect(channels.counters()).toMatchObject({ 'notify.failing': 1, 'notify.waiting': 1 });
  answer.status = 200;
  await comesTrue(() => {
    time.advance(notifyLimits.mostRetryMs);
    expect(channels.get('poor')?.fault).toBe(null);
  });
  expect(channels.reasons()).toEqual([]);
});

it('who signs a browser up hears of what comes then, though nobody was there before', async () => {
  const service = await startPushService();
  await channels.save(channelOf('phones', { kind: 'web-push', settings: {} }));
  await channels.tell(noticeOf('before', { severity: 'critical' }), ['phones']);
  time.advance(1500);
  await comesTrue(async () =>
    expect((await channels.deliveries('phones', 1)).map(({ state }) => state)).toEqual(['failed']),
  );
  expect(channels.get('phones')?.fault?.message).toContain('no browser is signed up');
  await channels.signUp({
    ...service.subscribed('/phone'),
    channel: 'phones',
    user: 'ada',
    label: 'Phone',
    site: null,
  });
  expect(channels.get('phones')?.fault).toBe(null);
  await channels.tell(noticeOf('then', { severity: 'critical' }), ['phones']);
  time.advance(1500);
  await comesTrue(() => expect(service.pushed).toHaveLength(1));
  await service.close();
});
