import { afterEach, beforeEach, expect, test } from 'vitest';
import { Publisher } from './publisher.ts';
import { startTestEngine, type TestEngine } from './test-engine.ts';
import { windowAt } from './windows.ts';

let engine: TestEngine;

beforeEach(async () => {
  engine = await startTestEngine();
});

afterEach(async () => {
  await engine.close();
});

test('records sent over MQTT are in the table once when they are acknowledged', async () => {
  const publisher = new Publisher({
    gateway: 'attic',
    password: engine.password,
    port: engine.parts.broker.port,
    epoch: '00000000000000aa',
    perMessage: 7,
    inFlight: 4,
  });
  publisher.add(...Array.from({ length: 100 }, (_, index) => windowAt('main', index)));
  await publisher.settled();
  const [row] = await engine.parts.store.all(
    'SELECT count(*) AS rows, count(DISTINCT startS) AS windows FROM counter',
  );
  expect(row).toEqual({ rows: 100, windows: 100 });
  await publisher.close();
});
