import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { channelKinds } from '../../../host/notify/kinds.ts';
import { type HostUnderTest, signInFirst, startHostUnderTest } from '../api/host-under-test.ts';

const secret = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw';
let host: HostUnderTest;
let cookie: string;
let server: Server;
let url: string;
beforeAll(async () => {
  server = createServer((_request, reply) => void reply.end('thanks'));
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook`;
  host = await startHostUnderTest();
  cookie = await signInFirst(host);
});
afterAll(async () => {
  await host.close();
  server.closeAllConnections();
  await new Promise(resolve => server.close(resolve));
});

const ask = (method: 'GET' | 'POST' | 'PUT' | 'DELETE', path: string, body?: object) =>
  host.ask({ method, url: `/api/v1/channels${path}`, headers: { cookie }, ...(body && { body }) });
const manner = { name: 'Hook', isOn: true, language: 'de', messagesPerHour: 20, quiet: null };

interface Form {
  readonly pattern?: string;
  readonly description?: string;
  readonly writeOnly?: boolean;
}

const formsOf = (settings: object): Readonly<Record<string, Form>> =>
  'properties' in settings ? (settings.properties as Record<string, Form>) : {};

describe('channels by the API', () => {
  it('are set up, tested, changed and removed; a secret is never shown, and not sent elsewhere', async () => {
    const made = await ask('POST', '', { id: 'hook', kind: 'webhook', ...manner, settings: { url, secret } });
    expect([made.statusCode, made.json()]).toMatchObject([
      201,
      { id: 'hook', site: null, settings: { url } },
    ]);
    expect(made.body).not.toContain(secret);
    expect((await ask('POST', '/hook/test')).json()).toEqual({ isSent: true, said: '200 thanks' });
    const kept = await ask('PUT', '/hook', { ...manner, name: 'Other', settings: { url } });
    expect([kept.statusCode, kept.json()]).toMatchObject([200, { name: 'Other' }]);
    const moved = await ask('PUT', '/hook', { ...manner, settings: { url: 'http://127.0.0.1:1/' } });
    expect([moved.statusCode, moved.json()]).toMatchObject([400, { code: 'channel.settings' }]);
    expect((await ask('GET', '')).body).not.toContain(secret);
    expect((await ask('GET', '/hook/deliveries')).json()).toEqual([]);
    expect((await ask('DELETE', '/hook')).statusCode).toBe(204);
    expect((await ask('GET', '')).json()).toEqual([]);
  });

  it('of a site reach the internet alone, and say so in the test', async () => {
    const body = { id: 'near', kind: 'webhook', site: 'home', ...manner, settings: { url, secret } };
    expect((await ask('POST', '', body)).statusCode).toBe(201);
    const { isSent, said, why } = (await ask('POST', '/near/test')).json();
    expect(isSent).toBe(false);
    expect(why).toEqual({ code: 'host.notAllowed', facts: { host: '127.0.0.1' } });
    expect(said).toMatch(/^127\.0\.0\.1 is in the host's own network/);
    const mqtt = { url: 'mqtt://127.0.0.1:1', topic: 'a' };
    const refused = await ask('POST', '', { ...body, id: 'topic', kind: 'mqtt', settings: mqtt });
    expect(refused.json()).toMatchObject({ code: 'channel.settings', field: 'site' });
  });

  it('tell what is wrong with settings', async () => {
    const body = { id: 'bad', kind: 'webhook', ...manner, settings: { url: 'file:///etc/passwd', secret } };
    expect((await ask('POST', '', body)).json()).toMatchObject({
      code: 'channel.settings',
      message: 'url: is no address; https://… or http://… is allowed.',
    });
    const wrong = async (kind: string, settings: object) =>
      (await ask('POST', '', { ...body, kind, settings })).json().message;
    expect(await wrong('webhook', { url, secret: 'my secret' })).toBe(
      'secret: something else was given; whsec_ and 24 to 64 bytes as base64 are allowed.',
    );
    const from = 'a@b.c\r\nBcc: q@w.e';
    expect(await wrong('email', { host: 'mail.example', security: 'tls', from, to: 'x@y.z' })).toContain(
      'given; one e-mail address is allowed, without a name.',
    );
  });

  it('of every kind say what is allowed in words, never by a pattern, and repeat no secret', () => {
    for (const { id, settings, fields } of channelKinds.values())
      for (const [name, form] of Object.entries(formsOf(settings))) {
        const { pattern, description, writeOnly = false } = form;
        if (pattern === undefined) continue;
        expect(description, `${id}.${name}`).toMatch(/\ballowed\b/);
        expect(writeOnly, `${id}.${name}`).toBe(
          fields.some(each => each.name === name && each.kind === 'secret'),
        );
      }
  });
});
