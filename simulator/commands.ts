import { optionHelp, UsageError } from './arguments.ts';
import type { Command } from './command.ts';
import { happen } from './control/happen.ts';
import { demo } from './demo.ts';
import { faultsCommand } from './faults/command.ts';
import { fleet } from './fleet/fleet-command.ts';
import { list } from './list.ts';
import { newGateway } from './new.ts';
import { year } from './plant/year-command.ts';
import { replay } from './replay.ts';
import { ScenarioError } from './scenario/load.ts';
import { serve } from './serve.ts';
import type { Terminal } from './terminal.ts';

/** All commands, in the order of the help. A new one is a line here. */
export const commands: readonly Command[] = [
  demo,
  serve,
  replay,
  happen,
  newGateway,
  fleet,
  faultsCommand,
  list,
  year,
];

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
    const message = error instanceof Error ? error.message : String(error);
    const code = error instanceof UsageError ? 2 : 1;
    // Programs get it where they read all else; a person reads it anyway.
    if (rest.includes('--json')) {
      const mistakes = error instanceof ScenarioError ? { file: error.file, mistakes: error.mistakes } : {};
      terminal.out(JSON.stringify({ event: 'error', command: name, code, message, ...mistakes }));
    }
    terminal.err(`joulegate-sim ${name}: ${message}`);
    return code;
  }
}
