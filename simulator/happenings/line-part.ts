import { UsageError } from '../arguments.ts';
import type { LineFaults } from '../line/faults.ts';
import type { UartSettings } from '../line/uart.ts';
import type { Happening, Undo } from './happening.ts';
import { Layers } from './layers.ts';
import { happening, type LabPart, type PartFigure } from './part.ts';

/** A line as far as things can go wrong with it; `SerialLine` is one. */
export interface FaultyLine {
  readonly faults: LineFaults;
  readonly uart: UartSettings;
  readonly counts: { readonly bytes: number; readonly flippedBits: number; readonly collisions: number };
  setFaults(faults: Partial<LineFaults>): void;
}

export interface LinePartOptions {
  readonly id: string;
  readonly name: string;
  readonly about: string;
  readonly line: FaultyLine;
  /** Of the meters on it now, in their order. */
  readonly addresses: () => readonly number[];
}

const parityOf = (text: string): UartSettings['parity'] =>
  text === 'even' || text === 'odd' ? text : 'none';

/** A bus, with all that the line's faults can do. */
export function linePart({ id, name, about, line, addresses }: LinePartOptions): LabPart {
  return {
    id,
    kind: 'line',
    name,
    about,
    happenings: lineHappeningsOf(line, addresses),
    figures: (): readonly PartFigure[] => [
      { name: 'bytes', value: line.counts.bytes },
      { name: 'flippedBits', value: line.counts.flippedBits },
      { name: 'collisions', value: line.counts.collisions },
    ],
  };
}

export function lineHappeningsOf(
  line: FaultyLine,
  addressesNow: () => readonly number[],
): readonly Happening[] {
  const layers = new Layers<LineFaults>(line.faults, whole => line.setFaults(whole));
  const lay = (faults: Partial<LineFaults>) => layers.lay(faults);
  const uarts = slaveUarts(layers, line.faults);
  /** @throws UsageError where one of those that are meant is not there. */
  const areThere = ({ addresses }: { readonly addresses: readonly number[] }): void => {
    const there = addressesNow();
    const stranger = addresses.find(address => !there.includes(address));
    if (stranger === undefined) return;
    throw new UsageError(`no meter has the address ${stranger}; ${there.join(', ')} are there`);
  };
  return [
    happening('line.noise', values => lay({ bitErrorRate: values['bit-errors'] })),
    happening('line.cut-cable', () => lay({ isCut: true })),
    happening(
      'line.dead',
      ({ addresses }) => lay({ deadAddresses: addresses.length > 0 ? addresses : addressesNow() }),
      areThere,
    ),
    happening('line.silent', ({ share }) => lay({ silentShare: share })),
    happening(
      'line.late',
      values =>
        lay({
          delayMs: values['delay-ms'],
          jitterMs: values['jitter-ms'],
          lateAddresses: values.addresses,
        }),
      areThere,
    ),
    happening('line.doubled', ({ share }) => lay({ doubledShare: share })),
    happening('line.cut-frames', ({ share }) => lay({ cutShare: share })),
    happening('line.joined-frames', ({ share }) => lay({ joinedShare: share })),
    happening('line.echo', () => lay({ echo: true })),
    happening(
      'line.wrong-baud',
      ({ baud, addresses }) => uarts.lay({ baud }, addresses),
      ({ baud, addresses }) => {
        areThere({ addresses });
        if (baud === line.uart.baud) throw isRight(`${baud} baud`);
        uarts.check('baud', addresses);
      },
    ),
    happening(
      'line.wrong-parity',
      ({ parity, addresses }) => uarts.lay({ parity: parityOf(parity) }, addresses),
      ({ parity, addresses }) => {
        areThere({ addresses });
        if (parity === line.uart.parity) throw isRight(`parity ${parity}`);
        uarts.check('parity', addresses);
      },
    ),
    happening('line.swapped-wires', () => lay({ swappedWires: true })),
    happening(
      'line.address-clash',
      ({ addresses }) =>
        lay({ twinAddresses: addresses.length > 0 ? addresses : addressesNow().slice(0, 1) }),
      areThere,
    ),
    happening('line.slow-converter', values =>
      lay({ converterMs: values['delay-ms'], converterJitterMs: values['jitter-ms'] }),
    ),
  ];
}

const isRight = (what: string): UsageError =>
  new UsageError(`${what} is what the line has, and right; another is allowed`);

/** Settings of the meters' UARTs: a wrong speed and a wrong parity hold at once, of the same meters. */
function slaveUarts(
  layers: Layers<LineFaults>,
  base: LineFaults,
): {
  /** @throws UsageError where the other setting is wrong at other meters. */
  check(setting: keyof UartSettings, addresses: readonly number[]): void;
  lay(uart: Partial<UartSettings>, addresses: readonly number[]): Undo;
} {
  const settings = new Map<Partial<UartSettings>, readonly number[]>();
  let undo: Undo = () => {};
  const show = (): void => {
    void undo();
    const [addresses] = settings.values();
    if (addresses === undefined) undo = () => {};
    else {
      const slaveUart = Object.assign({}, base.slaveUart, ...settings.keys());
      undo = layers.lay({ slaveUart, slaveUartAddresses: addresses });
    }
  };
  return {
    check: (setting, addresses) => {
      const [, others] = [...settings].find(([uart]) => !(setting in uart)) ?? [];
      if (others === undefined || [...others].sort().join() === [...addresses].sort().join()) return;
      const which = others.length === 0 ? 'all meters' : `meters at ${others.join(', ')}`;
      throw new UsageError(`${which} are set otherwise already; mend that first, or take the same`);
    },
    lay: (uart, addresses) => {
      const own = { ...uart };
      settings.set(own, addresses);
      show();
      return () => {
        if (settings.delete(own)) show();
      };
    },
  };
}
