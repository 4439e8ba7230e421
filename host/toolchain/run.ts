import { spawn } from 'node:child_process';

export interface Ended {
  readonly code: number;
  /** Both outputs, as they came. */
  readonly output: string;
}

/** Runs a program to its end. `onText` gets its output as it comes. */
export function run(
  program: string,
  args: readonly string[],
  options: {
    readonly cwd: string;
    readonly environment: NodeJS.ProcessEnv;
    readonly onText?: (text: string) => void;
  },
): Promise<Ended> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, { cwd: options.cwd, env: options.environment });
    let output = '';
    const take = (bytes: Buffer): void => {
      const text = bytes.toString();
      output += text;
      options.onText?.(text);
    };
    child.stdout.on('data', take);
    child.stderr.on('data', take);
    child.on('error', reject);
    child.on('close', (code, signal) => resolve({ code: code ?? (signal === null ? 1 : 128), output }));
  });
}

export class StepFailed extends Error {}

/** Runs a program that has to end well. @throws StepFailed with the end of its output */
export async function runStep(
  what: string,
  program: string,
  args: readonly string[],
  options: Parameters<typeof run>[2],
): Promise<string> {
  const { code, output } = await run(program, args, options);
  if (code === 0) return output;
  const end = output.trimEnd().split('\n').slice(-30).join('\n');
  throw new StepFailed(`${what} ended with ${code}:\n${end}`);
}
