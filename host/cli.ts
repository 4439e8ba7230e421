#!/usr/bin/env node
import { argumentsOfDecode } from './decode/arguments.ts';

// A decoder begins at once: database, broker and server are loaded for the commands that need them.
const args = process.argv.slice(2);
const decodeArguments = argumentsOfDecode(args);
if (args[0] === 'firmware' && !args.includes('--help') && ['keys', 'sign', 'list'].includes(args[1] ?? '')) {
  const { imageCommand } = await import('./firmware/command.ts');
  process.exitCode = await imageCommand(
    args.slice(1),
    line => void process.stdout.write(`${line}\n`),
    line => void process.stderr.write(`joulegate firmware: ${line}\n`),
  );
} else if (args[0] === 'firmware') {
  const { firmwareCommand } = await import('./toolchain/command.ts');
  process.exitCode = await firmwareCommand(args.slice(1), {
    say: line => void process.stdout.write(`${line}\n`),
    complain: line => void process.stderr.write(`joulegate firmware: ${line}\n`),
  });
} else if (decodeArguments === undefined) {
  const { runCommand } = await import('./commands/run.ts');
  process.exitCode = await runCommand(args, {
    env: process.env,
    stdin: process.stdin,
    stdout: process.stdout,
    print: line => void process.stdout.write(`${line}\n`),
    complain: line => void process.stderr.write(`${line}\n`),
  });
} else {
  const { decodeCommand } = await import('./decode/command.ts');
  process.exitCode = await decodeCommand(decodeArguments, process);
}
