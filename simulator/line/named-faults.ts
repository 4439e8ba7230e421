import { UsageError } from '../arguments.ts';
import { type LineFaults, noFaults } from './faults.ts';

/** What can be wrong with a bus, by names for people; those of the doctor's causes are what it should name. */
const faultsByName = Object.freeze({
  wrongBaud: { slaveUart: { baud: 19_200 } },
  wrongParity: { slaveUart: { parity: 'even' } },
  swappedWires: { swappedWires: true },
  addressClash: { twinAddresses: [1] },
  noise: { bitErrorRate: 0.001 },
  noAnswer: { isCut: true },
  echo: { echo: true },
  late: { delayMs: 400 },
  lateOne: { delayMs: 400, lateAddresses: [1] },
  jitter: { jitterMs: 250 },
  slowConverter: { converterMs: 60, converterJitterMs: 120 },
  sleepy: { silentShare: 0.3 },
  dead: { deadAddresses: [1] },
  wrongBaudOne: { slaveUart: { baud: 19_200 }, slaveUartAddresses: [1] },
  doubled: { doubledShare: 0.3 },
  cut: { cutShare: 0.3 },
  joined: { joinedShare: 0.3 },
} as const satisfies Record<string, Partial<LineFaults>>);

export type FaultName = keyof typeof faultsByName;

export const faultNames: readonly string[] = Object.freeze(Object.keys(faultsByName));

const isName = (name: string): name is FaultName => Object.hasOwn(faultsByName, name);

/** All faults of a line that has this one and no other; null: none. @throws UsageError on another name. */
export function namedFault(name: string | null): LineFaults {
  if (name === null) return noFaults;
  if (isName(name)) return { ...noFaults, ...faultsByName[name] };
  throw new UsageError(`--fault ${JSON.stringify(name)}: one of ${faultNames.join(', ')} is allowed`);
}

/** The option of commands that run a bus. */
export const faultOption = {
  takes: 'text',
  called: 'a name',
  unless: null,
  help: `what is wrong with the bus: ${faultNames.join(', ')}`,
} as const;
