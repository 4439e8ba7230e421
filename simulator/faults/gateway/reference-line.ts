import { createBusSource } from '#app/poller.ts';
import type { Sample, Source } from '#app/source.ts';
import type { Reason } from '#core/wire/reasons.ts';
import { VirtualTime } from '../../gateway/virtual-time.ts';
import { SerialLine } from '../../line/serial-line.ts';
import { attachSlave } from '../../meters/modbus-slave.ts';
import { referenceProfile, referenceSlave, wasShown } from './reference-meter.ts';

export interface ReferenceLineOptions {
  readonly seed: number;
  readonly sampleMs: number;
  readonly registersPerRead: 8 | 24;
  /** An answer may be so much older than the sample that it makes, s. */
  readonly oldestS?: number;
}

/** What a gateway made of one meter. */
export interface MeterTally {
  samples: number;
  failures: Partial<Record<Reason, number>>;
}

/** Meters on a line of the reference load. */
export const referenceMeters = 8;
const turnaroundMs = 15;
const notesKept = 5;

/**
 * Eight reference meters on an RS485 line of 9600 baud, bit by bit in virtual time, polled by the firmware's own poller.
 * Each value that it gives is held against what that meter showed.
 */
export class ReferenceLine {
  readonly time = new VirtualTime();
  readonly line: SerialLine;
  readonly source: Source;
  /** By address, from 1. */
  readonly tallies: readonly MeterTally[];
  readonly notes: string[] = [];
  values = 0;
  wrong = 0;

  constructor({ seed, sampleMs, registersPerRead, oldestS = 2 }: ReferenceLineOptions) {
    const { time } = this;
    const settings = { id: 'bus', kind: 'rs485', port: 'bus', baud: 9600 } as const;
    const profile = referenceProfile(registersPerRead);
    const second = () => Math.floor(time.ticksMs() / 1000);
    this.line = new SerialLine({ time, baud: 9600, parity: 'none', stopBits: 1, seed });
    const addresses = Array.from({ length: referenceMeters }, (_, index) => index + 1);
    this.tallies = addresses.map(() => ({ samples: 0, failures: {} }));
    for (const address of addresses) {
      attachSlave(this.line, referenceSlave(profile, address, address, second), time, turnaroundMs);
    }
    this.source = createBusSource({
      time,
      line: settings,
      openSerial: (_line, { onBytes }) => this.line.connect({ onBytes }),
      meters: addresses.map(address => ({
        settings: { id: `m${address}`, name: '', profile: profile.id, line: 'bus', address, sampleMs },
        profile,
        sink: {
          samples: (ticksMs, samples) => this.#judge(address, ticksMs, samples, oldestS),
          failed: (_ticksMs, reason) => {
            const { failures } = this.tally(address);
            failures[reason] = (failures[reason] ?? 0) + 1;
          },
        },
      })),
      log: () => {},
    });
    this.source.start();
  }

  tally(address: number): MeterTally {
    const tally = this.tallies[address - 1];
    if (tally === undefined) throw new Error(`no meter has address ${address}`);
    return tally;
  }

  #judge(address: number, ticksMs: number, samples: readonly Sample[], oldestS: number): void {
    const toS = Math.floor(ticksMs / 1000);
    this.tally(address).samples++;
    for (const { quantity, value } of samples) {
      this.values++;
      if (wasShown(address, quantity, value, toS - oldestS, toS)) continue;
      this.wrong++;
      if (this.notes.length < notesKept) {
        this.notes.push(`meter ${address} at ${toS} s: ${quantity} ${value} was not shown`);
      }
    }
  }
}
