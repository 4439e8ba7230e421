import { limits } from '../core/limits.ts';
import type { Message } from '../core/wire/messages.ts';
import { type GatewaySettings, settingsDefaults } from '../core/wire/settings.ts';
import type { BoardPort } from '../ports.ts';
import { profileQuantities } from '../profiles/profile.ts';
import type { Meter } from './meter.ts';
import { OwnProfiles } from './own-profiles.ts';

/**
 * What the gateway is and which meters it runs, defaults filled in. Meters past the series that the message has room
 * for are told of without theirs: the host learns them from their values. Who they are is of those that run and said so.
 */
export function aboutOf(
  board: Pick<BoardPort, 'name' | 'firmware' | 'chip' | 'outputs'>,
  epoch: string,
  settings: GatewaySettings,
  running: readonly Pick<Meter, 'id' | 'identity'>[],
  network?: Message<'about'>['network'],
  isOnTrial = false,
): Message<'about'> {
  const { version, meters } = settings;
  const own = new OwnProfiles(settings);
  let room: number = limits.seriesPerAbout;
  return {
    v: 1,
    firmware: board.firmware,
    board: board.name,
    chip: board.chip,
    ...(board.outputs.length > 0 && { outputs: board.outputs.slice(0, 16) }),
    ...(isOnTrial && { isOnTrial }),
    ...(network !== undefined && { network }),
    epoch,
    settingsVersion: version,
    meters: meters.map(({ id, name, profile, line, windowS, sampleMs }) => {
      const found = own.find(profile);
      const series = found === undefined ? [] : profileQuantities(found);
      const identity = running.find(meter => meter.id === id)?.identity ?? {};
      room -= series.length;
      return {
        id,
        name,
        profile,
        line,
        windowS: windowS ?? settingsDefaults.windowS,
        sampleMs: sampleMs ?? settingsDefaults.sampleMs,
        series: room < 0 ? [] : series,
        ...(Object.keys(identity).length === 0 ? {} : { identity }),
      };
    }),
  };
}
