import { createPublicKey, verify } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { noTopics } from '../../../host/connectors/topics.ts';
import { Channels } from '../../../host/notify/channels.ts';
import type { Notice } from '../../../host/notify/notice.ts';
import { PushBrowsers } from '../../../host/notify/push-browsers.ts';
import { pushPayloadOf } from '../../../host/notify/push-payload.ts';
import { Secrets } from '../../../host/secrets/secrets.ts';
import { Store } from '../../../host/store/store.ts';
import { patienceMs } from '../../patience.ts';
import { noticeOf } from './notices.ts';
import { decrypted, startPushService } from './push-service.ts';

const nowMs = () => Date.UTC(2026, 10, 21, 12);
let service: Awaited<ReturnType<typeof startPushService>>;
let store: Store;
let secrets: Secrets;
let channels: Channels;
const openChannels = () =>
  Channels.open({
    tables: store,
    secrets,
    topics: noTopics,
    zone: 'Europe/Berlin',
    log: () => {},
    nowMs,
    pushReach: 'anywhere',
  });
beforeAll(async () => {
  service = await startPushService();
  store = await Store.open({ zone: 'Europe/Berlin', upkeepMs: 0, nowMs });
  secrets = await Secrets.open();
  channels = await openChannels();
  await channels.save({
    id: 'phones',
    kind: 'web-push',
    name: 'Family',
    site: null,
    isOn: true,
    language: 'en',
    messagesPerHour: 20,
    quiet: null,
    settings: {},
  });
});
afterAll(async () => {
  await channels.close();
  await store.close();
  await service.close();
});

const send = (): Promise<string> => {
  const channel = channels.get('phones');
  if (channel === undefined) throw new Error('the channel is gone');
  return channels.test(channel, AbortSignal.timeout(patienceMs));
};
const signUp = async (path: string, label: string) => {
  const browser = service.subscribed(path);
  const entry = { channel: 'phones', user: 'ada', label, site: null };
  return { ...browser, ...(await channels.browsers.add({ ...entry, ...browser })) };
};

it("the test's decryption reads the example of RFC 8291, section 5", () => {
  const body =
    'DGv6ra1nlYgDCS1FRnbzlwAAEABBBP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27mlmlMoZIIgDll6e3vCYLocInmYWAmS6TlzAC8wEqKK6PBru3jl7A_yl95bQpu6cVPTpK4Mqgkf1CXztLVBSt2Ks3oZwbuwXPXLWyouBWLVWGNWQexSgSxsj_Qulcy4a-fN';
  const keys = { privateKey: 'q1dXpw3UpT5VOmu_cf_v6ih07Aems3njxI-JWgLcM94', auth: 'BTBZMqHH6r4Tts7J_aSIgg' };
  expect(decrypted(Buffer.from(body, 'base64url'), keys)).toBe('When I grow up, I want to be a watermelon');
});

describe('web push', () => {
  it('without a browser is given up at once, and says what to do', async () => {
    await expect(send()).rejects.toMatchObject({
      isFinal: true,
      message: expect.stringContaining('no browser is signed up'),
    });
  });

  it('reaches a browser encrypted for it alone and signed by this host', async () => {
    const phone = await signUp('/phone', 'Phone');
    expect(await send()).toBe('Phone: 201');
    const [pushed] = service.pushed.splice(0);
    expect(pushed?.headers).toMatchObject({
      'content-encoding': 'aes128gcm',
      ttl: '86400',
      urgency: 'normal',
    });
    expect(pushed?.body.toString('latin1')).not.toContain('Family');
    const payload = JSON.parse(decrypted(pushed?.body ?? Buffer.alloc(0), phone));
    expect(payload).toMatchObject({
      title: 'Test: Family',
      language: 'en',
      severity: 'info',
      open: '#/alarms',
    });
    const { publicKey } = await channels.browsers.keys();
    const [, token = '', key] = /^vapid t=([^,]+), ?k=(.+)$/.exec(pushed?.headers.authorization ?? '') ?? [];
    expect(key).toBe(publicKey);
    const point = Buffer.from(publicKey, 'base64url');
    const [x, y] = [point.subarray(1, 33), point.subarray(33)].map(part => part.toString('base64url'));
    const jwk = createPublicKey({ key: { kty: 'EC', crv: 'P-256', x: x ?? '', y: y ?? '' }, format: 'jwk' });
    const [header = '', claims = '', signature = ''] = token.split('.');
    const signed = Buffer.from(`${header}.${claims}`);
    const given = Buffer.from(signature, 'base64url');
    expect(verify('sha256', signed, { key: jwk, dsaEncoding: 'ieee-p1363' }, given)).toBe(true);
    expect(JSON.parse(Buffer.from(claims, 'base64url').toString())).toMatchObject({ aud: service.url });
  });

  it('removes a browser whose subscription has ended, and says so; others are told', async () => {
    await signUp('/gone', 'Old phone');
    service.answers.set('/gone', 410);
    const said = await send();
    expect(said).toContain('Phone: 201');
    expect(said).toContain(
      'Old phone: its subscription has ended (410), so it was removed; sign it up again',
    );
    expect(channels.browsers.list().map(({ label }) => label)).toEqual(['Phone']);
    expect(said).not.toContain('/gone');
  });

  it('tries again for a browser that was not reached, and tells nobody twice', async () => {
    await signUp('/busy', 'Tablet');
    service.answers.set('/busy', 503);
    service.pushed.length = 0;
    const receivers = channels.browsers.of('phones');
    const { webPush } = await import('../../../host/notify/channels/web-push.ts');
    const message = {
      id: 'msg_1',
      title: 'Alarm',
      text: 'Alarm\nmore\n',
      html: '',
      severity: 'critical',
      atMs: nowMs(),
      language: 'en',
      notices: [noticeOf('event.began')],
    } as const;
    const context = {
      reach: 'anywhere',
      signal: AbortSignal.timeout(patienceMs),
      topics: noTopics,
      browsers: receivers,
    } as const;
    await expect(webPush.send({}, message, context)).rejects.toMatchObject({ isFinal: false });
    service.answers.set('/busy', 201);
    expect(await webPush.send({}, message, context)).toBe('Phone: has it already; Tablet: 201');
    expect(service.pushed.map(({ path }) => path).sort()).toEqual(['/busy', '/busy', '/phone']);
    expect(service.pushed[0]?.headers.urgency).toBe('high');
  });

  it('one that is not reached holds the others up for two minutes, once; where none is reached all is tried again', async () => {
    const { webPush } = await import('../../../host/notify/channels/web-push.ts');
    const message = (id: string, minutes: number) => ({
      ...({
        id,
        title: 'Alarm',
        text: 'Alarm\nmore\n',
        html: '',
        severity: 'warning',
        language: 'en',
      } as const),
      atMs: nowMs() + minutes * 60_000,
      notices: [noticeOf('event.began')],
    });
    const context = {
      ...({ reach: 'anywhere', signal: AbortSignal.timeout(patienceMs), topics: noTopics } as const),
      browsers: channels.browsers.of('phones'),
    };
    service.answers.set('/busy', 503);
    await expect(webPush.send({}, message('msg_2', 0), context)).rejects.toMatchObject({ isFinal: false });
    await expect(webPush.send({}, message('msg_2', 1), context)).rejects.toMatchObject({ isFinal: false });
    const away = 'Tablet: the server answers 503';
    expect(await webPush.send({}, message('msg_2', 2), context)).toBe(`Phone: has it already; ${away}`);
    expect(await webPush.send({}, message('msg_3', 3), context)).toBe(`Phone: 201; ${away}`);
    service.answers.set('/phone', 503);
    await expect(webPush.send({}, message('msg_4', 4), context)).rejects.toMatchObject({ isFinal: false });
    for (const path of ['/phone', '/busy']) service.answers.set(path, 201);
    expect(await webPush.send({}, message('msg_4', 5), context)).toBe('Phone: 201; Tablet: 201');
    // It was reached since: it is waited for again.
    service.answers.set('/busy', 503);
    await expect(webPush.send({}, message('msg_5', 6), context)).rejects.toMatchObject({ isFinal: false });
    service.answers.set('/busy', 201);
  });

  it('knows its keys and browsers after a restart; with other secrets they go, and are made anew', async () => {
    const { publicKey } = await channels.browsers.keys();
    const options = { tables: store, nowMs };
    const again = await PushBrowsers.open({ ...options, secrets });
    expect((await again.keys()).publicKey).toBe(publicKey);
    expect(again.list()).toEqual(channels.browsers.list());
    const other = await PushBrowsers.open({ ...options, secrets: await Secrets.open() });
    expect(other.list()).toEqual([]);
    expect((await other.keys()).publicKey).not.toBe(publicKey);
  });

  it('refuses what is no subscription, and addresses near the host', async () => {
    const near = await PushBrowsers.open({ tables: store, secrets, nowMs });
    const good = { channel: 'phones', user: 'ada', label: 'a', site: null, ...service.subscribed('/x') };
    const wrong = (more: object) => near.add({ ...good, ...more });
    await expect(wrong({ endpoint: 'https://192.168.1.1/x' })).rejects.toThrow("in the host's own network");
    await expect(wrong({})).rejects.toThrow('endpoint: is no address; https://');
    await expect(wrong({ endpoint: 'https://push.example/x', p256dh: 'BAAA', auth: 'AA' })).rejects.toThrow(
      /p256dh: is no key.*auth: is no secret/,
    );
  });
});

describe('what is pushed', () => {
  const long = 'Wärmepumpe '.repeat(900);
  it.each<[string, readonly Notice[], string]>([
    ['one event', [noticeOf('aa-1.began')], '#/alarms?event=aa-1&site=home'],
    ['its begin and end', [noticeOf('aa-1.began'), noticeOf('aa-1.ended')], '#/alarms?event=aa-1&site=home'],
    ['several events', [noticeOf('aa-1.began'), noticeOf('bb-2.began')], '#/alarms?site=home'],
  ])('opens what it is about: %s', (_name, notices, open) => {
    const content = { title: 'Alarm', text: `Alarm\n${long}`, severity: 'warning' } as const;
    const text = pushPayloadOf('msg_1', content, notices, 'de');
    expect(Buffer.byteLength(text)).toBeLessThanOrEqual(2048);
    expect(JSON.parse(text)).toMatchObject({ open, tag: 'msg_1', body: expect.stringMatching(/…$/) });
  });
});
