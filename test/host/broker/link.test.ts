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

/** A link to somebody who takes connections and says this at once and nothing more. `ended`: why. */
async function toMuteServer(said = Buffer.alloc(0)) {
  server = createServer(socket => {
    socket.on('error', () => {}).resume();
    socket.write(said);
  }).listen(0, '127.0.0.1');
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
    subscriptions: [{ topic: 'tele/#', qos: 0 }],
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

test('who never says whether it may hear is tried again, and not waited for till the end of the host', async () => {
  // CONNACK of MQTT 5.
  const { url, server, ended } = await toMuteServer(Buffer.of(0x20, 3, 0, 0, 0));
  const [socket] = await once(server, 'connection');
  for (let bytes = Buffer.alloc(0); !bytes.includes('tele/#'); )
    bytes = Buffer.concat([bytes, ...(await once(socket, 'data'))]);
  vi.advanceTimersByTime(10_000);
  expect(brokerFault(await ended, url)).toMatchObject({ code: 'mqtt.mute' });
});
