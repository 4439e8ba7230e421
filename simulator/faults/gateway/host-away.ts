import type { Fault, FaultCounts, FaultRun } from '../fault.ts';
import { GatewaySite } from './gateway-site.ts';
import { rest } from './turn.ts';

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;
/** Longer than a gateway waits between two tries of a connection. */
const returnBeforeMs = 75_000;
const meters = 8;

interface Away {
  readonly awayMs: number;
  readonly windowS: number;
  readonly sampleMs: number;
  /** Which of the two is away first; they take turns. */
  readonly first: 'host' | 'broker';
}

/** One hour of the reference load, in windows of 10 s. */
export const awayHour: Fault = {
  id: 'away-hour',
  what: 'host or broker away for 1 h, 8 meters of 12 values in windows of 10 s',
  pass: '0 lost, 0 doubled; the backlog drains at 20 times real time, new values wait 10 s at most',
  watched: 'values',
  times: { quick: 1, full: 10 },
  minutes: { quick: 0.08, full: 2 },
  run: run => awayTimes(run, { awayMs: hourMs, windowS: 10, sampleMs: 5000, first: 'host' }),
};

/** A day fits a device's journal of 640 kB in windows of 5 minutes. */
export const awayDay: Fault = {
  id: 'away-day',
  what: 'host or broker away for 24 h, 8 meters of 12 values in windows of 5 minutes',
  pass: awayHour.pass,
  watched: 'values',
  times: { quick: 1, full: 10 },
  minutes: { quick: 0.15, full: 2 },
  run: run => awayTimes(run, { awayMs: 24 * hourMs, windowS: 300, sampleMs: 60_000, first: 'broker' }),
};

async function awayTimes(run: FaultRun, away: Away): Promise<FaultCounts> {
  const sum = { watched: 0, lost: 0, doubled: 0, wrong: 0 };
  const notes: string[] = [];
  let [times, drainedMs, longestWaitMs, journalShare] = [0, 0, 0, 0];
  let leastBacklog = Number.POSITIVE_INFINITY;
  for (; times < run.times; times++) {
    const site = await GatewaySite.start({
      ...away,
      meters,
      folder: `${run.folder}/${times}`,
      seed: run.seed + times,
      startMs: Math.floor((Date.now() - away.awayMs) / (15 * minuteMs)) * 15 * minuteMs,
      signal: run.signal,
    });
    try {
      const isHost = (times % 2 === 0) === (away.first === 'host');
      await site.until('a connection', () => site.first.isOnline);
      await site.until('three windows', () => site.truth.size >= 24, { pace: 200 });
      await site.drained();
      site.network.setFaults({ passage: 'refused' });
      if (isHost) await site.lab.stop();
      await site.run(away.awayMs, 10_000);
      if (isHost) await site.lab.startAgain();
      const { fullShare, backlog, backlogMs, waitMs } = await comeBack(site, away.windowS * 1000);
      await site.drained();
      journalShare = Math.max(journalShare, fullShare);
      leastBacklog = Math.min(leastBacklog, backlog);
      drainedMs = Math.max(drainedMs, backlogMs);
      longestWaitMs = Math.max(longestWaitMs, waitMs);
      const { notes: more, ...counts } = await site.counts();
      for (const name of ['watched', 'lost', 'doubled', 'wrong'] as const) sum[name] += counts[name];
      notes.push(...more);
    } finally {
      await site.close();
    }
    run.progress(times + 1);
  }
  return {
    times,
    ...sum,
    healMs: drainedMs,
    figures: [
      // What was measured meanwhile, but for the window that was open: it was away, and the gateway went on.
      {
        name: 'records that waited',
        value: leastBacklog,
        unit: '',
        least: meters * (away.awayMs / (away.windowS * 1000) - 1),
      },
      { name: 'backlog drains at', value: away.awayMs / drainedMs, unit: '× real time', least: 20 },
      { name: 'new values wait', value: longestWaitMs / 1000, unit: 's', most: 10 },
      { name: 'of the journal in use', value: journalShare * 100, unit: '%', most: 100 },
    ],
    notes,
  };
}

/**
 * The way is there again just before windows end, so that there are new values behind the backlog. From then on time goes
 * by as the host's does. Gives how long the backlog took, and the slowest of the new records, ms.
 */
async function comeBack(site: GatewaySite, windowMs: number) {
  const { time, first } = site;
  const { journal } = first.gateway;
  const leftMs = () => windowMs - ((time.wallMs() ?? 0) % windowMs);
  await site.run((leftMs() + 10 * windowMs - returnBeforeMs) % windowMs, 1000);
  const fullShare = journal.bytes / journal.capacityBytes;
  const backlog = journal.next;
  const waiting = journal.next - journal.oldest;
  site.network.setFaults({ passage: 'open' });
  await site.until('a connection', () => first.isOnline, { pace: 60 });
  const beganMs = performance.now();
  // In a moment of real time to the end of the windows that are open.
  for (let leap = leftMs() - 100; leap > 0; leap -= 4000) {
    time.advance(Math.min(leap, 4000));
    await rest(25);
  }
  let [backlogMs, newMs, waitMs] = [0, 0, 0];
  await site.until(
    'the backlog and the new values',
    () => {
      const nowMs = performance.now();
      if (newMs === 0 && journal.next > backlog) newMs = nowMs;
      if (backlogMs === 0 && journal.oldest >= backlog) backlogMs = nowMs - beganMs;
      if (newMs > 0 && journal.oldest === journal.next) waitMs = nowMs - newMs;
      return backlogMs > 0 && waitMs > 0;
    },
    { pace: 1, withinMs: 120_000 },
  );
  return { fullShare, backlog: waiting, backlogMs, waitMs };
}
