import { type ChildProcess, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';

export interface Program {
  /** The lines of JSON it has printed up to the one that was waited for. */
  readonly events: readonly Record<string, unknown>[];
  close(): Promise<void>;
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null;

async function ended(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  await new Promise(resolve => child.once('exit', resolve));
}

/** Starts a built program that prints lines of JSON, and waits for the event of this name. Rejects with what it said. */
export async function startProgram(args: readonly string[], until: string): Promise<Program> {
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'pipe'] });
  const said: string[] = [];
  const events: Record<string, unknown>[] = [];
  const close = async () => {
    child.kill('SIGINT');
    await ended(child);
  };
  child.stderr.on('data', (chunk: Buffer) => said.push(chunk.toString()));
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', code =>
      reject(new Error(`${args[0]} ended (${code}) before it was ready:\n${said.join('')}`)),
    );
    createInterface({ input: child.stdout }).on('line', line => {
      said.push(`${line}\n`);
      const event: unknown = line.startsWith('{') ? JSON.parse(line) : null;
      if (!isObject(event)) return;
      events.push(event);
      if (event.event === until) resolve({ events, close });
    });
  });
}

/** A text of an event. @throws Error where the program did not say it */
export function said({ events }: Program, event: string, field: string): string {
  const value = events.find(one => one.event === event)?.[field];
  if (typeof value !== 'string' && typeof value !== 'number')
    throw new Error(`no ${field} in event ${event}`);
  return String(value);
}
