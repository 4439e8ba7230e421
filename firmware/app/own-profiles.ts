import { crc32 } from '../core/crc.ts';
import { encodeUtf8 } from '../core/utf8.ts';
import type { GatewaySettings } from '../core/wire/settings.ts';
import type { MeterProfile, ModbusProfile } from '../profiles/profile.ts';
import { ownProfiles } from '../profiles/profile-check.ts';
import { findProfile } from '../profiles/registry.ts';

/** Profiles by id, where settings bring some of their own. */
export class OwnProfiles {
  readonly #profiles: readonly ModbusProfile[];
  readonly #versions = new Map<string, number>();

  constructor(settings: Pick<GatewaySettings, 'profiles'> = {}) {
    this.#profiles = ownProfiles(settings);
  }

  find(id: string): MeterProfile | undefined {
    return findProfile(id, this.#profiles);
  }

  /** Differs where a profile of this id says something else; the same for all that the firmware brings. */
  versionOf(id: string): number {
    const known = this.#versions.get(id);
    if (known !== undefined) return known;
    const profile = this.#profiles.find(own => own.id === id);
    // Settings are no frozen table, so they need no copy. The text, which may have 12 kB, is not kept.
    const version = profile === undefined ? 0 : crc32(encodeUtf8(JSON.stringify(profile)));
    this.#versions.set(id, version);
    return version;
  }
}
