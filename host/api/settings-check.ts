import { limits } from '#core/limits.ts';
import type { Mistake } from '#core/rules.ts';
import { outputMistakes } from '#profiles/alarm-check.ts';
import { checkSettings } from '#profiles/settings-check.ts';
import type { DesiredSettings } from './contract.ts';

/** Room for the version and the message around the settings. */
const envelopeBytes = 128;

/**
 * All mistakes of settings that can be found without the gateway, by the gateway's own rules, so that a person hears
 * of them at once; `outputs` are the gateway's, where it told them. None: the gateway will run them, unless a port does not open there.
 */
export function settingsMistakes(wanted: DesiredSettings, outputs?: readonly string[]): readonly Mistake[] {
  const checked = checkSettings({ version: 0, ...wanted });
  const bytes = Buffer.byteLength(JSON.stringify(wanted));
  const mostBytes = limits.settingsBytes - envelopeBytes;
  const absent =
    'settings' in checked && outputs !== undefined ? outputMistakes(checked.settings, outputs) : [];
  const found = 'mistakes' in checked ? checked.mistakes : absent;
  if (bytes <= mostBytes) return found;
  return [
    {
      field: '(all)',
      message: `${bytes} bytes given; at most ${mostBytes} are allowed: leave out registers of own profiles, or meters`,
    },
    ...found,
  ];
}
