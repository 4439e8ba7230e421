import { cp, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Appended } from '../../lab/appended.ts';
import { Lab } from '../../lab/lab.ts';
import type { Fault, FaultCounts, FaultRun } from '../fault.ts';
import { chanceOf } from './chance.ts';
import { Load } from './load.ts';
import { readyFigures } from './ready.ts';
import { Sender } from './sender.ts';
import { pause, waitUntil } from './wait.ts';
import { recordAt, valuesOfWindow } from './windows.ts';

const withinMs = 60_000;
const alarmWithinMs = 5000;
const database = 'joulegate.duckdb';
const gateways = 4;
const meters = 8;
/** What the file holds, and what only the log and the gateways' journals hold. */
const windowsInFile = 10;
const windowsInLog = 45;

type Damage = (log: Buffer, chance: (limit: number) => number) => Buffer;

/** The log as a disk leaves it that lost its end. */
const cut: Damage = (log, chance) => log.subarray(0, chance(log.length));

/** One bit of the log that is not what was written. */
const flip: Damage = (log, chance) => {
  const at = chance(log.length);
  log[at] = (log[at] ?? 0) ^ (1 << chance(8));
  return log;
};

export const logCut: Fault = {
  id: 'log-cut',
  what: "the database's log of a killed host is cut anywhere",
  pass: 'opens every time and tells that it was not ended in order; what was missing comes again from the gateways, or is counted as lost, with an alarm, where they have freed it',
  watched: 'values',
  times: { quick: 2, full: 200 },
  minutes: { quick: 0.11, full: 12 },
  run: run => damageAndCount(run, cut, 13, 'may'),
};

export const logFlip: Fault = {
  id: 'log-flip',
  what: "a bit of the database's log of a killed host is flipped",
  pass: 'opens every time and tells of the damage; what was missing comes again from the gateways, or is counted as lost, with an alarm',
  watched: 'values',
  times: { quick: 1, full: 50 },
  minutes: { quick: 0.09, full: 3 },
  run: run => damageAndCount(run, flip, 14, 'must'),
};

/**
 * Whether the start itself says that the log was damaged. One that ends early looks as one whose last write a power cut
 * ended: that the host was not ended in order is told, and no more is known before the gateways come (`may`). One with a bit that is wrong can be told, and has to be wherever
 * it hid a record (`must`). What no gateway has any more has to be told in either case, once they have come.
 */
type Telling = 'may' | 'must';

async function damageAndCount(
  { folder, times, seed, signal, progress }: FaultRun,
  damage: Damage,
  salt: number,
  telling: Telling,
): Promise<FaultCounts> {
  const chance = chanceOf(seed, salt);
  const lab = await Lab.start({ folder });
  const sum = { watched: 0, lost: 0, doubled: 0, wrong: 0 };
  const notes: string[] = [];
  let [healMs, refilled, goneForGood, told, untold, silent, mute] = [0, 0, 0, 0, 0, 0, 0];
  try {
    const { load, passwords } = await fill(lab, signal);
    const left = join(folder, 'left');
    await cp(lab.dataDir, left, { recursive: true, filter: path => !path.endsWith('.sock') });
    const log = join(lab.dataDir, `${database}.wal`);
    for (let time = 1; time <= times; time++) {
      await rm(lab.dataDir, { recursive: true });
      await cp(left, lab.dataDir, { recursive: true });
      const whole = await readFile(log);
      const damaged = damage(Buffer.from(whole), chance);
      await writeFile(log, damaged);
      await lab.startAgain();
      const isTold = await tells(lab, 'store.restored');
      if (!isTold && !(await tells(lab, 'store.notEnded'))) {
        mute++;
        notes.push(`time ${time}: the start told neither of damage nor that the host was not ended in order`);
      }
      const senders = [...passwords].map(([gateway, password]) =>
        comesBack(load, gateway, password, lab.mqttPort),
      );
      try {
        const isSettled = () => senders.every(({ acked, size }) => acked === size);
        healMs = Math.max(healMs, await waitUntil('refill from the gateways', isSettled, withinMs, signal));
        for (const sender of senders) sender.tellHealth();
        await waitUntil('health of all gateways', () => haveAllTold(lab), withinMs, signal);
      } finally {
        await Promise.all(senders.map(sender => sender.close()));
      }
      const { records: again, lost: counted } = await ingestOf(lab);
      const stored = await lab.stored(expectedOf(load));
      sum.watched += stored.values;
      for (const what of ['lost', 'doubled', 'wrong'] as const) sum[what] += stored[what];
      const where = `time ${time}, ${whole.length} bytes, ${damaged.length} left`;
      notes.push(...stored.notes.map(note => `${where}: ${note}`).slice(0, 3));
      // What the forgetful one has no more may be missing, as long as the ledger has every record of it.
      const gone = stored.waiting / valuesOfWindow;
      if (gone !== counted) {
        sum.lost += Math.abs(gone - counted);
        notes.push(`${where}: ${gone} records are nowhere any more, ${counted} are counted as lost`);
      }
      const isAlarm = () => tells(lab, 'store.recordsLost');
      if (counted > 0) {
        await waitUntil('alarm', isAlarm, alarmWithinMs, signal).catch(() => signal.throwIfAborted());
      }
      if ((await isAlarm()) !== counted > 0) {
        silent++;
        notes.push(
          `${where}: ${counted} records are gone for good, and ${counted > 0 ? 'no' : 'yet an'} alarm`,
        );
      }
      goneForGood += counted;
      refilled += again - 1;
      if (isTold) told++;
      else if (again > 1) {
        untold++;
        if (telling === 'must') notes.push(`${where}: ${again - 1} records were gone and nothing was said`);
      }
      await lab.kill();
      progress(time);
    }
    return {
      times,
      ...sum,
      healMs,
      figures: [
        ...readyFigures(lab.starts.slice(2)),
        { name: 'starts that told of damage', value: told, unit: '' },
        { name: 'starts that told nothing at all', value: mute, unit: '', most: 0 },
        {
          name: 'starts that missed records and did not call it damage',
          value: untold,
          unit: '',
          ...(telling === 'must' && { most: 0 }),
        },
        { name: 'starts whose alarm of lost records was missing or false', value: silent, unit: '', most: 0 },
        { name: 'records that came again from gateways', value: refilled, unit: '', least: 1 },
        { name: 'records that no journal had any more, counted as lost', value: goneForGood, unit: '' },
      ],
      notes: notes.slice(0, 10),
    };
  } finally {
    await lab.close();
  }
}

/**
 * A host with records in its file, and killed with more in its log that no gateway has heard the end of: they are in the
 * journals still.
 */
async function fill(lab: Lab, signal: AbortSignal): Promise<{ load: Load; passwords: Map<string, string> }> {
  const names = Array.from({ length: gateways }, (_, index) => `gateway-${index + 1}`);
  const passwords = await lab.addGateways(names);
  const sending = { perMessage: meters, inFlight: 10_000 };
  const load = Load.begin(passwords, lab.mqttPort, {
    gateways,
    meters,
    windowsAtOnce: 1,
    everyMs: 20,
    sending,
    signal,
  });
  try {
    const measure = (windows: number) => {
      for (const index of load.senders.keys()) load.measureOnce(index, windows);
    };
    measure(windowsInFile);
    await load.settled(withinMs);
    // In order, so that the file has all of it and the log begins anew.
    await lab.stop();
    await lab.startAgain();
    for (const sender of load.senders) sender.isDeaf = true;
    const connected = () => load.senders.every(({ isConnected }) => isConnected);
    await waitUntil('connection of all gateways', connected, withinMs, signal);
    for (let window = 0; window < windowsInLog; window++) {
      measure(1);
      // In many commits, so that a damage falls between them.
      await pause(25, signal);
    }
    const isTaken = () => load.senders.every(({ heard, size }) => heard === size);
    await waitUntil('commit of all records', isTaken, withinMs, signal);
    await lab.kill();
    return { load, passwords };
  } finally {
    await load.close();
  }
}

/** It has heard that all its records were stored, and freed them. */
const forgetful = 'gateway-1';

/**
 * A gateway that comes back with a journal that holds all but what is in the file; the forgetful one with a single record,
 * its newest.
 */
function comesBack(load: Load, gateway: string, password: string, port: number): Sender {
  const records = load.appended.records(gateway);
  const isForgetful = gateway === forgetful;
  const acked = isForgetful ? records.length : windowsInFile * meters;
  const sender = new Sender({
    gateway,
    password,
    port,
    epoch: load.epoch,
    perMessage: 100,
    inFlight: 4,
    acked,
  });
  sender.add(...records);
  if (isForgetful) sender.add(newest);
  return sender;
}

const newest = recordAt(0, windowsInFile + windowsInLog);

/** All records; of the forgetful gateway those of the log may be missing. */
function expectedOf({ appended }: Load): Appended {
  return {
    gateways: () => appended.gateways(),
    records: gateway =>
      gateway === forgetful ? [...appended.records(gateway), newest] : appended.records(gateway),
    acknowledged: gateway =>
      gateway === forgetful ? windowsInFile * meters : appended.records(gateway).length,
  };
}

/** Whether the host says this of itself. */
async function tells({ api }: Lab, wanted: string): Promise<boolean> {
  const { reasons } = await api.get<{ reasons: readonly { code: string }[] }>('/api/v1/health');
  return reasons.some(({ code }) => code === wanted);
}

/** Whether every gateway has told the host how it is. */
async function haveAllTold({ api }: Lab): Promise<boolean> {
  const all = await api.get<readonly { readonly health: unknown }[]>('/api/v1/gateways');
  return all.every(({ health }) => health !== null);
}

/** What the host has counted since its start: records that it took, and those that it knows are lost. */
async function ingestOf({ api }: Lab): Promise<{ readonly records: number; readonly lost: number }> {
  const all = await api.get<readonly { ingest: Readonly<Record<string, number>> }[]>('/api/v1/gateways');
  const sumOf = (name: string) => all.reduce((sum, { ingest }) => sum + (ingest[name] ?? 0), 0);
  return { records: sumOf('records'), lost: sumOf('lost') };
}
