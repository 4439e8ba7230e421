import { Site } from '../api/contract.ts';
import { Type } from '../typebox.ts';
import type { Given, World } from './command.ts';
import { onHost, printJson } from './on-host.ts';
import { tableLines } from './text-table.ts';

export const listSites = (given: Given, world: World): Promise<number> =>
  onHost(given, world, async host => {
    const sites = await host.ask(Type.Array(Site), 'GET', '/api/v1/sites');
    if (given.flags.has('json')) return printJson(world, sites);
    const rows = sites.map(({ id, name, gateways }) => [id, name ?? '', String(gateways)]);
    for (const line of tableLines(['id', 'name', 'gateways'], rows)) world.print(line);
  });

export const addSite = (given: Given, world: World): Promise<number> =>
  onHost(given, world, async host => {
    const [id = '', name = null] = given.words;
    await host.ask(Site, 'POST', '/api/v1/sites', { id, name });
    world.print(`the site ${id} is there, without gateways and people`);
  });

/** A gateway belongs to another site from now on, with all it ever measured. */
export const moveGateway = (given: Given, world: World): Promise<number> =>
  onHost(given, world, async host => {
    const [gateway = '', site = ''] = given.words;
    await host.tell('PUT', `/api/v1/gateways/${encodeURIComponent(gateway)}/site`, { site });
    world.print(`${gateway} belongs to the site ${site}, with all it ever measured`);
  });
