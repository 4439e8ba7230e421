import { Lab } from '../../lab/lab.ts';
import type { Took } from '../../lab/process-figures.ts';
import type { Fault, FaultCounts, FaultRun } from '../fault.ts';
import { besideDisk, DiskBeside } from './disk-beside.ts';
import { firstTriesMs } from './first-tries.ts';
import { PeakMemory } from './peak-memory.ts';
import { Sender } from './sender.ts';
import { timeFigure, timeFigures } from './time-figures.ts';
import { pause, waitUntil } from './wait.ts';
import { recordAt } from './windows.ts';

const withinMs = 600_000;
const hourMs = 3_600_000;
const meters = 8;
const epochBefore = '00000000000000a9';
const epoch = '00000000000000aa';
const windowsBefore = 6;

interface Size {
  readonly gateways: number;
  /** Windows of 10 s that wait in each journal. */
  readonly windows: number;
  /** How much faster than they would gateways come back. */
  readonly faster: number;
}

/** The quick form has fewer gateways, shorter journals, and each comes as soon after the other as fifty of them would. */
const sizes: Readonly<Record<FaultRun['size'], Size>> = {
  quick: { gateways: 10, windows: 60, faster: 15 },
  full: { gateways: 50, windows: 360, faster: 1 },
};

export const backlogReturn: Fault = {
  id: 'backlog-return',
  what: '50 gateways (quick: 10) come back at once with an hour of backlog (quick: 10 minutes)',
  pass: 'acknowledged within 500 ms (99 %), at most 150 MB more memory, first tries spread over 30 s, 0 lost',
  watched: 'values',
  isTimed: true,
  times: { quick: 1, full: 3 },
  minutes: { quick: 0.12, full: 8 },
  run: async run => {
    const sum = { watched: 0, lost: 0, doubled: 0, wrong: 0, healMs: 0 };
    const notes: string[] = [];
    const took: Took[] = [];
    const disk = new DiskBeside(run.folder);
    let [grownMb, leastSpreadS] = [0, Number.POSITIVE_INFINITY];
    for (let time = 1; time <= run.times; time++) {
      const lab = await Lab.start({ folder: `${run.folder}/${time}` });
      try {
        const one = await returnAtOnce(run, lab, disk, time);
        for (const what of ['watched', 'lost', 'doubled', 'wrong'] as const) sum[what] += one[what];
        sum.healMs = Math.max(sum.healMs, one.healMs);
        for (const message of one.took) took.push(message);
        grownMb = Math.max(grownMb, one.grownMb);
        leastSpreadS = Math.min(leastSpreadS, one.spreadS);
        notes.push(...one.notes);
      } finally {
        await lab.close();
      }
      run.progress(time);
    }
    const acknowledged = besideDisk(timeFigures('acknowledged', 0.99, took, 500, run.size), disk.p99Ms);
    return {
      times: run.times,
      ...sum,
      figures: [
        ...acknowledged.figures,
        timeFigure('acknowledged', 0.5, took, 'ownMs'),
        { name: 'more memory', value: grownMb, unit: 'MB', most: 150 },
        { name: 'first tries spread over', value: leastSpreadS, unit: 's', least: 30 },
      ],
      notes: [...acknowledged.notes, ...notes],
    } satisfies FaultCounts;
  },
};

async function returnAtOnce({ size, seed, signal }: FaultRun, lab: Lab, disk: DiskBeside, time: number) {
  const { gateways, windows, faster } = sizes[size];
  const names = Array.from({ length: gateways }, (_, index) => `gateway-${index + 1}`);
  const passwords = await lab.addGateways(names);
  // Of all fifty in either form: the first tries of ten are less than 30 s apart now and then.
  const tries = firstTriesMs(sizes.full.gateways, hourMs, seed + time);
  const spreadS = (Math.max(...tries) - Math.min(...tries)) / 1000;
  // As the firmware sends: messages of 8 kB, four on their way.
  const sending = { perMessage: 50, inFlight: 4, resendMs: 10_000, stopwatch: () => lab.stopwatch() };
  // Each gateway's journal is the same. The host had its first windows before, as of gateways that come back.
  const recordsOf = (from: number, count: number) =>
    Array.from({ length: count }, (_, window) =>
      Array.from({ length: meters }, (_, meter) => recordAt(meter, from + window)),
    ).flat();
  const before = recordsOf(0, windowsBefore);
  const backlog = recordsOf(windowsBefore, windows);
  for (const [gateway, password] of passwords) {
    const sender = new Sender({ gateway, password, port: lab.mqttPort, epoch: epochBefore, ...sending });
    try {
      sender.add(...before);
      await waitUntil(
        'acknowledgement of what came before',
        () => sender.acked === sender.size,
        withinMs,
        signal,
      );
    } finally {
      await sender.close();
    }
  }
  const memory = PeakMemory.resident(lab);
  await pause(2000, signal);
  const restingMb = await memory.take();
  const begunMs = performance.now();
  const senders: Sender[] = [];
  try {
    const coming = [...passwords].map((login, index) => ({ login, dueMs: (tries[index] ?? 0) / faster }));
    coming.sort((one, other) => one.dueMs - other.dueMs);
    const healMs = await disk.during(async () => {
      for (const { login, dueMs } of coming) {
        await pause(Math.max(begunMs + dueMs - performance.now(), 0), signal);
        const [gateway, password] = login;
        const sender = new Sender({ gateway, password, port: lab.mqttPort, epoch, ...sending });
        senders.push(sender);
        sender.add(...backlog);
      }
      const isSettled = () => senders.every(({ acked, size: given }) => acked === given);
      await waitUntil('acknowledgement of all backlogs', isSettled, withinMs, signal);
      return performance.now() - begunMs;
    });
    // Comparing costs the host memory, too.
    const grownMb = Math.max((await memory.take()) - restingMb, 0);
    memory.stop();
    const counts = { watched: 0, lost: 0, doubled: 0, wrong: 0 };
    const notes: string[] = [];
    const all = { gateways: () => names, records: () => [...before, ...backlog] };
    const stored = await lab.stored(all);
    counts.watched = stored.values;
    for (const what of ['lost', 'doubled', 'wrong'] as const) counts[what] = stored[what];
    notes.push(...stored.notes);
    const took = senders.flatMap(sender => sender.took);
    return { ...counts, notes, healMs, took, grownMb, spreadS };
  } finally {
    memory.stop();
    await Promise.all(senders.map(sender => sender.close()));
  }
}
