/** How this page looks to a person, who that is, and who else may come in. */
export interface SettingsAddress {
  readonly view: 'settings';
  /** Absent: what holds for this device. */
  readonly part?: SettingsPart;
}

export const settingsParts = Object.freeze([
  'device',
  'account',
  'people',
  'tokens',
  'links',
  'programs',
  'sites',
  'log',
  'about',
] as const);

export type SettingsPart = (typeof settingsParts)[number];

const isSettingsPart = (text: string): text is SettingsPart =>
  (settingsParts as readonly string[]).includes(text);

export const settingsAddress = (part: SettingsPart = 'device'): SettingsAddress =>
  part === 'device' ? { view: 'settings' } : { view: 'settings', part };

export const parseSettings = ([part = '']: readonly string[] = []): SettingsAddress =>
  settingsAddress(isSettingsPart(part) ? part : 'device');

export const formatSettings = ({ part }: SettingsAddress): string =>
  part === undefined || part === 'device' ? '/settings' : `/settings/${part}`;
