import { afterAll, beforeAll, expect, it } from 'vitest';
import { changes } from './changes.ts';
import { differing, openStage, type Stage, tableSums } from './stage.ts';

let stage: Stage;
beforeAll(async () => {
  stage = await openStage();
});
afterAll(() => stage.close());

/** What a browser says of itself where a page of somebody else sends the request. */
const foreign: readonly Readonly<Record<string, string>>[] = [
  { origin: 'http://evil.example' },
  { origin: 'http://localhost:81' },
  { origin: 'http://localhost.evil.example' },
  { origin: 'null' },
  { origin: '' },
  { origin: 'file://' },
  { 'sec-fetch-site': 'cross-site' },
  { 'sec-fetch-site': 'same-site' },
  { 'sec-fetch-site': 'cross-site', origin: 'http://evil.example', 'sec-fetch-mode': 'no-cors' },
];
/** What a form can send without asking first, where a browser so old that it names no origin sends it. */
const formTypes = [
  'application/x-www-form-urlencoded',
  'multipart/form-data; boundary=x',
  'text/plain',
  undefined,
];

it('no page of somebody else changes anything through a browser that is signed in', async () => {
  const { host, ada } = stage;
  const before = await tableSums(host);
  const entries = (await host.audit.list({ sites: 'all', limit: 500 })).length;
  let asked = 0;
  const through: string[] = [];
  const send = async (change: (typeof changes)[number], headers: Readonly<Record<string, string>>) => {
    const [method] = change.route.split(' ');
    const { body, type } = change;
    const response = await host.ask({
      method: method as 'POST',
      url: `/api/v1/${change.path}`,
      headers: {
        ...ada.headers,
        host: 'localhost',
        ...(type !== undefined && { 'content-type': type }),
        ...headers,
      },
      ...(body !== undefined && { body }),
    });
    asked++;
    return response;
  };
  for (const change of changes) {
    for (const headers of foreign) {
      const response = await send(change, headers);
      if (response.statusCode !== 403 || response.json().code !== 'origin.foreign')
        through.push(`${change.route} ${JSON.stringify(headers)}: ${response.statusCode}`);
    }
    if (change.body === undefined || change.type !== undefined) continue;
    for (const type of formTypes) {
      const body = typeof change.body === 'string' ? change.body : JSON.stringify(change.body);
      const headers = type === undefined ? { ...ada.headers } : { ...ada.headers, 'content-type': type };
      const [method] = change.route.split(' ');
      const url = `/api/v1/${change.path}`;
      const response = await host.ask({ method: method as 'POST', url, headers, body: Buffer.from(body) });
      asked++;
      if (response.statusCode < 400) through.push(`${change.route} as ${type}: ${response.statusCode}`);
    }
  }
  expect(through).toEqual([]);
  expect(differing(before, await tableSums(host))).toEqual([]);
  expect(await host.audit.list({ sites: 'all', limit: 500 })).toHaveLength(entries);
  expect((await ada.ask('GET', '/api/v1/session')).statusCode).toBe(200);
  console.log(`${asked} requests of foreign pages to ${changes.length} changing routes: 0 got through`);
});
