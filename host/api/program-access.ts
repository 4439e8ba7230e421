import { decodeMessage, encodeMessage, type Message } from '#core/wire/messages.ts';
import { protocolVersion } from '#core/wire/topics.ts';
import type { Access } from '../auth/access.ts';
import type { ProgramAccess } from '../broker/program-access.ts';
import type { GatewayState } from '../fleet.ts';
import { commandMistakes, roleOfCommand } from './command-check.ts';
import { quietCommands, toldOf } from './commands.ts';
import type { ApiParts } from './routes.ts';

type Parts = Pick<ApiParts, 'fleet' | 'sites' | 'auth' | 'live' | 'broker' | 'audit' | 'log'>;

/** What MQTT clients of third parties may at the host's own broker: their rights, and commands by the rules of the API. */
export function programAccess(parts: Parts): ProgramAccess {
  const { fleet, sites, auth, live } = parts;
  const { mqttClients } = auth;
  let stopWatching = () => {};
  return {
    isRight: (program, password) => mqttClients.isRight(program, password),
    sees: (program, gateway) => mqttClients.sees(program, sites.siteOf(gateway)),
    seesSite: (program, site) =>
      site === null ? mqttClients.get(program) !== undefined : mqttClients.sees(program, site),
    mayWrite: program => mqttClients.mayWrite(program),
    gateways: () => fleet.gateways().map(({ id }) => id),
    newest(gateway, channel) {
      const state = fleet.gateway(gateway);
      return state && newestOf[channel](state);
    },
    command(program, gateway, payload, address) {
      const command = decodeMessage('command', payload);
      if (!command.ok) return refusal(idIn(payload), command.detail);
      const why = whyNot(parts, gateway, command.value);
      if (why !== undefined) return refusal(command.value.id, why);
      if (!quietCommands.has(command.value.name)) takeDown(parts, program, gateway, command.value, address);
      parts.broker.send(gateway, 'command', command.value);
      return undefined;
    },
    onLive(isWanted) {
      stopWatching();
      stopWatching = isWanted ? live.watch() : () => {};
    },
  };
}

const newestOf = {
  status: ({ online }: GatewayState) =>
    encodeMessage('status', { v: protocolVersion, state: online ? 'online' : 'offline' }),
  about: ({ about }: GatewayState) => (about === null ? undefined : encodeMessage('about', about)),
  'settings/reported': ({ running, refused }: GatewayState) =>
    running === null
      ? undefined
      : encodeMessage('settings/reported', {
          v: protocolVersion,
          running,
          ...(refused.length > 0 && { refused: { version: null, mistakes: [...refused] } }),
        }),
};

function whyNot(
  { fleet }: Parts,
  gateway: string,
  { v: _, id: __, ...command }: Message<'command'>,
): string | undefined {
  // A program may what an operator may.
  if (roleOfCommand(command) === 'admin') return `${command.name} is for an admin, by the API or the page.`;
  const [mistake] = commandMistakes(command, undefined);
  if (mistake !== undefined) return `${mistake.field}: ${mistake.message}.`;
  const state = fleet.gateway(gateway);
  if (state === undefined) return `There is no gateway ${gateway}.`;
  return state.online ? undefined : `Gateway ${gateway} is offline.`;
}

function takeDown(
  { audit, sites, log }: Parts,
  program: string,
  gateway: string,
  { v: _, id: __, ...command }: Message<'command'>,
  address: string | null,
): void {
  const site = sites.siteOf(gateway);
  const access: Access = {
    kind: 'token',
    user: `mqtt:${program}`,
    id: program,
    roles: { [site]: 'operator' },
    meters: null,
  };
  const after = { ...toldOf(command), outcome: 'sent' };
  const action = `gateway.command.${command.name}`;
  audit.record({ access, address, action, subject: gateway, site, before: null, after });
  log('info', `MQTT client ${program} to gateway ${gateway}: ${command.name}`);
}

const refusal = (id: string, why: string): Message<'result'> => ({
  v: protocolVersion,
  id,
  ok: false,
  message: why.slice(0, 256),
});

/** The id of what is no command, where it has one that can be answered. */
function idIn(payload: Uint8Array): string {
  const [, id = ''] =
    /"id"\s*:\s*"([\w.-]{1,64})"/.exec(Buffer.from(payload.subarray(0, 4096)).toString()) ?? [];
  return id;
}
