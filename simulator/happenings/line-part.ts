import type { LineFaults } from '../line/faults.ts';
import type { UartSettings } from '../line/uart.ts';
import type { Happening } from './happening.ts';
import { Layers } from './layers.ts';
import { happening, type LabPart, type PartFigure } from './part.ts';

/** A line as far as things can go wrong with it; `SerialLine` is one. */
export interface FaultyLine {
  readonly faults: LineFaults;
  readonly counts: { readonly bytes: number; readonly flippedBits: number; readonly collisions: number };
  setFaults(faults: Partial<LineFaults>): void;
}

export interface LinePartOptions {
  readonly id: string;
  readonly name: string;
  readonly about: string;
  readonly line: FaultyLine;
  /** Of the meters on it, in their order. */
  readonly addresses: readonly number[];
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

export function lineHappeningsOf(line: FaultyLine, addresses: readonly number[]): readonly Happening[] {
  const layers = new Layers<LineFaults>(line.faults, whole => line.setFaults(whole));
  const lay = (faults: Partial<LineFaults>) => layers.lay(faults);
  return [
    happening('line.noise', values => lay({ bitErrorRate: values['bit-errors'] })),
    happening('line.cut-cable', () => lay({ isCut: true })),
    happening('line.dead', values =>
      lay({ deadAddresses: values.addresses.length > 0 ? values.addresses : addresses }),
    ),
    happening('line.silent', ({ share }) => lay({ silentShare: share })),
    happening('line.late', values =>
      lay({
        delayMs: values['delay-ms'],
        jitterMs: values['jitter-ms'],
        lateAddresses: values.addresses,
      }),
    ),
    happening('line.doubled', ({ share }) => lay({ doubledShare: share })),
    happening('line.cut-frames', ({ share }) => lay({ cutShare: share })),
    happening('line.joined-frames', ({ share }) => lay({ joinedShare: share })),
    happening('line.echo', () => lay({ echo: true })),
    happening('line.wrong-baud', values =>
      lay({ slaveUart: { baud: values.baud }, slaveUartAddresses: values.addresses }),
    ),
    happening('line.wrong-parity', values =>
      lay({ slaveUart: { parity: parityOf(values.parity) }, slaveUartAddresses: values.addresses }),
    ),
    happening('line.swapped-wires', () => lay({ swappedWires: true })),
    happening('line.address-clash', values =>
      lay({ twinAddresses: values.addresses.length > 0 ? values.addresses : addresses.slice(0, 1) }),
    ),
    happening('line.slow-converter', values =>
      lay({ converterMs: values['delay-ms'], converterJitterMs: values['jitter-ms'] }),
    ),
  ];
}
