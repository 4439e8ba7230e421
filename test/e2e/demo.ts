import { type ChildProcess, spawn } from 'node:child_process';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

export interface RunningDemo {
  readonly url: string;
  readonly user: string;
  readonly password: string;
  close(): Promise<void>;
}

const cli = join(process.cwd(), 'dist', 'simulator', 'cli.js');
const seed = 42;

async function ended(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  await new Promise(resolve => child.once('exit', resolve));
}

/** The real demo as a person starts it, with this many hours of the past; gives back when it is ready to be opened. */
export async function startDemo(hours: number): Promise<RunningDemo> {
  const args = [cli, 'demo', '--port', '0', '--hours', String(hours), '--seed', String(seed), '--json'];
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'pipe'] });
  const said: string[] = [];
  const close = async () => {
    child.kill('SIGINT');
    await ended(child);
  };
  child.stderr.on('data', (chunk: Buffer) => said.push(chunk.toString()));
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', code =>
      reject(new Error(`the demo ended (${code}) before it was ready:\n${said.join('')}`)),
    );
    createInterface({ input: child.stdout }).on('line', line => {
      said.push(`${line}\n`);
      const event: unknown = JSON.parse(line);
      if (isReady(event)) resolve({ url: event.url, user: event.user, password: event.password, close });
    });
  });
}

function isReady(event: unknown): event is { event: 'ready'; url: string; user: string; password: string } {
  return typeof event === 'object' && event !== null && 'event' in event && event.event === 'ready';
}
