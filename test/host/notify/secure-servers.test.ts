import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import { type AddressInfo, createServer as createTcpServer } from 'node:net';
import { SMTPServer, type SMTPServerOptions } from 'smtp-server';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { remoteTopics } from '../../../host/connectors/remote-topics.ts';
import { noTopics } from '../../../host/connectors/topics.ts';
import { email } from '../../../host/notify/channels/email.ts';
import { mqtt } from '../../../host/notify/channels/mqtt.ts';
import { ntfy } from '../../../host/notify/channels/ntfy.ts';
import { telegram } from '../../../host/notify/channels/telegram.ts';
import { DeliveryError } from '../../../host/notify/delivery-error.ts';
import { retryAfterMs } from '../../../host/notify/send-http.ts';
import { contentOf } from '../../../host/notify/templates.ts';
import { issueAuthority, issueServer } from '../../../host/tls/certificate.ts';
import { brokerElsewhere } from '../home-assistant/broker-elsewhere.ts';
import { noticeOf } from './notices.ts';

const untilMs = Date.now() + 86_400_000;
const authority = issueAuthority('A home', untilMs);
const { key, certificate: cert } = issueServer(authority, ['localhost', '127.0.0.1'], untilMs);
const mails: string[] = [];
const servers: SMTPServer[] = [];
const ports = { tls: 0, starttls: 0 };

async function mailServer(options: SMTPServerOptions): Promise<number> {
  const server = new SMTPServer({
    key,
    cert,
    onAuth: ({ username, password }, _session, done) =>
      password === 'right' ? done(null, { user: username }) : done(new Error('Invalid login')),
    onRcptTo: ({ address }, _session, done) =>
      done(address.startsWith('nobody') ? new Error('no such mailbox') : null),
    onData(stream, { secure }, done) {
      let text = '';
      stream.on('data', (chunk: Buffer) => {
        text += chunk;
      });
      stream.on('end', () => {
        mails.push(`${secure ? 'secure' : 'plain'} ${text}`);
        done();
      });
    },
    ...options,
  });
  // Whoever hangs up within a handshake is no fault of the test.
  server.on('error', () => {});
  servers.push(server);
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', () => resolve()));
  return (server.server.address() as AddressInfo).port;
}

beforeAll(async () => {
  ports.tls = await mailServer({ secure: true });
  ports.starttls = await mailServer({});
});
afterAll(async () => {
  for (const server of servers) await new Promise<void>(resolve => server.close(() => resolve()));
});

const notices = [noticeOf('a', { rule: 'Über\r\nBcc: eve@evil.test' })];
const message = {
  ...contentOf(notices, { language: 'de', zone: 'Europe/Berlin' }),
  id: 'msg_1',
  atMs: Date.UTC(2026, 10, 21, 12),
  language: 'de' as const,
  notices,
};
const context = {
  reach: 'anywhere' as const,
  signal: new AbortController().signal,
  topics: noTopics,
  browsers: undefined as never,
};
const settingsOf = (security: 'tls' | 'starttls', more: object = {}) => ({
  host: 'localhost',
  port: ports[security],
  security,
  user: 'ada',
  password: 'right',
  from: 'host@home.test',
  to: 'ada@home.test',
  ca: authority.certificate,
  ...more,
});

describe('e-mail over TLS', () => {
  it.each(['tls', 'starttls'] as const)('goes by %s, with the password inside of it', async security => {
    mails.length = 0;
    await email.send(settingsOf(security), message, context);
    expect(mails).toHaveLength(1);
    expect(mails[0]).toMatch(/^secure /);
    expect(mails[0]).not.toMatch(/^Bcc:/im);
  });

  it.each(['tls', 'starttls'] as const)(
    'a certificate of nobody knows whom is refused in plain words by %s, and no password is sent',
    async security => {
      mails.length = 0;
      const { ca: _, ...settings } = settingsOf(security);
      await expect(email.send(settings, message, context)).rejects.toThrow(
        /^the certificate of localhost is signed by nobody whom this host trusts/,
      );
      const other = issueServer(authority, ['mail.elsewhere'], untilMs);
      const port = await mailServer({ secure: security === 'tls', key: other.key, cert: other.certificate });
      await expect(email.send(settingsOf(security, { port }), message, context)).rejects.toThrow(
        /^the certificate of localhost is of another name/,
      );
      expect(mails).toEqual([]);
    },
  );

  it('a server that offers no STARTTLS gets nothing', async () => {
    mails.length = 0;
    const port = await mailServer({ disabledCommands: ['STARTTLS'], authOptional: true });
    await expect(email.send(settingsOf('starttls', { port }), message, context)).rejects.toThrow(
      /STARTTLS|TLS/,
    );
    expect(mails).toEqual([]);
  });

  it('what is said of a wrong password holds no password; of several recipients the refused are named', async () => {
    const wrong = email.send(settingsOf('tls', { password: 'secret-word' }), message, context);
    await expect(wrong).rejects.toThrow(/Invalid login/);
    await expect(wrong).rejects.not.toThrow(/secret-word|c2VjcmV0LXdvcmQ/);
    const said = await email.send(
      settingsOf('tls', { to: 'ada@home.test, nobody@home.test' }),
      message,
      context,
    );
    expect(said).toMatch(/; refused for nobody@home\.test$/);
  });

  it('a server that says nothing holds nobody up who wants to end', async () => {
    const silent = createTcpServer(() => {});
    silent.listen(0, '127.0.0.1');
    await once(silent, 'listening');
    const ends = new AbortController();
    const { port } = silent.address() as AddressInfo;
    const sending = email.send(settingsOf('tls', { port }), message, { ...context, signal: ends.signal });
    const [socket] = await once(silent, 'connection');
    ends.abort();
    await expect(sending).rejects.toThrow();
    if (!socket.destroyed) await once(socket.resume(), 'close');
    silent.close();
  });
});

describe('servers that ask to wait', () => {
  let server: Server;
  let url: string;
  const answer = { status: 429, headers: {} as Record<string, string>, text: '' };
  beforeAll(async () => {
    server = createServer(
      (_request, reply) => void reply.writeHead(answer.status, answer.headers).end(answer.text),
    );
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });
  afterAll(async () => {
    server.closeAllConnections();
    server.close();
    await once(server, 'close');
  });
  const failureOf = (sending: Promise<unknown>): Promise<DeliveryError> =>
    sending.then(
      () => Promise.reject(new Error('it was sent')),
      error => (error instanceof DeliveryError ? error : Promise.reject(error)),
    );

  it('ntfy by its header, Telegram also by its answer; neither is a refusal', async () => {
    answer.headers = { 'retry-after': '17' };
    const topic = { url, topic: 'my-topic', token: 'tk_secret' };
    expect(await failureOf(ntfy.send(topic, message, context))).toMatchObject({
      retryAfterMs: 17_000,
      isFinal: false,
    });
    answer.headers = {};
    answer.text =
      '{"ok":false,"error_code":429,"description":"Too Many Requests: retry after 35","parameters":{"retry_after":35}}';
    const bot = { token: '123456:abcdefghijklmnop', chat: '42', url };
    expect(await failureOf(telegram.send(bot, message, context))).toMatchObject({
      retryAfterMs: 35_000,
      isFinal: false,
    });
  });

  it('secrets of headers and of redirects are not repeated', async () => {
    const bot = { token: '123456:abcdefghijklmnop', chat: '42', url };
    Object.assign(answer, {
      status: 302,
      text: '',
      headers: { location: `${url}/bot123456:abcdefghijklmnop/other` },
    });
    expect((await failureOf(telegram.send(bot, message, context))).message).not.toContain('abcdefghijklmnop');
    Object.assign(answer, { status: 401, text: 'no access with Bearer tk_secret to my-topic', headers: {} });
    const topic = { url, topic: 'my-topic', token: 'tk_secret' };
    expect((await failureOf(ntfy.send(topic, message, context))).message).toBe(
      'the server answers 401 no access with Bearer … to …',
    );
  });

  it('ntfy is given no more text than it takes, and no half of a character', async () => {
    const long = { ...message, text: `${'Wärmepumpe €'.repeat(500)}\n` };
    let sent = '';
    server.once('request', request => request.on('data', (chunk: Buffer) => (sent += chunk)));
    await failureOf(ntfy.send({ url, topic: 'my-topic' }, long, context));
    const { message: text } = JSON.parse(sent);
    expect(Buffer.byteLength(text)).toBeLessThanOrEqual(4096);
    expect(long.text.startsWith(text.slice(0, -1))).toBe(true);
    expect(text).toMatch(/[^\uFFFD]…$/);
  });

  it('a time to come again may be a date', () => {
    const nowMs = Date.UTC(2026, 10, 21, 12);
    expect(retryAfterMs('Sat, 21 Nov 2026 12:01:00 GMT', nowMs)).toBe(60_000);
    expect(['0', '-3', 'soon', '', undefined].map(text => retryAfterMs(text, nowMs))).toEqual(
      Array(5).fill(undefined),
    );
  });
});

describe('a broker elsewhere', () => {
  it('has taken a message when it gives it back; one that refuses the password is told', async () => {
    const broker = await brokerElsewhere('right');
    const topics = remoteTopics(() => {});
    const settings = { url: broker.url, user: 'host', password: 'right', topic: 'home/alarms' };
    expect(await mqtt.send(settings, message, { ...context, topics })).toBe('the broker took it');
    const ends = new AbortController();
    const refused = mqtt.send({ ...settings, password: 'wrong-word' }, message, {
      ...context,
      topics,
      signal: ends.signal,
    });
    setTimeout(() => ends.abort(), 500);
    await expect(refused).rejects.toThrow(DeliveryError);
    await expect(refused).rejects.not.toThrow(/wrong-word/);
    await broker.close();
  });
});
