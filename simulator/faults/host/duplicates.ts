import { createHash } from 'node:crypto';
import { encodeRecordsMessage } from '#core/wire/records.ts';
import { AppendedRecords } from '../../lab/appended.ts';
import { Lab } from '../../lab/lab.ts';
import type { Fault, FaultCounts, FaultRun, FaultSize } from '../fault.ts';
import { chanceOf } from './chance.ts';
import { Sender } from './sender.ts';
import { type Piece, shuffledPieces } from './shuffled-pieces.ts';
import { waitUntil } from './wait.ts';
import { originMs, recordAt } from './windows.ts';

const withinMs = 120_000;
const pairsOf: Readonly<Record<FaultSize, number>> = { quick: 3, full: 5 };
/** Journals that each gateway begins, one after the other. */
const epochs = ['00000000000000aa', '00000000000000bb', '00000000000000cc', '00000000000000dd'];
const resolutions = ['windows', '1min', '15min', '1h', 'day'];

export const duplicates: Fault = {
  id: 'duplicates',
  what: 'records come doubled, overlapping, split and before their turn, out of several journals',
  pass: 'the tables, windows to days, are those of the same records in order',
  watched: 'values',
  times: { quick: 1200, full: 100_000 },
  minutes: { quick: 0.06, full: 4 },
  run: async run => {
    const lab = await Lab.start({ folder: run.folder });
    try {
      return await shuffleAndCount(run, lab);
    } finally {
      await lab.close();
    }
  },
};

/**
 * How often each record comes again or before its turn, at least: 1.9 times in the middle of runs, 1.59 in the least of them, as a fast
 * host has more of its messages in turn.
 */
const tooOften = 1.3;
const perJournalOf = (times: number, pairs: number): number =>
  Math.ceil(times / tooOften / pairs / epochs.length);

async function shuffleAndCount(run: FaultRun, lab: Lab): Promise<FaultCounts> {
  const { size, times, seed, signal, progress } = run;
  const pairs = pairsOf[size];
  const perJournal = perJournalOf(times, pairs);
  const names = Array.from({ length: pairs }, (_, index) => [`ordered-${index}`, `shuffled-${index}`]).flat();
  const passwords = await lab.addGateways(names);
  const appended = new AppendedRecords();
  let journals = 0;
  const runGateway = async (gateway: string, pair: number) => {
    const chance = chanceOf(seed, 20 + pair);
    for (const [journal, epoch] of epochs.entries()) {
      const records = Array.from({ length: perJournal }, (_, index) =>
        recordOf(journal * perJournal + index),
      );
      appended.append(gateway, ...records);
      const login = { gateway, password: passwords.get(gateway) ?? '', port: lab.mqttPort };
      const sender = new Sender({ ...login, epoch, perMessage: 1 + chance(40), inFlight: 4, resendMs: 500 });
      const settled = () =>
        waitUntil(`all of ${gateway}`, () => sender.acked >= sender.size, withinMs, signal);
      try {
        await waitUntil(`connection of ${gateway}`, () => sender.isConnected, withinMs, signal);
        if (gateway.startsWith('shuffled')) {
          await shuffle({ sender, records, journal, chance, settled, perJournal });
        } else sender.add(...records);
        await settled();
      } finally {
        await sender.close();
      }
      progress(Math.floor((times * ++journals) / (names.length * epochs.length)));
    }
  };
  await Promise.all(names.map((name, index) => runGateway(name, index >> 1)));

  const counts = await lab.stored(appended);
  const notes = [...counts.notes];
  let unlike = 0;
  for (const resolution of resolutions) {
    const [ordered, shuffled] = await Promise.all(
      ['ordered', 'shuffled'].map(kind => tableOf(lab, kind, pairs, resolution)),
    );
    if (ordered === shuffled) continue;
    unlike++;
    notes.push(`the table of ${resolution} is not that of the ordered run`);
  }
  const ingest = await ingestOf(lab, 'shuffled');
  const tooMuch = ingest.duplicates + ingest.outOfOrder;
  const wrong = counts.wrong + unlike + ingest.malformed;
  if (ingest.lost > 0) notes.push(`the host tells of ${ingest.lost} lost`);
  return {
    times: Math.min(times, tooMuch),
    watched: counts.values,
    lost: counts.lost + ingest.lost,
    doubled: counts.doubled,
    wrong,
    healMs: null,
    figures: [
      { name: 'records that came again', value: ingest.duplicates, unit: '', least: times / 2 },
      { name: 'messages before their turn', value: ingest.outOfOrder, unit: '', least: 1 },
      { name: 'tables compared', value: resolutions.length, unit: '' },
    ],
    notes,
  };
}

interface Shuffling {
  readonly sender: Sender;
  readonly records: readonly Uint8Array[];
  readonly journal: number;
  readonly perJournal: number;
  readonly chance: (limit: number) => number;
  readonly settled: () => Promise<number>;
}

async function shuffle(options: Shuffling): Promise<void> {
  const { sender, records, journal, perJournal, chance, settled } = options;
  let added = 0;
  for (const [index, piece] of shuffledPieces(perJournal, chance).entries()) {
    sender.publish(messageOf(journal, perJournal, piece));
    // Out of a journal that is long over.
    if (journal > 0 && chance(8) === 0) {
      const first = 1 + chance(Math.max(perJournal - 10, 1));
      const count = Math.min(1 + chance(10), perJournal - first + 1);
      sender.publish(messageOf(chance(journal), perJournal, { first, count }));
    }
    // Now and then the journal itself comes so far: what is shuffled is then around its end, and can be taken.
    if (index % 10 !== 9) continue;
    const reached = Math.max(added, piece.first + piece.count - 1);
    sender.add(...records.slice(added, reached));
    added = reached;
    await settled();
  }
  sender.add(...records.slice(added));
}

/** The window number `index` of a gateway: of each pair the same. */
const recordOf = (index: number): Uint8Array => recordAt(0, index);

function messageOf(journal: number, perJournal: number, { first, count }: Piece): Uint8Array {
  return encodeRecordsMessage({
    epoch: epochs[journal] ?? '',
    oldest: 1,
    first,
    records: Array.from({ length: count }, (_, index) => recordOf(journal * perJournal + first - 1 + index)),
  });
}

/** A fingerprint of all rows of these gateways at this resolution, with each gateway's name but for its kind. */
async function tableOf({ api }: Lab, kind: string, pairs: number, resolution: string): Promise<string> {
  const series = Array.from({ length: pairs }, (_, pair) => `${kind}-${pair}`).join(',');
  const query = new URLSearchParams({
    series,
    from: String(originMs),
    to: String(originMs + 400 * 86_400_000),
    form: 'csv',
    resolution,
  });
  const text = await (await api.stream('GET', `/api/v1/exports/readings?${query}`)).text();
  if (text.split('\r\n').length < 3) throw new Error(`the export of ${resolution} has no rows`);
  return createHash('sha256')
    .update(text.replaceAll(`${kind}-`, ''))
    .digest('hex');
}

/** What the host has counted of these gateways. */
async function ingestOf({ api }: Lab, kind: string) {
  const all =
    await api.get<readonly { id: string; ingest: Readonly<Record<string, number>> }[]>('/api/v1/gateways');
  const sum = { duplicates: 0, outOfOrder: 0, lost: 0, malformed: 0 };
  for (const { id, ingest } of all) {
    if (!id.startsWith(kind)) continue;
    for (const name of ['duplicates', 'outOfOrder', 'lost', 'malformed'] as const)
      sum[name] += ingest[name] ?? 0;
  }
  return sum;
}
