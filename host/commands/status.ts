import { Gateway, Health } from '../api/contract.ts';
import type { HostClient } from '../control/host-client.ts';
import { NoHost, withHost } from '../control/with-host.ts';
import { loadSettings } from '../settings.ts';
import { Type } from '../typebox.ts';
import type { Given, World } from './command.ts';
import { printJson } from './on-host.ts';
import { secondsOf } from './seconds.ts';

/** As init scripts have it (LSB): 3 is "not running". */
const exitFailing = 1;
const exitNotRunning = 3;
const lookEveryMs = 200;

/**
 * Whether a host runs on the data folder, and whether it is well: 0 where it does what it is there for, 1 where not, 3 where
 * none runs. With `--wait` it waits until one is ready.
 */
export async function status(given: Given, world: World): Promise<number> {
  const settings = loadSettings(given.sources);
  const untilMs = Date.now() + secondsOf(given.values.get('wait')) * 1000;
  for (;;) {
    try {
      const options = { settings, needs: 'running', warn: world.complain } as const;
      const health = await withHost(options, host => look(host, given, world));
      if (health === 'ok' || Date.now() >= untilMs) return health === 'failing' ? exitFailing : 0;
    } catch (error) {
      if (!(error instanceof NoHost) || Date.now() >= untilMs) {
        if (error instanceof NoHost) world.complain(error.message);
        else throw error;
        return exitNotRunning;
      }
    }
    await new Promise(resolve => setTimeout(resolve, lookEveryMs));
  }
}

/** What a host says of itself, printed unless it is only waited for. */
async function look(host: HostClient, { flags, values }: Given, world: World): Promise<'ok' | 'failing'> {
  const health = await host.ask(Health, 'GET', '/api/v1/health');
  const state = health.status === 'failing' ? 'failing' : 'ok';
  if (flags.has('quiet') || values.has('wait')) return state;
  if (flags.has('json')) {
    printJson(world, health);
    return state;
  }
  const gateways = await host.ask(Type.Array(Gateway), 'GET', '/api/v1/gateways');
  const online = gateways.filter(gateway => gateway.online).length;
  world.print(`status    ${health.status}`);
  world.print(`version   ${health.version}`);
  world.print(`gateways  ${online} of ${gateways.length} online`);
  if (!health.setUp)
    world.print('accounts  none yet: joulegate user add NAME, or the code that the host printed');
  for (const { code, level, detail = '' } of health.reasons)
    world.print(`${level.padEnd(8)}  ${code}: ${detail}`);
  return state;
}
