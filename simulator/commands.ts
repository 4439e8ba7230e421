import { optionHelp, UsageError } from './arguments.ts';
import type { Command } from './command.ts';
import { ScenarioError } from './scenario/scenario-error.ts';
import type { Terminal } from './terminal.ts';

/** One command as the list of commands has it. Its module is loaded when it is asked for: all of them take a second. */
interface Listed {
  readonly name: string;
  readonly summary: string;
  readonly load: () => Promise<Command>;
}

/** All commands, in the order of the help. A new one is an entry here. */
export const commands: readonly Listed[] = Object.freeze([
  {
    name: 'demo',
    summary: 'a scenario, its gateways and the host, ready to look at in the browser',
    load: async () => (await import('./demo.ts')).demo,
  },
  {
    name: 'serve',
    summary: 'the meters of a scenario alone, on TCP ports, for any gateway or Modbus client',
    load: async () => (await import('./serve.ts')).serve,
  },
  {
    name: 'device',
    summary: 'a Tasmota, Shelly, ESPHome, Zigbee2MQTT, Tuya or OPC UA device, or a logger, for a connector',
    load: async () => (await import('./device.ts')).device,
  },
  {
    name: 'replay',
    summary: 'a recorded byte stream, at its pace, for any gateway or reader',
    load: async () => (await import('./replay.ts')).replay,
  },
  {
    name: 'run',
    summary: 'what the meters of a scenario have, as fast as possible: rows for programs',
    load: async () => (await import('./run.ts')).run,
  },
  {
    name: 'happen',
    summary: 'let something go wrong in a demo that runs, and mend it',
    load: async () => (await import('./control/happen.ts')).happen,
  },
  {
    name: 'new',
    summary: 'a gateway that nobody has set up yet, to be paired with a host',
    load: async () => (await import('./new.ts')).newGateway,
  },
  {
    name: 'fleet',
    summary: 'thousands of gateways that load a host, and proof of what it has stored',
    load: async () => (await import('./fleet/fleet-command.ts')).fleet,
  },
  {
    name: 'faults',
    summary: 'breaks hosts, brokers, lines and gateways, and counts what is lost, doubled or wrong',
    load: async () => (await import('./faults/command.ts')).faultsCommand,
  },
  {
    name: 'list',
    summary: 'what there is: scenarios, meters, loads, heads, happenings, faults',
    load: async () => (await import('./list.ts')).list,
  },
  {
    name: 'year',
    summary: 'what a scenario comes to in a year, by circuit and month',
    load: async () => (await import('./plant/year-command.ts')).year,
  },
]);

const usage = (): string =>
  [
    'joulegate-sim COMMAND [OPTIONS]: a laboratory for Joulegate',
    '',
    ...commands.map(({ name, summary }) => `  ${name.padEnd(10)}${summary}`),
    '',
    'joulegate-sim COMMAND --help tells the options of a command.',
  ].join('\n');

const helpOf = ({ name, about, options }: Command): string =>
  [
    `joulegate-sim ${name}${Object.keys(options).length > 0 ? ' [OPTIONS]' : ''}`,
    '',
    about,
    ...(Object.keys(options).length > 0 ? ['', optionHelp(options)] : []),
  ].join('\n');

/** Runs a command line; gives the exit code: 0 done, 1 failed, 2 a wrong argument. */
export async function runCommand(args: readonly string[], terminal: Terminal): Promise<number> {
  const [name = '', ...rest] = args;
  if (['help', '--help', '-h'].includes(name)) {
    const asked = name === 'help' ? rest[0] : undefined;
    if (asked !== undefined && !asked.startsWith('-')) return runCommand([asked, '--help'], terminal);
    terminal.out(usage());
    return 0;
  }
  const isJson = args.includes('--json');
  const found = commands.find(candidate => candidate.name === name);
  if (found === undefined) {
    const known = commands.map(candidate => candidate.name).join(', ');
    const isMissing = name === '' || name.startsWith('-');
    const message = isMissing
      ? `a command is wanted; ${known} are allowed`
      : `${JSON.stringify(name)} is not a command; ${known} are allowed`;
    if (isJson) terminal.out(JSON.stringify({ event: 'error', code: 2, message }));
    terminal.err(args.length === 0 ? usage() : `joulegate-sim: ${message}`);
    return 2;
  }
  try {
    const command = await found.load();
    if (rest.includes('--help') || rest.includes('-h')) terminal.out(helpOf(command));
    else await command.run(rest, terminal);
    return 0;
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    const code = error instanceof UsageError ? 2 : 1;
    // Programs get it where they read all else; a person reads it anyway.
    if (isJson) {
      const mistakes = error instanceof ScenarioError ? { file: error.file, mistakes: error.mistakes } : {};
      terminal.out(JSON.stringify({ event: 'error', command: name, code, message, ...mistakes }));
    }
    terminal.err(`joulegate-sim ${name}: ${message}`);
    return code;
  }
}
