import { type Correction, millionths } from './types.ts';

/** An instant at which a counter's reading is known twice: how the line up to it ends and how the next one begins. */
export interface Seam {
  readonly atS: number;
  readonly before: number;
  readonly after: number;
}

/** What a counter grew in `[fromS, toS)` is to be taken times a factor other than 1. */
export interface GrowthScale {
  readonly fromS: number;
  readonly toS: number;
  /** Exact, over a power of a million. */
  readonly factor: { readonly top: bigint; readonly bottom: bigint };
}

/** What corrections say of one counter, besides windows that are left out. */
export interface CounterLine {
  /** In order of time, one for each instant. */
  readonly seams: readonly Seam[];
  /** In order of time and apart. */
  readonly scales: readonly GrowthScale[];
}

/** Undefined where nothing is said. Of several readings for one instant the one that was given last holds. */
export function counterLine(corrections: readonly Correction[]): CounterLine | undefined {
  const inOrder = corrections.toSorted((one, other) => one.id - other.id);
  const seams = new Map<number, Seam>();
  for (const { kind, fromS, before, after } of inOrder) {
    if (kind === 'reading' || kind === 'swap') seams.set(fromS, { atS: fromS, before, after });
  }
  const scales = growthScales(inOrder.filter(({ kind }) => kind === 'scale'));
  if (seams.size === 0 && scales.length === 0) return undefined;
  return { seams: [...seams.values()].sort((one, other) => one.atS - other.atS), scales };
}

function growthScales(corrections: readonly Correction[]): GrowthScale[] {
  const bounds = [...new Set(corrections.flatMap(({ fromS, toS }) => [fromS, toS]))].sort((a, b) => a - b);
  const scales: GrowthScale[] = [];
  for (const [index, fromS] of bounds.entries()) {
    const toS = bounds[index + 1];
    if (toS === undefined) break;
    const here = corrections.filter(each => each.fromS < toS && each.toS > fromS);
    if (here.length === 0) continue;
    let [top, bottom] = [1n, 1n];
    for (const { factorMillionths } of here) {
      top *= BigInt(factorMillionths);
      bottom *= BigInt(millionths);
    }
    scales.push({ fromS, toS, factor: { top, bottom } });
  }
  return scales;
}
