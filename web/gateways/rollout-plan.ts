import type { Gateway, Meter, SettingsChange } from '../../host/api/contract.ts';

/** The window lengths that gateways run, in s (`windowLengthsS` of the settings' rule). */
export const windowLengthsS: readonly number[] = Object.freeze([
  1, 2, 3, 4, 5, 6, 10, 12, 15, 20, 30, 60, 180, 300, 900,
]);

/** How many gateways have their turn together: after one alone, up to each of these shares of all, in percent. */
export const paces = Object.freeze({
  careful: Object.freeze([10, 25, 50, 100]),
  usual: Object.freeze([10, 100]),
  quick: Object.freeze([100]),
} as const satisfies Record<string, readonly number[]>);

export type Pace = keyof typeof paces;

/** How many gateways each stage has, as the host makes them. */
export function stageSizes(count: number, shares: readonly number[]): number[] {
  const ends = [1, ...shares.map(share => Math.ceil((count * share) / 100)), count];
  const sizes: number[] = [];
  let done = 0;
  for (const end of ends.map(end => Math.min(end, count))) {
    if (end > done) sizes.push(end - done);
    done = Math.max(done, end);
  }
  return sizes;
}

/** A gateway that a change is about, and how many of its meters. */
export interface SettingsTarget {
  readonly gateway: Gateway;
  readonly meters: number;
  /** Those that have another window now; all of them where the window is not what changes. */
  readonly changing: number;
}

/** Gateways that have meters of this kind. */
export function settingsTargets(
  gateways: readonly Gateway[],
  meters: readonly Meter[],
  { profile, windowS }: Pick<SettingsChange, 'profile' | 'windowS'>,
): SettingsTarget[] {
  return gateways.flatMap(gateway => {
    const own = meters.filter(
      meter => meter.gateway === gateway.id && (profile === undefined || meter.profile === profile),
    );
    const changing = typeof windowS === 'number' ? own.filter(meter => meter.windowS !== windowS) : own;
    return own.length === 0 ? [] : [{ gateway, meters: own.length, changing: changing.length }];
  });
}

/** Profiles that meters have, with how many, the most frequent first. */
export function usedProfiles(
  meters: readonly Meter[],
): readonly { readonly profile: string; readonly count: number }[] {
  const counts = new Map<string, number>();
  for (const { profile } of meters) counts.set(profile, (counts.get(profile) ?? 0) + 1);
  return [...counts]
    .map(([profile, count]) => ({ profile, count }))
    .sort((a, b) => b.count - a.count || a.profile.localeCompare(b.profile));
}
