import { MadeToken, Token } from '../api/contract.ts';
import { everySite } from '../auth/roles.ts';
import { Type } from '../typebox.ts';
import { type Given, UsageError, type World } from './command.ts';
import { onHost, printJson } from './on-host.ts';
import { tableLines, timeText } from './text-table.ts';

const scopes = ['read', 'operate', 'manage', 'metrics', 'ingest'] as const;
const dayMs = 86_400_000;
const usualDays = 90;

export const listTokens = (given: Given, world: World): Promise<number> =>
  onHost(given, world, async host => {
    const tokens = await host.ask(Type.Array(Token), 'GET', '/api/v1/tokens');
    if (given.flags.has('json')) return printJson(world, tokens);
    if (tokens.length === 0) return world.print('there is no token');
    const rows = tokens.map(token => [
      token.id,
      token.name,
      token.user,
      token.scopes.join(','),
      token.sites.join(','),
      timeText(token.expiresMs),
      timeText(token.lastUsedMs),
    ]);
    for (const line of tableLines(['id', 'name', 'of', 'scopes', 'sites', 'until', 'used'], rows))
      world.print(line);
  });

export const makeToken = (given: Given, world: World): Promise<number> =>
  onHost(given, world, async host => {
    const [user = '', name = ''] = given.words;
    const body = {
      user,
      name,
      scopes: scopesOf(given.values.get('scopes') ?? 'read'),
      sites: (given.values.get('sites') ?? everySite).split(','),
      expiresMs: Date.now() + daysOf(given.values.get('days')) * dayMs,
    };
    const made = await host.ask(MadeToken, 'POST', '/api/v1/tokens', body);
    if (given.flags.has('json')) return printJson(world, made);
    world.complain(
      `The token ${made.name} of ${made.user}, good until ${timeText(made.expiresMs)}; shown this once:`,
    );
    world.print(made.token);
  });

export const revokeToken = (given: Given, world: World): Promise<number> =>
  onHost(given, world, async host => {
    const [id = ''] = given.words;
    await host.tell('DELETE', `/api/v1/tokens/${encodeURIComponent(id)}`);
    world.print(`the token ${id} opens nothing any more`);
  });

function scopesOf(text: string): string[] {
  const words = text.split(',');
  const strange = words.find(word => !scopes.some(scope => scope === word));
  if (strange !== undefined)
    throw new UsageError(
      `--scopes: ${strange} is none; allowed are ${scopes.join(', ')}, with commas between`,
    );
  return words;
}

function daysOf(text = String(usualDays)): number {
  const days = /^\d{1,3}$/.test(text) ? Number(text) : 0;
  if (days < 1 || days > 365)
    throw new UsageError(`--days: ${text} given; a whole number from 1 to 365 is allowed`);
  return days;
}
