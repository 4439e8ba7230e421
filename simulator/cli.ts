#!/usr/bin/env node
import { runCommand } from './commands.ts';

/** A second signal this much later means: now. The first one reaches us twice where npm passes it on. */
const patienceMs = 1000;

const stopped = new Promise<void>(resolve => {
  let askedAtMs: number | undefined;
  const stop = (): void => {
    if (askedAtMs !== undefined && Date.now() - askedAtMs > patienceMs) process.exit(1);
    askedAtMs ??= Date.now();
    resolve();
  };
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, stop);
});

// A reader that went away (`| head`) is no fault.
process.stdout.on('error', () => {});

process.exitCode = await runCommand(process.argv.slice(2), {
  out: line => void process.stdout.write(`${line}\n`),
  err: line => void process.stderr.write(`${line}\n`),
  stopped,
});
