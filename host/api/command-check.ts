import { deepFreeze } from '#core/freeze.ts';
import { limits } from '#core/limits.ts';
import type { Mistake } from '#core/rules.ts';
import type { Role } from '../auth/roles.ts';
import { isOwnLink } from '../firmware/links.ts';
import type { Command } from './command-desk.ts';

/** What each command cannot do without. */
export const commandNeeds = deepFreeze({
  live: ['seconds'],
  about: [],
  restart: [],
  diagnose: ['line', 'seconds'],
  trace: ['line', 'seconds'],
  scan: ['line', 'scan'],
  stopScan: [],
  probe: ['line', 'profile'],
  write: ['meter', 'write'],
  update: ['update'],
  cancelUpdate: [],
  network: ['network'],
  identify: ['seconds'],
  factoryReset: [],
} as const satisfies Record<Command['name'], readonly (keyof Command)[]>);

const ofAdmins: ReadonlySet<Command['name']> = new Set(['network', 'update', 'cancelUpdate', 'factoryReset']);

/** What to ask it needs at the gateway's site. An operator asks what can be asked again; what may take the gateway away does not. */
export const roleOfCommand = ({ name }: Pick<Command, 'name'>): Role =>
  ofAdmins.has(name) ? 'admin' : 'operator';

/** Room for version, id and name. */
const envelopeBytes = 128;

/**
 * What can be said against a command without asking the gateway. A gateway stands in networks that who asks does not reach,
 * so it fetches from this host alone (`publicUrl` of the settings).
 */
export function commandMistakes(command: Command, publicUrl: string | undefined): readonly Mistake[] {
  const needs: readonly (keyof Command)[] = commandNeeds[command.name];
  const missing = needs
    .filter(field => command[field] === undefined)
    .map(field => ({ field, message: `is missing; ${command.name} needs ${needs.join(' and ')}` }));
  const bytes = Buffer.byteLength(JSON.stringify(command));
  const mostBytes = limits.mqttPacketDownBytes - envelopeBytes;
  const size =
    bytes <= mostBytes
      ? []
      : [{ field: '(all)', message: `${bytes} bytes given; at most ${mostBytes} are allowed` }];
  const { scan } = command;
  const range =
    scan === undefined || scan.fromAddress <= scan.toAddress
      ? []
      : [
          {
            field: 'scan.toAddress',
            message: `${scan.toAddress} given; ${scan.fromAddress} (fromAddress) or more is allowed`,
          },
        ];
  const { update } = command;
  const link =
    update === undefined || isOwnLink(update.url, publicUrl)
      ? []
      : [
          {
            field: 'update.url',
            message:
              'an address of elsewhere was given; an image of this host is allowed, and POST /api/v1/gateways/ID/update makes its address',
          },
        ];
  return [...missing, ...range, ...link, ...size];
}
