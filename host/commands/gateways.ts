import { Gateway, PairingCode, PairingState } from '../api/contract.ts';
import type { HostClient } from '../control/host-client.ts';
import { Type } from '../typebox.ts';
import type { Given, World } from './command.ts';
import { onHost, printJson } from './on-host.ts';
import { secondsOf } from './seconds.ts';
import { tableLines, timeText } from './text-table.ts';

export const listGateways = (given: Given, world: World): Promise<number> =>
  onHost(given, world, async host => {
    const gateways = await host.ask(Type.Array(Gateway), 'GET', '/api/v1/gateways');
    if (given.flags.has('json')) return printJson(world, gateways);
    if (gateways.length === 0) return world.print('there is no gateway yet: joulegate gateway pair');
    const rows = gateways.map(gateway => [
      gateway.id,
      gateway.site,
      gateway.online ? 'yes' : 'no',
      timeText(gateway.lastSeenMs),
      gateway.firmware ?? '',
      String(gateway.meters.length),
    ]);
    for (const line of tableLines(['id', 'site', 'online', 'heard', 'firmware', 'meters'], rows))
      world.print(line);
  });

/** A code for a new gateway, or for the one that is named. */
export const pairGateway = (given: Given, world: World): Promise<number> =>
  pair(given, world, given.words[0], false);

/** A code by which a gateway that has a credential gets a new one. */
export const renewGateway = (given: Given, world: World): Promise<number> =>
  pair(given, world, given.words[0], true);

export const revokeGateway = (given: Given, world: World): Promise<number> =>
  onHost(given, world, async host => {
    const [id = ''] = given.words;
    await host.tell('DELETE', `/api/v1/gateways/${encodeURIComponent(id)}/credential`);
    world.print(`${id} is let in no more; what it measured stays`);
  });

// A code is kept by the host that runs, and a gateway must reach that one.
const pair = (given: Given, world: World, gateway: string | undefined, isRenewed: boolean): Promise<number> =>
  onHost(
    given,
    world,
    async host => {
      const body = { ...(gateway !== undefined && { gateway }), ...(isRenewed && { renew: true }) };
      const made = await host.ask(PairingCode, 'POST', '/api/v1/pairings', body);
      if (given.flags.has('json')) printJson(world, made);
      else {
        world.print(`code   ${made.code}`);
        world.print(`host   ${made.hosts.join(', ')}`);
        world.print(`until  ${timeText(made.expiresMs)}`);
      }
      if (made.isLoopback)
        world.complain(
          'This host listens on its own machine alone: no gateway of the network reaches it (--http-host, --mqtt-host).',
        );
      const waitS = secondsOf(given.values.get('wait'));
      if (waitS > 0) await waitFor(host, made.id, Date.now() + waitS * 1000, world);
    },
    'running',
  );

async function waitFor(host: HostClient, id: string, untilMs: number, world: World): Promise<void> {
  for (;;) {
    const { state, gateway } = await host.ask(PairingState, 'GET', `/api/v1/pairings/${id}`);
    if (state === 'used') return world.print(`paired: ${gateway}`);
    if (state !== 'open') throw new Error(`The code is no longer good: ${state}. Make another one.`);
    if (Date.now() >= untilMs) throw new Error('No gateway has used the code yet; it goes on being good.');
    await new Promise(resolve => setTimeout(resolve, 1000));
  }
}
