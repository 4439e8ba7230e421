import { createHmac, timingSafeEqual } from 'node:crypto';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { createServer, type IncomingHttpHeaders, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { runInNewContext } from 'node:vm';
import { expect, it } from 'vitest';
import { noTopics } from '../../../host/connectors/topics.ts';
import type { Outgoing, SendContext } from '../../../host/notify/channel-kind.ts';
import { webhook } from '../../../host/notify/channels/webhook.ts';
import { noticeOf } from './notices.ts';

const secret = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw';
const nobody = new Proxy({} as SendContext['browsers'], {});
const context = {
  reach: 'anywhere',
  signal: new AbortController().signal,
  topics: noTopics,
  browsers: nobody,
} as const;
const atMs = Date.UTC(2026, 10, 22, 12);
const message: Outgoing = {
  ...{
    id: 'msg_1',
    title: 'Alarm: Wärmepumpe',
    text: 'Alarm\n',
    html: '',
    severity: 'warning',
    language: 'de',
  },
  atMs,
  notices: [noticeOf('event.began')],
};

/** Sends one webhook to a server that answers like this. */
async function sendTo(answer: RequestListener): Promise<string> {
  const server = createServer(answer);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  try {
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook`;
    return await webhook.send({ url, secret }, message, context);
  } finally {
    server.closeAllConnections();
    server.close();
    await once(server, 'close');
  }
}

it('the receiver of the docs knows a real request, and no other', async () => {
  const docs = await readFile(new URL('../../../docs/notifications.md', import.meta.url), 'utf8');
  const [, code = ''] = /```js\n(.*?)```/s.exec(docs) ?? [];
  const [imported = '', receiver = ''] = code.split(/(?<=';\n)\n/);
  expect(imported).toBe("import { createHmac, timingSafeEqual } from 'node:crypto';\n");
  const isFromHost = runInNewContext(`(${receiver.slice(receiver.indexOf('function'))})`, {
    createHmac,
    timingSafeEqual,
    Buffer,
  });
  const asked: { headers: IncomingHttpHeaders; body: Buffer }[] = [];
  await sendTo(async (request, reply) => {
    asked.push({ headers: request.headers, body: await buffer(request) });
    reply.end('ok');
  });
  const [{ headers, body }] = asked as [(typeof asked)[number]];
  const nowS = atMs / 1000 + 10;
  expect(isFromHost(secret, headers, body, nowS)).toBe(true);
  expect(isFromHost(secret, headers, body.toString(), nowS)).toBe(true);
  expect(isFromHost(secret, headers, `${body} `, nowS)).toBe(false);
  expect(isFromHost(secret, { ...headers, 'webhook-id': 'msg_2' }, body, nowS)).toBe(false);
  expect(isFromHost(secret.replace('Mf', 'Mg'), headers, body, nowS)).toBe(false);
  expect(isFromHost(secret, headers, body, nowS + 600)).toBe(false);
  expect(isFromHost(secret, {}, body, nowS)).toBe(false);
});

it('of an answer without an end the beginning is enough', async () => {
  let written = 0;
  const endless =
    (status: number): RequestListener =>
    (_request, reply) => {
      reply.writeHead(status);
      const more = () => {
        while (!reply.destroyed && reply.write('x'.repeat(10_000))) written += 10_000;
      };
      reply.on('drain', more);
      more();
    };
  expect(await sendTo(endless(200))).toMatch(/^200 x{300}$/);
  await expect(sendTo(endless(500))).rejects.toThrow(/^the server answers 500 x{300}$/);
  expect(written).toBeLessThan(50_000_000);
});
