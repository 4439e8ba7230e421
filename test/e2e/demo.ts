import { join } from 'node:path';
import { said, startProgram } from './program.ts';

/** Where it is, and who may come in. */
export interface OpenDemo {
  readonly url: string;
  readonly user: string;
  readonly password: string;
}

export interface RunningDemo extends OpenDemo {
  close(): Promise<void>;
}

const cli = join(process.cwd(), 'dist', 'simulator', 'cli.js');
const seed = 42;

/** The real demo as a person starts it, with this many hours of the past; gives back when it is ready to be opened. */
export async function startDemo(hours: number): Promise<RunningDemo> {
  const args = [cli, 'demo', '--port', '0', '--hours', String(hours), '--seed', String(seed), '--json'];
  const program = await startProgram(args, 'ready');
  const of = (field: string) => said(program, 'ready', field);
  return { url: of('url'), user: of('user'), password: of('password'), close: program.close };
}
