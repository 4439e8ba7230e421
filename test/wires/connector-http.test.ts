import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { HttpSender, type SenderForm } from '../../simulator/sources/http/http-sender.ts';
import { type HostUnderTest, startHostUnderTest } from '../host/api/host-under-test.ts';
import { type Person, personOf } from '../host/api/signed-in.ts';

let host: HostUnderTest;
let token = '';
let ada: Person;
let url = '';
let lossy: Server;
/** Which answers of the host are not let through. */
let losesAnswer = (_request: number): boolean => false;

const forms: readonly SenderForm[] = ['json', 'influx1', 'influx2'];

beforeAll(async () => {
  host = await startHostUnderTest({ takesIn: true });
  host.clock.nowMs = Date.now();
  ada = await personOf(host, 'ada', { '*': 'admin' });
  const meters = forms.map(id => ({ id, name: id, everyS: 10 }));
  const connector = { id: 'attic', kind: 'http', name: 'Attic', settings: { meters } };
  expect((await ada.ask('POST', '/api/v1/connectors', connector)).statusCode).toBe(201);
  const wanted = { name: 'logger', scopes: ['ingest'], sites: ['home'], expiresMs: Date.now() + 86_400_000 };
  token = (await ada.ask('POST', '/api/v1/tokens', wanted)).json().token;
  await host.api.listen({ host: '127.0.0.1', port: 0 });
  const { port } = host.api.server.address() as AddressInfo;
  let requests = 0;
  // Hands requests on, and answers on unless they are to be lost.
  lossy = createServer((request, response) => {
    const isLost = losesAnswer(requests++);
    const chunks: Buffer[] = [];
    request.on('data', chunk => chunks.push(chunk));
    request.on('end', async () => {
      const { authorization = '', 'content-type': type = '', 'content-encoding': coding } = request.headers;
      const answer = await fetch(`http://127.0.0.1:${port}${request.url}`, {
        method: 'POST',
        headers: {
          'content-type': type,
          ...(authorization !== '' && { authorization }),
          ...(coding !== undefined && { 'content-encoding': coding }),
        },
        body: new Uint8Array(Buffer.concat(chunks)),
      });
      if (isLost) request.socket.destroy();
      else response.writeHead(answer.status).end(Buffer.from(await answer.arrayBuffer()));
    });
  });
  await new Promise<void>(resolve => lossy.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${(lossy.address() as AddressInfo).port}`;
});
afterAll(async () => {
  lossy.close();
  await host.close();
});

test.each(forms)('a sender of %s that loses answers has everything stored once', async form => {
  let energyWh = 1_000_000;
  const sender = new HttpSender({
    url,
    token,
    form,
    meter: form,
    quantities: ['powerW', 'energyImportWh'],
    read: quantity => (quantity === 'powerW' ? -12.5 : energyWh++),
    batch: 7,
    isPacked: form === 'influx2',
  });
  // Two of three answers are lost.
  losesAnswer = request => request % 3 !== 2;
  const startMs = Math.floor(Date.now() / 3_600_000) * 3_600_000 - 86_400_000;
  for (let index = 0; index < 20; index++) sender.measure(startMs + index * 10_000);
  while (sender.waiting > 0) await sender.send();
  expect(sender.counts).toMatchObject({ measured: 20, confirmed: 20, refused: 0 });
  expect(sender.counts.putOff).toBeGreaterThan(20);
  for (const table of ['gauge', 'counter']) {
    const rows = await host.store.all(
      `SELECT startS, last FROM ${table} JOIN series ON series.number = ${table}.series
       JOIN meter ON meter.number = series.meter WHERE meter.id = ? ORDER BY startS`,
      [form],
    );
    expect(rows).toEqual(
      Array.from({ length: 20 }, (_, index) => ({
        startS: startMs / 1000 + index * 10,
        last: table === 'gauge' ? -12.5 : 1_000_000 + index,
      })),
    );
  }
  expect(host.connectors.get('attic')?.fault?.message).toBe(undefined);
});

test('a probe shows what is sent while it listens, before anything is set up', async () => {
  losesAnswer = () => false;
  const probing = ada.ask('POST', '/api/v1/connectors/probe', {
    kind: 'http',
    settings: { meters: [{ id: 'new', name: 'New' }] },
  });
  let hasEnded = false;
  const ended = () => {
    hasEnded = true;
  };
  probing.then(ended, ended);
  const sender = new HttpSender({
    url,
    token,
    form: 'influx2',
    meter: 'new',
    quantities: ['powerW'],
    read: () => 12,
  });
  // As a logger does, which does not know when somebody listens.
  while (!hasEnded) {
    sender.measure(Date.now());
    await sender.send();
    await new Promise(resolve => setTimeout(resolve, 100));
  }
  // No meter of a connector that is set up.
  expect(sender.counts.confirmed).toBe(0);
  expect(sender.counts.refused).toBeGreaterThan(0);
  expect((await probing).json()).toMatchObject({
    meters: [{ id: 'new', values: { powerW: 12 } }],
    fault: null,
  });
});
