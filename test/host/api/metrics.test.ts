import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { metrics } from '../../../host/api/metric-table.ts';
import { Ingest } from '../../../host/ingest/ingest.ts';
import { LostAtHost } from '../../../host/ingest/lost-at-host.ts';
import { brokerLimitCounters, hostLimits } from '../../../host/limits.ts';
import { type HostUnderTest, signInFirst, startHostUnderTest } from './host-under-test.ts';
import { type Family, parsePrometheus } from './prometheus.ts';

const token = 'a-token-that-scrapers-have';
let host: HostUnderTest;
let cookie: string;

beforeAll(async () => {
  host = await startHostUnderTest({ metricsToken: token });
  cookie = await signInFirst(host);
});
afterAll(() => host.close());

/** Counters of the whole host: those of the rig and, as that has no ingest, those of one. */
async function counterNames(): Promise<string[]> {
  const { counters } = (await host.ask({ url: '/api/v1/counters', headers: { cookie } })).json();
  const { store, fleet, events, watch } = host;
  const log = () => {};
  const lostAtHost = await LostAtHost.open({ store, fleet, log, nowMs: Date.now });
  const ingest = new Ingest({ store, fleet, events, watch, lostAtHost, acknowledge: () => {}, log });
  return [...Object.keys(counters), ...Object.keys(ingest.counters())];
}

const scrape = async (): Promise<Family[]> => {
  const response = await host.ask({ url: '/metrics', headers: { authorization: `Bearer ${token}` } });
  expect(response.statusCode).toBe(200);
  expect(response.headers['content-type']).toBe('text/plain; version=0.0.4; charset=utf-8');
  return parsePrometheus(response.body);
};

const baseUnits = /(?<!milli|kilo|mega)_(seconds|bytes)$/;

describe('health', () => {
  it('is told by how many reasons of each level there are', async () => {
    const told = async () => {
      const families = await scrape();
      return ['failing', 'degraded'].map(
        level => families.find(({ name }) => name === `joulegate_health_${level}`)?.samples[0]?.value,
      );
    };
    expect(await told()).toEqual([0, 0]);
    const stop = host.watch.addSource(() => [
      {
        code: 'forward.failing',
        level: 'degraded',
        detail: 'out: away',
        facts: { id: 'out', said: 'away' },
      },
    ]);
    expect(await told()).toEqual([0, 1]);
    stop();
    expect(await told()).toEqual([0, 0]);
  });
});

describe('the table of metrics', () => {
  it('has names as Prometheus wants them, each once, with base units and a sentence', () => {
    expect(new Set(metrics.map(({ name }) => name)).size).toBe(metrics.length);
    for (const { name, type, help } of metrics) {
      expect(name).toMatch(/^joulegate_[a-z0-9]+(_[a-z0-9]+)*$/);
      expect(name.endsWith('_total')).toBe(type === 'counter');
      expect(name).not.toMatch(/_(ms|millis|mb|kb|percent)(_|$)/);
      if (type === 'histogram') expect(name).toMatch(baseUnits);
      expect(help).toMatch(/^[A-Z0-9].*\.$/);
    }
  });

  it('shows every counter that the host has: who adds one adds its line here', async () => {
    const shown = metrics.map(({ from }) => from);
    const names = await counterNames();
    expect(names.filter(name => !shown.includes(name))).toEqual([]);
    // And none that the host does not have.
    const histograms = Object.keys(host.watch.histograms());
    expect(shown.filter(name => !names.includes(name) && !histograms.includes(name))).toEqual([]);
  });

  it('and every limit of the host has a counter in it', () => {
    const shown = metrics.map(({ from }) => from);
    for (const [name, { counter }] of Object.entries(hostLimits)) expect(shown, name).toContain(counter);
    for (const [name, counter] of Object.entries(brokerLimitCounters)) expect(shown, name).toContain(counter);
  });
});

describe('/metrics', () => {
  it('is the whole table in text that a strict reader takes', async () => {
    const families = await scrape();
    const names = families.map(({ name }) => name);
    // The rig has no ingest, so what its committer counts is left out, and nothing else.
    const absent = metrics.filter(({ name }) => !names.includes(name)).map(({ from }) => from);
    expect(absent.sort()).toEqual(['commits', 'commitsFailed', 'valuesWaiting']);
    for (const { samples, type } of families) if (type !== 'histogram') expect(samples).toHaveLength(1);
  });

  it('has histograms whose buckets rise to the count', async () => {
    await host.watch.commits.timed(async () => {});
    const family = (await scrape()).find(({ name }) => name === 'joulegate_commit_duration_seconds');
    const samples = family?.samples ?? [];
    const buckets = samples.filter(({ name }) => name.endsWith('_bucket'));
    const bounds = buckets.map(({ labels }) => Number(labels.le?.replace('+Inf', 'Infinity')));
    expect(bounds).toEqual([...bounds].sort((a, b) => a - b));
    const values = buckets.map(({ value }) => value);
    expect(values).toEqual([...values].sort((a, b) => a - b));
    const count = samples.find(({ name }) => name.endsWith('_count'))?.value;
    expect(count).toBeGreaterThan(0);
    expect(buckets.at(-1)).toMatchObject({ labels: { le: '+Inf' }, value: count });
  });

  it('does not grow with the gateways', async () => {
    const before = (await scrape()).flatMap(({ samples }) => samples).length;
    for (let index = 0; index < 20; index++) host.fleet.counters(`gateway-${index}`).records++;
    const after = await scrape();
    expect(after.flatMap(({ samples }) => samples)).toHaveLength(before);
    const records = after.find(({ name }) => name === 'joulegate_ingest_records_total');
    expect(records?.samples[0]?.value).toBe(20);
  });

  it('is for a session or the token of the settings, and for nobody else', async () => {
    const statusOf = async (headers: Record<string, string>) =>
      (await host.ask({ url: '/metrics', headers })).statusCode;
    expect(await statusOf({ cookie })).toBe(200);
    expect(await statusOf({ authorization: `bearer ${token}` })).toBe(200);
    for (const authorization of ['', 'Bearer', 'Bearer ', `Bearer ${token}x`, `Basic ${token}`, token]) {
      expect(await statusOf({ authorization }), authorization).toBe(401);
    }
    expect(await statusOf({})).toBe(401);
  });

  it('and the token opens nothing else', async () => {
    const headers = { authorization: `Bearer ${token}` };
    expect((await host.ask({ url: '/api/v1/meters', headers })).statusCode).toBe(401);
    expect((await host.ask({ url: '/api/v1/counters', headers })).statusCode).toBe(401);
  });

  it('where no token is set, an empty one opens nothing', async () => {
    const other = await startHostUnderTest();
    for (const authorization of ['Bearer', 'Bearer ', 'Bearer undefined']) {
      expect((await other.ask({ url: '/metrics', headers: { authorization } })).statusCode).toBe(401);
    }
    await other.close();
  });
});
