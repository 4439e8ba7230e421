/** What a person chose on this device. Storage may be forbidden (private windows): then the choice lasts until reload. */
type Preference = 'language' | 'theme' | 'energy' | 'signedIn' | 'site';

const keyOf = (name: Preference) => `joulegate.${name}`;

export function readPreference(name: Preference): string | null {
  try {
    return localStorage.getItem(keyOf(name));
  } catch {
    return null;
  }
}

export function writePreference(name: Preference, value: string | null): void {
  try {
    if (value === null) localStorage.removeItem(keyOf(name));
    else localStorage.setItem(keyOf(name), value);
  } catch {
    // Nothing to mend: the page goes on with the choice in memory.
  }
}
