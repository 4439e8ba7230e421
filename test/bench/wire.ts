import { isPlausible, quantities, quantityIds } from '#core/quantities.ts';
import { decodeRecord, encodeRecord, type WindowRecord, type WindowValue } from '#core/wire/records.ts';

const rounds = 20_000;

/** A three-phase meter's window as an SDM630 gives it: 34 gauges and two counters, values as float32. */
function exampleRecord(): WindowRecord {
  const gauges = quantityIds.filter(id => quantities[id].kind === 'gauge').slice(0, 34);
  const values: WindowValue[] = gauges.map((quantity, index) => {
    const middle = [230.1, 4.53, 1183.5, 0.98][index % 4] as number;
    const value = isPlausible(quantity, middle) ? middle : 0.98;
    return {
      quantity,
      samples: 10,
      mean: Math.fround(value),
      min: Math.fround(value * 0.99),
      max: Math.fround(value * 1.01),
      last: Math.fround(value * 1.002),
    };
  });
  values.push({ quantity: 'energyImportWh', samples: 1, last: 12_345_678 });
  values.push({ quantity: 'energyExportWh', samples: 1, last: 2_345_678 });
  return { meter: 'house', startMs: 1_795_000_000_000, windowS: 10, clock: 'synced', values, failures: [] };
}

/** The same content as readable JSON keyed by name, and keyed by number in arrays: the two forms not chosen. */
function jsonForms(record: WindowRecord): { byName: string; byNumber: string } {
  const rounded = (quantity: WindowValue['quantity'], value: number) =>
    Number(value.toFixed(quantities[quantity].decimals));
  const columns = record.values.map(value =>
    'mean' in value
      ? [value.mean, value.min, value.max, value.last].map(number => rounded(value.quantity, number))
      : [value.last],
  );
  const named = Object.fromEntries(record.values.map((value, index) => [value.quantity, columns[index]]));
  const numbered = record.values.map((value, index) => [
    quantities[value.quantity].wire,
    ...(columns[index] ?? []),
  ]);
  return {
    byName: JSON.stringify({ ...record, values: named }),
    byNumber: JSON.stringify({ ...record, values: numbered }),
  };
}

function nanosecondsPerRound(work: () => unknown): number {
  for (let round = 0; round < rounds / 10; round++) work();
  const started = process.hrtime.bigint();
  for (let round = 0; round < rounds; round++) work();
  return Number(process.hrtime.bigint() - started) / rounds;
}

/** Bytes and decoding time per value of a record: our binary form beside two JSON forms in the same run. */
export async function bench(): Promise<Record<string, number>> {
  const record = exampleRecord();
  const count = record.values.length;
  const binary = encodeRecord(record);
  const { byName, byNumber } = jsonForms(record);
  const perValue = (total: number) => Number((total / count).toFixed(1));
  return {
    binaryBytesPerValue: perValue(binary.length),
    jsonByNameBytesPerValue: perValue(byName.length),
    jsonByNumberBytesPerValue: perValue(byNumber.length),
    binaryDecodeNsPerValue: perValue(nanosecondsPerRound(() => decodeRecord(binary))),
    jsonByNameDecodeNsPerValue: perValue(nanosecondsPerRound(() => JSON.parse(byName))),
    jsonByNumberDecodeNsPerValue: perValue(nanosecondsPerRound(() => JSON.parse(byNumber))),
    binaryEncodeNsPerValue: perValue(nanosecondsPerRound(() => encodeRecord(record))),
    jsonByNumberEncodeNsPerValue: perValue(
      nanosecondsPerRound(() => JSON.stringify(jsonForms(record).byNumber)),
    ),
  };
}
