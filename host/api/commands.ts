import type { ApiCounters } from './api-counters.ts';
import { recordChange } from './audited.ts';
import { commandMistakes, roleOfCommand } from './command-check.ts';
import { type Command, CommandDesk } from './command-desk.ts';
import { CommandResult, GatewayCommand, GatewayPath } from './contract.ts';
import { ApiFailure, mistaken } from './errors.ts';
import { knownGateway } from './gateways.ts';
import { accessOf } from './guard.ts';
import { assertRole } from './route-access.ts';
import type { Api, ApiParts } from './routes.ts';

/** Longer than any command takes that is answered at once; what takes its time tells by events. */
const answerMs = 10_000;

/** Asked for again and again while a page is open: told to nobody. */
export const quietCommands: ReadonlySet<Command['name']> = new Set(['live', 'about', 'diagnose', 'trace']);

export function commandRoutes(api: Api, parts: ApiParts, counters: ApiCounters): void {
  const { broker, events, log } = parts;
  const desk = new CommandDesk({
    broker,
    events,
    counters,
    timeoutMs: parts.commandTimeoutMs ?? answerMs,
  });
  api.addHook('preClose', async () => desk.close());

  api.post(
    '/api/v1/gateways/:id/commands',
    {
      config: { access: { role: 'operator', of: 'gateway', in: 'params.id' } },
      schema: {
        tags: ['gateways'],
        summary:
          'Ask a gateway to do something, and hear whether it did; diagnosis, trace, scan and probe then come as events',
        description: 'network, update, cancelUpdate and factoryReset are for admins of its site.',
        params: GatewayPath,
        body: GatewayCommand,
        response: { 200: CommandResult },
      },
    },
    async request => {
      const { id, online } = knownGateway(parts, request.params.id);
      const command: Command = request.body;
      const wanted = { role: roleOfCommand(command), of: 'gateway' } as const;
      assertRole(accessOf(request), parts, wanted, id, 'params.id');
      const mistakes = commandMistakes(command, parts.settings.publicUrl);
      if (mistakes.length > 0) throw mistaken('command.invalid', mistakes);
      if (!online) throw new ApiFailure('gateway.offline', { message: `Gateway ${id} is offline.` });
      const tell = (outcome: string) => {
        if (quietCommands.has(command.name)) return;
        const what = toldOf(command);
        recordChange(parts, request, {
          action: `gateway.command.${command.name}`,
          subject: id,
          site: parts.sites.siteOf(id),
          after: { ...what, outcome },
        });
        log(
          'info',
          `${accessOf(request).user} to gateway ${id}: ${command.name} ${JSON.stringify(what).slice(0, textLength)}: ${outcome}`,
        );
      };
      try {
        const { id: commandId, ok, message } = await desk.ask(id, command);
        tell(ok ? 'done' : `not done, ${message ?? 'without a reason'}`);
        return { id: commandId, ok, ...(message !== undefined && { message }) };
      } catch (error) {
        tell(error instanceof ApiFailure ? error.message : 'failed');
        throw error;
      }
    },
  );
}

const textLength = 300;

/** A command as the logs have it: a whole profile would be too much, and a password is nobody's business. */
export function toldOf({ name: _, profile, network, ...rest }: Command): object {
  const { wifiPassword, ...shown } = network ?? {};
  const id = typeof profile === 'object' && profile !== null && 'id' in profile ? profile.id : profile;
  return {
    ...rest,
    ...(network !== undefined && { network: shown }),
    ...(id !== undefined && { profile: id }),
  };
}
