import { request } from 'node:http';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { openStage, outside, type Stage } from './stage.ts';

let stage: Stage;
let port: number;
beforeAll(async () => {
  stage = await openStage();
  port = Number(new URL(await stage.host.api.listen({ host: '127.0.0.1', port: 0 })).port);
});
afterAll(() => stage.close());

interface Got {
  readonly status: number;
  readonly body: string;
}

/** By a socket, since everything else tidies a path up before it is sent. */
const get = (path: string, method = 'GET'): Promise<Got> =>
  new Promise((resolve, reject) => {
    const headers = { ...stage.ada.headers };
    request({ host: '127.0.0.1', port, path, method, headers }, response => {
      const chunks: Buffer[] = [];
      response.on('data', chunk => chunks.push(chunk));
      response.on('end', () =>
        resolve({ status: response.statusCode ?? 0, body: Buffer.concat(chunks).toString() }),
      );
    })
      .on('error', reject)
      .end();
  });

/** Ways up, as people have written them to get past those who look for `../`. */
const ups = [
  ...[
    '../',
    '..%2f',
    '%2e%2e/',
    '%2e%2e%2f',
    '..\\',
    '..%5c',
    '%252e%252e%252f',
    '..%252f',
    '....//',
    '..;/',
  ],
  ...['..%c0%af', '..%u2215', '.%00./', '..//', '%2e%2e%5c', '../%00', '..%ff/'],
];
const files = ['outside.txt', 'joulegate.duckdb', '/etc/passwd', 'secrets.json', 'package.json'];
const places = [
  '/',
  '/assets/',
  '/api/docs/static/',
  '/api/v1/backups/',
  '/api/v1/firmware/',
  '/api/v1/firmware/IMAGE/parts/',
  '/api/v1/profiles/',
];

it('no path leads out of the folders that the host gives out', async () => {
  const { image, host } = stage;
  const through: string[] = [];
  const kinds = new Map<number, number>();
  let tried = 0;
  const attempts = ups.flatMap((up, index) =>
    places.map(place => {
      const file = files[index % files.length] ?? '';
      const tail = place.includes('backups') ? '/file' : '';
      return `${place.replace('IMAGE', image)}${up.repeat(1 + (index % 4))}${file}${tail}`;
    }),
  );
  for (const path of attempts) {
    tried++;
    const { status, body } = await get(path);
    kinds.set(status, (kinds.get(status) ?? 0) + 1);
    // The page answers addresses of its own that it does not know with itself.
    const isPage = body.startsWith('<!doctype html><title>Joulegate</title>');
    const isRefused = status >= 400 && status < 500;
    if (!(isRefused || isPage) || body.includes(outside) || body.includes('root:'))
      through.push(`${path}: ${status} ${body.slice(0, 80)}`);
  }
  // The names that files are sent under, and asked for by.
  for (const up of ups) {
    const name = encodeURIComponent(`${decode(up).repeat(3)}outside.txt`);
    const headers = { ...stage.ada.headers, 'content-type': 'text/csv' };
    const url = `/api/v1/imports/files?name=${name}`;
    const sent = await host.ask({ method: 'POST', url, headers, body: 'a,b\n1,2\n' });
    if (sent.statusCode === 201 && !/^[\w-]+$/.test(sent.json().id)) through.push(`${url}: ${sent.body}`);
    const body = { file: decode(up).repeat(3), time: { columns: ['a'], format: 'iso' }, columns: [] };
    const asked = await host.ask({
      method: 'POST',
      url: '/api/v1/imports/check',
      headers: stage.ada.headers,
      body,
    });
    if (asked.statusCode < 400) through.push(`imports/check ${up}`);
    tried += 2;
  }
  expect(through).toEqual([]);
  expect(tried).toBeGreaterThanOrEqual(100);
  expect(host.faults).toEqual([]);
  console.log(
    `${tried} path traversals over page, documents, backups, firmware, profiles and imports: 0 got out`,
  );
});

/** As a query's text has it; what is no text stays as it is. */
function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
