import { type QuantityId, quantities, quantityIds, type Unit } from '#core/quantities.ts';
import { encodeRecord, type WindowRecord, type WindowValue } from '#core/wire/records.ts';

/** What four meters of a house give: a three-phase meter, a small one, a smart meter's head, a DC sensor. */
export const houseMeters: Readonly<Record<string, readonly QuantityId[]>> = {
  grid: quantityIds
    .filter(id => quantities[id].wire <= 39 && !id.includes('thd'))
    .concat('energyImportWh', 'energyExportWh'),
  heatpump: [
    'powerW',
    'voltageV',
    'currentA',
    'powerFactor',
    'frequencyHz',
    'energyImportWh',
    'energyExportWh',
  ],
  sml: ['powerW', 'powerL1W', 'powerL2W', 'powerL3W', 'energyImportWh', 'energyExportWh'],
  battery: ['voltageV', 'currentA', 'powerW', 'shuntVoltageV', 'energyImportWh', 'energyExportWh'],
};

export { loadQuantities as twelve } from '../lab/reference-load.ts';

/** What a meter resolves, the middle of what it shows, and how far it goes from there, by unit. */
const shapes: Readonly<Record<Unit, readonly [resolution: number, middle: number, spread: number]>> = {
  W: [0.1, 1200, 900],
  Wh: [1, 1e6, 0],
  V: [0.1, 231, 4],
  A: [0.001, 5.2, 4],
  Ah: [0.1, 1000, 0],
  var: [0.1, 200, 150],
  varh: [1, 1e5, 0],
  VA: [0.1, 1250, 900],
  VAh: [1, 1e6, 0],
  Hz: [0.01, 50, 0.03],
  '%': [0.1, 3, 1],
  '°': [0.1, 12, 8],
  '°C': [0.1, 35, 5],
  'm³': [0.001, 1000, 0],
  J: [1e6, 1e9, 0],
  '1': [0.001, 0.95, 0.04],
};

/** Chance that is the same in every run: mulberry32. */
export function chance(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** A window of ten samples: least, greatest and last as the meter shows them, their mean a digit finer. */
function windowValue(quantity: QuantityId, window: number, random: () => number): WindowValue {
  const { kind, unit, max: most } = quantities[quantity];
  const isShunt = quantity === 'shuntVoltageV';
  const [resolution, middle, spread] = isShunt ? ([1e-5, 0.02, 0.01] as const) : shapes[unit];
  if (kind === 'counter') return { quantity, samples: 10, last: middle + window * 3 + (window % 3) };
  const centre = Math.min(
    middle + spread * Math.sin(window / 300) + spread * 0.1 * random(),
    most - 2 * spread,
  );
  const steps = Math.round(centre / resolution);
  const width = 1 + Math.floor(random() * 0.02 * (spread / resolution));
  const show = (count: number) => count * resolution;
  return {
    quantity,
    samples: 10,
    min: show(steps),
    max: show(steps + width),
    last: show(steps + Math.floor(random() * (width + 1))),
    mean: show(steps) + (Math.floor(random() * width * 10) * resolution) / 10,
  };
}

export function recordOf(
  meter: string,
  ids: readonly QuantityId[],
  startMs: number,
  window: number,
  random: () => number,
): WindowRecord {
  const values = ids.map(quantity => windowValue(quantity, window, random));
  return { meter, startMs, windowS: 10, clock: 'synced', failures: [], values };
}

/** A message of records as bytes, all but the head that names the journal and the first sequence. */
export interface Body {
  readonly bytes: Buffer;
  readonly records: number;
  readonly values: number;
  /** Where the records keep their start. */
  readonly startOffsets: readonly number[];
}

export function bodyOf(records: readonly WindowRecord[]): Body {
  const parts: Buffer[] = [varint(records.length)];
  const startOffsets: number[] = [];
  let length = parts[0]?.length ?? 0;
  for (const record of records) {
    const bytes = encodeRecord(record);
    const size = varint(bytes.length);
    // Behind the meter's name and its length byte (`encodeRecord`).
    startOffsets.push(length + size.length + 1 + record.meter.length);
    parts.push(size, Buffer.from(bytes));
    length += size.length + bytes.length;
  }
  const values = records.reduce((sum, record) => sum + record.values.length, 0);
  return { bytes: Buffer.concat(parts), records: records.length, values, startOffsets };
}

/** A copy of the body with its windows moved to another time. Any time from 1978 to 3058 has five bytes. */
export function movedTo(body: Body, startS: number): Body {
  const bytes = Buffer.from(body.bytes);
  const start = varint(startS);
  for (const offset of body.startOffsets) start.copy(bytes, offset);
  return { ...body, bytes };
}

/** The head of a message of records: version, epoch, oldest kept, first sequence. */
export const headOf = (epoch: Buffer, oldest: number, first: number): Buffer =>
  Buffer.concat([Buffer.from([1]), epoch, varint(oldest), varint(first)]);

export function varint(value: number): Buffer {
  const bytes: number[] = [];
  let rest = value;
  while (rest > 127) {
    bytes.push((rest % 128) | 128);
    rest = Math.floor(rest / 128);
  }
  bytes.push(rest);
  return Buffer.from(bytes);
}
