import { Lab } from '../../lab/lab.ts';
import { loadQuantities } from '../../lab/reference-load.ts';
import type { Fault, FaultCounts, FaultRun } from '../fault.ts';
import { LiveClient } from './live-client.ts';
import { Load } from './load.ts';
import { PeakMemory } from './peak-memory.ts';
import { SendQueues } from './send-queues.ts';
import { pause, waitUntil } from './wait.ts';

const withinMs = 400_000;
const gateways = 10;
/** The host lets a session have 64 streams. */
const perSession = 50;
const clientsPerStalled = 10;
const warmMs = 2000;

interface Size {
  readonly meters: number;
  /** Each gateway tells the newest sample of all its meters so often, ms. */
  readonly liveMs: number;
  /** How long all read before some stop: what the host needs for that is no growth. */
  readonly settleMs: number;
  /** Twenty times as many events in the quick form: what young objects need varies by as much as is allowed. */
  readonly memoryMostMb: number;
}

/** The reference load's live values; in the quick form twenty times as many, as the buffers between take megabytes. */
const sizes: Readonly<Record<FaultRun['size'], Size>> = {
  quick: { meters: 16, liveMs: 60, settleMs: 3000, memoryMostMb: 40 },
  full: { meters: 8, liveMs: 1000, settleMs: 60_000, memoryMostMb: 20 },
};

export const stalledClients: Fault = {
  id: 'stalled-clients',
  what: '10 of 100 pages that listen to live values stop reading (quick: 2 of 20)',
  pass: 'closed within 30 s of when their own systems take no more (until then nobody can tell), at most 20 MB (quick: 40) more memory beside the database, the others hear all within 1 s',
  watched: 'events',
  isTimed: true,
  times: { quick: 2, full: 10 },
  minutes: { quick: 0.22, full: 5 },
  run: async run => {
    const lab = await Lab.start({ folder: run.folder });
    try {
      return await stallAndCount(run, lab);
    } finally {
      await lab.close();
    }
  },
};

async function stallAndCount({ size, times, signal, progress }: FaultRun, lab: Lab): Promise<FaultCounts> {
  const { meters, liveMs, settleMs, memoryMostMb } = sizes[size];
  const load = await Load.start(lab, { gateways, meters, windowsAtOnce: 1, everyMs: 5000, signal });
  const clients: LiveClient[] = [];
  // Samples that were told since all pages have to hear them.
  let [told, sinceMs] = [0, Number.POSITIVE_INFINITY];
  const tell = () => {
    const atMs = Date.now();
    const samples = tellLive(load, meters, atMs);
    if (atMs >= sinceMs) told += samples;
  };
  let live = setInterval(tell, liveMs / 5);
  try {
    load.measure();
    let cookie = await signIn(lab);
    // At first more than ever after, to one alone: Node gives young objects as much room as they ever needed.
    const first = await LiveClient.listen(lab, cookie);
    clients.push(first);
    await waitUntil('live event', () => first.events > 0, withinMs, signal);
    await pause(warmMs, signal);
    clearInterval(live);
    live = setInterval(tell, liveMs);
    for (let client = 1; client < times * clientsPerStalled; client++) {
      if (client % perSession === 0) cookie = await signIn(lab);
      clients.push(await LiveClient.listen(lab, cookie));
    }
    const hearing = () => clients.every(({ events }) => events > 0);
    await waitUntil('live event at every page', hearing, withinMs, signal);
    const memory = PeakMemory.besideDatabase(lab);
    await pause(settleMs, signal);
    const usualMb = await memory.take();
    const [stalled, others] = [clients.slice(0, times), clients.slice(times)];
    // What is on its way now reached some already.
    sinceMs = Date.now() + 1;
    for (const client of others) {
      client.slowestMs = 0;
      client.sinceMs = sinceMs;
      client.beginSilence();
    }
    for (const client of stalled) client.stall();
    const begunMs = performance.now();
    const ports = stalled.map(({ port }) => port);
    const queues = new SendQueues(Number(new URL(lab.api.url).port), ports);
    const tooSlow = async () => {
      queues.look();
      const counters = await lab.counters();
      // By what it has not taken, by what waits for it, or by the time in which the host's system takes no more: whichever comes first.
      const dropped = (counters['http.eventClientsTooSlow'] ?? 0) + (counters['http.answersTimedOut'] ?? 0);
      progress(Math.min(dropped, times));
      return dropped >= times;
    };
    // A client that does not read does not see its end either: the host tells.
    const closedMs = await waitUntil('end of the streams that nobody reads', tooSlow, withinMs, signal, 250);
    const fullMs = queues.fullMs - begunMs;
    // The others went on to hear all the time.
    for (const client of others) client.endSilence();
    // All that is told reaches all others.
    clearInterval(live);
    const heard = () => others.map(({ since }) => since);
    const isAll = () => heard().every(events => events === told);
    await waitUntil('all events at all pages', isAll, 10_000, signal).catch(() => {});
    const grownMb = Math.max((await memory.take()) - usualMb, 0);
    memory.stop();
    const ended = others.filter(({ endedMs }) => endedMs !== undefined).length;
    return {
      times,
      watched: heard().reduce((sum, events) => sum + events, 0),
      lost: heard().reduce((sum, events) => sum + Math.max(0, told - events), 0),
      doubled: heard().reduce((sum, events) => sum + Math.max(0, events - told), 0),
      wrong: ended,
      healMs: closedMs,
      figures: [
        {
          name: 'closed after their systems take no more',
          value: (closedMs - fullMs) / 1000,
          unit: 's',
          most: 30,
        },
        { name: 'after they stopped reading', value: closedMs / 1000, unit: 's' },
        { name: 'more memory beside the database', value: grownMb, unit: 'MB', most: memoryMostMb },
        {
          name: 'others hear within',
          value: Math.max(...others.map(client => client.slowestMs)) / 1000,
          unit: 's',
          most: 1,
        },
        {
          name: 'others heard nothing for',
          value: Math.max(...others.map(client => client.longestSilenceMs)) / 1000,
          unit: 's',
          most: 1 + liveMs / 1000,
        },
        { name: 'pages', value: clients.length, unit: '' },
      ],
      notes: ended > 0 ? [`${ended} pages that read were closed, too`] : [],
    };
  } finally {
    clearInterval(live);
    for (const client of clients) client.close();
    await load.close();
  }
}

/** The newest sample of each meter of each gateway; gives how many they are. */
function tellLive({ senders }: Load, meters: number, atMs: number): number {
  for (const sender of senders) {
    const all = Array.from({ length: meters }, (_, meter) => [
      `meter-${meter + 1}`,
      { atMs, values: sample(meter) },
    ]);
    sender.tellLive({ v: 1, meters: Object.fromEntries(all) });
  }
  return senders.length * meters;
}

const sample = (meter: number): Record<string, number> =>
  Object.fromEntries(loadQuantities.map((quantity, index) => [quantity, 200 + meter + index / 10]));

/** A session of its own; gives its cookie. */
async function signIn(lab: Lab): Promise<string> {
  const response = await fetch(`${lab.api.url}/api/v1/session`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(lab.account),
  });
  const cookie = response.headers.getSetCookie()[0]?.split(';')[0];
  if (!response.ok || cookie === undefined) throw new Error(`no session: ${await response.text()}`);
  return cookie;
}
