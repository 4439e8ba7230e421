import { type AddressInfo, createServer } from 'node:net';
import { expect, test } from 'vitest';
import { parseOptions } from '../../../simulator/arguments.ts';
import { readyHost } from '../../../simulator/fleet/fleet-host.ts';
import { fleetOptions, planOf } from '../../../simulator/fleet/fleet-options.ts';
import { Latencies } from '../../../simulator/fleet/latencies.ts';
import { openFilesMost } from '../../../simulator/lab/process-figures.ts';

const values = (...args: string[]) => parseOptions('fleet', fleetOptions, args);

test('what is wanted is read, with another name and seed each time', () => {
  const plan = planOf(values('--gateways', '400', '--backlog', '1.5h', '--every', '60', '--minutes', '2'));
  expect(plan).toMatchObject({
    gateways: 400,
    real: 0,
    backlogS: 5400,
    windowS: 60,
    measureS: 120,
    rampS: 2,
  });
  expect(plan.name).not.toBe(planOf(values()).name);
  expect(planOf(values('--name', 'hall', '--seed', '3', '--within', '20m', '--compare', '5'))).toMatchObject({
    name: 'hall',
    seed: 3,
    withinS: 1200,
    comparePercent: 5,
  });
});

test('each mistake is told with what is allowed', async () => {
  expect(() => planOf(values('--every', '7'))).toThrow(/--every 7: gateways run windows of 1, 2, 3/);
  expect(() => planOf(values('--backlog', 'yesterday'))).toThrow(/such as 90s, 10m or 1h/);
  expect(() => planOf(values('--backlog', '9s'))).toThrow(/as long as a window at least \(--every 10\)/);
  expect(() => planOf(values('--gateways', '0', '--real', '2', '--backlog', '1h'))).toThrow(
    /of light gateways/,
  );
  expect(() => planOf(values('--within', '20'))).toThrow(/--within "20": a number with s, m, h or d/);
  expect(() => planOf(values('--gateways', '0'))).toThrow(/at least one gateway/);
  expect(() => planOf(values('--name', 'Hall 1'))).toThrow(/lower-case letters/);
  const most = openFilesMost();
  // Where as many are allowed there is nothing to be told.
  if (most < 8200) expect(() => planOf(values('--gateways', '8000'))).toThrow(/ulimit -n 8200/);
  const host = (...args: string[]) => readyHost(values(...args), {}, new AbortController().signal);
  await expect(host()).rejects.toThrow(/--own-host or --host URL/);
  await expect(host('--host', 'localhost')).rejects.toThrow(/a URL such as/);
  await expect(host('--host', 'http://127.0.0.1:1')).rejects.toThrow(/who asks there: --token/);
  await expect(host('--host', 'http://127.0.0.1:1', '--user', 'ada')).rejects.toThrow(/needs --password/);
  await expect(host('--host', 'http://127.0.0.1:1', '--token', 'x', '--mqtt', 'here')).rejects.toThrow(
    /HOST:PORT/,
  );
  await expect(host('--host', 'http://127.0.0.1:1', '--token', 'x')).rejects.toThrow(
    /127\.0\.0\.1:1\/api.*(ECONNREFUSED|bad port)/,
  );
});

test('who waits for a host that takes connections and never answers can end that', async () => {
  let asked = 0;
  const ending = new AbortController();
  const silent = createServer(socket => {
    socket.on('data', () => {
      asked++;
      ending.abort();
    });
    socket.on('error', () => {});
  });
  await new Promise<void>(resolve => silent.listen(0, '127.0.0.1', resolve));
  try {
    const { port } = silent.address() as AddressInfo;
    const given = values('--host', `http://127.0.0.1:${port}`, '--token', 'x');
    await expect(readyHost(given, {}, ending.signal)).rejects.toThrow(/aborted/);
    expect(asked).toBe(1);
  } finally {
    silent.close();
  }
});

test('times are kept in classes of two per cent', () => {
  const latencies = new Latencies();
  expect(latencies.percentileMs(0.99)).toBe(0);
  for (let ms = 1; ms <= 10_000; ms++) latencies.add(ms);
  for (const share of [0.01, 0.5, 0.9, 0.99]) {
    const ratio = latencies.percentileMs(share) / (10_000 * share);
    expect(ratio).toBeGreaterThan(0.98);
    expect(ratio).toBeLessThan(1.03);
  }
  expect([latencies.mostMs, latencies.percentileMs(1)]).toEqual([10_000, 10_000]);
  latencies.reset();
  for (let hour = 1; hour <= 10; hour++) latencies.add(hour * 3_600_000);
  expect(latencies.percentileMs(0.5) / (5 * 3_600_000)).toBeCloseTo(1, 1);
});
