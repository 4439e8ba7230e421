import { type Options, parseOptions, UsageError, type Values } from '../arguments.ts';
import type { Command } from '../command.ts';
import { durationHint, durationS } from '../scenario/duration.ts';
import { stopSignal, type Terminal } from '../terminal.ts';
import { LabClient } from './lab-client.ts';
import { labText } from './lab-text.ts';

const where = {
  at: {
    takes: 'text',
    called: 'an address',
    unless: null,
    help: 'the laboratory, as the demo prints it (default: the one that runs on this machine)',
  },
  json: { takes: 'nothing', help: 'print what is answered as JSON, for programs' },
} as const;

const part = {
  takes: 'text',
  called: 'a part',
  unless: null,
  help: 'the part that it happens to, where several can, such as rs485-1',
} as const;

const options = {
  list: { takes: 'nothing', help: 'tell what can happen, what happens now and what is planned' },
  end: { takes: 'nothing', help: 'end it; without WHAT: all that happens' },
  for: {
    takes: 'text',
    called: 'a duration',
    unless: null,
    help: 'end it by itself after so long, such as 60s or 10min (default: until it is ended)',
  },
  part,
  ...where,
} as const;

const about =
  'Lets WHAT happen in the demo that runs (or serve), such as: joulegate-sim happen line.noise --bit-errors 0.01 --for 60s\n' +
  'Each has options of its own; --list tells them.';

/** What can happen in a laboratory that runs: told, begun and ended from a command line. */
export const happen: Command = {
  name: 'happen',
  about,
  options,
  run: async (given, terminal) => {
    const place = given.findIndex((arg, index) => !arg.startsWith('-') && !isValueOf(given[index - 1]));
    const what = given[place];
    const args = what === undefined ? given : given.toSpliced(place, 1);
    const flags = args.map(arg => arg.replace(/=.*$/, ''));
    if (flags.includes('--list')) {
      await list(parseOptions('happen --list', { list: options.list, ...where }, args), terminal);
    } else if (flags.includes('--end')) {
      await end(what, parseOptions('happen --end', { end: options.end, part, ...where }, args), terminal);
    } else if (what === undefined) {
      throw new UsageError('WHAT is missing: joulegate-sim happen --list tells what can happen');
    } else await begin(what, args, terminal);
  },
};

/** Whether what comes next belongs to this argument: what can happen has no option that takes nothing. */
const isValueOf = (arg = ''): boolean =>
  arg.startsWith('--') && !arg.includes('=') && !['--list', '--end', '--json'].includes(arg);

type Where = Values<typeof where>;

async function list({ at, json }: Where, terminal: Terminal): Promise<void> {
  const { out } = terminal;
  const client = LabClient.find(at, stopSignal(terminal));
  const [lab, state] = await Promise.all([client.lab(), client.state()]);
  out(json ? JSON.stringify({ ...lab, ...state }) : labText(lab, state));
}

async function end(
  what: string | undefined,
  { at, json, part }: Where & { readonly part: string | null },
  terminal: Terminal,
): Promise<void> {
  const { out } = terminal;
  const answer = await LabClient.find(at, stopSignal(terminal)).end({
    ...(what && { what }),
    ...(part && { part }),
  });
  if (json) out(JSON.stringify(answer));
  else if (answer.ended > 0) out(`ended ${answer.ended}`);
  else if (what === undefined) throw new UsageError('nothing happens now');
  else throw new UsageError(`${what} does not happen now; --list tells what does`);
}

async function begin(what: string, args: readonly string[], terminal: Terminal): Promise<void> {
  const { out } = terminal;
  // Which options there are, the laboratory knows that runs.
  const client = LabClient.find(valueAfter(args, '--at') ?? null, stopSignal(terminal));
  const kind = (await client.lab()).kinds.find(({ id }) => id === what);
  // One that it does not know it refuses, and names the nearest.
  if (kind === undefined) await client.begin({ what });
  const own: Options = kind?.options ?? {};
  const all: Options = { ...own, for: options.for, part, ...where };
  const given = parseOptions(`happen ${what}`, all, args);
  const forS = typeof given.for === 'string' ? durationS(given.for) : undefined;
  if (given.for !== null && (forS === undefined || forS <= 0)) {
    throw new UsageError(`--for ${JSON.stringify(given.for)}: ${durationHint} is allowed`);
  }
  const answer = await client.begin({
    what,
    values: Object.fromEntries(Object.keys(own).map(name => [name, given[name] ?? null])),
    ...(typeof given.part === 'string' ? { part: given.part } : {}),
    ...(forS === undefined ? {} : { forS }),
  });
  if (given.json) out(JSON.stringify(answer));
  else if (answer.running === null) out(`${what}: done`);
  else {
    const until = forS === undefined ? `until joulegate-sim happen ${what} --end` : `for ${forS} s`;
    out(`${what} on ${answer.running.part}, ${until}`);
  }
}

/** The value of an option that is needed before the others can be read. */
function valueAfter(args: readonly string[], flag: string): string | undefined {
  const index = args.findIndex(arg => arg === flag || arg.startsWith(`${flag}=`));
  if (index < 0) return undefined;
  const found = args[index];
  return found?.startsWith(`${flag}=`) ? found.slice(flag.length + 1) : args[index + 1];
}
