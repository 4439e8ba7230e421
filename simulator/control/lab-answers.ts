import type { Laboratory } from '../happenings/laboratory.ts';
import type { Lab, LabKind, LabState } from './contract.ts';

/** What does not change while it runs: parts, and what can happen to them. */
export function labInfo(
  { parts }: Laboratory,
  rest: { readonly name: string; readonly hostUrl: string | null; readonly startedAtMs: number },
): Lab {
  const kinds = new Map<string, LabKind>();
  for (const { happenings } of parts) {
    for (const { id, what, lasts, options } of happenings) kinds.set(id, { id, what, lasts, options });
  }
  return {
    ...rest,
    parts: parts.map(({ id, kind, name, about, on, happenings }) => ({
      id,
      kind,
      name,
      about,
      ...(on === undefined ? {} : { on }),
      happenings: happenings.map(happening => happening.id),
    })),
    kinds: [...kinds.values()],
  };
}

/** How it is now, and what has been since the event of this number. */
export const labState = (lab: Laboratory, since: number): LabState => ({
  nowMs: Date.now(),
  running: lab.running,
  planned: lab.planned.map(({ what, values, forS, everyS, nextMs }) => ({
    what,
    values,
    nextMs,
    ...(forS === undefined ? {} : { forS }),
    ...(everyS === undefined ? {} : { everyS }),
  })),
  figures: Object.fromEntries(lab.parts.map(({ id, figures }) => [id, figures?.() ?? []])),
  events: lab.log.since(since),
});
