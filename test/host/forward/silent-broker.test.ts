import type { AddressInfo } from 'node:net';
import { createServer, type Socket } from 'node:net';
import { afterEach, expect, it } from 'vitest';
import { mqtt } from '../../../host/forward/kinds/mqtt.ts';
import { comesTrue } from '../../comes-true.ts';
import { startMs } from './forward-rig.ts';

const ended: (() => unknown)[] = [];
afterEach(async () => {
  for (const end of ended.splice(0).reverse()) await end();
});

/** A broker that lets everybody in, hears all and acknowledges nothing; of each connection the identifiers of what was said. The first so many it cuts. */
async function silentBroker(cuts = 0) {
  const heard: Set<number>[] = [];
  const sockets = new Set<Socket>();
  const server = createServer(socket => {
    sockets.add(socket);
    const own = new Set<number>();
    heard.push(own);
    let left = Buffer.alloc(0);
    socket.on('error', () => {});
    socket.on('data', bytes => {
      left = Buffer.concat([left, bytes]);
      for (;;) {
        const packet = packetIn(left);
        if (packet === undefined) return;
        left = left.subarray(packet.length);
        // CONNECT is answered with CONNACK, PUBLISH of QoS 1 with nothing (MQTT 5, 3.2 and 3.3).
        if (packet.type === 1) socket.write(Buffer.from([0x20, 3, 0, 0, 0]));
        if (packet.type === 3 && heard.length <= cuts) socket.destroy();
        if (packet.type === 3) own.add(packet.body.readUInt16BE(2 + packet.body.readUInt16BE(0)));
      }
    });
  });
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  ended.push(() => {
    for (const socket of sockets) socket.destroy();
    return new Promise(resolve => server.close(resolve));
  });
  return { heard, url: `mqtt://127.0.0.1:${(server.address() as AddressInfo).port}` };
}

function packetIn(bytes: Buffer) {
  let [length, at] = [0, 1];
  for (; at < bytes.length; at++) {
    length += ((bytes[at] ?? 0) & 0x7f) << (7 * (at - 1));
    if (((bytes[at] ?? 0) & 0x80) === 0) break;
  }
  if (at >= bytes.length || bytes.length < at + 1 + length) return undefined;
  const end = at + 1 + length;
  return { type: (bytes[0] ?? 0) >> 4, body: bytes.subarray(at + 1, end), length: end };
}

const windows = Array.from({ length: 50 }, (_, n) => ({
  site: 'home',
  gateway: 'attic',
  meter: 'main',
  startMs: startMs + n * 10_000,
  windowS: 10,
  arrivedMs: startMs,
  values: { powerW: { samples: 10, mean: n, min: n, max: n, last: n } },
  missing: [],
}));

it('what a broker does not acknowledge is not kept beside what is said again: each try has a connection of its own', async () => {
  const { heard, url } = await silentBroker();
  const way = mqtt.open({ url }, { reach: 'anywhere', programs: undefined });
  ended.push(() => way.close());
  for (let tries = 1; tries <= 3; tries++) {
    const gone = new AbortController();
    const said = way.send(windows, { id: 'out', atMs: startMs, signal: gone.signal }).catch(String);
    await comesTrue(() => expect(heard.reduce((sum, each) => sum + each.size, 0)).toBe(tries * 50));
    gone.abort();
    expect(await said).toMatch(/the broker does not acknowledge/);
  }
  expect(heard.map(({ size }) => size)).toEqual([50, 50, 50]);
});

it('a broker that is silent is told as that, also where a connection before broke', async () => {
  const { heard, url } = await silentBroker(1);
  const way = mqtt.open({ url }, { reach: 'anywhere', programs: undefined });
  ended.push(() => way.close());
  const send = (signal: AbortSignal) => way.send(windows, { id: 'out', atMs: startMs, signal }).catch(String);
  expect(await send(new AbortController().signal)).toMatch(/does not acknowledge|does not take it/);
  const gone = new AbortController();
  const said = send(gone.signal);
  await comesTrue(() => expect(heard[1]?.size).toBe(50));
  gone.abort();
  expect(await said).toContain('no answer yet');
});
