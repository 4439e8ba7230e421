import { crc32 } from '../core/crc.ts';
import { encodeUtf8 } from '../core/utf8.ts';
import type { GatewaySettings } from '../core/wire/settings.ts';
import type { MeterProfile, ModbusProfile } from '../profiles/profile.ts';
import { ownProfiles } from '../profiles/profile-check.ts';
import { findProfile } from '../profiles/registry.ts';

/** Profiles by id, where settings bring some of their own. */
export class OwnProfiles {
  readonly #profiles: readonly ModbusProfile[];

  constructor(settings: Pick<GatewaySettings, 'profiles'> = {}) {
    this.#profiles = ownProfiles(settings);
  }

  find(id: string): MeterProfile | undefined {
    return findProfile(id, this.#profiles);
  }

  /** Differs where a profile of this id says something else; the same for all that the firmware brings. */
  versionOf(id: string): number {
    const profile = this.#profiles.find(own => own.id === id);
    // Settings are no frozen table, so they need no copy. Their text is not kept: it may have 12 kB.
    return profile === undefined ? 0 : crc32(encodeUtf8(JSON.stringify(profile)));
  }
}
