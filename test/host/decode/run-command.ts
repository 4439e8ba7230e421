import { PassThrough, Readable, Writable } from 'node:stream';
import { decodeCommand } from '../../../host/decode/command.ts';

export interface CommandRun {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

/** Runs the command in this process: `input` is its standard input, in pieces of the sizes given, over and over. */
export async function runCommand(
  args: readonly string[],
  input: Uint8Array = new Uint8Array(0),
  pieces: readonly number[] = [input.length],
): Promise<CommandRun> {
  const out = collector();
  const err = collector();
  const stdin = Readable.from(cut(input, pieces));
  const code = await decodeCommand(args, { stdin, stdout: out.stream, stderr: err.stream });
  return { code, out: out.text(), err: err.text() };
}

/** Runs it with a standard output that is closed at the first write, as `| head` closes it. */
export async function runIntoClosedPipe(args: readonly string[], input: Uint8Array): Promise<CommandRun> {
  const err = collector();
  const stdout = new Writable({
    write: (_chunk, _encoding, done) => done(Object.assign(new Error('write EPIPE'), { code: 'EPIPE' })),
  });
  const stdin = Readable.from(cut(input, [100]));
  return { code: await decodeCommand(args, { stdin, stdout, stderr: err.stream }), out: '', err: err.text() };
}

function* cut(input: Uint8Array, pieces: readonly number[]): Generator<Buffer> {
  for (let from = 0, turn = 0; from < input.length; turn++) {
    const size = Math.max(1, pieces[turn % pieces.length] ?? 1);
    yield Buffer.from(input.slice(from, from + size));
    from += size;
  }
}

function collector(): { readonly stream: PassThrough; readonly text: () => string } {
  const chunks: Buffer[] = [];
  const stream = new PassThrough();
  stream.on('data', (chunk: Buffer) => void chunks.push(Buffer.from(chunk)));
  return { stream, text: () => Buffer.concat(chunks).toString() };
}
