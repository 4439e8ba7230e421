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

/** Of the line that is written over and over, so that others do not stand in the middle of it. */
let isDrawn = false;
const rewrite = (text: string): void => {
  isDrawn = text !== '';
  process.stdout.write(`\r\x1b[2K${text.slice(0, (process.stdout.columns ?? 80) - 1)}`);
};
const lineTo = (stream: NodeJS.WriteStream) => (line: string) => {
  if (isDrawn) rewrite('');
  stream.write(`${line}\n`);
};

process.exitCode = await runCommand(process.argv.slice(2), {
  out: lineTo(process.stdout),
  err: lineTo(process.stderr),
  ...(process.stdout.isTTY && process.env.TERM !== 'dumb' && { rewrite }),
  stopped,
});
