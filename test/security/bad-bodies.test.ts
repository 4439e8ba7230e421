import { afterAll, beforeAll, expect, it } from 'vitest';
import { type Change, changes } from './changes.ts';
import { differing, openStage, type Stage, tableSums } from './stage.ts';

let stage: Stage;
beforeAll(async () => {
  stage = await openStage();
});
afterAll(() => stage.close());

const json = 'application/json';
const nested = (open: string, close: string, depth: number) => `${open.repeat(depth)}1${close.repeat(depth)}`;
const many = JSON.stringify(
  Object.fromEntries(Array.from({ length: 10_000 }, (_, index) => [`key${index}`, index])),
);

interface Bad {
  readonly name: string;
  readonly body: string | Buffer;
  readonly headers?: Readonly<Record<string, string>>;
}

/** What nobody should send, whatever the route. */
const always: readonly Bad[] = [
  { name: 'NaN', body: '{"a":NaN}' },
  { name: 'Infinity', body: '{"a":Infinity}' },
  { name: 'nothing', body: '' },
  { name: 'null', body: 'null' },
  { name: 'a list', body: '[]' },
  { name: 'a text', body: '"x"' },
  { name: 'a number', body: '1e999' },
  { name: 'truncated', body: '{"a":' },
  { name: 'truncated text', body: '{"a":"' },
  { name: 'two documents', body: '{}{}' },
  { name: 'a comment', body: '{/**/}' },
  { name: 'a trailing comma', body: '{"a":1,}' },
  { name: 'single quotes', body: "{'a':1}" },
  { name: 'UTF-16', body: Buffer.from('{"a":1}', 'utf16le') },
  { name: 'invalid UTF-8', body: Buffer.from([0x7b, 0x22, 0xff, 0xfe, 0x22, 0x3a, 0x31, 0x7d]) },
  { name: 'an overlong slash', body: Buffer.from([0x7b, 0x22, 0xc0, 0xaf, 0x22, 0x3a, 0x31, 0x7d]) },
  { name: 'zeros', body: Buffer.alloc(100) },
  { name: 'a lone surrogate', body: '{"\\ud800":1}' },
  { name: 'depth 1,000 of objects', body: nested('{"a":', '}', 1000) },
  { name: 'depth 1,000 of lists', body: nested('[', ']', 1000) },
  { name: 'depth 100,000', body: nested('[', ']', 100_000) },
  { name: '10,000 keys', body: many },
  { name: '__proto__', body: '{"__proto__":{"polluted":true}}' },
  { name: 'constructor.prototype', body: '{"constructor":{"prototype":{"polluted":true}}}' },
  { name: 'escaped __proto__', body: '{"\\u005f\\u005fproto__":{"polluted":true}}' },
  { name: 'more than 1 MB', body: `{"a":"${'x'.repeat(1_100_000)}"}` },
  { name: 'wrong length, short', body: '{"a":1}', headers: { 'content-length': '3' } },
  { name: 'wrong length, long', body: '{"a":1}', headers: { 'content-length': '4000' } },
  { name: 'length that is no number', body: '{"a":1}', headers: { 'content-length': 'x' } },
];

/** Places of a value, each with another value there, what stood there being given. */
function* replaced(value: unknown, by: (leaf: unknown) => readonly unknown[]): Generator<unknown> {
  if (typeof value !== 'object' || value === null) {
    yield* by(value);
    return;
  }
  if (Array.isArray(value)) {
    for (const [index, item] of value.entries())
      for (const other of replaced(item, by)) yield value.with(index, other);
    return;
  }
  for (const [name, field] of Object.entries(value))
    for (const other of replaced(field, by)) yield { ...value, [name]: other };
}

const huge = 'x'.repeat(20_000);
const wrongFor = (leaf: unknown): readonly unknown[] =>
  [true, -1, 1e308, huge, [leaf], { leaf }].filter(other => typeof other !== typeof leaf || other === huge);

/** The right request, each of its fields spoilt in turn, each left out, one too many, and one twice. */
function spoilt({ body }: Change): Bad[] {
  if (typeof body !== 'object') return [];
  const text = JSON.stringify(body);
  const named = (name: string, made: readonly unknown[]) =>
    made.map((one, index) => ({ name: `${name} ${index}`, body: JSON.stringify(one) }));
  const [first = 'a'] = Object.keys(body);
  return [
    ...named('of a wrong type', [...replaced(body, wrongFor)]),
    ...named('one too many', [
      { ...body, role: 'admin' },
      { ...body, toString: 1 },
      { ...body, '': 1 },
    ]),
    { name: 'too large a number', body: text.replace(/:(\d+)/, ':1e999') },
    { name: '__proto__ beside it', body: `${text.slice(0, -1)},"__proto__":{"polluted":true}}` },
    {
      name: 'constructor beside it',
      body: `${text.slice(0, -1)},"constructor":{"prototype":{"polluted":true}}}`,
    },
    // The last one counts, as everywhere; it is not one that is taken.
    { name: 'a key twice', body: `${text.slice(0, -1)},"${first}":{"polluted":true}}` },
  ].filter(bad => bad.body !== text);
}

const settles = new Set([200, 201, 202, 204]);

it('no malformed body is a fault of the host, changes anything, or touches a prototype', async () => {
  const { host, ada } = stage;
  const before = await tableSums(host);
  const wrong: string[] = [];
  let sent = 0;
  const withBody = changes.filter(({ body, type }) => body !== undefined && type === undefined);
  for (const change of withBody) {
    const [method] = change.route.split(' ');
    for (const { name, body, headers = {} } of [...always, ...spoilt(change)]) {
      const response = await host.ask({
        method: method as 'POST',
        url: `/api/v1/${change.path}`,
        headers: { ...ada.headers, 'content-type': json, ...headers },
        body,
        // Nobody is put off for having tried before.
        remoteAddress: `10.${(sent >> 16) & 255}.${(sent >> 8) & 255}.${sent++ & 255}`,
      });
      const { code, message } = response.body === '' ? {} : response.json();
      const isRefused = response.statusCode >= 400 && response.statusCode < 500 && typeof code === 'string';
      // What only looks may take a spoilt request that happens to be right, such as another reason.
      const isFine = isRefused || (change.isNoChange === true && settles.has(response.statusCode));
      if (!isFine)
        wrong.push(`${change.route}, ${name}: ${response.statusCode} ${response.body.slice(0, 100)}`);
      if (typeof message === 'string' && message.length > 1000)
        wrong.push(`${change.route}, ${name}: a long message`);
    }
  }
  expect(wrong).toEqual([]);
  expect(differing(before, await tableSums(host))).toEqual([]);
  expect(Object.keys(Object.prototype)).toEqual([]);
  expect('polluted' in {}).toBe(false);
  expect(host.faults).toEqual([]);
  console.log(
    `${sent} malformed bodies to ${withBody.length} routes: 0 faults, 0 changes, 0 prototypes touched`,
  );
});
