import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { WindowRecord } from '#core/wire/records.ts';
import { webhookHeaders } from '../../../host/notify/channels/webhook-signature.ts';
import { comesTrue } from '../../comes-true.ts';
import { dayMs, ForwardRig, forwardTo, startMs, windowAt } from './forward-rig.ts';
import { Receiver } from './receiver.ts';

const secret = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw';
let rig: ForwardRig;
let receiver: Receiver;
beforeEach(async () => {
  rig = await ForwardRig.start();
  receiver = await new Receiver().start();
});
afterEach(async () => {
  await rig.close();
  await receiver.stop();
});

const setUp = (more = {}) =>
  rig.forwards.save(forwardTo('http', { url: `${receiver.url}/in`, secret }, more));
/** What arrived and was acknowledged, window by window. */
const linesOf = (bodies: readonly string[]): string[] =>
  bodies.flatMap(body =>
    body
      .trim()
      .split('\n')
      .map(line => {
        const { gateway, meter, start, values } = JSON.parse(line);
        return `${gateway}.${meter} ${(Date.parse(start) - startMs) / 1000} ${values.powerW?.mean}`;
      }),
  );
const counts = () => rig.forwards.get('out')?.counts;
const settled = async (windows: number) => {
  await comesTrue(() => expect(counts()?.windows).toBeGreaterThanOrEqual(windows));
  await comesTrue(async () => expect((await rig.forwards.details('out'))?.waiting).toBe(0));
};
const someWindows = (count: number, from = 0): WindowRecord[] =>
  Array.from({ length: count }, (_, index) => windowAt(startMs + (from + index) * 10_000, from + index));
const expected = (count: number): string[] =>
  Array.from({ length: count }, (_, index) => `attic.main ${index * 10} ${index}`);

describe('what is committed is handed on', () => {
  it('in the order of the commits, signed, each window once, from when it was set up', async () => {
    await rig.commit([windowAt(startMs - 60_000, 7)]);
    await setUp();
    await rig.commit(someWindows(3));
    // Late: it goes when it comes.
    await rig.commit([windowAt(startMs - 3_600_000, 55)]);
    await settled(4);
    const taken = receiver.asked.map(({ body }) => body);
    expect(linesOf(taken)).toEqual([...expected(3), 'attic.main -3600 55']);
    const { body = '', headers = {} } = receiver.asked[0] ?? {};
    const id = String(headers['webhook-id']);
    const signedMs = Number(headers['webhook-timestamp']) * 1000;
    expect(webhookHeaders(secret, id, signedMs, body)['webhook-signature']).toBe(
      headers['webhook-signature'],
    );
    expect(JSON.parse(body.split('\n')[0] ?? '')).toEqual({
      site: 'home',
      gateway: 'attic',
      meter: 'main',
      start: '2026-06-01T12:00:00.000Z',
      end: '2026-06-01T12:00:10.000Z',
      windowS: 10,
      values: {
        powerW: { unit: 'W', samples: 10, mean: 0, min: -1, max: 1, last: 0 },
        energyImportWh: { unit: 'Wh', samples: 1, last: startMs / 1000 },
      },
    });
  });

  it('after a day without the other side: all of it, once, in order; and the end of a week changes nothing', async () => {
    await setUp();
    await receiver.stop();
    for (let hour = 0; hour < 24; hour++) {
      rig.clock.nowMs += 3_600_000;
      await rig.commit(someWindows(60, hour * 60));
      if (hour === 11) await rig.store.upkeep({ isWeekOver: true });
    }
    await rig.store.upkeep();
    await comesTrue(() => expect(rig.forwards.get('out')?.fault?.message).toMatch(/ECONNREFUSED/));
    expect(rig.forwards.get('out')?.fault?.code).toBe('port.refused');
    const away = await rig.forwards.details('out');
    expect(away).toMatchObject({ waiting: 24 * 60, counts: { windows: 0, dropped: 0 } });
    expect(away?.lagS).toBe(23 * 3600);
    await receiver.start();
    await settled(24 * 60);
    expect(linesOf(receiver.asked.map(({ body }) => body))).toEqual(expected(24 * 60));
    await comesTrue(() => expect(rig.forwards.get('out')).toMatchObject({ fault: null, lagS: 0 }));
    // Nothing of it holds the store back any more.
    await rig.forwards.close();
    await rig.store.upkeep();
    expect(await rig.store.all("SELECT state FROM generation WHERE state = 'closed'")).toEqual([]);
    await rig.open();
  });

  it('again, where the answer was lost, with the same id and the same words; and after 500, 503 and silence', async () => {
    const taken = new Map<string, string>();
    const replies = ['lost', { status: 500 }, { status: 503, retryAfter: 1 }, 'lost'] as const;
    let tries = 0;
    receiver.answer = ({ headers, body }) => {
      taken.set(String(headers['webhook-id']), body);
      return replies[tries++] ?? { status: 200 };
    };
    await rig.commit([]);
    await setUp();
    await rig.commit(someWindows(5));
    await settled(5);
    expect(receiver.asked.length).toBe(5);
    expect(taken.size).toBe(1);
    expect(linesOf([...taken.values()])).toEqual(expected(5));
    expect(counts()).toMatchObject({ windows: 5, values: 10, deliveries: 1, failures: 4 });
    const said = (await rig.forwards.details('out'))?.deliveries.map(({ said }) => said).join('\n');
    expect(said).toContain('the server answers 500: something is wrong over there');
    expect(said).toContain('the server answers 503: it cannot take anything now');
  });

  it('to a slow one while all goes on: commits do not wait for it, and what comes meanwhile goes together', async () => {
    let open = () => {};
    const gate = new Promise<void>(resolve => {
      open = resolve;
    });
    receiver.answer = async () => {
      await gate;
      return { status: 200 };
    };
    await setUp();
    await rig.commit(someWindows(1));
    await comesTrue(() => expect(receiver.asked.length).toBe(1));
    for (let at = 1; at < 40; at++) await rig.commit(someWindows(1, at));
    expect(receiver.asked.length).toBe(1);
    open();
    await settled(40);
    expect(linesOf(receiver.asked.map(({ body }) => body))).toEqual(expected(40));
    expect(receiver.asked.length).toBeLessThan(5);
  });

  it('and goes on behind what was acknowledged when the host starts again', async () => {
    await setUp();
    receiver.answer = () => (receiver.asked.length > 1 ? 'lost' : { status: 200 });
    await rig.commit(someWindows(700));
    await comesTrue(() => expect(receiver.asked.length).toBeGreaterThan(1));
    await rig.forwards.close();
    // What was still on its way is not taken any more.
    await receiver.stop();
    const before = receiver.asked.slice(0, 1).map(({ body }) => body);
    receiver.asked.length = 0;
    receiver.answer = () => ({ status: 200 });
    await receiver.start();
    await rig.commit(someWindows(50, 700));
    await rig.open();
    await settled(750);
    expect(linesOf([...before, ...receiver.asked.map(({ body }) => body)])).toEqual(expected(750));
    expect(counts()).toMatchObject({ windows: 750 });
  });

  it('without windows that the other side refuses: those beside them are taken, and it is told', async () => {
    receiver.answer = ({ body }) =>
      body.includes('"mean":13') ? { status: 422, text: 'no 13' } : { status: 200 };
    await setUp();
    await rig.commit(someWindows(20));
    await settled(19);
    const good = receiver.asked.map(({ body }) => body).filter(body => !body.includes('"mean":13'));
    expect(linesOf(good).sort()).toEqual(
      expected(20)
        .filter(line => !line.endsWith(' 13'))
        .sort(),
    );
    expect(counts()).toMatchObject({ windows: 19, refused: 1 });
    expect(rig.forwards.health()).toMatchObject([
      {
        code: 'forward.missed',
        detail: expect.stringMatching(/1 windows were refused: the server answers 422/),
      },
    ]);
  });

  it('whole also to one that tells what it has by the id alone, where a delivery was divided and broke off', async () => {
    const has = new Set<string>();
    const kept: string[] = [];
    let isBroken = true;
    receiver.answer = ({ headers, body }) => {
      if (body.includes('"mean":13')) return { status: 422 };
      if (isBroken && has.size > 0) return { status: 503 };
      const id = String(headers['webhook-id']);
      if (!has.has(id)) kept.push(body);
      has.add(id);
      return { status: 200 };
    };
    rig.chance.unit = 0;
    await setUp();
    const meters = ['a', 'b', 'c'];
    await rig.commit([
      windowAt(startMs, 13, 'bad'),
      ...meters.map((meter, n) => windowAt(startMs, n, meter)),
    ]);
    await comesTrue(() => expect(rig.forwards.get('out')?.fault?.message).toMatch(/503/));
    rig.chance.unit = 0.999;
    isBroken = false;
    await settled(3);
    expect(new Set(linesOf(kept))).toEqual(new Set(meters.map((meter, n) => `attic.${meter} 0 ${n}`)));
  });

  it('later, where all is refused: who has still to set something up loses nothing', async () => {
    receiver.answer = () => ({ status: 400, text: '{"message":"no such meter"}' });
    await setUp();
    await rig.commit(someWindows(3));
    await comesTrue(() =>
      expect(rig.forwards.get('out')?.fault?.message).toMatch(/400: .* \(no such meter\)/),
    );
    rig.clock.nowMs += 3_600_000;
    expect(rig.forwards.get('out')?.lagS).toBeGreaterThanOrEqual(3500);
    expect(rig.forwards.health()).toMatchObject([{ code: 'forward.failing' }]);
    const taken: string[] = [];
    receiver.answer = ({ body }) => {
      taken.push(body);
      return { status: 200 };
    };
    await settled(3);
    expect(new Set(linesOf(taken))).toEqual(new Set(expected(3)));
    expect(counts()).toMatchObject({ refused: 0 });
  });

  it('and a person gives up what the other side will never take: it is counted, and what comes then goes', async () => {
    receiver.answer = () => ({ status: 400, text: 'beyond retention' });
    await setUp();
    await rig.commit(someWindows(7));
    await comesTrue(() => expect(rig.forwards.get('out')?.fault?.message).toMatch(/beyond retention/));
    expect(await rig.forwards.skip('out')).toBe(7);
    expect(await rig.forwards.details('out')).toMatchObject({
      waiting: 0,
      counts: { dropped: 7, windows: 0 },
    });
    receiver.asked.length = 0;
    receiver.answer = () => ({ status: 200 });
    await rig.commit(someWindows(2, 7));
    await settled(2);
    expect(linesOf(receiver.asked.map(({ body }) => body))).toEqual(expected(9).slice(7));
    await rig.forwards.close();
    await rig.open();
    expect(await rig.forwards.details('out')).toMatchObject({
      waiting: 0,
      counts: { dropped: 7, windows: 2 },
    });
    expect(await rig.forwards.skip('nobody')).toBeUndefined();
  });

  it('until it waited for longer than it may: then it is dropped, counted and told, also while it is off', async () => {
    await setUp({ keepDays: 2 });
    await receiver.stop();
    await rig.commit(someWindows(5));
    rig.clock.nowMs += dayMs;
    await rig.commit(someWindows(5, 5));
    rig.clock.nowMs += 1.5 * dayMs;
    await comesTrue(() => expect(counts()).toMatchObject({ dropped: 5, windows: 0 }));
    expect(rig.forwards.health().map(({ code }) => code)).toContain('forward.missed');
    await setUp({ keepDays: 2, isOn: false });
    rig.clock.nowMs += dayMs;
    await comesTrue(() => expect(counts()).toMatchObject({ dropped: 10 }));
    await rig.commit(someWindows(2, 10));
    await receiver.start();
    expect(receiver.asked).toEqual([]);
    await setUp({ keepDays: 2 });
    await settled(2);
    expect(counts()).toMatchObject({ dropped: 10, windows: 2 });
  });

  it('and where a clock was ahead: what is dated a year on is told and dropped like all else, and keeps no week open', async () => {
    await setUp({ keepDays: 2, isOn: false });
    await rig.commit([windowAt(startMs + 365 * dayMs, 1)]);
    await rig.commit(someWindows(2));
    await rig.commit([windowAt(startMs + 365 * dayMs, 2)]);
    rig.clock.nowMs += 3_600_000;
    await comesTrue(() => expect(rig.forwards.get('out')?.lagS).toBeGreaterThanOrEqual(3500));
    await rig.store.upkeep({ isWeekOver: true });
    rig.clock.nowMs += 3 * dayMs;
    await comesTrue(() => expect(counts()).toMatchObject({ dropped: 4 }));
    await rig.forwards.close();
    await rig.store.upkeep();
    expect(await rig.store.all("SELECT state FROM generation WHERE state = 'closed'")).toEqual([]);
    await rig.open();
  });

  it('also one of a kind that this version does not know: it says so, and keeps no week open for ever', async () => {
    await setUp({ keepDays: 2 });
    await receiver.stop();
    await rig.commit(someWindows(2));
    await rig.forwards.close();
    await rig.store.run("UPDATE forward SET kind = 'fax'");
    await rig.open();
    expect(rig.forwards.get('out')?.fault?.message).toMatch(/knows no forwards of the kind fax/);
    await rig.store.upkeep({ isWeekOver: true });
    rig.clock.nowMs += 3 * dayMs;
    await comesTrue(() => expect(counts()).toMatchObject({ dropped: 2 }));
    await rig.forwards.close();
    await rig.store.upkeep();
    expect(await rig.store.all("SELECT state FROM generation WHERE state = 'closed'")).toEqual([]);
    await rig.open();
  });

  it('also by one that could not be changed or removed, as the disk was full: it goes on as it was', async () => {
    await setUp();
    await rig.store.run('ALTER TABLE forward RENAME TO elsewhere');
    await expect(setUp({ name: 'Other' })).rejects.toThrow(/forward/);
    await rig.commit(someWindows(2));
    await settled(2);
    await expect(rig.forwards.remove('out')).rejects.toThrow(/forward/);
    expect(rig.forwards.get('out')).toMatchObject({ name: 'Out' });
    await rig.commit(someWindows(1, 2));
    await settled(3);
    await rig.store.run('ALTER TABLE elsewhere RENAME TO forward');
    expect(linesOf(receiver.asked.map(({ body }) => body))).toEqual(expected(3));
  });

  it('of what was chosen alone; a gateway that moved to another site is another site’s business at once', async () => {
    const choice = { gateways: null, meters: null, quantities: ['powerW'] };
    rig.move('cellar', 'shed');
    // Of a site: the receiver is near, which only the host's own may reach; so what it would send is looked at.
    await rig.forwards.save(forwardTo('http', { url: `${receiver.url}/in` }, { site: 'shed', choice }));
    await rig.commit(someWindows(2));
    await rig.commit(someWindows(3), 'cellar');
    await comesTrue(async () => expect((await rig.forwards.details('out'))?.waiting).toBe(3));
    await comesTrue(() =>
      expect(rig.forwards.get('out')?.fault?.message).toMatch(/in the host's own network/),
    );
    expect(rig.forwards.get('out')?.counts.refused).toBe(0);
    rig.move('cellar', 'home');
    expect((await rig.forwards.details('out'))?.waiting).toBe(0);
    await setUp({ id: 'all', choice });
    await rig.commit(someWindows(1, 3), 'cellar');
    await comesTrue(() => expect(rig.forwards.get('all')?.counts).toMatchObject({ windows: 1, values: 1 }));
  });

  it('nothing of meters and windows that have none of the chosen quantities; those meters are not given up either', async () => {
    await setUp({ choice: { gateways: null, meters: null, quantities: ['powerW'] } });
    const withoutPower = (atMs: number): WindowRecord => {
      const window = windowAt(atMs, 5);
      return { ...window, values: window.values.filter(({ quantity }) => quantity !== 'powerW') };
    };
    const counted = withoutPower(startMs);
    const own: WindowRecord = {
      ...withoutPower(startMs + 20_000),
      failures: [{ reason: 'timeout', count: 10 }],
    };
    // A meter without power; the other has it but in its last two windows, of one of which it tells why.
    await rig.commit([
      { ...counted, meter: 'gas' },
      ...someWindows(1),
      { ...counted, startMs: startMs + 10_000 },
      own,
    ]);
    await settled(2);
    expect(linesOf(receiver.asked.map(({ body }) => body))).toEqual([
      'attic.main 0 0',
      'attic.main 20 undefined',
    ]);
    receiver.answer = () => ({ status: 500 });
    await rig.commit([{ ...own, meter: 'gas' }, ...someWindows(1, 3)]);
    expect((await rig.forwards.details('out'))?.waiting).toBe(1);
    expect(await rig.forwards.skip('out')).toBe(1);
  });

  it('what a server says of a login is shown without it, also as it is sent', async () => {
    const settings = { url: receiver.url, version: '1', bucket: 'power', user: 'ada', secret: 'hush-hush' };
    await rig.forwards.save(forwardTo('influx', settings));
    receiver.answer = ({ headers }) => ({ status: 401, text: `hello ${headers.authorization} or hush-hush` });
    await rig.commit(someWindows(1));
    await comesTrue(() => expect(rig.forwards.get('out')?.fault?.facts.said).toBe('hello Basic … or …'));
    const { deliveries } = (await rig.forwards.details('out')) ?? {};
    expect(JSON.stringify(deliveries)).not.toMatch(/hush|YWRh/);
  });

  it('of InfluxDB nothing counts as written but by 204: a page to log in at, or a part that was written, is none', async () => {
    const settings = { url: receiver.url, version: '1', bucket: 'power' };
    await rig.forwards.save(forwardTo('influx', settings));
    receiver.answer = () => ({ status: 200, text: '<html>Log in</html>' });
    await rig.commit(someWindows(4));
    await comesTrue(() => expect(rig.forwards.get('out')?.fault?.code).toBe('influx.notWritten'));
    expect(counts()).toMatchObject({ windows: 0, dropped: 0, refused: 0 });
    // InfluxDB 3 writes the others of a delivery with one that it does not take.
    receiver.answer = ({ body }) =>
      body.includes('powerW=2,')
        ? { status: body.trim().includes('\n') ? 201 : 400, text: '{"message":"partial write"}' }
        : { status: 204 };
    await comesTrue(() => expect(counts()).toMatchObject({ windows: 3, refused: 1 }));
  });

  it('a test sends the newest window now, past all that waits', async () => {
    await setUp();
    expect(await rig.forwards.test('out', new AbortController().signal).catch(String)).toMatch(
      /nothing .* measured/,
    );
    await rig.commit(someWindows(3));
    await settled(3);
    receiver.asked.length = 0;
    expect(await rig.forwards.test('out', new AbortController().signal)).toBe('200 ok');
    expect(linesOf(receiver.asked.map(({ body }) => body))).toEqual(['attic.main 20 2']);
    expect(counts()).toMatchObject({ windows: 3 });
  });
});
