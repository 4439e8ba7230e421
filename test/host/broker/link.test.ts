import { once } from 'node:events';
import { createServer, type Server } from 'node:net';
import { afterEach, expect, test, vi } from 'vitest';
import { Link } from '../../../host/broker/link.ts';
import { brokerFault } from '../../../host/faults/of-connection.ts';

let server: Server | undefined;
let link: Link | undefined;
afterEach(async () => {
  vi.useRealTimers();
  await link?.close();
  server?.close();
});

/** A link to somebody who takes connections and says nothing; `down` is why it ended. */
async function toMuteServer() {
  server = createServer(socket => socket.on('error', () => {}).resume()).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as { port: number };
  const url = `mqtt://127.0.0.1:${port}`;
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  let down: (why: string) => void = () => {};
  const ended = new Promise<string>(resolve => {
    down = resolve;
  });
  link = new Link({
    url,
    username: undefined,
    password: undefined,
    version: '5',
    subscriptions: [],
    counters: { linkConnects: 0, linkFailures: 0, tooSlow: 0 },
    onMessage: () => {},
    onUp: () => {},
    onDown: why => down(why),
  });
  return { url, port: String(port), server, ended };
}

test('who takes the connection and says nothing is told apart from who speaks something else', async () => {
  const { url, port, server, ended } = await toMuteServer();
  const [socket] = await once(server, 'connection');
  // Its CONNECT is here: the connection stands on both sides.
  await once(socket, 'data');
  vi.advanceTimersByTime(10_000);
  expect(brokerFault(await ended, url)).toMatchObject({
    code: 'mqtt.mute',
    facts: { host: '127.0.0.1', port },
  });
});

test('who is not reached in time is not told to be there', async () => {
  const { url, ended } = await toMuteServer();
  // Before the connection could stand.
  vi.advanceTimersByTime(10_000);
  expect(brokerFault(await ended, url)).toMatchObject({ code: 'host.unreached' });
});
