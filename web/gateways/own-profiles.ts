import type { GatewaySettings } from '../../host/api/contract.ts';

export interface OwnProfile {
  readonly id: string;
}

const isOwnProfile = (value: unknown): value is OwnProfile =>
  typeof value === 'object' && value !== null && 'id' in value && typeof value.id === 'string';

/** The profiles that came with a gateway's settings. */
export function ownProfiles(settings: GatewaySettings | null): readonly OwnProfile[] {
  const profiles: unknown = settings !== null && 'profiles' in settings ? settings.profiles : [];
  return Array.isArray(profiles) ? profiles.filter(isOwnProfile) : [];
}
