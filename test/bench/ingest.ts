import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { twelve } from '../../simulator/fleet/records.ts';
import { HostUnderLoad, type RoundFigures } from './host-under-load.ts';
import { loadLine } from './machine.ts';
import { median, rounded } from './numbers.ts';
import { ingestPeers } from './peers/peers.ts';

const day = 86_400_000;
const epoch = '00000000000000aa';

interface Shape {
  readonly warmUpMs: number;
  readonly roundMs: number;
  readonly rounds: number;
}

const catchUpShape: Shape = { warmUpMs: 3000, roundMs: 4000, rounds: 5 };
const fleetShape: Shape = { warmUpMs: 12_000, roundMs: 10_000, rounds: 3 };

const middle = (rounds: readonly RoundFigures[], name: keyof RoundFigures, decimals = 1): number =>
  rounded(median(rounds.map(round => round[name])), decimals);
const worst = (rounds: readonly RoundFigures[], name: keyof RoundFigures): number =>
  rounded(Math.max(...rounds.map(round => round[name])));

/** Gateways with full journals, messages of 20 records, as fast as the host acknowledges. */
async function fullLoad(dataDir: string, senders: number): Promise<Record<string, number>> {
  const host = await HostUnderLoad.start(dataDir, senders);
  const rounds = await host.run(catchUpShape, {
    kind: 'catch-up',
    epoch,
    windowsPerMessage: 5,
    inFlight: 4,
    messages: 12_000,
    fromMs: Math.floor((Date.now() - 8 * day) / 10_000) * 10_000,
  });
  return {
    senders,
    valuesPerSecond: middle(rounds, 'valuesPerSecond', 0),
    ackP50Ms: middle(rounds, 'ackP50Ms'),
    ackP99Ms: middle(rounds, 'ackP99Ms'),
    ackMaxMs: worst(rounds, 'ackMaxMs'),
    rssMb: worst(rounds, 'rssMb'),
    loopP99Ms: middle(rounds, 'loopP99Ms'),
    loopMaxMs: worst(rounds, 'loopMaxMs'),
    hostCores: middle(rounds, 'hostCores', 2),
    valuesPerHostCore: middle(rounds, 'valuesPerHostCore', 0),
    generatorCores: middle(rounds, 'generatorCores', 2),
    otherCores: middle(rounds, 'otherCores', 2),
    ...(await host.end(epoch)),
  };
}

/** Many gateways, each with one window of 8 meters × 12 values every 10 s. */
async function fleet(dataDir: string, gateways: number): Promise<Record<string, number>> {
  const host = await HostUnderLoad.start(dataDir, gateways);
  const rounds = await host.run(fleetShape, { kind: 'fleet', epoch, meters: 8, everyMs: 10_000 });
  const figures = {
    gateways,
    valuesPerGateway: 8 * twelve.length,
    valuesPerSecond: middle(rounds, 'valuesPerSecond', 0),
    ackP50Ms: middle(rounds, 'ackP50Ms'),
    ackP99Ms: middle(rounds, 'ackP99Ms'),
    ackMaxMs: worst(rounds, 'ackMaxMs'),
    rssMb: worst(rounds, 'rssMb'),
    loopP99Ms: middle(rounds, 'loopP99Ms'),
    loopMaxMs: worst(rounds, 'loopMaxMs'),
    hostCores: middle(rounds, 'hostCores', 2),
    valuesPerHostCore: middle(rounds, 'valuesPerHostCore', 0),
    generatorCores: middle(rounds, 'generatorCores', 2),
    otherCores: middle(rounds, 'otherCores', 2),
    connectS: rounded(host.connectMs / 1000),
    ...(await host.end(epoch)),
  };
  return Object.fromEntries(
    Object.entries(figures).map(([name, value]) => [`fleet${name[0]?.toUpperCase()}${name.slice(1)}`, value]),
  );
}

/**
 * A host in a process of its own, with all it has, and a generator in another: values committed and acknowledged end
 * to end. `--only load|fleet|peers` runs a part, `--gateways N` sets the size of the fleet, `--senders N` how many
 * catch up.
 */
export async function bench(args: readonly string[]): Promise<Record<string, number>> {
  const { values } = parseArgs({
    args: [...args],
    options: {
      only: { type: 'string' },
      gateways: { type: 'string', default: '5000' },
      senders: { type: 'string', default: '32' },
    },
  });
  const wants = (part: string) => values.only === undefined || values.only === part;
  const dir = await mkdtemp(join(tmpdir(), 'joulegate-bench-'));
  console.log(loadLine('before'));
  try {
    const figures = {
      ...(wants('load') && (await fullLoad(join(dir, 'load'), Number(values.senders)))),
      ...(wants('fleet') && (await fleet(join(dir, 'fleet'), Number(values.gateways)))),
      ...(wants('peers') && (await ingestPeers(dir))),
    };
    console.log(loadLine('after'));
    const { valuesPerSecond, sqlitePostValuesPerSecond } = figures;
    if (valuesPerSecond === undefined || sqlitePostValuesPerSecond === undefined) return figures;
    return { ...figures, timesSqlitePost: rounded(valuesPerSecond / sqlitePostValuesPerSecond, 0) };
  } finally {
    await rm(dir, { recursive: true, force: true });
  }
}
