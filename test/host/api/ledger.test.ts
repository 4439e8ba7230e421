import { afterAll, beforeAll, expect, test } from 'vitest';
import type { CounterEvents, Ledger } from '../../../host/api/contract.ts';
import { retellAsLostAtHost } from '../../../host/store/lost-records.ts';
import { type HostUnderTest, signInFirst, startHostUnderTest } from './host-under-test.ts';
import { siteStartMs, storeSite, storeWindows } from './stored-site.ts';

let host: HostUnderTest;
let cookie: string;

beforeAll(async () => {
  host = await startHostUnderTest();
  cookie = await signInFirst(host);
  await storeSite(host);
});
afterAll(() => host.close());

const ask = (url: string) => host.ask({ url: `/api/v1/${url}`, headers: { cookie } });
const dayStartMs = Date.UTC(2026, 10, 20, 23);
const nowMs = Date.UTC(2026, 10, 21, 12);
const range = `from=${dayStartMs}&to=${dayStartMs + 86_400_000}`;
const siteEndMs = siteStartMs + 600_000;

async function ledger(query = range): Promise<Ledger> {
  const response = await ask(`ledger?${query}`);
  expect(response.statusCode, response.body).toBe(200);
  return response.json();
}

const [hourS, absentS] = [3600, 3000];

test('a day of a meter is told in seconds: what came, what is lost and why, and what a gateway that is away may hold', async () => {
  host.fleet.connection('cellar', false);
  const answer = await ledger();
  expect(answer).toMatchObject({
    zone: 'Europe/Berlin',
    nowMs,
    startMs: [dayStartMs],
    endMs: [dayStartMs + 86_400_000],
  });
  // The roof has never sent anything, and nothing is expected of it.
  expect(answer.meters).toEqual([
    {
      meter: 'cellar.house',
      gateway: 'cellar',
      firstMs: siteStartMs,
      untilMs: nowMs,
      expectedS: [hourS],
      receivedS: [500],
      lateS: [0],
      backdatedS: [0],
      importedS: [0],
      pendingS: [absentS],
      lostS: { timeout: [100] },
      windows: [50],
      failedSamples: {},
      // 100 s without a reading, and the counter grew meanwhile.
      estimatedS: [110],
      importEstimatedWh: [33],
      exportEstimatedWh: [null],
    },
  ]);
  expect(answer.gateways).toEqual([
    {
      gateway: 'cellar',
      state: 'away',
      expectedS: hourS,
      receivedS: 500,
      lateS: 0,
      backdatedS: 0,
      pendingS: absentS,
      estimatedS: 110,
      lostS: { timeout: 100 },
      droppedRecords: 0,
      lostAtHostRecords: 0,
      unplacedRecords: 0,
      reportedDropped: 0,
    },
  ]);
});

test('what a gateway that is here and holds nothing back has not sent is not pending any more', async () => {
  const gateway = host.fleet.gateway('cellar');
  host.fleet.connection('cellar', true);
  expect((await ledger()).gateways[0]).toMatchObject({ state: 'holding', pendingS: absentS });
  // Only what it says on this connection tells how it is.
  if (gateway?.health) host.fleet.health('cellar', gateway.health);
  const { meters, gateways } = await ledger();
  const slackS = 2 * (10 + 120);
  expect(gateways[0]).toMatchObject({ state: 'settled', pendingS: slackS });
  expect(meters[0]?.lostS).toEqual({ timeout: [100], notReceived: [absentS - slackS] });
});

test('what a journal dropped is lost by its overflow, where it is known when; else its records are counted', async () => {
  const batch = host.store.batch();
  const journal = { gateway: 'cellar', epoch: '0123456789abcdef' };
  const fromS = siteEndMs / 1000;
  batch.losses.push({ ...journal, from: 61, to: 120, fromS, toS: fromS + 600 });
  batch.losses.push({ ...journal, from: 121, to: 125, fromS: 0, toS: 0 });
  batch.mark({ ...journal, sequence: 125 });
  await host.store.commit(batch);
  await storeWindows(host, { meter: 'house', from: 120, to: 130, sequence: 135 });
  const { meters, gateways } = await ledger();
  expect(meters[0]?.lostS).toMatchObject({ journalOverflow: [600], timeout: [100] });
  expect(gateways[0]).toMatchObject({ droppedRecords: 65, unplacedRecords: 5 });
});

test('a meter that its gateway no longer has is expected up to its last window', async () => {
  const about = host.fleet.gateway('cellar')?.about;
  if (!about) throw new Error('the gateway has not told of itself');
  host.fleet.about('cellar', { ...about, meters: about.meters.filter(({ id }) => id !== 'house') });
  const { meters } = await ledger();
  expect(meters[0]).toMatchObject({ untilMs: siteStartMs + 1_300_000, expectedS: [1300], pendingS: [0] });
  host.fleet.about('cellar', about);
});

test('a range is told by whole days up to now, of one gateway or meter where that is asked', async () => {
  expect((await ledger(`from=${nowMs + 1000}&to=${nowMs + 2000}`)).startMs).toEqual([]);
  const week = await ledger(
    `from=${nowMs - 6 * 86_400_000}&to=${nowMs + 9e9}&gateway=cellar&meter=cellar.house`,
  );
  expect(week.startMs).toHaveLength(7);
  expect(week.meters[0]?.expectedS).toEqual([0, 0, 0, 0, 0, 0, hourS]);
});

test('a question that is too large or of nobody says what is allowed', async () => {
  const tooLong = await ask('ledger?from=0&to=4000000000000');
  expect(tooLong.statusCode).toBe(400);
  expect(tooLong.json()).toMatchObject({ code: 'range.tooLong', field: 'to' });
  expect(tooLong.json().message).toMatch(/at most \d+ days/);
  const unknown = await ask(`ledger?${range}&gateway=attic`);
  expect(unknown.json()).toMatchObject({ code: 'gateway.unknown', field: 'gateway' });
  expect((await ask(`ledger?${range}&meter=cellar.attic`)).json()).toMatchObject({ code: 'meter.unknown' });
  expect((await ask('ledger?from=2&to=1')).json()).toMatchObject({ code: 'range.empty' });
});

test('what happened to counters is told with readings in their unit, gaps to the second', async () => {
  const events = await ask(`counter-events?meter=cellar.house&${range}`);
  expect(events.statusCode, events.body).toBe(200);
  const [first, ...others]: CounterEvents = events.json();
  expect(first).toEqual({
    quantity: 'energyImportWh',
    unit: 'Wh',
    kind: 'gap',
    fromMs: siteStartMs + 200_000,
    toMs: siteStartMs + 310_000,
    before: 5057,
    after: 5090,
    amount: 33,
  });
  expect(others.map(({ kind }) => kind)).toEqual(['gap']);
  expect((await ask(`counter-events?meter=cellar.house&from=0&to=${nowMs}`)).json()).toMatchObject({
    code: 'range.tooLong',
  });
});

test('a record that the power cut is lost as damaged, and the time without power is not received', async () => {
  const batch = host.store.batch();
  const journal = { gateway: 'cellar', epoch: '0123456789abcdef' };
  const fromS = siteStartMs / 1000 + 1300;
  batch.losses.push({ ...journal, from: 136, to: 136, fromS, toS: fromS + 600, reason: 'recordDamaged' });
  batch.mark({ ...journal, sequence: 136 });
  await host.store.commit(batch);
  await storeWindows(host, { meter: 'house', from: 190, to: 200, sequence: 146 });
  const { meters, gateways } = await ledger();
  expect(meters[0]?.lostS).toMatchObject({ recordDamaged: [10], journalOverflow: [600] });
  expect(gateways[0]).toMatchObject({ droppedRecords: 65 });
});

test('what the database has lost since it was acknowledged is no fault of the journal: so says the ledger, to the second', async () => {
  const fromS = siteStartMs / 1000 + 2000;
  const journal = { gateway: 'cellar', epoch: '0123456789abcdef' };
  const batch = host.store.batch();
  batch.losses.push({ ...journal, from: 147, to: 206, fromS, toS: fromS + 600 });
  batch.mark({ ...journal, sequence: 206 });
  await host.store.commit(batch);
  await storeWindows(host, { meter: 'house', from: 260, to: 270, sequence: 216 });
  expect((await ledger()).meters[0]?.lostS).toMatchObject({ journalOverflow: [1200] });
  // Of the sixty of the newest stretch the gateway had dropped twenty, which were behind those that it had freed.
  expect(await retellAsLostAtHost(host.store, { ...journal, records: 40 })).toBe(40);
  const { meters, gateways } = await ledger();
  // A window more at its end, as all meters of a gateway share it.
  expect(meters[0]?.lostS).toMatchObject({ lostAtHost: [410], journalOverflow: [790] });
  expect(gateways[0]).toMatchObject({ droppedRecords: 85, lostAtHostRecords: 40, unplacedRecords: 5 });
});
