import type { Message } from '../core/wire/messages.ts';
import { type GatewaySettings, settingsDefaults } from '../core/wire/settings.ts';
import type { BoardPort } from '../ports.ts';
import { profileQuantities } from '../profiles/profile.ts';
import { findProfile } from '../profiles/registry.ts';

/** What the gateway is and which meters it runs, defaults filled in. */
export function aboutOf(
  board: Pick<BoardPort, 'name' | 'firmware'>,
  epoch: string,
  { version, meters }: GatewaySettings,
): Message<'about'> {
  return {
    v: 1,
    firmware: board.firmware,
    board: board.name,
    epoch,
    settingsVersion: version,
    meters: meters.map(({ id, name, profile, line, windowS, sampleMs }) => {
      const found = findProfile(profile);
      return {
        id,
        name,
        profile,
        line,
        windowS: windowS ?? settingsDefaults.windowS,
        sampleMs: sampleMs ?? settingsDefaults.sampleMs,
        series: found === undefined ? [] : profileQuantities(found),
      };
    }),
  };
}
