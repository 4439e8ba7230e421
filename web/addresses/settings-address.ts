/** How this page looks to a person, and who that is. */
export interface SettingsAddress {
  readonly view: 'settings';
}

export const parseSettings = (): SettingsAddress => ({ view: 'settings' });
export const formatSettings = (): string => '/settings';
