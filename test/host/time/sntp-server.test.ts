import { createSocket, type Socket } from 'node:dgram';
import { afterEach, expect, test } from 'vitest';
import { readSntp, sntpRequest } from '#core/sntp.ts';
import { type SntpServer, startSntpServer } from '../../../host/time/sntp-server.ts';

let server: SntpServer | undefined;
let client: Socket | undefined;
afterEach(async () => {
  client?.close();
  await server?.close();
});

async function start(nowMs: () => number) {
  server = await startSntpServer({ host: '127.0.0.1', port: 0, nowMs });
  const socket = createSocket('udp4');
  client = socket;
  const { port } = server;
  return (question: Uint8Array) =>
    new Promise<Uint8Array>(resolve => {
      socket.once('message', resolve);
      socket.send(question, port, '127.0.0.1');
    });
}

const cookie = Uint8Array.of(9, 8, 7, 6, 5, 4, 3, 2);

test('a gateway reads the host’s time out of the answer, also after 2036', async () => {
  for (const nowMs of [Date.UTC(2026, 10, 21, 12, 0, 0, 125), Date.UTC(2041, 0, 1)]) {
    const ask = await start(() => nowMs);
    const read = readSntp(await ask(sntpRequest(cookie)), cookie, 0);
    expect(read).toEqual({ ok: true, value: nowMs });
    await server?.close();
    client?.close();
  }
  server = client = undefined;
});

test('what is no question of a client gets no answer, whatever it is, and is counted', async () => {
  const ask = await start(Date.now);
  const wrong = [
    new Uint8Array(47),
    new Uint8Array(48),
    new Uint8Array(1000),
    Uint8Array.from(sntpRequest(cookie), (byte, index) => (index === 0 ? 0x24 : byte)),
    new Uint8Array(0),
  ];
  for (const packet of wrong) void ask(packet);
  const answer = await ask(sntpRequest(cookie));
  expect(answer).toHaveLength(48);
  expect(readSntp(answer, cookie, 10).ok).toBe(true);
  expect(server?.counters()).toEqual({ answered: 1, refused: wrong.length });
});

test('a port that is taken is told with what to do', async () => {
  await start(Date.now);
  const port = server?.port ?? 0;
  await expect(startSntpServer({ host: '127.0.0.1', port, nowMs: Date.now })).rejects.toThrow(
    `No time can be given on UDP port ${port}: choose another, or start without --ntp-port`,
  );
});
