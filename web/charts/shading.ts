import type uPlot from 'uplot';

interface Stretch {
  readonly startMs: number;
  readonly endMs: number;
}

const stripePx = 10;

/** Made once for each colour: a chart that is panned asks sixty times a second. */
const patterns = new Map<string, CanvasPattern | string>();

/** A pattern of slanting lines, for what is missing: seen without colour too. */
export function stripes(
  context: CanvasRenderingContext2D,
  colour: string,
  ratio: number,
): CanvasPattern | string {
  const key = `${colour} ${ratio}`;
  let pattern = patterns.get(key);
  if (pattern === undefined) {
    pattern = newStripes(context, colour, ratio);
    patterns.set(key, pattern);
  }
  return pattern;
}

function newStripes(
  context: CanvasRenderingContext2D,
  colour: string,
  ratio: number,
): CanvasPattern | string {
  const tile = document.createElement('canvas');
  const side = Math.round(stripePx * ratio);
  tile.width = side;
  tile.height = side;
  const pen = tile.getContext('2d');
  if (pen === null) return colour;
  pen.strokeStyle = colour;
  pen.lineWidth = ratio;
  pen.beginPath();
  for (const shift of [-side, 0, side]) {
    pen.moveTo(shift, side);
    pen.lineTo(shift + side, 0);
  }
  pen.stroke();
  return context.createPattern(tile, 'repeat') ?? colour;
}

/** Fills stretches of time over the whole height of the plot, each at least a pixel wide so that none is unseen. */
export function shade(plot: uPlot, stretches: readonly Stretch[], colour: string, isStriped: boolean): void {
  const { ctx: context, bbox } = plot;
  const ratio = devicePixelRatio;
  context.save();
  context.fillStyle = isStriped ? stripes(context, colour, ratio) : colour;
  for (const { startMs, endMs } of stretches) {
    const left = Math.max(bbox.left, plot.valToPos(startMs / 1000, 'x', true));
    const right = Math.min(bbox.left + bbox.width, plot.valToPos(endMs / 1000, 'x', true));
    if (right <= bbox.left || left >= bbox.left + bbox.width) continue;
    context.fillRect(left, bbox.top, Math.max(ratio, right - left), bbox.height);
  }
  context.restore();
}
