import type { FaultCounts, FaultFigure } from './fault.ts';
import { countText, figureText } from './text.ts';

/** Why a run has not passed, a sentence each; none where it has. A run that watched nothing has proved nothing. */
export function failingsOf(counts: FaultCounts, wantedTimes: number): string[] {
  const { times, watched, lost, doubled, wrong, figures } = counts;
  const failings: string[] = [];
  if (times < wantedTimes) failings.push(`it happened ${times} times, ${wantedTimes} were wanted`);
  if (!(watched > 0)) failings.push('nothing was watched');
  for (const [name, count] of Object.entries({ lost, doubled, wrong })) {
    if (count !== 0) failings.push(`${countText(count)} ${name}`);
  }
  for (const figure of figures) if (!isWithin(figure)) failings.push(figureText(figure));
  return failings;
}

/** A figure that is no number is within no bound. */
const isWithin = ({ value, most, least }: FaultFigure): boolean =>
  (most === undefined || value <= most) && (least === undefined || value >= least);
