import type { ModbusProfile } from '#profiles/profile.ts';

/** A counter of 3600 W that something happens to, by the second. */
export interface CounterEdge {
  readonly id: string;
  readonly name: string;
  readonly shown: (second: number) => number;
  readonly serial?: (second: number) => string;
  /** Kinds of events that the host is to tell, besides gaps, and those that the gateway counts. */
  readonly kinds: readonly string[];
  readonly happened: Readonly<Record<string, number>>;
  /** Whether some of its energy is concluded and not read. */
  readonly isEstimated?: true;
  /** Where it begins anew by itself. */
  readonly size?: number;
  /** What nobody can know of it, Wh, and by how much a window may show more than it had. */
  readonly unknownWh: number;
  readonly stepWh?: number;
}

/** When it happens, and how long is measured, s. */
export const atS = 300;
export const endS = 900;
/** A meter that is replaced cannot be reached meanwhile. */
export const replacingS = 30;

const from = (start: number, size: number) => (second: number) => (start + second) % size;
const beforeTurn = (size: number) => from(size - atS - 5, size);

const rollover = (id: string, name: string, size: number, step = 1): CounterEdge => ({
  id,
  name,
  shown: second => Math.floor(beforeTurn(size)(second) / step) * step,
  kinds: ['rollover'],
  happened: { rollover: 1 },
  size,
  unknownWh: step === 1 ? 0 : step,
  stepWh: step === 1 ? 10 : step,
});

const replaced = (id: string, name: string, first: number): CounterEdge => ({
  id,
  name,
  shown: second => (second < atS ? 700_000 + second : first + second - atS),
  serial: second => (second < atS ? 'A100' : 'B200'),
  kinds: ['swap'],
  happened: { replaced: 1 },
  unknownWh: 80,
});

/** What happens to counters: told wrong for a moment, begun anew, out of digits, another meter in their place. */
export const counterEdges: readonly CounterEdge[] = Object.freeze([
  {
    id: 'glitch',
    name: 'three wrong readings',
    shown: second => [0, 99_999_999, 1_049_376][[atS, atS + 3, atS + 6].indexOf(second)] ?? 800 + second,
    kinds: [],
    happened: { glitch: 3 },
    unknownWh: 0,
  },
  {
    id: 'reset',
    name: 'begun anew at 0',
    shown: second => (second < atS ? 7_000_000 + second : second - atS),
    kinds: ['reset'],
    happened: { reset: 1 },
    isEstimated: true,
    // What it counted between the end of its last window and the moment at which it began anew.
    unknownWh: 10,
  },
  rollover('bits16', 'out of 16 bits', 2 ** 16),
  rollover('bits32', 'out of 32 bits', 2 ** 32),
  // 99999.9 kWh, as its display shows it.
  rollover('digits', 'out of the digits of its display', 1e8, 100),
  replaced('lower', 'a meter with a lower reading in its place', 20),
  replaced('higher', 'a meter with a higher reading in its place', 5_000_000),
  // As if it had counted on.
  replaced('alike', 'a meter with a like reading in its place', 700_000 + atS + 20),
]);

/** A meter with whole Wh in 64 bits and a serial number. */
export const edgeProfile: ModbusProfile = {
  kind: 'modbus',
  id: 'edge-meter',
  manufacturer: 'Nobody',
  model: 'Edge',
  defaults: { baud: 9600, parity: 'none', stopBits: 1, address: 1 },
  limits: { maxRegistersPerRead: 40, maxHoleRegisters: 20 },
  identity: { serial: { fc: 3, address: 100, words: 4, type: 'text', order: 'big' } },
  registers: [
    { quantity: 'powerW', fc: 3, address: 0, type: 'int32', order: 'big', scale: 1 },
    { quantity: 'energyImportWh', fc: 3, address: 2, type: 'uint64', order: 'big', scale: 1 },
  ],
};
