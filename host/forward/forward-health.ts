import type { HealthReason } from '../watch/health.ts';
import { forwardLimits } from './limits.ts';
import type { Outcomes } from './outcomes.ts';

/** What health tells of a forward: nothing was taken for long, or something was dropped or refused within a day. */
export function forwardHealth(
  id: string,
  { failingSinceMs, fault, missed }: Pick<Outcomes, 'failingSinceMs' | 'fault' | 'missed'>,
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
  ];
}
