import { connectAsync, type MqttClient } from 'mqtt';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Message } from '#core/wire/messages.ts';
import { topicOf } from '#core/wire/topics.ts';
import { hostLimits } from '../../../host/limits.ts';
import { type HostUnderTest, signInFirst, startHostUnderTest } from './host-under-test.ts';

const timeoutMs = 200;
let host: HostUnderTest;
let cookie: string;
let gateway: MqttClient;
const asked: Message<'command'>[] = [];

beforeAll(async () => {
  host = await startHostUnderTest({ commandTimeoutMs: timeoutMs });
  cookie = await signInFirst(host);
  const { password } = (await call('gateways', { id: 'cellar' })).json();
  await call('gateways', { id: 'attic' });
  gateway = await connectAsync(host.broker.url, { clientId: 'cellar', username: 'cellar', password });
  gateway.on('message', (_topic, payload) => asked.push(JSON.parse(payload.toString())));
  await gateway.subscribeAsync(topicOf('cellar', 'command'), { qos: 1 });
  host.fleet.connection('cellar', true);
});
afterAll(async () => {
  await gateway.endAsync();
  await host.close();
});

const call = (path: string, body: object) =>
  host.ask({ method: 'POST', url: `/api/v1/${path}`, headers: { cookie }, body });
const command = (body: object, id = 'cellar') => call(`gateways/${id}/commands`, body);

/** The command that the gateway hears next. */
async function heard(): Promise<Message<'command'>> {
  for (let tries = 0; tries < 200; tries++) {
    const next = asked.shift();
    if (next !== undefined) return next;
    await new Promise(go => setTimeout(go, 5));
  }
  throw new Error('no command came');
}
const answer = (id: string, ok: boolean, message?: string, from = 'cellar') =>
  host.events.emit({
    type: 'result',
    gateway: from,
    message: { v: 1, id, ok, ...(message !== undefined && { message }) },
  });

describe('a command', () => {
  it('reaches the gateway as the wire says, and its answer the one who asked', async () => {
    const answers = [command({ name: 'diagnose', line: 'bus', seconds: 30 }), command({ name: 'about' })];
    const [first, second] = [await heard(), await heard()];
    expect([first, second].map(({ name }) => name).sort()).toEqual(['about', 'diagnose']);
    answer(second.id, false, `${second.name} was refused`);
    answer(first.id, true);
    const results = await Promise.all(answers);
    for (const result of results) expect(result.statusCode).toBe(200);
    expect(results.map(result => result.json()).filter(({ ok }) => ok)).toEqual([{ id: first.id, ok: true }]);
    expect(results.map(result => result.json()).find(({ ok }) => !ok)).toEqual({
      id: second.id,
      ok: false,
      message: `${second.name} was refused`,
    });
  });

  it('is not answered by another gateway', async () => {
    const asking = command({ name: 'about' });
    const { id } = await heard();
    answer(id, true, undefined, 'attic');
    expect((await asking).statusCode).toBe(504);
  });

  it('that is not answered in time says so, and what to do', async () => {
    const response = await command({ name: 'trace', line: 'bus', seconds: 5 });
    await heard();
    expect(response.statusCode).toBe(504);
    expect(response.json()).toMatchObject({ code: 'gateway.silent' });
    expect(response.json().message).toContain('did not answer within 0.2 s');
    expect(response.json().help).toContain('restart');
  });

  it('to a gateway that is away or unknown is refused at once', async () => {
    const away = await command({ name: 'about' }, 'attic');
    expect(away.statusCode).toBe(409);
    expect(away.json()).toMatchObject({ code: 'gateway.offline', message: 'Gateway attic is offline.' });
    expect((await command({ name: 'about' }, 'nobody')).statusCode).toBe(404);
    expect(asked).toEqual([]);
  });

  it('that writes is told in the log: who, where, what, and what became of it', async () => {
    const before = host.faults.length;
    const asking = command({ name: 'write', meter: 'house', write: { command: 'setBaud', value: 9600 } });
    answer((await heard()).id, false, 'the meter refused it');
    await asking;
    expect(host.faults.slice(before)).toEqual([
      'ada to gateway cellar: write {"meter":"house","write":{"command":"setBaud","value":9600}}: not done, the meter refused it',
    ]);
  });

  it('for another network is told in the log without its password', async () => {
    const before = host.faults.length;
    const network = { wifiName: 'attic net', wifiPassword: 'a-wifi-secret', broker: 'b.example' };
    const asking = command({ name: 'network', network });
    answer((await heard()).id, true);
    await asking;
    expect(host.faults.slice(before)).toEqual([
      'ada to gateway cellar: network {"network":{"wifiName":"attic net","broker":"b.example"}}: done',
    ]);
  });

  it('beyond as many as may wait is refused, and counted', async () => {
    const all = await Promise.all(
      Array.from({ length: hostLimits.commandsWaiting.most + 2 }, () => command({ name: 'about' })),
    );
    expect(all.filter(({ statusCode }) => statusCode === 503)).toHaveLength(2);
    const { counters } = (await host.ask({ url: '/api/v1/counters', headers: { cookie } })).json();
    expect(counters['http.commandsRefused']).toBe(2);
    expect(counters['http.commandsUnanswered']).toBeGreaterThan(100);
    asked.length = 0;
  });
});

/** What is asked, the field at fault and a part of what is said. */
const wrong: readonly [body: object, status: number, field: string, part: string][] = [
  [{}, 400, 'name', 'is missing'],
  [{ name: 'explode' }, 400, 'name', 'one of live, about, restart'],
  [{ name: 'about', v: 1 }, 400, 'v', 'is not known'],
  [{ name: 'diagnose', line: 'bus', seconds: 9999 }, 400, 'seconds', 'from 0 to 3600'],
  [{ name: 'diagnose', line: 'bus' }, 422, 'seconds', 'diagnose needs line and seconds'],
  [{ name: 'write', meter: 'house' }, 422, 'write', 'write needs meter and write'],
  [{ name: 'scan', line: 'bus', scan: { fromAddress: 1 } }, 400, 'scan.toAddress', 'is missing'],
  [
    { name: 'scan', line: 'bus', scan: { fromAddress: 9, toAddress: 3 } },
    422,
    'scan.toAddress',
    '9 (fromAddress) or more',
  ],
  [
    { name: 'scan', line: 'bus', scan: { fromAddress: 1, toAddress: 3, parities: ['mark'] } },
    400,
    'scan.parities[0]',
    'one of none, even, odd',
  ],
  [{ name: 'probe', line: 'bus', address: 1, profile: 'x'.repeat(17_000) }, 422, '(all)', 'bytes given'],
];

it.each(wrong)('a wrong command is refused with its field: %j', async (body, status, field, part) => {
  const response = await command(body);
  expect(response.statusCode).toBe(status);
  expect(response.json()).toMatchObject({ field });
  expect(response.json().message).toContain(part);
});

it.each([
  { wifiName: 'house', wifiPassword: ['hidden-in-a-list'] },
  { wifiName: 'house', wifiPassword: `hidden${'x'.repeat(70)}` },
  ['hidden-beside'],
])('a WiFi password in a wrong place is not in the answer: %j', async network => {
  const response = await command({ name: 'network', network });
  expect(response.statusCode).toBe(400);
  expect(response.body).toContain('something else was given');
  expect(response.body).not.toContain('hidden');
});
