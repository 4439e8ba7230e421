import { optionHelp } from '../arguments.ts';
import type { Lab, LabState } from './contract.ts';

/** What can happen in a laboratory, what happens now and what is planned, for a terminal. */
export function labText({ parts, kinds }: Lab, { running, planned, nowMs }: LabState): string {
  const lines: string[] = ['WHAT CAN HAPPEN'];
  for (const { id, what, options } of kinds) {
    const where = parts.filter(({ happenings }) => happenings.includes(id)).map(part => part.id);
    lines.push(`${id.padEnd(22)}${what}${where.length > 1 ? ` (--part ${where.join(', ')})` : ''}`);
    if (Object.keys(options).length > 0) lines.push(optionHelp(options).replace(/^/gm, '    '));
  }
  lines.push('', 'WHAT HAPPENS NOW', ...orNothing(running.map(one => nowLine(one, nowMs))));
  const soon = planned.flatMap(({ what, values: { part }, nextMs }) => {
    const where = typeof part === 'string' ? `${part}, ` : '';
    return nextMs === null ? [] : [`${what.padEnd(22)}${where}in ${secondsText(nextMs - nowMs)}`];
  });
  if (soon.length > 0) lines.push('', 'WHAT IS PLANNED', ...soon);
  return lines.join('\n');
}

const orNothing = (lines: readonly string[]): readonly string[] => (lines.length > 0 ? lines : ['nothing']);

function nowLine({ what, part, values, untilMs }: LabState['running'][number], nowMs: number): string {
  const given = Object.entries(values).flatMap(([name, value]) =>
    value === null || (Array.isArray(value) && value.length === 0) ? [] : [`${name} ${value}`],
  );
  const until = untilMs === null ? '' : `, ${secondsText(untilMs - nowMs)} left`;
  return `${what.padEnd(22)}${[part, ...given].join(', ')}${until}`;
}

const secondsText = (ms: number): string => `${Math.max(0, Math.ceil(ms / 1000))} s`;
