import { open } from 'node:fs/promises';
import type { Readable, Writable } from 'node:stream';
import type { Mistake } from '#core/rules.ts';
import type { ModbusProfile } from '#profiles/profile.ts';
import { decodeHelp, readDecodeArguments } from './arguments.ts';
import { Decoding, pieceBytes } from './decoding.ts';

/** The process around the command: its standard streams. */
export interface DecodeStreams {
  readonly stdin: Readable;
  readonly stdout: Writable;
  readonly stderr: Writable;
}

const exitFound = 0;
const exitNothing = 1;
const exitUsage = 2;

/**
 * `joulegate decode`, with the arguments behind that word. Gives the exit code: 0 where something valid was found, 1
 * where nothing was or the file cannot be read, 2 where the arguments are wrong.
 */
export async function decodeCommand(args: readonly string[], streams: DecodeStreams): Promise<number> {
  const { stdout, stderr } = streams;
  const request = readDecodeArguments(args);
  if ('mistakes' in request) {
    for (const { field, message } of request.mistakes) stderr.write(`joulegate: ${field}: ${message}\n`);
    return exitUsage;
  }
  if (request.isHelp) {
    stdout.write(`${decodeHelp}\n`);
    return exitFound;
  }
  const { options } = request;
  const profile = options.profile === undefined ? undefined : await findProfile(options.profile);
  if (profile !== undefined && 'message' in profile) {
    stderr.write(`joulegate: ${profile.field}: ${profile.message}\n`);
    return exitUsage;
  }
  const sink = new Sink(stdout);
  try {
    return await decode(options.file, new Decoding({ ...options, profile }), streams.stdin, sink);
  } catch (error) {
    stderr.write(`joulegate: ${options.file}: ${readProblem(error)}\n`);
    return exitNothing;
  } finally {
    sink.end();
  }
}

/** Meters' profiles are many, and most captures want none of them. */
async function findProfile(id: string): Promise<ModbusProfile | Mistake> {
  const { knownProfile } = await import('./known-profile.ts');
  return knownProfile(id);
}

async function decode(file: string, decoding: Decoding, stdin: Readable, sink: Sink): Promise<number> {
  const flush = async () => {
    await sink.write(decoding.out.written);
    decoding.out.clear();
  };
  const pieces = file === '-' ? piecesOf(stdin) : piecesOfFile(file);
  for await (const piece of pieces) {
    decoding.push(piece);
    await flush();
    if (sink.isClosed) break;
  }
  if (!sink.isClosed) {
    decoding.finish();
    await flush();
  }
  return decoding.valid > 0 ? exitFound : exitNothing;
}

async function* piecesOf(stream: Readable): AsyncGenerator<Uint8Array> {
  for await (const chunk of stream) {
    const bytes: Uint8Array = chunk;
    for (let from = 0; from < bytes.length; from += pieceBytes) yield bytes.subarray(from, from + pieceBytes);
  }
}

/** A file, or what is as good as one: a pipe or serial port by its path. One buffer serves all of it. */
async function* piecesOfFile(path: string): AsyncGenerator<Uint8Array> {
  const buffer = new Uint8Array(pieceBytes);
  const file = await open(path);
  try {
    for (;;) {
      const { bytesRead } = await file.read(buffer);
      if (bytesRead === 0) return;
      yield buffer.subarray(0, bytesRead);
    }
  } finally {
    await file.close();
  }
}

/** Where the text goes. A reader that has enough (`| head`) closes it; that is the end of the work and no mistake. */
class Sink {
  isClosed = false;
  readonly #stdout: Writable;
  readonly #onError = (error: NodeJS.ErrnoException) => {
    this.isClosed = true;
    if (error.code !== 'EPIPE') this.#failure ??= error;
  };
  #failure: Error | undefined;

  constructor(stdout: Writable) {
    this.#stdout = stdout;
    stdout.on('error', this.#onError);
  }

  /** Ends when the bytes are taken, so that a slow reader slows the decoding and fills no memory. */
  async write(bytes: Uint8Array): Promise<void> {
    if (bytes.length === 0 || this.isClosed) return;
    await new Promise<void>(done => {
      this.#stdout.write(bytes, error => {
        if (error) this.#onError(error);
        done();
      });
    });
    if (this.#failure !== undefined) throw this.#failure;
  }

  end(): void {
    // A late error of a closed pipe still comes behind the last write.
    setImmediate(() => this.#stdout.off('error', this.#onError));
  }
}

/** Why a capture cannot be read, and what to do. */
function readProblem(error: unknown): string {
  const { code, message } = error as NodeJS.ErrnoException;
  if (code === 'ENOENT') return 'there is no such file; give the path of a capture, or - for standard input';
  if (code === 'EISDIR') return 'it is a folder; give a file, or - for standard input';
  if (code === 'EACCES' || code === 'EPERM')
    return 'this user may not read it; for a serial port, join the group of its file (often dialout)';
  if (code === 'ENOSPC') return 'the disk that the output goes to is full; make room and start again';
  return `${message}`;
}
