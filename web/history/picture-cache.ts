import type { History } from './history.ts';
import type { Span } from './ranges.ts';

/** Late windows mend the past: what was loaded is shown again for so long without asking. */
const freshMs = 60_000;
const most = 24;

interface Kept {
  readonly picture: History;
  readonly atMs: number;
}

/** Pictures that were loaded or will be wanted next, so that stepping and panning find them. */
export class PictureCache {
  readonly #kept = new Map<string, Kept>();
  readonly #nowMs: () => number;

  constructor(nowMs: () => number = Date.now) {
    this.#nowMs = nowMs;
  }

  get(key: string): History | undefined {
    const kept = this.#kept.get(key);
    if (kept === undefined) return undefined;
    if (this.#nowMs() - kept.atMs <= freshMs) return kept.picture;
    this.#kept.delete(key);
    return undefined;
  }

  set(key: string, picture: History): void {
    this.#kept.delete(key);
    this.#kept.set(key, { picture, atMs: this.#nowMs() });
    const [oldest] = this.#kept.keys();
    if (this.#kept.size > most && oldest !== undefined) this.#kept.delete(oldest);
  }

  clear(): void {
    this.#kept.clear();
  }
}

export const pictureKey = (series: string, { fromMs, toMs }: Span, points: number): string =>
  `${series} ${fromMs} ${toMs} ${points}`;

type Columns = 'startMs' | 'mean' | 'min' | 'max' | 'last' | 'delta' | 'estimated' | 'coverage';
const columnNames: readonly Columns[] = [
  'startMs',
  'mean',
  'min',
  'max',
  'last',
  'delta',
  'estimated',
  'coverage',
];

/**
 * A picture with its neighbours in time to either side, for panning into. Those of another resolution are left out, and
 * of what two of them have the shown one's counts.
 */
export function withNeighbours(shown: History, neighbours: readonly History[]): History {
  const { bucketMs } = shown.readings;
  const fitting = neighbours.filter(
    ({ readings, step }) => readings.bucketMs === bucketMs && step === shown.step,
  );
  if (fitting.length === 0) return shown;
  const parts = [
    ...fitting.filter(({ span }) => span.fromMs < shown.span.fromMs),
    shown,
    ...fitting.filter(({ span }) => span.fromMs >= shown.span.fromMs),
  ];
  const own = new Set(shown.readings.startMs);
  const readings = { ...shown.readings };
  for (const name of columnNames) {
    const joined: (number | null)[] = [];
    let newestMs = Number.NEGATIVE_INFINITY;
    for (const part of parts) {
      part.readings.startMs.forEach((startMs, index) => {
        if (startMs <= newestMs || (part !== shown && own.has(startMs))) return;
        newestMs = startMs;
        joined.push(part.readings[name][index] ?? null);
      });
    }
    Object.assign(readings, { [name]: joined });
  }
  const ownBars = new Set(shown.bars.map(({ startMs }) => startMs));
  const bars = parts.flatMap(part =>
    part === shown ? part.bars : part.bars.filter(({ startMs }) => !ownBars.has(startMs)),
  );
  return {
    ...shown,
    readings,
    bars: bars.filter((bar, index) => index === 0 || bar.startMs > (bars[index - 1]?.startMs ?? 0)),
    missing: parts.flatMap(({ missing }) => missing),
    imported: parts.flatMap(({ imported }) => imported),
  };
}
