import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Gateway, Ledger, Missing } from '../../host/api/contract.ts';
import { TcpProxy } from '../../simulator/network/tcp-proxy.ts';
import { seed } from '../seed.ts';
import { siteMeters } from '../site.ts';
import { SiteHost } from './site-host.ts';
import { rigSettings, SiteRig } from './site-rig.ts';
import { expectContiguous, expectTables, windowsOf } from './tables.ts';

const minuteMs = 60_000;
const outageMs = 10 * minuteMs;
/** With these, ten minutes and the wait for the next try of a connection fit into the journal. */
const windowS = 12;
const startMs = Date.UTC(2026, 2, 10, 7);
const meters = siteMeters.map(({ id }) => id);

let host: SiteHost;
let proxy: TcpProxy;
let site: SiteRig;

beforeEach(async () => {
  host = await SiteHost.start();
  proxy = await TcpProxy.start({ target: host.mqttPort });
});
afterEach(async () => {
  site?.gateway.stop();
  await proxy.close();
  await host.remove();
});

/** A site that has measured for two minutes, and the host has it all. */
async function measuring(): Promise<void> {
  console.log(`the site with seed ${seed}`);
  const password = await host.addGateway('site');
  const settings = rigSettings(windowS);
  site = new SiteRig({ seed, startMs, broker: { port: proxy.port, password }, settings });
  await site.run(2 * minuteMs);
  await site.drained();
}

const lastBorderMs = () => Math.floor(site.nowMs / (windowS * 1000)) * windowS * 1000;

/** The host gets all, and two minutes more: then every window of all times is there once, with its numbers. */
async function expectNothingMissed(): Promise<void> {
  await site.drained();
  await site.run(2 * minuteMs);
  await site.drained();
  expect(site.gateway.journal.dropped).toBe(0);
  expectContiguous(site.appended, meters, startMs, lastBorderMs());
  await expectTables(host.parts.store, 'site', site.appended);
  const { ingest } = await host.get<Gateway>('/api/v1/gateways/site');
  expect(ingest).toMatchObject({ lost: 0, malformed: 0, implausible: 0 });
  for (const meter of meters) {
    const range = { meter: `site.${meter}`, from: startMs, to: site.nowMs };
    expect(await host.get<Missing>('/api/v1/missing', range)).toEqual([]);
  }
}

test('a broker that dies under its host for ten minutes, and then both start again, has every window once', async () => {
  await measuring();
  await host.parts.broker.close();
  await site.run(outageMs);
  await host.close();
  await host.open();
  await expectNothingMissed();
});

test('what a journal too small for its outage drops is counted to the record, and the rest is there', async () => {
  await measuring();
  const lastKept = site.appended.length;
  proxy.setFaults({ passage: 'refused' });
  await site.run(40 * minuteMs, 10_000);
  const { dropped, oldest } = site.gateway.journal;
  expect(dropped).toBeGreaterThan(300);
  expect(oldest).toBe(lastKept + dropped + 1);
  // The host has begun anew meanwhile: what it knows of the time before it has from its store.
  await host.close();
  await host.open();
  proxy.setFaults({ passage: 'open' });
  await site.drained();
  site.gateway.stop();
  const state = await host.get<Gateway>('/api/v1/gateways/site');
  const { lost } = state.ingest;
  // The journal may drop once more what is on its way; what the host has of that is not lost.
  expect(lost).toBeGreaterThanOrEqual(dropped);
  expect(lost).toBeLessThanOrEqual(site.gateway.journal.dropped);
  expect(state.problems.find(({ code }) => code === 'ingest.lost')).toMatchObject({
    detail: `records ${lastKept + 1} to ${lastKept + (lost ?? 0)} are not at the gateway any more`,
    count: 1,
  });
  await expectTables(host.parts.store, 'site', [
    ...site.appended.slice(0, lastKept),
    ...site.appended.slice(lastKept + (lost ?? 0)),
  ]);
  const range = { from: startMs, to: startMs + 60_000 };
  const { meters: accounts, gateways } = await host.get<Ledger>('/api/v1/ledger', range);
  expect(gateways).toMatchObject([{ gateway: 'site', droppedRecords: lost, unplacedRecords: 0 }]);
  // A record is a window: the ledger says of each meter exactly what the journal dropped of it.
  const appended = windowsOf(site.appended);
  const gone = appended.slice(lastKept, lastKept + (lost ?? 0));
  const secondsOf = (windows: typeof appended, id: string) =>
    windows.filter(({ meter }) => meter === id).length * windowS;
  for (const id of meters) {
    const account = accounts.find(({ meter }) => meter === `site.${id}`);
    expect(account).toMatchObject({
      lostS: { journalOverflow: [secondsOf(gone, id)] },
      receivedS: [secondsOf(appended, id) - secondsOf(gone, id)],
    });
  }
});
