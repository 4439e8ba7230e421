import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { newScan, type ScanPlan, type ScanState, scanTalk, scanTimeoutMs } from '#app/doctor/scan.ts';
import { isPortSettings, isSignOfLife, type Outcome, type Talk } from '#app/doctor/talk.ts';
import { exceptionIn } from '#app/slave-exceptions.ts';
import { fail } from '#core/result.ts';
import { profiles } from '#profiles/registry.ts';
import { FaultError } from '../../faults/fault.ts';
import { Compile, type Static } from '../../typebox.ts';
import type { DiscoverOptions, Proposal } from '../connector.ts';
import { machineTime } from '../node-ports.ts';
import { openLines } from './modbus-source.ts';
import { proposalsOf, withoutEchoes } from './proposals.ts';
import { waySettings } from './settings.ts';
import { modbusTcpPort, portOf, type Way, type WaySettings, wayOf } from './way.ts';

/** What is left of a search's time then is for the answers that are late, and for telling what was found. */
const mostMs = 11_000;
const lastUnit = 32;
/** Where devices with Modbus TCP of their own often are: their factory's unit, SMA's and the meter behind a Fronius. */
const tcpUnits = [1, 255, 2, 3, 126, 240] as const;
const likely = [1, 2, 3] as const;
/** Gateways ask the line behind them first. */
const tcpTimeoutMs = 500;

/**
 * Asks the units behind an address who they are, as the gateway's scan does, for some seconds; meters on the same line
 * wait meanwhile. @throws Error in words for people where the address cannot be searched, or somebody is there whom no
 * profile fits
 */
export async function discoverModbus({
  settings,
  log,
  signal,
}: DiscoverOptions): Promise<readonly Proposal[]> {
  const way = await wayIn(settings);
  if (signal.aborted) return [];
  const line = openLines.line(way, machineTime, log);
  const plan = planFor(way);
  const state = newScan(plan);
  const lost: { why?: string } = {};
  const timeoutMs = Math.max(
    scanTimeoutMs(portOf(way), line.slaves()),
    way.transport === 'tcp' ? tcpTimeoutMs : 0,
  );
  const limited = AbortSignal.any([signal, AbortSignal.timeout(mostMs)]);
  await line.visit(searchTalk(plan, state, portOf(way), lost), timeoutMs, limited);
  const why = state.fault ?? lost.why;
  if (state.found.length === 0 && why !== undefined) throw new FaultError(line.told(why));
  log(
    'info',
    `modbus: ${portOf(way)} was searched: ${state.tried} of ${state.total} units, ${state.found.length} found`,
  );
  const found = way.transport === 'tcp' ? withoutEchoes(state.found) : state.found;
  return proposalsOf(way, found, [...plan.addresses].slice(state.tried));
}

function planFor(way: Way): ScanPlan {
  const { baud, parity, stopBits } = way;
  const units = Array.from({ length: lastUnit }, (_, index) => index + 1);
  const first = way.transport === 'tcp' ? tcpUnits : [];
  const addresses = Uint8Array.from(new Set([...first, ...units]));
  const known = profiles.flatMap(profile => (profile.kind === 'modbus' ? [profile] : []));
  return { addresses, ports: [{ baud, parity, stopBits }], profiles: known, likely };
}

/**
 * The gateway's scan. A gateway for Modbus TCP that answers for a silent slave is silence, and a lost line ends it; what a
 * network loses of somebody who is there is asked again, or a block that was lost would speak for a smaller meter.
 */
function* searchTalk(plan: ScanPlan, state: ScanState, port: string, lost: { why?: string }): Talk<void> {
  const scan = scanTalk(plan, state);
  let step = scan.next();
  let heardAddress = 0;
  while (step.done !== true) {
    const address = isPortSettings(step.value) ? undefined : step.value.address;
    let outcome: Outcome = yield step.value;
    if (isLost(outcome) && address === heardAddress) outcome = yield step.value;
    if (isSignOfLife(outcome)) heardAddress = address ?? 0;
    if (!outcome.ok && outcome.detail.startsWith(port)) {
      lost.why = outcome.detail;
      return;
    }
    const isBehind = exceptionIn(outcome).means === 'silent';
    step = scan.next(!outcome.ok && isBehind ? fail('timeout', outcome.detail) : outcome);
  }
}

const isLost = (outcome: Outcome): boolean =>
  !outcome.ok && (outcome.error === 'timeout' || outcome.error === 'crc');

/** The way in settings that are filled in as far as they are. @throws Error in words for people */
async function wayIn(settings: unknown): Promise<Way> {
  const filled = Object.fromEntries(
    Object.entries(typeof settings === 'object' && settings !== null ? settings : {}).filter(
      ([name, value]) =>
        name in waySettings.properties && value !== '' && value !== null && value !== undefined,
    ),
  );
  const compiled = Compile(waySettings);
  if (!compiled.Check(filled)) {
    const [error] = compiled.Errors(filled);
    throw new Error(`${error?.instancePath.slice(1) ?? 'settings'}: ${error?.message ?? 'cannot be read'}`);
  }
  const whole: WaySettings = { ...filled, transport: filled.transport ?? guessed(filled) };
  if (whole.transport === 'serial' && whole.path === undefined) throw new Error(await portsHere());
  return wayOf(whole);
}

function guessed({ path, port }: Static<typeof waySettings>): Way['transport'] {
  if (path !== undefined) return 'serial';
  return port === undefined || port === modbusTcpPort ? 'tcp' : 'rtu';
}

/** What a person can choose from. */
async function portsHere(): Promise<string> {
  const names = async (folder: string) =>
    (await readdir(folder).catch(() => [])).map(name => join(folder, name));
  const byId = await names('/dev/serial/by-id');
  const plain = (await names('/dev')).filter(path => /\/(tty(USB|ACM|AMA)[0-9]+|cu\.usb.+)$/.test(path));
  const ports = [...byId, ...plain].slice(0, 12);
  return ports.length === 0
    ? 'path: no adapter is plugged into this machine; without one there is nothing to search'
    : `path: choose a serial port; here are ${ports.join(', ')}`;
}
