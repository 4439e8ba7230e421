import { type Period, sharesOf } from './day-energy.ts';

/** The parts of an hour's bar: what was used, by where it came from, upwards; what was fed in downwards. */
export type BarPart = 'solar' | 'battery' | 'grid' | 'feed';

export interface HourBar {
  readonly startMs: number;
  readonly endMs: number;
  /** null: not known. */
  readonly parts: Readonly<Record<BarPart, number>> | null;
  /** Less than nearly all of the hour (as far as it passed) was measured, or nothing. */
  readonly hasGap: boolean;
}

const nearlyAll = 0.98;

/** The hours of a day as bars. */
export const hourBars = (hours: readonly Period[]): HourBar[] =>
  hours.map(hour => {
    const shares = sharesOf(hour);
    return {
      startMs: hour.startMs,
      endMs: hour.endMs,
      parts:
        shares === null
          ? null
          : {
              solar: shares.solarUsedWh,
              battery: shares.batteryUsedWh,
              grid: shares.gridUsedWh,
              feed: hour.fedInWh ?? 0,
            },
      hasGap: shares === null || hour.coverage < nearlyAll,
    };
  });

export interface Segment {
  readonly colour: BarPart | 'gap';
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

export interface BarDrawing {
  readonly segments: readonly Segment[];
  readonly zeroY: number;
  /** Round values with their height, for lines across. */
  readonly ticks: readonly { readonly wh: number; readonly y: number }[];
}

const up: readonly BarPart[] = ['solar', 'battery', 'grid'];
const gap = 2;

/** 1, 2 or 5 times a power of ten, so that `most` of them reach `value`. */
function stepFor(value: number, most: number): number {
  const raw = Math.max(value / most, 1);
  const power = 10 ** Math.floor(Math.log10(raw));
  return ([1, 2, 5, 10].find(times => times * power >= raw) ?? 10) * power;
}

/** Bars of a day from `fromMs` to `toMs` in a box; an hour that is not known is a gap over the whole height. */
export function drawBars(
  bars: readonly HourBar[],
  fromMs: number,
  toMs: number,
  width: number,
  height: number,
): BarDrawing {
  const used = ({ parts }: HourBar) => (parts === null ? 0 : parts.solar + parts.battery + parts.grid);
  const top = Math.max(100, ...bars.map(used));
  const bottom = Math.max(0, ...bars.map(({ parts }) => parts?.feed ?? 0));
  const scale = height / (top + bottom);
  const zeroY = top * scale;
  const x = (atMs: number) => ((atMs - fromMs) / (toMs - fromMs)) * width;
  const segments: Segment[] = [];
  for (const { startMs, endMs, parts, hasGap } of bars) {
    const place = { x: x(startMs) + gap / 2, width: Math.max(1, x(endMs) - x(startMs) - gap) };
    if (hasGap) segments.push({ colour: 'gap', ...place, y: 0, height });
    if (parts === null) continue;
    let y = zeroY;
    for (const part of up) {
      const high = parts[part] * scale;
      y -= high;
      if (high > 0) segments.push({ colour: part, ...place, y, height: high });
    }
    if (parts.feed > 0) segments.push({ colour: 'feed', ...place, y: zeroY, height: parts.feed * scale });
  }
  const step = stepFor(top + bottom, 4);
  const ticks: { wh: number; y: number }[] = [];
  for (let wh = -Math.floor(bottom / step) * step; wh <= top; wh += step) {
    ticks.push({ wh: Math.abs(wh), y: zeroY - wh * scale });
  }
  return { segments, zeroY, ticks };
}
