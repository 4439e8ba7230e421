import { deepFreeze } from '../../core/freeze.ts';
import type { Message } from '../../core/wire/messages.ts';
import type { ModbusProfile } from '../../profiles/profile.ts';
import type { SlaveFigures } from '../slave-figures.ts';
import { identify } from './identify.ts';
import { KnownAnswers } from './known-answers.ts';
import { isSignOfLife, type Outcome, type PortSettings, type Talk } from './talk.ts';

/** Fewer answers do not tell how long a slave takes. */
const fewestAnswers = 3;

/**
 * How long each address is waited for: all known meters answer within 60 ms, some adapters take 16 ms of their own.
 * Converters take what the network takes; there it is as long as meters are waited for. Where the line's own meters
 * are waited for longer, as behind a slow adapter, so is everybody.
 */
export function scanTimeoutMs(
  port: string,
  slaves: readonly Pick<SlaveFigures, 'state' | 'answers' | 'timeoutMs'>[],
): number {
  let timeoutMs = port.startsWith('tcp:') ? 300 : 100;
  for (const { state, answers, timeoutMs: own } of slaves) {
    if (state === 'answering' && answers >= fewestAnswers) timeoutMs = Math.max(timeoutMs, own);
  }
  return Math.ceil(timeoutMs);
}

export interface ScanPlan {
  /** In the order in which they are tried. */
  readonly addresses: Uint8Array;
  readonly ports: readonly PortSettings[];
  readonly profiles: readonly ModbusProfile[];
  /** Addresses that are asked in another way, too, where the first is not answered. */
  readonly likely: readonly number[];
}

/** How far a scan has come; grows while it runs. */
export interface ScanState {
  tried: number;
  total: number;
  readonly found: Message<'scan'>['found'][number][];
  /** Ports that could not be opened, in words. */
  fault: string | undefined;
}

/** Eastron and PZEM have a voltage there; others refuse, which tells as well that somebody is there. */
const firstProbe = deepFreeze({ fc: 4, start: 0, count: 2 } as const);
/** For those that do not even refuse what they do not know. */
const secondProbe = deepFreeze({ fc: 3, start: 0, count: 2 } as const);
const mostFound = 32;

export const newScan = ({ addresses, ports }: ScanPlan): ScanState => ({
  tried: 0,
  total: addresses.length * ports.length,
  found: [],
  fault: undefined,
});

/** Asks every address at each way of opening the port, and finds out who they are that answer. */
export function* scanTalk(plan: ScanPlan, state: ScanState): Talk<void> {
  for (const port of plan.ports) {
    const opened = yield port;
    if (!opened.ok) {
      state.fault = opened.detail;
      return;
    }
    const isFound = new Set<number>();
    for (const address of plan.addresses) {
      if (yield* tell(address, port, firstProbe, plan, state)) isFound.add(address);
      state.tried++;
      if (state.found.length >= mostFound) return;
    }
    for (const address of plan.likely) {
      if (!isFound.has(address)) yield* tell(address, port, secondProbe, plan, state);
    }
  }
}
Object.freeze(scanTalk.prototype);

/** Whether somebody is there; who it is goes into the state. */
function* tell(
  address: number,
  port: PortSettings,
  probe: typeof firstProbe | typeof secondProbe,
  { profiles }: ScanPlan,
  { found }: ScanState,
): Talk<boolean> {
  let outcome: Outcome = yield { address, ...probe };
  // Damaged bytes are somebody's, too: noise may have spoilt them.
  if (isDamaged(outcome)) outcome = yield { address, ...probe };
  if (!isSignOfLife(outcome)) return false;
  const known = new KnownAnswers(address);
  known.remember(probe, outcome.ok ? outcome.value.slice() : undefined);
  const identified = yield* identify(address, profiles, known);
  if (found.length < mostFound) found.push({ address, ...port, ...identified });
  return true;
}
Object.freeze(tell.prototype);

const isDamaged = (outcome: Outcome): boolean => !outcome.ok && outcome.error === 'crc';
