import { type IntegralState, zeroIntegral } from '../core/aggregate/integrator.ts';
import { ByteReader, ByteWriter } from '../core/bytes.ts';
import { crc32 } from '../core/crc.ts';
import type { Ports } from '../ports.ts';

/** Counters of a meter that has none of its own. */
export interface DcCounters {
  readonly energy: IntegralState;
  readonly charge: IntegralState;
}

export const zeroCounters: DcCounters = Object.freeze({ energy: zeroIntegral, charge: zeroIntegral });

/** Counters that outlive a restart. `save` writes to flash: its caller bounds how often (`dc-meter.ts`). */
export interface CounterStore {
  load(): DcCounters;
  save(counters: DcCounters): void;
}

const slots = Object.freeze(['a', 'b'] as const);
type Slot = (typeof slots)[number];

interface Kept {
  readonly sequence: number;
  readonly counters: DcCounters;
}

const crcBytes = 4;

/**
 * The counters of a meter in two slots of the store, written in turn, each with its sequence number and CRC-32: a power
 * cut in the middle of a write damages the older one alone. Where both are damaged they begin at zero, and the host
 * sees a reset.
 */
export function storedCounters(meter: string, { store, log }: Pick<Ports, 'store' | 'log'>): CounterStore {
  const keyOf = (slot: Slot): string => `dc.${slot}.${meter}`;
  let sequence = 0;
  return {
    load() {
      let newest: Kept | undefined;
      let damaged = 0;
      for (const slot of slots) {
        const bytes = store.read(keyOf(slot));
        const kept = bytes === undefined ? undefined : decode(bytes);
        if (kept !== undefined && kept.sequence > (newest?.sequence ?? 0)) newest = kept;
        if (bytes !== undefined && kept === undefined) damaged++;
      }
      sequence = newest?.sequence ?? 0;
      if (damaged > 0) {
        const what = newest === undefined ? 'they begin at zero' : 'those of the write before are taken';
        log('error', `the counters of meter ${meter} are damaged in the store; ${what}`);
      }
      return newest?.counters ?? zeroCounters;
    },
    save(counters) {
      const next = sequence + 1;
      try {
        store.write(keyOf(slots[next % 2] as Slot), encode({ sequence: next, counters }));
        sequence = next;
      } catch (error) {
        const why = error instanceof Error ? error.message : String(error);
        log('error', `the counters of meter ${meter} cannot be stored: ${why}`);
      }
    },
  };
}

function encode({ sequence, counters }: Kept): Uint8Array {
  const writer = new ByteWriter(80);
  writer.varint(sequence);
  for (const integral of [counters.energy, counters.charge]) {
    writer.varint(integral.takenSteps);
    writer.varint(integral.takenParts);
    writer.varint(integral.givenSteps);
    writer.varint(integral.givenParts);
  }
  const crc = crc32(writer.take());
  for (let shift = 24; shift >= 0; shift -= 8) writer.u8((crc >>> shift) & 0xff);
  return writer.take();
}

function decode(bytes: Uint8Array): Kept | undefined {
  const end = bytes.length - crcBytes;
  if (end < 0) return undefined;
  let crc = 0;
  for (let index = end; index < bytes.length; index++) crc = (crc << 8) | (bytes[index] as number);
  if (crc >>> 0 !== crc32(bytes, 0, end)) return undefined;
  const reader = new ByteReader(bytes, 0, end);
  const sequence = reader.varint();
  const counters = { energy: integralOf(reader), charge: integralOf(reader) };
  return reader.isBroken || reader.remaining > 0 ? undefined : { sequence, counters };
}

function integralOf(reader: ByteReader): IntegralState {
  const takenSteps = reader.varint();
  const takenParts = reader.varint();
  const givenSteps = reader.varint();
  return { takenSteps, takenParts, givenSteps, givenParts: reader.varint() };
}
