import { once } from 'node:events';
import { createServer, type RequestListener, type Server } from 'node:http';
import { createServer as createPlainServer, type Server as PlainServer } from 'node:net';
import { afterEach, expect, test } from 'vitest';
import { inPlainWords } from '../../../host/forward/kinds/post.ts';
import type { DeliveryError } from '../../../host/notify/delivery-error.ts';
import { notifyLimits } from '../../../host/notify/limits.ts';
import type { Reach } from '../../../host/notify/reach.ts';
import { sendHttp } from '../../../host/notify/send-http.ts';

const open: (Server | PlainServer)[] = [];

afterEach(() => {
  for (const server of open.splice(0)) {
    if ('closeAllConnections' in server) server.closeAllConnections();
    server.close();
  }
});

async function portOf<Listener extends Server | PlainServer>(server: Listener): Promise<number> {
  open.push(server);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return (server.address() as { port: number }).port;
}

const answering = (answer: RequestListener): Promise<number> => portOf(createServer(answer));

const never = new AbortController().signal;

/** Why a message to this address does not arrive. */
async function errorOf(url: string, signal = never, reach: Reach = 'anywhere'): Promise<DeliveryError> {
  return sendHttp({ url, headers: {}, body: 'hello', secret: 'hush' }, { reach, signal }).then(
    said => {
      throw new Error(`it arrived: ${said}`);
    },
    (error: DeliveryError) => error,
  );
}

const faultOf = async (...given: Parameters<typeof errorOf>) => (await errorOf(...given)).fault;

test('a port where nobody listens is told with it, and with what the machine said', async () => {
  const server = createPlainServer();
  const port = await portOf(server);
  await new Promise(resolve => server.close(resolve));
  expect(await faultOf(`http://127.0.0.1:${port}`)).toMatchObject({
    code: 'port.refused',
    facts: { host: '127.0.0.1', port: String(port), said: expect.stringContaining('ECONNREFUSED') },
  });
});

test('a name that nobody has is told', async () => {
  const { code, facts } = await faultOf('http://meter.invalid');
  expect([code, facts.host]).toEqual(['name.unknown', 'meter.invalid']);
});

test('who takes a connection and says nothing is told with how long that was waited for', async () => {
  const port = await portOf(createPlainServer(socket => socket.resume()));
  expect(await faultOf(`http://127.0.0.1:${port}`, AbortSignal.timeout(50))).toMatchObject({
    code: 'answer.timeout',
    facts: { seconds: 15 },
  });
});

test('who hangs up is told', async () => {
  const port = await portOf(createPlainServer(socket => socket.destroy()));
  expect((await faultOf(`http://127.0.0.1:${port}`)).code).toBe('connection.broken');
});

test('who speaks no TLS is told', async () => {
  const port = await portOf(createPlainServer(socket => socket.end('what? what? what?')));
  expect(await faultOf(`https://127.0.0.1:${port}`)).toMatchObject({ code: 'tls.none' });
});

test.each([
  [401, 'http.401', undefined],
  [503, 'http.503', undefined],
  [418, 'http.status', 418],
])(
  'an answer of %s is told as %s, with what the server said, without what is secret',
  async (status, code, told) => {
    const port = await answering((_request, response) => response.writeHead(status).end('no hush here'));
    const error = await errorOf(`http://127.0.0.1:${port}`);
    expect(error.fault).toMatchObject({ code, facts: { said: 'no … here' } });
    expect(error.fault.facts.status).toBe(told);
    expect(error.message).toBe(`the server answers ${status} no … here`);
  },
);

test('what is secret is left out also where the answer is cut', async () => {
  const port = await answering((_request, response) =>
    response.writeHead(400).end(`${'.'.repeat(notifyLimits.saidChars - 2)}hush`),
  );
  expect(String((await faultOf(`http://127.0.0.1:${port}`)).facts.said)).not.toContain('hu');
});

test('of an answer as JSON its message is quoted, and its code stays', async () => {
  const body = JSON.stringify({ code: 'invalid', message: 'no such meter' });
  const port = await answering((_request, response) => response.writeHead(400).end(body));
  const { fault, isFinal } = inPlainWords(await errorOf(`http://127.0.0.1:${port}`));
  expect(isFinal).toBe(true);
  expect(fault).toEqual({
    code: 'http.400',
    facts: { said: 'no such meter' },
    message: 'the server answers 400: it does not understand or take what was sent (no such meter)',
  });
});

test('where a server sends on to is told', async () => {
  const port = await answering((_request, response) =>
    response.writeHead(302, { location: 'http://elsewhere/' }).end(),
  );
  expect(await faultOf(`http://127.0.0.1:${port}`)).toMatchObject({
    code: 'http.redirect',
    facts: { status: 302, to: 'http://elsewhere/' },
  });
});

test("an address in the host's own network is told to be out of reach", async () => {
  expect(await faultOf('http://127.0.0.1:9', never, 'internet')).toMatchObject({
    code: 'host.notAllowed',
    facts: { host: '127.0.0.1' },
  });
});
