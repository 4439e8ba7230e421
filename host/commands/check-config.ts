import { loadSettings, SettingsError, unknownVariables } from '../settings.ts';
import type { Given, World } from './command.ts';

/**
 * Whether a host would start with these settings, without starting it. A variable that begins like ours and is none of them
 * is a mistake here, where somebody asks for mistakes.
 * @throws SettingsError with all mistakes
 */
export function checkConfig({ sources }: Given, world: World): number {
  const unknown = unknownVariables(sources);
  try {
    loadSettings(sources);
  } catch (error) {
    if (!(error instanceof SettingsError)) throw error;
    throw new SettingsError([...error.mistakes, ...unknown]);
  }
  if (unknown.length > 0) throw new SettingsError(unknown);
  world.print('the settings are right');
  return 0;
}
