import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import type { WindowRecord } from '#core/wire/records.ts';
import type { Store } from '../../../host/store/store.ts';
import { patienceMs } from '../../patience.ts';
import { type HostUnderTest, startHostUnderTest } from '../api/host-under-test.ts';
import { type Person, personOf } from '../api/signed-in.ts';
import { dayMs, everything, ForwardRig, forwardTo, windowAt } from './forward-rig.ts';
import { type Asked, Receiver, type Reply } from './receiver.ts';

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
const through = async ({ path, bytes, headers }: Asked): Promise<Reply> => {
  const { 'content-encoding': _, 'content-length': __, ...rest } = headers as Record<string, string>;
  const { statusCode: status, body: text } = await there.ask({
    method: 'POST',
    url: path,
    headers: rest,
    body: bytes,
  });
  return { status, text };
};
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
const sourceThere = (kind = 'joulegate', settings: object = {}) =>
  ada.ask('POST', '/api/v1/connectors', { id: source, kind, name: source, settings });
const toSource = (more = {}) => forwardTo('joulegate', { url: front.url, token, connector: source }, more);
const rowsThere = (gateway: string) =>
  there.store.all(
    `SELECT meter.id AS meter, quantity, startS, windowS, last FROM (SELECT series, startS, windowS, last FROM gauge UNION ALL
       SELECT series, startS, windowS, last FROM counter) AS rows
     JOIN series ON series.number = rows.series JOIN meter ON meter.number = series.meter
     WHERE meter.gateway = ? ORDER BY ALL`,
    [gateway],
  );
const until = (isSo: () => unknown) => vi.waitFor(isSo, { timeout: patienceMs, interval: 10 });
const counts = () => rig.forwards.get('out')?.counts;
const settled = async (windows: number) => {
  await until(() => expect(counts()?.windows).toBe(windows));
};

/** What a host tells of a meter: each row as it is kept, its pictures, energy, what is missing and why, and the ledger. */
async function toldBy(store: Store, gateway: string, meter: string) {
  const key = `${gateway}.${meter}`;
  const rows = (table: string, columns: string) =>
    store.all(
      `SELECT quantity, ${columns} FROM ${table} JOIN series ON series.number = ${table}.series
       JOIN meter ON meter.number = series.meter WHERE meter.gateway = ? AND meter.id = ? ORDER BY ALL`,
      [gateway, meter],
    );
  const [fromMs, toMs] = [beginMs, beginMs + dayMs];
  const { meters } = await store.ledger({
    fromMs,
    toMs,
    nowMs: toMs + dayMs,
    gateways: [{ id: gateway, isSettled: true, windowsS: undefined }],
  });
  const picture = async (quantity: string, points: number) => {
    const { series: _, ...shown } = await store.readings({
      series: `${key}.${quantity}`,
      fromMs,
      toMs,
      points,
    });
    return shown;
  };
  const { meter: _, ...energy } = await store.totals({ meter: key, period: 'day', fromMs, toMs });
  const own = meters.filter(row => row.meter === key);
  return {
    gauges: await rows('gauge', 'startS, windowS, samples, mean, min, max, last'),
    counters: await rows('counter', 'startS, windowS, samples, last'),
    pictures: [
      await picture('powerW', 24),
      await picture('powerW', 1440),
      await picture('energyImportWh', 96),
    ],
    energy,
    missing: await store.missing({ meter: key, fromMs, toMs }),
    events: await store.counterEvents({ meter: key, fromMs, toMs }),
    // When it came is another time there.
    ledger: own.map(({ meter: _, gateway: __, lateS: ___, ...account }) => account),
  };
}

/** An hour of a meter: power that goes up and down within each window, a counter, and what goes wrong. */
function hourOf(hour: number, meter: string): WindowRecord[] {
  const windows: WindowRecord[] = [];
  for (let at = 0; at < 12; at++) {
    // A gateway without power: nobody tells of it.
    if (hour === 5 && at > 6) continue;
    const [startMs, n] = [beginMs + hour * 3_600_000 + at * 300_000, hour * 12 + at];
    const base = { meter, startMs, windowS: 300, clock: hour === 7 ? 'backdated' : 'synced' } as const;
    if (hour === 3 && at < 8)
      windows.push({ ...base, values: [], failures: [{ reason: at < 4 ? 'crc' : 'timeout', count: 300 }] });
    else
      windows.push({
        ...base,
        values: [
          { quantity: 'powerW', samples: 57, mean: 100.123 + n, min: n - 0.001, max: 900 + n, last: 101 + n },
          { quantity: 'energyImportWh', samples: 12, last: (hour < 12 ? 50_000 : 100) + 2 * n },
        ],
        failures: at % 7 === 0 ? [{ reason: 'exception', count: 3 }] : [],
        // Another meter in its place.
        ...(at === 0 && { serial: hour < 12 ? 'A-1' : 'B-2' }),
      });
  }
  return windows;
}

describe('to another Joulegate', () => {
  it('a day with gaps, reasons, late windows and another meter is there what it is here, each window once', async () => {
    expect((await sourceThere()).statusCode).toBe(201);
    await rig.forwards.save(toSource());
    await front.stop();
    const late = hourOf(2, 'main');
    for (let hour = 0; hour < 24; hour++) {
      rig.clock.nowMs = beginMs + (hour + 1) * 3_600_000;
      if (hour !== 2) await rig.commit(hourOf(hour, 'main'));
      await rig.commit(hourOf(hour, 'heat-pump'), 'cellar-2');
      if (hour === 9) await rig.commit(late);
      if (hour === 15) await rig.store.upkeep({ isWeekOver: true });
    }
    // The other side has some deliveries, and nobody here hears of it; others never get there.
    let tries = 0;
    front.answer = async asked => {
      if (++tries % 4 === 0) return { status: 500 };
      const answer = await through(asked);
      return tries % 3 === 0 ? 'lost' : answer;
    };
    await front.start();
    await until(() => expect(tries).toBeGreaterThan(3));
    await rig.forwards.close();
    await rig.open();
    await settled((24 * 12 - 5) * 2);
    const told = async (gateway: string, meter: string, name: string) => {
      const here = await toldBy(rig.store, gateway, meter);
      expect(await toldBy(there.store, source, name)).toEqual(here);
      return here;
    };
    const main = await told('attic', 'main', 'attic-main');
    await told('cellar-2', 'heat-pump', 'cellar-2--heat-pump');
    // It is no comparison of nothing with nothing.
    expect(main.gauges.length).toBe(24 * 12 - 5 - 8);
    expect(main.gauges[0]).toMatchObject({ samples: 57, mean: 100.123, min: -0.001, max: 900 });
    expect(main.events).toContainEqual(
      expect.objectContaining({ kind: 'swap', serials: { before: 'A-1', after: 'B-2' } }),
    );
    expect(main.missing.map(({ reason }) => reason)).toEqual(expect.arrayContaining(['crc', 'timeout']));
    expect(counts()).toMatchObject({ refused: 0, dropped: 0 });
    expect(there.fleet.counters(source)).toMatchObject({ duplicates: 0, lost: 0, malformed: 0 });
  });

  it('what waited too long here is counted as lost there, once, as what a journal dropped', async () => {
    await sourceThere();
    await rig.forwards.save(toSource({ keepDays: 1 }));
    await rig.commit([windowAt(beginMs, 1)]);
    await settled(1);
    front.answer = () => ({ status: 503 });
    await rig.commit([windowAt(beginMs + 10_000, 2), windowAt(beginMs + 20_000, 3)]);
    rig.clock.nowMs += 2 * dayMs;
    await until(() => expect(counts()?.dropped).toBe(2));
    front.answer = through;
    await rig.commit([windowAt(beginMs + 30_000, 4)]);
    await settled(2);
    const { ledger } = await toldBy(there.store, source, 'attic-main');
    expect(ledger[0]?.lostS.journalOverflow?.[0]).toBe(20);
    expect(there.fleet.counters(source)).toMatchObject({ lost: 2, records: 2 });
  });

  it('other choices while nobody knows what came lose nothing and double nothing', async () => {
    await sourceThere();
    const of = (meter: string) => ({ ...toSource(), choice: { ...everything, meters: [`attic.${meter}`] } });
    await rig.forwards.save(of('one'));
    const both = (n: number) => ['one', 'two'].map(meter => windowAt(beginMs + n * 10_000, n, meter));
    front.answer = async (asked): Promise<Reply> => {
      const answer = await through(asked);
      // A question is answered.
      return asked.bytes.length > 40 ? 'lost' : answer;
    };
    await rig.commit([...both(0), ...both(1)]);
    await until(() => expect(there.fleet.counters(source).records).toBe(2));
    await rig.forwards.save(of('two'));
    front.answer = through;
    await rig.commit([...both(2), ...both(3)]);
    await settled(4);
    const power = (await rowsThere(source)).filter(({ quantity }) => quantity === 'powerW');
    expect(power.map(({ meter, last }) => `${meter} ${last}`)).toEqual([
      'attic-one 0',
      'attic-one 1',
      'attic-two 2',
      'attic-two 3',
    ]);
    expect(there.fleet.counters(source).lost).toBe(0);
  });

  it('a source of the kind http, as it was once, is told to be another; then all that waited goes', async () => {
    await sourceThere('http', { meters: [{ id: 'attic-main', name: 'Main', everyS: 10 }] });
    await rig.forwards.save(toSource());
    await rig.commit([windowAt(beginMs, 5), windowAt(beginMs + 10_000, 6)]);
    await until(() =>
      expect(rig.forwards.get('out')?.fault?.message).toMatch(
        /the kind http, and .* needs one of the kind joulegate/,
      ),
    );
    expect((await ada.ask('DELETE', `/api/v1/connectors/${source}`)).statusCode).toBe(204);
    expect((await sourceThere()).statusCode).toBe(201);
    await settled(2);
    expect((await rowsThere(source)).length).toBe(4);
    // Without a name it is the only one there is; of several one has to be named.
    await rig.forwards.save(forwardTo('joulegate', { url: front.url, token }));
    await rig.commit([windowAt(beginMs + 20_000, 7)]);
    await until(() => expect(rig.forwards.get('out')?.fault?.message).toMatch(/not clear; there are there/));
  });

  it('goes on with another source from where it is, and begins anew where an older copy of this host came back', async () => {
    await sourceThere();
    await rig.forwards.save(toSource());
    await rig.commit([windowAt(beginMs, 1)]);
    await settled(1);
    const copy = await rig.store.all('SELECT * FROM forward_cursor ORDER BY turn DESC LIMIT 1');
    await rig.commit([windowAt(beginMs + 10_000, 2)]);
    await settled(2);
    const first = source;
    source = `there${++run}`;
    await sourceThere();
    await rig.forwards.save(toSource());
    await rig.commit([windowAt(beginMs + 20_000, 3)]);
    await settled(3);
    expect((await rowsThere(source)).length).toBe(2);
    expect(there.fleet.counters(source).lost).toBe(0);
    await rig.forwards.close();
    await rig.store.run('DELETE FROM forward_cursor');
    const { generation, span, gauge, counter, missing, counts: told } = copy[0] ?? {};
    await rig.store.run(`INSERT INTO forward_cursor VALUES ('out', 1, ?, ?, ?, ?, ?, ?)`, [
      Number(generation),
      Number(span),
      Number(gauge),
      Number(counter),
      Number(missing),
      String(told),
    ]);
    source = first;
    await rig.open();
    await rig.forwards.save(toSource());
    await rig.commit([windowAt(beginMs + 30_000, 4)]);
    await settled(4);
    // What went since the copy was made is there twice, and what is new is there.
    const power = (await rowsThere(source)).filter(({ quantity }) => quantity === 'powerW');
    expect(power.map(({ last }) => last)).toEqual([1, 2, 2, 3, 4]);
  });

  it('a token that is not known is told in plain words, and nothing is lost by it', async () => {
    await sourceThere();
    const settings = { url: front.url, token: `${token.slice(0, -2)}xx`, connector: source };
    await rig.forwards.save(forwardTo('joulegate', settings));
    await rig.commit([windowAt(beginMs, 5)]);
    await until(() =>
      expect(rig.forwards.get('out')?.fault?.message).toMatch(/401: it does not know this token/),
    );
    await rig.forwards.save(toSource());
    await settled(1);
  });

  it('a meter whose name is too long there holds up no other, and is told until it is left out', async () => {
    await sourceThere();
    await rig.forwards.save(toSource());
    const gateway = 'a'.repeat(60);
    await rig.commit([windowAt(beginMs, 1, 'heating')], gateway);
    await rig.commit([windowAt(beginMs, 2)]);
    await rig.commit([windowAt(beginMs, 3, 'pv')], gateway);
    await settled(2);
    expect((await rowsThere(source)).map(({ meter }) => meter)).toEqual(
      ['attic-main', 'attic-main', `${gateway}-pv`, `${gateway}-pv`].sort(),
    );
    const name = `${gateway}-heating`;
    const facts = { count: 1, meter: `${gateway}.heating`, name };
    expect(rig.forwards.get('out')).toMatchObject({ lagS: 0, fault: { code: 'forward.leftOut', facts } });
    expect((await rig.forwards.details('out'))?.waiting).toBe(0);
    expect(rig.forwards.health()).toMatchObject([{ code: 'forward.missed', facts: { id: 'out' } }]);
    const choice = { ...everything, meters: ['attic.main', `${gateway}.pv`] };
    await rig.forwards.save(toSource({ choice }));
    expect(rig.forwards.get('out')?.fault).toBeNull();
    expect(rig.forwards.health()).toEqual([]);
  });

  it('a window that came in two records, each with what failed, holds up nothing', async () => {
    await sourceThere();
    await rig.forwards.save(toSource());
    const failed = (count: number): WindowRecord => ({
      ...windowAt(beginMs, 1),
      values: [],
      failures: [{ reason: 'timeout', count }],
    });
    await rig.commit([failed(3), failed(4), windowAt(beginMs + 10_000, 2)]);
    await settled(3);
    const [fromMs, toMs] = [beginMs, beginMs + 10_000];
    const told = await there.store.missing({ meter: `${source}.attic-main`, fromMs, toMs });
    expect(told).toMatchObject([{ reason: 'timeout' }]);
  });

  it('a test asks what is there, and sends nothing', async () => {
    await sourceThere();
    await rig.forwards.save(toSource());
    const { signal } = new AbortController();
    expect(await rig.forwards.test('out', signal)).toBe('200 {"upTo":0}');
    await rig.commit([windowAt(beginMs, 5)]);
    await settled(1);
    expect(await rig.forwards.test('out', signal)).toBe('200 {"upTo":1}');
    expect((await rowsThere(source)).length).toBe(2);
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
