import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** A command of a page, and the answer that the page prints below it. */
export interface DocExample {
  readonly command: string;
  readonly answer: { readonly form: string; readonly text: string } | undefined;
}

const block = /^```sh\n([\s\S]*?)^```\n(?:```(json|csv|text)\n([\s\S]*?)^```\n)?/gm;

/** The commands of a page of `docs/`, in their order. */
export async function examplesIn(page: string): Promise<DocExample[]> {
  const text = await readFile(join(import.meta.dirname, '../../../docs', page), 'utf8');
  return [...text.matchAll(block)].map(([, command = '', form, answer]) => ({
    command,
    answer: form === undefined || answer === undefined ? undefined : { form, text: answer },
  }));
}

/** Runs it as a person would; gives what it prints. @throws Error with what it said where it fails */
export async function runExample(command: string, env: Readonly<Record<string, string>>): Promise<string> {
  const { stdout } = await run('bash', ['-euc', command], { env: { PATH: process.env.PATH ?? '', ...env } });
  return stdout;
}
