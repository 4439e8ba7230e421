import type { Fault } from '../faults/fault.ts';
import type { HealthReason } from '../watch/health.ts';
import { forwardLimits } from './limits.ts';
import type { Outcomes } from './outcomes.ts';

/** What health tells of a forward: nothing was taken for long, something was dropped or refused within a day, or is left out. */
export function forwardHealth(
  id: string,
  { failingSinceMs, fault, missed }: Pick<Outcomes, 'failingSinceMs' | 'fault' | 'missed'>,
  leftOut: Fault | undefined,
  nowMs: number,
): HealthReason[] {
  const isFailing = failingSinceMs !== undefined && nowMs - failingSinceMs >= forwardLimits.failingMs;
  const isMissed = missed !== undefined && nowMs - missed.atMs < forwardLimits.toldMs;
  const reason = (code: 'forward.failing' | 'forward.missed', said: string): HealthReason => ({
    code,
    level: 'degraded',
    detail: `${id}: ${said}`,
    facts: { id, said },
  });
  return [
    ...(isFailing ? [reason('forward.failing', fault?.message ?? '')] : []),
    ...(isMissed ? [reason('forward.missed', missed.why)] : []),
    // Not which: who reads this may not see all of them.
    ...(leftOut === undefined
      ? []
      : [
          reason(
            'forward.missed',
            `meters are left out, as their names are too long there: ${leftOut.facts.count}`,
          ),
        ]),
  ];
}
