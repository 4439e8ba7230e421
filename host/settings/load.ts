import type { Mistake } from '#core/rules.ts';
import { certificateMistakes } from './certificate.ts';
import { SettingsError } from './errors.ts';
import { levelsMistakes } from './levels.ts';
import type { Setting } from './setting.ts';
import { type Given, givenIn, type SettingSources } from './sources.ts';
import {
  type HostSettings,
  kindOf,
  type SettingName,
  settingNames,
  settingTable,
  type Values,
} from './table.ts';

/** What settings must be together, each by itself being right. */
const rules: readonly ((values: Values, given: ReadonlyMap<string, Given>) => Mistake[])[] = [
  levelsMistakes,
  certificateMistakes,
];

export const defaultSettings = (): HostSettings => loadSettings({});

/**
 * The settings of all sources, the later overriding: defaults, file, environment, arguments.
 * @throws SettingsError naming every bad one by the name it has in its source.
 */
export function loadSettings(sources: SettingSources): HostSettings {
  const mistakes: Mistake[] = [];
  const given = givenIn(sources, mistakes);
  const values: Values = {};
  for (const name of settingNames) take(name, given.get(name), values, mistakes);
  mistakes.push(...rules.flatMap(rule => rule(values, given)));
  if (mistakes.length > 0 || !isWhole(values)) throw new SettingsError(mistakes);
  return values;
}

function take<N extends SettingName>(
  name: N,
  given: Given | undefined,
  values: Values,
  mistakes: Mistake[],
): void {
  const setting: Setting = settingTable[name];
  const { default: byDefault } = setting;
  const value =
    given === undefined ? (typeof byDefault === 'function' ? byDefault() : byDefault) : given.value;
  if (value === undefined && given === undefined) return;
  const taken = kindOf(name).take(value);
  if ('value' in taken) values[name] = taken.value;
  else
    mistakes.push({
      field: given?.field ?? name,
      message: `${shown(setting, value)} given; ${taken.allowed}`,
    });
}

/** What was given may hold a password: it is not to end in a log. */
const shown = ({ isSecret, mayHoldSecret }: Setting, value: unknown): string =>
  isSecret || mayHoldSecret ? 'something else' : JSON.stringify(value);

const isNeeded = (setting: Setting): boolean => setting.isNeeded === true;

const isWhole = (values: Values): values is HostSettings =>
  settingNames.every(name => values[name] !== undefined || !isNeeded(settingTable[name]));
