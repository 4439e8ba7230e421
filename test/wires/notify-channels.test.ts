import { createServer, type IncomingHttpHeaders, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { SMTPServer } from 'smtp-server';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { noTopics } from '../../host/connectors/topics.ts';
import { webhookHeaders } from '../../host/notify/channels/webhook-signature.ts';
import { Channels } from '../../host/notify/channels.ts';
import { Secrets } from '../../host/secrets/secrets.ts';
import { Store } from '../../host/store/store.ts';
import { VirtualTime } from '../../simulator/gateway/virtual-time.ts';
import { comesTrue } from '../comes-true.ts';
import { noticeOf } from '../host/notify/notices.ts';

interface Asked {
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

const secret = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw';
const asked: Asked[] = [];
const mails: string[] = [];
let answer = { status: 200, text: 'ok', location: '' };
let server: Server;
let smtp: SMTPServer;
let store: Store;
let channels: Channels;
let url: string;
let smtpPort: number;
const time = new VirtualTime({ wallMs: Date.UTC(2026, 10, 21, 12) });
const signal = new AbortController().signal;

beforeAll(async () => {
  server = createServer((request, reply) => {
    let body = '';
    request.on('data', (chunk: Buffer) => {
      body += chunk;
    });
    request.on('end', () => {
      asked.push({ path: request.url ?? '', headers: request.headers, body });
      reply.writeHead(answer.status, answer.location === '' ? {} : { location: answer.location });
      reply.end(answer.text);
    });
  });
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  smtp = new SMTPServer({
    disabledCommands: ['STARTTLS'],
    authOptional: true,
    onRcptTo: ({ address }, _session, done) =>
      done(address.startsWith('nobody') ? new Error('no such mailbox') : null),
    onData(stream, _session, done) {
      let text = '';
      stream.on('data', (chunk: Buffer) => {
        text += chunk;
      });
      stream.on('end', () => {
        mails.push(text);
        done();
      });
    },
  });
  await new Promise<void>(resolve => smtp.listen(0, '127.0.0.1', () => resolve()));
  smtpPort = (smtp.server.address() as AddressInfo).port;
  store = await Store.open({ zone: 'Europe/Berlin', upkeepMs: 0 });
  channels = await Channels.open({
    tables: store,
    secrets: await Secrets.open(),
    topics: noTopics,
    zone: 'Europe/Berlin',
    log: () => {},
    nowMs: () => time.wallMs() ?? 0,
    time,
  });
});
afterAll(async () => {
  await channels.close();
  await store.close();
  await new Promise<void>(resolve => smtp.close(() => resolve()));
  server.closeAllConnections();
  await new Promise(resolve => server.close(resolve));
});

const channelOf = (kind: string, settings: object, site: string | null = null) => ({
  id: kind.toLowerCase(),
  kind,
  name: kind,
  site,
  isOn: true,
  language: 'de' as const,
  messagesPerHour: 20,
  quiet: null,
  settings,
});
const mailTo = (to: string) => ({
  host: '127.0.0.1',
  port: smtpPort,
  security: 'plain',
  from: 'host@home.test',
  to,
});

describe('channels to real servers', () => {
  it('a webhook is signed as standardwebhooks.com has it', async () => {
    // The vector that its libraries are tested by.
    expect(
      webhookHeaders(secret, 'msg_p5jXN8AQM9LWM0D4loKWxJek', 1614265330_000, '{"test": 2432232314}'),
    ).toEqual({
      'webhook-id': 'msg_p5jXN8AQM9LWM0D4loKWxJek',
      'webhook-timestamp': '1614265330',
      'webhook-signature': 'v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=',
    });
    await channels.save(channelOf('webhook', { url: `${url}/hook`, secret }));
    await channels.tell(noticeOf('w1'), ['webhook', 'unknown']);
    await channels.tell(noticeOf('w1'), ['webhook']);
    time.advance(11_000);
    await comesTrue(() => expect(asked.map(({ path }) => path)).toEqual(['/hook']));
    const [{ headers, body }] = asked as [Asked];
    const id = String(headers['webhook-id']);
    expect(headers).toMatchObject(webhookHeaders(secret, id, time.wallMs() ?? 0, body));
    expect(JSON.parse(body)).toMatchObject({
      type: 'notices',
      data: { severity: 'warning', title: 'Alarm: Too much power', notices: [noticeOf('w1')] },
    });
    await comesTrue(async () =>
      expect(await channels.deliveries('webhook', 9)).toMatchObject([{ state: 'sent', said: '200 ok' }]),
    );
  });

  it('follows no redirect and says what the server said, without secrets', async () => {
    const hook = channelOf('webhook', { url: `${url}/hook`, secret });
    const before = asked.length;
    answer = { status: 302, text: '', location: `${url}/inside` };
    await expect(channels.test(hook, signal)).rejects.toThrow(
      `the server answers 302 and sends on to ${url}/inside; redirects are not followed: give that address itself`,
    );
    expect(asked.slice(before).map(({ path }) => path)).toEqual(['/hook']);
    const token = '123456:abcdefghijklmnop';
    answer = { status: 401, text: `no bot ${token}\r\nhere`, location: '' };
    const chat = channelOf('telegram', { token, chat: '42', url });
    await expect(channels.test(chat, signal)).rejects.toThrow('the server answers 401 no bot … here');
    answer = { status: 200, text: 'ok', location: '' };
  });

  it('a channel of a site does not reach the network of the host', async () => {
    const before = asked.length;
    const { port } = new URL(url);
    for (const place of [
      url,
      `http://localhost:${port}`,
      `http://[::ffff:127.0.0.1]:${port}`,
      `http://2130706433:${port}`,
    ])
      await expect(
        channels.test(channelOf('webhook', { url: place, secret }, 'home'), signal),
        place,
      ).rejects.toThrow("is in the host's own network");
    await expect(channels.test(channelOf('email', mailTo('a@b.test'), 'home'), signal)).rejects.toThrow(
      "127.0.0.1 is in the host's own network",
    );
    expect(asked).toHaveLength(before);
  });

  it('ntfy and Telegram get plain text', async () => {
    asked.length = 0;
    expect(await channels.test(channelOf('ntfy', { url, topic: 'my-topic', token: 'tk_1' }), signal)).toBe(
      '200 ok',
    );
    expect(asked[0]?.headers.authorization).toBe('Bearer tk_1');
    expect(JSON.parse(asked[0]?.body ?? '')).toMatchObject({
      topic: 'my-topic',
      title: 'Probe: ntfy',
      priority: 3,
    });
    const chat = { token: '123456:abcdefghijklmnop', chat: '42', url };
    await channels.test(channelOf('telegram', chat), signal);
    expect(asked[1]?.path).toBe('/bot123456:abcdefghijklmnop/sendMessage');
    const sent: unknown = JSON.parse(asked[1]?.body ?? '');
    expect(sent).toMatchObject({ chat_id: '42' });
    expect(sent).not.toHaveProperty('parse_mode');
  });

  it('an e-mail has text and HTML, and names make no header of it', async () => {
    await channels.save(channelOf('email', mailTo('ada@home.test, bob@home.test')));
    const rule = 'Über\r\nBcc: eve@evil.test\r\n\r\n<b>x</b>';
    await channels.tell(noticeOf('m1', { rule, severity: 'critical' }), ['email']);
    time.advance(1500);
    await comesTrue(() => expect(mails).toHaveLength(1));
    const [mail = ''] = mails;
    const [head = ''] = mail.split('\r\n\r\n');
    expect(head).toMatch(/^To: ada@home\.test, bob@home\.test$/m);
    expect(head).toMatch(/^Auto-Submitted: auto-generated$/im);
    expect(head).not.toMatch(/^Bcc:/im);
    expect(mail.split('Content-Type: text/html')[1]).not.toContain('<b>');
    expect(mail).toContain('multipart/alternative');
  });

  it('a server of mail that refuses is quoted', async () => {
    await expect(channels.test(channelOf('email', mailTo('nobody@home.test')), signal)).rejects.toThrow(
      /no such mailbox/,
    );
  });

  it('what waits is told after a restart', async () => {
    asked.length = 0;
    answer = { status: 503, text: 'away', location: '' };
    await channels.tell(noticeOf('r1', { severity: 'critical' }), ['webhook']);
    time.advance(1500);
    await comesTrue(() =>
      expect(channels.get('webhook')?.fault?.message).toBe('the server answers 503 away'),
    );
    await channels.close();
    answer = { status: 200, text: 'ok', location: '' };
    const secrets = await Secrets.open();
    channels = await Channels.open({
      tables: store,
      secrets,
      topics: noTopics,
      zone: 'Europe/Berlin',
      log: () => {},
      nowMs: () => time.wallMs() ?? 0,
      time,
    });
    expect(channels.get('webhook')?.fault?.message, 'sealed with other secrets').toMatch(/set it up anew/);
    await channels.save(channelOf('webhook', { url: `${url}/hook`, secret }));
    time.advance(20_000);
    await comesTrue(() => expect(asked).toHaveLength(2));
    expect(asked[1]?.headers['webhook-id']).toBe(asked[0]?.headers['webhook-id']);
  });
});
