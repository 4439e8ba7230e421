import { Agent, get } from 'node:https';
import { connect, type Socket } from 'node:net';
import { connect as connectTls, type TLSSocket } from 'node:tls';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { hostLimits } from '../../../host/limits.ts';
import { answerMs, startWebHost, type WebHost } from '../web-host.ts';

let host: WebHost;
const sockets: Socket[] = [];
beforeAll(async () => {
  host = await startWebHost({ httpListen: 'tls' });
});
afterAll(async () => {
  for (const socket of sockets) socket.destroy();
  await host.close();
});

const request = 'GET /api/v1/health HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n';
const heard = (socket: Socket) =>
  new Promise<boolean>(resolve => {
    socket.once('data', part => resolve(String(part).startsWith('HTTP/1.1 200 ')));
    socket.once('close', () => resolve(false));
    socket.on('error', () => {});
  });

test('1000 connections at once are each answered, half of them by TLS, and the next one in no time', async () => {
  const all = 1000;
  const answers: Promise<boolean>[] = [];
  let answered = 0;
  const startedMs = performance.now();
  for (let index = 0; index < all; index++) {
    const place = { port: host.port, host: '127.0.0.1' };
    const socket: Socket | TLSSocket =
      index % 2 === 0 ? connect(place) : connectTls({ ...place, ca: host.tls.caPem });
    sockets.push(socket);
    answers.push(heard(socket).finally(() => answered++));
    socket.write(request);
    if (index % 16 === 0) await new Promise(go => setTimeout(go, 2));
    // A handshake has its time: no more begin at once than a busy machine gets through in it.
    while (index - answered > 200) await new Promise(go => setTimeout(go, 5));
  }
  const well = (await Promise.all(answers)).filter(Boolean).length;
  const tookS = (performance.now() - startedMs) / 1000;
  const agent = new Agent({ keepAlive: true, ca: host.tls.caPem });
  const tookMs: number[] = [];
  for (let index = 0; index < 100; index++) tookMs.push(await answerMs(host, agent));
  agent.destroy();
  const p95Ms = tookMs.sort((a, b) => a - b)[94] ?? 0;
  process.stdout.write(
    `${all} connections at once: ${well} answered in ${tookS.toFixed(1)} s, ${all - well} refused; 100 requests beside them, p95 ${p95Ms.toFixed(1)} ms\n`,
  );
  expect(well).toBe(all);
  expect(p95Ms).toBeLessThan(250);
});

test('one address gets so many connections and no more, and others are let in meanwhile', async () => {
  const most = hostLimits.httpConnectionsOfAddress.most;
  const tries = most + 50;
  const flood = Array.from({ length: tries }, () =>
    connect({ port: host.port, host: '127.0.0.1', localAddress: '127.0.0.9' }),
  );
  sockets.push(...flood);
  const answers = flood.map(heard);
  for (const socket of flood) socket.write(request);
  const answered = (await Promise.all(answers)).filter(Boolean).length;
  const other = await host.asks('https', 'GET', '/api/v1/health', { from: '127.0.0.10' });
  process.stdout.write(
    `${tries} connections from one address: ${answered} let in, ${tries - answered} shut, ${Math.max(0, answered - most)} too many; another address meanwhile: ${other.status}\n`,
  );
  expect(answered).toBe(most);
  expect(other.status).toBe(200);
});

test('one session listens so often and no more, and another one may', async () => {
  const cookie = await host.signIn('https');
  const { most } = hostLimits.eventClientsOfSession;
  const listen = (session: string) =>
    new Promise<number>((resolve, reject) => {
      const options = { host: '127.0.0.1', port: host.port, localAddress: '127.0.0.11', ca: host.tls.caPem };
      const headers = { cookie: session };
      const asked = get({ ...options, path: '/api/v1/events', headers, agent: false }, answer => {
        sockets.push(answer.socket);
        resolve(answer.statusCode ?? 0);
      });
      asked.on('error', reject);
    });
  const tries = most + 6;
  let open = 0;
  for (let index = 0; index < tries; index++) if ((await listen(cookie)) === 200) open++;
  process.stdout.write(
    `${tries} streams of one session: ${open} open, ${tries - open} refused, ${Math.max(0, open - most)} too many\n`,
  );
  expect(open).toBe(most);
  const { token } = await host.auth.sessions.begin('ada');
  expect(await listen(`__Host-joulegate=${token}`)).toBe(200);
});
