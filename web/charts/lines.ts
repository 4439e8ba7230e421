import type { Colour } from './colours.ts';
import type { Columns } from './columns.ts';

/** One more line in a chart: told apart by its strokes as well as by its colour. */
export interface ChartLine {
  readonly name: string;
  readonly columns: Columns;
  readonly colour: Colour;
  /** Lengths of strokes and the gaps between them, CSS pixels; none: a whole line. */
  readonly dash: readonly number[];
}

/** How the quantities of a meter that share a unit are drawn, by their place among them: always the same. */
export const lineLooks = Object.freeze([
  { colour: 'grid', dash: [] },
  { colour: 'solar', dash: [9, 3] },
  { colour: 'battery', dash: [3, 3] },
  { colour: 'load-2', dash: [12, 3, 3, 3] },
  { colour: 'load-3', dash: [6, 6] },
  { colour: 'load-4', dash: [2, 5] },
] as const satisfies readonly Pick<ChartLine, 'colour' | 'dash'>[]);

/** Another time of the same quantity. */
export const comparedLook = Object.freeze({ colour: 'muted', dash: [5, 4] } as const) satisfies Pick<
  ChartLine,
  'colour' | 'dash'
>;
