import { connectAsync } from 'mqtt';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Message } from '#core/wire/messages.ts';
import { topicOf } from '#core/wire/topics.ts';
import { hostLimits } from '../../../host/limits.ts';
import { until } from '../../comes-true.ts';
import { patienceMs } from '../../patience.ts';
import { signInFirst, startHostUnderTest } from './host-under-test.ts';

/** A host whose gateway `cellar` is there; `attic` is not. */
async function startDesk(commandTimeoutMs: number) {
  const host = await startHostUnderTest({ commandTimeoutMs });
  const cookie = await signInFirst(host);
  const call = (path: string, body: object) =>
    host.ask({ method: 'POST', url: `/api/v1/${path}`, headers: { cookie }, body });
  const { password } = (await call('gateways', { id: 'cellar' })).json();
  await call('gateways', { id: 'attic' });
  const gateway = await connectAsync(host.broker.url, { clientId: 'cellar', username: 'cellar', password });
  const asked: Message<'command'>[] = [];
  gateway.on('message', (_topic, payload) => asked.push(JSON.parse(payload.toString())));
  await gateway.subscribeAsync(topicOf('cellar', 'command'), { qos: 1 });
  host.fleet.connection('cellar', true);
  return {
    host,
    asked,
    command: (body: object, id = 'cellar') => call(`gateways/${id}/commands`, body),
    /** The command that the gateway hears next. */
    async heard(): Promise<Message<'command'>> {
      await until(() => asked.length > 0);
      return asked.shift() as Message<'command'>;
    },
    answer: (id: string, ok: boolean, message?: string, from = 'cellar') =>
      host.events.emit({
        type: 'result',
        gateway: from,
        message: { v: 1, id, ok, ...(message !== undefined && { message }) },
      }),
    async counters(): Promise<Record<string, number>> {
      return (await host.ask({ url: '/api/v1/counters', headers: { cookie } })).json().counters;
    },
    async close() {
      await gateway.endAsync();
      await host.close();
    },
  };
}
type Desk = Awaited<ReturnType<typeof startDesk>>;

let desk: Desk;
/** One that gives up a gateway soon. */
let hasty: Desk;

beforeAll(async () => {
  desk = await startDesk(2 * patienceMs);
  hasty = await startDesk(200);
});
afterAll(async () => {
  await desk.close();
  await hasty.close();
});

const command = (body: object, id?: string) => desk.command(body, id);

describe('a command', () => {
  it('reaches the gateway as the wire says, and its answer the one who asked', async () => {
    const answers = [command({ name: 'diagnose', line: 'bus', seconds: 30 }), command({ name: 'about' })];
    const { heard, answer } = desk;
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
    const asking = hasty.command({ name: 'about' });
    const { id } = await hasty.heard();
    hasty.answer(id, true, undefined, 'attic');
    expect((await asking).statusCode).toBe(504);
  });

  it('that is not answered in time says so, and what to do', async () => {
    const before = (await hasty.counters())['http.commandsUnanswered'] ?? 0;
    const response = await hasty.command({ name: 'trace', line: 'bus', seconds: 5 });
    await hasty.heard();
    expect(response.statusCode).toBe(504);
    expect(response.json()).toMatchObject({ code: 'gateway.silent' });
    expect(response.json().message).toContain('did not answer within 0.2 s');
    expect(response.json().help).toContain('restart');
    expect((await hasty.counters())['http.commandsUnanswered']).toBe(before + 1);
  });

  it('to a gateway that is away or unknown is refused at once', async () => {
    const away = await command({ name: 'about' }, 'attic');
    expect(away.statusCode).toBe(409);
    expect(away.json()).toMatchObject({ code: 'gateway.offline', message: 'Gateway attic is offline.' });
    expect((await command({ name: 'about' }, 'nobody')).statusCode).toBe(404);
    expect(desk.asked).toEqual([]);
  });

  it('that writes is told in the log: who, where, what, and what became of it', async () => {
    const { host, heard, answer } = desk;
    const before = host.faults.length;
    const asking = command({ name: 'write', meter: 'house', write: { command: 'setBaud', value: 9600 } });
    answer((await heard()).id, false, 'the meter refused it');
    await asking;
    expect(host.faults.slice(before)).toEqual([
      'ada to gateway cellar: write {"meter":"house","write":{"command":"setBaud","value":9600}}: not done, the meter refused it',
    ]);
  });

  it('for another network is told in the log without its password', async () => {
    const { host, heard, answer } = desk;
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
    const most = hostLimits.commandsWaiting.most;
    const statuses: number[] = [];
    const all = Array.from({ length: most + 2 }, async () =>
      statuses.push((await command({ name: 'about' })).statusCode),
    );
    await until(() => statuses.length === 2 && desk.asked.length === most);
    expect(statuses).toEqual([503, 503]);
    expect((await desk.counters())['http.commandsRefused']).toBe(2);
    for (const { id } of desk.asked.splice(0)) desk.answer(id, true);
    await Promise.all(all);
    expect(statuses.slice(2).every(status => status === 200)).toBe(true);
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
