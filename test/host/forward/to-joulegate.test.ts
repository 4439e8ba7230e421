import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { type HostUnderTest, startHostUnderTest } from '../api/host-under-test.ts';
import { type Person, personOf } from '../api/signed-in.ts';
import { dayMs, ForwardRig, forwardTo, windowAt } from './forward-rig.ts';
import { Receiver, type Reply } from './receiver.ts';

/** Two days ago: the other host judges times by the machine's clock. */
const beginMs = Math.floor(Date.now() / dayMs) * dayMs - 2 * dayMs;
let there: HostUnderTest;
let ada: Person;
let token: string;
/** In front of the other host: it may lose answers. */
let front: Receiver;
let rig: ForwardRig;

beforeAll(async () => {
  there = await startHostUnderTest({ takesIn: true });
  there.clock.nowMs = Date.now();
  ada = await personOf(there, 'ada', { '*': 'admin' });
  const expiresMs = there.clock.nowMs + dayMs;
  const made = await ada.ask('POST', '/api/v1/tokens', {
    name: 'from',
    scopes: ['ingest'],
    sites: ['*'],
    expiresMs,
  });
  token = made.json().token;
  front = await new Receiver().start();
});
afterAll(async () => {
  await front.stop();
  await there.close();
});
const through = async ({
  path,
  body,
  headers,
}: {
  path: string;
  body: string;
  headers: object;
}): Promise<Reply> => {
  const { 'content-encoding': _, 'content-length': __, ...rest } = headers as Record<string, string>;
  const { statusCode: status, body: text } = await there.ask({
    method: 'POST',
    url: path,
    headers: rest,
    body,
  });
  return { status, text };
};
const isUp = () => vi.waitFor(() => expect(front.asked.length).toBeGreaterThan(0));
let run = 0;
let source = '';
beforeEach(async () => {
  source = `there${++run}`;
  front.asked.length = 0;
  front.answer = through;
  rig = await ForwardRig.start();
  rig.clock.nowMs = beginMs;
  return () => rig.close();
});
const sourceThere = (meters: object[], id = source) =>
  ada.ask('POST', '/api/v1/connectors', { id, kind: 'http', name: id, settings: { meters } });
const rowsThere = (gateway: string) =>
  there.store.all(
    `SELECT meter.id AS meter, quantity, startS, windowS, last FROM (SELECT series, startS, windowS, last FROM gauge UNION ALL
       SELECT series, startS, windowS, last FROM counter) AS rows
     JOIN series ON series.number = rows.series JOIN meter ON meter.number = series.meter
     WHERE meter.gateway = ? ORDER BY ALL`,
    [gateway],
  );
const counts = () => rig.forwards.get('out')?.counts;
const settled = async (windows: number) => {
  await vi.waitFor(() => expect(counts()?.windows).toBe(windows), { timeout: 20_000, interval: 10 });
};

describe('to another Joulegate', () => {
  it('each value is there once, after a day without it, answers that were lost and a start in between', async () => {
    expect((await sourceThere([{ id: 'attic-main', name: 'Main', everyS: 10 }])).statusCode).toBe(201);
    await rig.forwards.save(forwardTo('joulegate', { url: front.url, token, connector: source }));
    await front.stop();
    const hours = 24;
    for (let hour = 0; hour < hours; hour++) {
      rig.clock.nowMs += 3_600_000;
      const windows = Array.from({ length: 60 }, (_, minute) =>
        windowAt(beginMs + hour * 3_600_000 + minute * 60_000, 100 + minute),
      );
      await rig.commit(windows);
    }
    // The other side has all of the first deliveries, and nobody here hears of it.
    let tries = 0;
    front.answer = async asked => {
      const answer = await through(asked);
      return ++tries % 3 === 0 ? answer : 'lost';
    };
    await front.start();
    await isUp();
    await rig.forwards.close();
    await rig.open();
    await settled(hours * 60);
    const rows = await rowsThere(source);
    expect(rows.length).toBe(hours * 60 * 2);
    const [first] = rows.filter(({ quantity }) => quantity === 'energyImportWh');
    expect(first).toMatchObject({
      meter: 'attic-main',
      startS: beginMs / 1000,
      windowS: 10,
      last: beginMs / 1000,
    });
    expect(counts()).toMatchObject({ refused: 0, dropped: 0, notStored: 0 });
    const told = await ada.ask('GET', '/api/v1/connectors');
    expect(told.json().find(({ id }: { id: string }) => id === source)).toBeDefined();
  });

  it('without a source named, each gateway goes to the one of its own id, with meters of the same ids', async () => {
    expect((await sourceThere([{ id: 'main', name: 'Main', everyS: 10 }], 'cellar')).statusCode).toBe(201);
    await rig.forwards.save(forwardTo('joulegate', { url: front.url, token }));
    await rig.commit([windowAt(beginMs, 5), windowAt(beginMs + 10_000, 6)], 'cellar');
    await settled(2);
    expect((await rowsThere('cellar')).map(({ meter, startS }) => [meter, startS])).toEqual([
      ['main', beginMs / 1000],
      ['main', beginMs / 1000 + 10],
      ['main', beginMs / 1000],
      ['main', beginMs / 1000 + 10],
    ]);
  });

  it('what is not set up there waits, and says what is missing; one bad value holds up no other', async () => {
    await rig.forwards.save(forwardTo('joulegate', { url: front.url, token, connector: source }));
    await rig.commit([windowAt(beginMs, 5), windowAt(beginMs + 10_000, 6), windowAt(beginMs, 7, 'other')]);
    await vi.waitFor(() => expect(rig.forwards.get('out')?.fault).toMatch(/404: there is no such place/));
    await sourceThere([{ id: 'attic-main', name: 'Main', everyS: 10 }]);
    await settled(2);
    expect(counts()).toMatchObject({ refused: 1, windows: 2 });
    expect(rig.forwards.health()[0]?.detail).toMatch(/there is no meter attic-other; allowed are attic-main/);
    expect((await rowsThere(source)).length).toBe(4);
  });

  it('a token that is not known is told in plain words, and nothing is lost by it', async () => {
    await sourceThere([{ id: 'attic-main', name: 'Main', everyS: 10 }]);
    const wrong = forwardTo('joulegate', {
      url: front.url,
      token: `${token.slice(0, -2)}xx`,
      connector: source,
    });
    await rig.forwards.save(wrong);
    await rig.commit([windowAt(beginMs, 5)]);
    await vi.waitFor(() =>
      expect(rig.forwards.get('out')?.fault).toMatch(/401: it does not know this token/),
    );
    await rig.forwards.save(forwardTo('joulegate', { url: front.url, token, connector: source }));
    await settled(1);
  });

  it('reads the lines for InfluxDB, too: what is written there is what was committed', async () => {
    const meters = [{ id: 'main', name: 'Main', everyS: 10 }];
    const lines = ['powerW', 'energyImportWh'].map(quantity => ({
      meter: 'main',
      quantity,
      measurement: 'my energy,1',
      tags: 'gateway=attic,meter=main,site=home',
      field: quantity,
    }));
    const settings = { meters, lines, passesOver: true };
    await ada.ask('POST', '/api/v1/connectors', { id: source, kind: 'http', name: source, settings });
    const v2 = {
      url: front.url,
      version: '2',
      org: 'home',
      bucket: source,
      secret: token,
      measurement: 'my energy,1',
    };
    await rig.forwards.save(forwardTo('influx', v2));
    await rig.commit([windowAt(beginMs, 5), windowAt(beginMs + 10_000, -1.25)]);
    await settled(2);
    const { version: _, org: __, ...rest } = v2;
    await rig.forwards.save(forwardTo('influx', { ...rest, version: '1', user: 'any' }));
    await rig.commit([windowAt(beginMs + 20_000, 0.5)]);
    await settled(3);
    const power = (await rowsThere(source)).filter(({ quantity }) => quantity === 'powerW');
    expect(power.map(({ startS, last }) => [Number(startS) - beginMs / 1000, last])).toEqual([
      [10, 5],
      [20, -1.25],
      [30, 0.5],
    ]);
    expect(front.asked.map(({ path }) => path.split('?')[0])).toEqual(['/api/v2/write', '/write']);
    expect(front.asked[0]?.body.split('\n')[0]).toBe(
      `my\\ energy\\,1,gateway=attic,meter=main,site=home powerW=5,powerW_min=4,powerW_max=6,energyImportWh=${beginMs / 1000} ${beginMs / 1000 + 10}`,
    );
  });
});
