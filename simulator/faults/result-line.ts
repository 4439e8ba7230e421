import type { FaultResult } from './result.ts';
import { countText, durationText, figureText, timesText } from './text.ts';

/** The line of a fault: `passed  host-kill: the host is killed under load, 3 times: 41,200 records, 0 lost, …`. */
export function resultLine({ id, what, watched, outcome, why, counts, seed, seconds }: FaultResult): string {
  const head = `${outcome.padEnd(7)} ${id}: ${what}`;
  const tail = `[seed ${seed}, ${durationText(seconds * 1000)}]`;
  if (counts === null) return `${head}: ${why.join('; ')} ${tail}`;
  const parts = [
    `${countText(counts.watched)} ${watched}`,
    `${countText(counts.lost)} lost`,
    `${countText(counts.doubled)} doubled`,
    `${countText(counts.wrong)} wrong`,
    ...(counts.healMs === null ? [] : [`well again in ${durationText(counts.healMs)}`]),
    ...counts.figures.map(figureText),
  ];
  const lines = [`${head}, ${timesText(counts.times)}: ${parts.join(', ')} ${tail}`];
  if (outcome === 'failed') lines.push(...why.map(text => `        failed: ${text}`));
  lines.push(...counts.notes.map(text => `        ${text}`));
  return lines.join('\n');
}
