import { type Options, optionHelp, parseOptions, UsageError, type Values } from './arguments.ts';
import { demoOptions, runDemo } from './demo.ts';
import { listText } from './list.ts';
import { newOptions, runNew } from './new.ts';
import { runServe, serveOptions } from './serve.ts';
import type { Terminal } from './terminal.ts';

interface Command {
  readonly name: string;
  readonly summary: string;
  readonly about: string;
  readonly options: Options;
  readonly run: (args: readonly string[], terminal: Terminal) => Promise<void>;
}

function command<O extends Options>(
  name: string,
  summary: string,
  about: string,
  options: O,
  run: (values: Values<O>, terminal: Terminal) => Promise<void>,
): Command {
  return {
    name,
    summary,
    about,
    options,
    run: (args, terminal) => run(parseOptions(name, options, args), terminal),
  };
}

const commands: readonly Command[] = [
  command(
    'demo',
    'a house, its gateway and the host, ready to look at in the browser',
    'Starts a host of its own, makes an account, and measures a simulated house with the real firmware: first the\n' +
      'last hours in fast time, then live. Ends with Ctrl-C.',
    demoOptions,
    runDemo,
  ),
  command(
    'serve',
    'the meters alone, on TCP ports, for any gateway or Modbus client',
    'Serves the RS485 bus (Modbus RTU over TCP, as EW11 and ZLAN converters do) and the smart meter (SML telegrams\n' +
      'over TCP) on 127.0.0.1. The INA219 needs a gateway in the same process and is not served.',
    serveOptions,
    runServe,
  ),
  command(
    'new',
    'a gateway that nobody has set up yet, to be paired with a host',
    "Shows the page of a new gateway on 127.0.0.1. Once it is paired it connects to the host's broker and waits for its\n" +
      'settings there. Nothing is kept when it ends.',
    newOptions,
    runNew,
  ),
  command(
    'list',
    'what is simulated',
    'Prints meters, lines and addresses.',
    {},
    async (_values, { out }) => {
      out(listText());
    },
  ),
];

const usage = (): string =>
  [
    'joulegate-sim COMMAND [OPTIONS]: a laboratory for Joulegate',
    '',
    ...commands.map(({ name, summary }) => `  ${name.padEnd(8)}${summary}`),
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
  const [name, ...rest] = args;
  if (name === undefined) {
    terminal.err(usage());
    return 2;
  }
  if (name === 'help' || name === '--help' || name === '-h') {
    terminal.out(usage());
    return 0;
  }
  const found = commands.find(candidate => candidate.name === name);
  if (found === undefined) {
    const known = commands.map(candidate => candidate.name).join(', ');
    terminal.err(`joulegate-sim: ${JSON.stringify(name)} is not a command; ${known} are allowed`);
    return 2;
  }
  if (rest.includes('--help') || rest.includes('-h')) {
    terminal.out(helpOf(found));
    return 0;
  }
  try {
    await found.run(rest, terminal);
    return 0;
  } catch (error) {
    terminal.err(`joulegate-sim ${name}: ${error instanceof Error ? error.message : String(error)}`);
    return error instanceof UsageError ? 2 : 1;
  }
}
