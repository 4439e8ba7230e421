import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { encodeRecord, type WindowRecord } from '#core/wire/records.ts';
import { Store } from '../../host/store/store.ts';
import { patienceMs } from '../patience.ts';
import { Publisher } from '../wires/publisher.ts';
import { startTestEngine } from '../wires/test-engine.ts';
import { rounds } from './chance.ts';
import { tiersOf } from './same-tiers.ts';
import { tell } from './tell.ts';

const epoch = '00000000000000aa';
const t0 = Date.UTC(2026, 0, 2, 12);
/** When that day began in Berlin. */
const dayMs = Date.UTC(2026, 0, 1, 23);
const yearMs = 365 * 86_400_000;
const perPhase = rounds(200, 300);

/** A stretch of time as a gateway and a host see it. */
interface Phase {
  readonly name: string;
  /** How far the clocks are off, ms; positive: ahead. */
  readonly gatewayMs: number;
  readonly hostMs: number;
  readonly clock: WindowRecord['clock'];
  /** Whether what comes is the newest there is. */
  readonly isNewest: boolean;
}

const right = { gatewayMs: 0, hostMs: 0, clock: 'synced', isNewest: true } as const;
const phases: readonly Phase[] = [
  { ...right, name: 'a gateway begins ten years ahead', gatewayMs: 10 * yearMs },
  { ...right, name: 'it has the right time' },
  { ...right, name: 'it leaps ahead again', gatewayMs: 12 * yearMs, isNewest: false },
  { ...right, name: 'and is back' },
  { ...right, name: 'the host leaps five years ahead', hostMs: 5 * yearMs },
  { ...right, name: 'and is back' },
  { ...right, name: 'the host believes it is 1970', hostMs: -56 * yearMs },
  { ...right, name: 'and is back' },
  { ...right, name: 'windows from before the gateway knew the time', clock: 'backdated' },
  { ...right, name: 'a gateway two years behind', gatewayMs: -2 * yearMs, isNewest: false },
  { ...right, name: 'all is right' },
];

test('clocks that jump by years lose and double nothing, freeze no newest value and leave true tiers', {
  timeout: rounds(4 * patienceMs, 600_000),
}, async () => {
  const dataDir = await mkdtemp(join(tmpdir(), 'joulegate-clocks-'));
  let nowMs = t0;
  const engine = await startTestEngine({ dataDir, nowMs: () => nowMs });
  const { store, fleet, broker } = engine.parts;
  const { password } = engine;
  const publisher = new Publisher({
    gateway: 'attic',
    password,
    port: broker.port,
    epoch,
    perMessage: 20,
    inFlight: 4,
  });
  const sent: WindowRecord[] = [];
  let frozen = 0;
  for (const [number, phase] of phases.entries()) {
    const { gatewayMs, hostMs, clock, isNewest } = phase;
    const fromMs = t0 + number * perPhase * 10_000;
    const windows = Array.from({ length: perPhase }, (_, index): WindowRecord => {
      const reading = number * perPhase + index;
      return {
        meter: 'main',
        startMs: fromMs + gatewayMs + index * 10_000,
        windowS: 10,
        clock,
        values: [
          {
            quantity: 'powerW',
            samples: 10,
            mean: reading,
            min: reading - 1,
            max: reading + 2,
            last: reading,
          },
          { quantity: 'energyImportWh', samples: 1, last: 1000 + reading },
        ],
        failures: [],
      };
    });
    nowMs = fromMs + perPhase * 10_000 + hostMs;
    sent.push(...windows);
    publisher.add(...windows);
    await publisher.settled();
    const newest = store.newest('attic.main')?.values.powerW;
    // The first of all is the newest for want of another.
    if (isNewest !== (newest === number * perPhase + perPhase - 1)) {
      frozen++;
      console.log(`${phase.name}: the newest value is ${newest}`);
    }
    await store.upkeep({ isWeekOver: number % 3 === 2 });
  }
  await publisher.close();

  const [rows] = await store.all(
    'SELECT count(*) AS rows, count(DISTINCT startS) AS once, sum(mean) AS sum FROM gauge JOIN series ON number = series',
  );
  const total = sent.length;
  const found = {
    lost: total - Number(rows?.once),
    doubled: Number(rows?.rows) - Number(rows?.once),
  };
  expect(rows?.sum).toBe((total * (total - 1)) / 2);
  const ingest = fleet.gateway('attic')?.ingest;
  // Two phases by the gateway's clock, one by the host's.
  expect(ingest).toMatchObject({ records: total, ahead: 3 * perPhase, malformed: 0, lost: 0 });
  expect(fleet.gateway('attic')?.problems.map(({ code }) => code)).toContain('ingest.ahead');
  const { gateways } = await store.ledger({
    fromMs: dayMs,
    toMs: nowMs,
    nowMs,
    gateways: [{ id: 'attic', isSettled: true, windowsS: undefined }],
  });
  // What is dated elsewhere is not of this day, and the holes it leaves are told. Two years behind there was a window.
  const elsewhere = phases.filter(({ gatewayMs }) => gatewayMs !== 0).length;
  const receivedS = (phases.length - elsewhere) * perPhase * 10;
  const expectedS = (nowMs - dayMs) / 1000;
  expect(gateways[0]).toMatchObject({
    expectedS,
    receivedS,
    backdatedS: perPhase * 10,
    lostS: { notReceived: expectedS - receivedS },
  });

  // Beyond where the host's clock has ever been, for both.
  nowMs = t0 + 6 * yearMs;
  await store.upkeep();
  const { ledger_900: _, ...tiers } = await tiersOf(store);
  const newest = store.newest('attic.main');
  await engine.close();
  const { ledger_900: __, ...ordered } = await tiersOfOrdered(sent, nowMs);
  const areTrue = JSON.stringify(tiers) === JSON.stringify(ordered);
  const again = await Store.open({ dataDir, zone: 'Europe/Berlin', upkeepMs: 0, nowMs: () => nowMs });
  expect(again.newest('attic.main')).toEqual(newest);
  await again.close();
  await rm(dataDir, { recursive: true, force: true });
  tell({
    what: `clocks jumping ${phases.length - 1} times by years`,
    acknowledged: total,
    ...found,
    more: [`newest value frozen ${frozen} times`, `tiers ${areTrue ? 'as' : 'NOT as'} of an ordered run`],
  });
  expect({ ...found, frozen }).toEqual({ lost: 0, doubled: 0, frozen: 0 });
  expect(tiers).toEqual(ordered);
});

/** What the tiers are when the same windows come in order and the clock stands still. */
async function tiersOfOrdered(windows: readonly WindowRecord[], nowMs: number) {
  const store = await Store.open({ zone: 'Europe/Berlin', upkeepMs: 0, nowMs: () => nowMs });
  const batch = store.batch();
  for (const window of windows.toSorted((one, other) => one.startMs - other.startMs)) {
    batch.add('attic', encodeRecord(window), nowMs / 1000);
  }
  batch.mark({ gateway: 'attic', epoch, sequence: windows.length });
  await store.commit(batch);
  await store.upkeep();
  const tiers = await tiersOf(store);
  await store.close();
  return tiers;
}
