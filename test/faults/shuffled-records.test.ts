import { expect, test } from 'vitest';
import { encodeRecord, encodeRecordsMessage } from '#core/wire/records.ts';
import { seed } from '../seed.ts';
import { Publisher } from '../wires/publisher.ts';
import { startTestEngine } from '../wires/test-engine.ts';
import { windowAt } from '../wires/windows.ts';
import { chanceOf, rounds } from './chance.ts';
import { countOnce, noneLost } from './once.ts';
import { count, tell } from './tell.ts';

const records = rounds(10_000, 100_000);
const gateways = ['attic', 'cellar', 'garage', 'shed', 'barn'];
/** Journals that each gateway begins, one after the other. */
const epochs = ['00000000000000aa', '00000000000000bb', '00000000000000cc', '00000000000000dd'];
const perJournal = Math.ceil(records / gateways.length / epochs.length);

/** Pieces of a journal of any length: some overlap, some come twice or three times, and hardly one in its turn. */
function shuffledPieces(chance: (limit: number) => number): { first: number; count: number }[] {
  const pieces: { first: number; count: number }[] = [];
  for (let first = 1; first <= perJournal; ) {
    const size = Math.min(1 + chance(25), perJournal - first + 1);
    const back = Math.min(chance(3) === 0 ? chance(30) : 0, first - 1);
    for (let times = 1 + chance(3); times > 0; times--)
      pieces.push({ first: first - back, count: size + back });
    first += size;
  }
  // Near its turn rather than anywhere, or all but the first would be refused.
  for (let at = pieces.length - 1; at > 0; at--) {
    const other = Math.max(at - chance(6), 0);
    [pieces[at], pieces[other]] = [pieces[other] as (typeof pieces)[0], pieces[at] as (typeof pieces)[0]];
  }
  return pieces;
}

test('records that come doubled, overlapping, split and shuffled out of several journals are stored once each', {
  timeout: rounds(120_000, 600_000),
}, async () => {
  const engine = await startTestEngine();
  const { broker, store, fleet } = engine.parts;
  let messages = 0;
  const runGateway = async (gateway: string, salt: number) => {
    const chance = chanceOf(salt);
    const messageOf = (journal: number, { first, count: size }: { first: number; count: number }) =>
      encodeRecordsMessage({
        epoch: epochs[journal] as string,
        oldest: 1,
        first,
        records: Array.from({ length: size }, (_, index) =>
          encodeRecord(windowAt('main', journal * perJournal + first - 1 + index)),
        ),
      });
    for (const [journal, epoch] of epochs.entries()) {
      const { password } = engine;
      const options = { perMessage: 1 + chance(40), inFlight: 4, resendMs: 500 };
      const publisher = new Publisher({ gateway, password, port: broker.port, epoch, ...options });
      await expect.poll(() => publisher.connected, { timeout: 10_000 }).toBe(true);
      const all = Array.from({ length: perJournal }, (_, index) =>
        windowAt('main', journal * perJournal + index),
      );
      let added = 0;
      for (const [index, piece] of shuffledPieces(chance).entries()) {
        publisher.publish(messageOf(journal, piece));
        messages++;
        // Out of a journal that is long over.
        if (journal > 0 && chance(8) === 0) {
          const first = 1 + chance(perJournal - 10);
          publisher.publish(messageOf(chance(journal), { first, count: 1 + chance(10) }));
          messages++;
        }
        // Now and then the journal itself comes so far: what is shuffled is then around its end, and can be taken.
        if (index % 10 !== 9) continue;
        const reached = Math.max(added, piece.first + piece.count - 1);
        publisher.add(...all.slice(added, reached));
        added = reached;
        await publisher.settled();
      }
      publisher.add(...all.slice(added));
      await publisher.settled();
      await publisher.close();
    }
  };
  await Promise.all(gateways.map((gateway, index) => runGateway(gateway, 20 + index)));

  const perGateway = perJournal * epochs.length;
  const sum = { ...noneLost };
  let [duplicates, outOfOrder] = [0, 0];
  for (const gateway of gateways) {
    const found = await countOnce(store, gateway, perGateway);
    for (const what of ['lost', 'doubled', 'wrong'] as const) sum[what] += found[what];
    for (const epoch of epochs) expect(store.watermark(gateway, epoch)).toBe(perJournal);
    const ingest = fleet.gateway(gateway)?.ingest;
    expect(ingest).toMatchObject({ records: perGateway, lost: 0, malformed: 0 });
    duplicates += ingest?.duplicates ?? 0;
    outOfOrder += ingest?.outOfOrder ?? 0;
  }
  const [tables] = await store.all(
    'SELECT (SELECT count(*) FROM gauge) AS gauges, (SELECT count(*) FROM counter) AS counters, (SELECT count(*) FROM span) AS spans, (SELECT count(*) FROM lost) AS lost',
  );
  const total = perGateway * gateways.length;
  expect(tables).toEqual({ gauges: total * 2, counters: total, spans: total, lost: 0 });
  await engine.close();
  tell({
    what: `${count(messages)} messages shuffled with seed ${seed}`,
    acknowledged: total,
    ...sum,
    more: [
      `${count(duplicates)} duplicates dropped, ${count(outOfOrder)} messages before their turn refused`,
    ],
  });
  expect(sum).toEqual(noneLost);
  expect(duplicates).toBeGreaterThan(total / 2);
  expect(outOfOrder).toBeGreaterThan(0);
});
