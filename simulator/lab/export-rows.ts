import { quantities, quantityIds } from '#core/quantities.ts';
import type { SeriesRow } from './expected-series.ts';

export interface ExportedRow extends SeriesRow {
  /** `gateway.meter.quantity` */
  readonly series: string;
}

const scales = new Map<string, number>(quantityIds.map(id => [id, 10 ** quantities[id].decimals]));
/** Columns behind the name of the meter, which people give and which may hold commas. */
const behindName = 10;

/**
 * The rows of `/api/v1/exports/readings?form=csv&resolution=windows`, as they come; memory is bounded by a piece of the
 * stream. @throws Error where a line is none, or the stream breaks off
 */
export async function* exportedRows(body: AsyncIterable<Uint8Array>): AsyncGenerator<ExportedRow[]> {
  const decoder = new TextDecoder();
  let rest = '';
  let isHead = true;
  for await (const piece of body) {
    const lines = (rest + decoder.decode(piece, { stream: true })).split('\r\n');
    rest = lines.pop() ?? '';
    if (isHead && lines.length > 0) {
      lines.shift();
      isHead = false;
    }
    if (lines.length > 0) yield lines.map(rowOf);
  }
  if (rest !== '') throw new Error(`the export ends in the middle of a line: ${rest.slice(0, 200)}`);
}

function rowOf(line: string): ExportedRow {
  const cells = line.split(',');
  const series = cells[0] ?? '';
  const [quantity = '', , startUtc = '', , windowS, samples, mean, min, max, last] = cells.slice(-behindName);
  const scale = scales.get(quantity);
  const startS = Date.parse(startUtc) / 1000;
  if (cells.length < behindName + 4 || scale === undefined || Number.isNaN(startS)) {
    throw new Error(`the export has a line that is none: ${line.slice(0, 200)}`);
  }
  const steps = (cell: string | undefined) =>
    cell === undefined || cell === '' ? Number.NaN : Math.round(Number(cell) * scale);
  return {
    series,
    startS,
    windowS: Number(windowS),
    samples: Number(samples),
    mean: steps(mean),
    min: steps(min),
    max: steps(max),
    last: steps(last),
  };
}
